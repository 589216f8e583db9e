//! Whatever is asked, at whatever time: the answer is events or a refusal, never a panic, and every state that
//! comes of it is sound.

use std::time::Duration;

use domain::aggregate::{Aggregate, Turn};
use domain::fare::FareBasis;
use domain::flight::{
    BlockReason, BlockSeats, BookingParty, CancelPlaces, ChangeSeats, ChangeStatus, ClaimHolds, Command,
    ExtendHold, Flight, HoldSeats, Holder, HolderKind, NamedSeats, OpenSale, ReleaseHold, SeatChoice,
    Service, StartPaying, Status, Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, PrincipalId, Version};
use domain::invariants;
use domain::money::Currency;
use domain::party::{Party, Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber, SeatPlan};
use domain::time::Timestamp;
use domain::view;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::history::{BOEING, SMALL, days_business, of_cases, sale_of};
use crate::naive::MINUTE;
use crate::steps::{Step, steps};

/// A plan with the most seats that there may be.
const THOUSAND: &str = "Y:1-99:ABC-DEFG-HJK";

/// Mostly on the day of the departure, else anywhere.
fn instant() -> impl Strategy<Value = Timestamp> {
    let departs = sale_of(SMALL).departs.millis();
    let edges = vec![0, 1, departs, Timestamp::MAX.millis() - 1, Timestamp::MAX.millis()];
    prop_oneof![
        6 => departs - 600 * MINUTE..departs + 300 * MINUTE,
        1 => 0..=Timestamp::MAX.millis(),
        1 => select(edges),
    ]
    .prop_map(|millis| Timestamp::from_millis(millis).expect("it is in range"))
}

fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => (0_u64..2_000).prop_map(Duration::from_secs),
        1 => any::<u64>().prop_map(Duration::from_millis),
        1 => Just(Duration::MAX),
    ]
}

/// Mostly a seat of one of the aircraft.
fn number() -> impl Strategy<Value = SeatNumber> {
    let small = (10_u8..20, select(vec!['A', 'A', 'C']));
    let boeing = (3_u8..31, select(vec!['A', 'B', 'C', 'D', 'E', 'F']));
    let any = (1_u8..=99, select(vec!['A', 'H', 'Z']));
    prop_oneof![4 => small, 2 => boeing, 1 => any]
        .prop_map(|(row, column)| SeatNumber::new(row, column).expect("a seat number"))
}

fn numbers() -> impl Strategy<Value = Vec<SeatNumber>> {
    prop_oneof![6 => vec(number(), 0..4), 1 => vec(number(), 4..20)]
}

fn principal() -> impl Strategy<Value = PrincipalId> {
    select(vec!["ann@hold", "ben@hold", "dee@agency", "nobody"])
        .prop_map(|name| name.parse().expect("names are plain"))
}

fn hold() -> impl Strategy<Value = HoldNumber> {
    prop_oneof![9 => 0_u64..60, 1 => any::<u64>()].prop_map(|row| HoldNumber::made_by(Version::new(row)))
}

fn booking() -> impl Strategy<Value = BookingId> {
    prop_oneof![9 => 0xB00C_0000_u128..0xB00C_0005, 1 => any::<u128>()].prop_map(BookingId::new)
}

fn id() -> impl Strategy<Value = PassengerId> {
    prop_oneof![5 => 0_u8..6, 1 => any::<u8>()].prop_map(PassengerId::new)
}

fn class() -> impl Strategy<Value = CabinClass> {
    select(vec![CabinClass::Economy, CabinClass::Economy, CabinClass::First, CabinClass::Business])
}

fn party() -> impl Strategy<Value = Party> {
    let count = || prop_oneof![5 => 0_u8..4, 1 => any::<u8>()];
    (count(), count(), count()).prop_map(|(adults, children, infants)| Party { adults, children, infants })
}

fn wild() -> impl Strategy<Value = Passenger> {
    let kind = select(vec![TravellerType::Adult, TravellerType::Child, TravellerType::Infant]);
    (id(), kind, option::weighted(0.2, number()), option::weighted(0.2, id()), any::<bool>())
        .prop_map(|(id, kind, seat, lap_of, no_exit)| Passenger { id, kind, seat, lap_of, no_exit })
}

fn passengers() -> impl Strategy<Value = Vec<Passenger>> {
    let wild = prop_oneof![2 => vec(wild(), 0..6), 1 => vec(wild(), 0..300)];
    let tame = (1_u8..4).prop_map(|count| {
        let adult = |id| Passenger {
            id: PassengerId::new(id),
            kind: TravellerType::Adult,
            seat: None,
            lap_of: None,
            no_exit: false,
        };
        (0..count).map(adult).collect()
    });
    prop_oneof![2 => wild, 3 => tame]
}

fn booking_party() -> impl Strategy<Value = BookingParty> {
    (booking(), passengers()).prop_map(|(booking, passengers)| BookingParty {
        booking,
        passengers,
        fare: None,
    })
}

fn wish() -> impl Strategy<Value = Preferences> {
    any::<[bool; 4]>().prop_map(|[together, aisle, window, near_front]| Preferences {
        together,
        aisle,
        window,
        near_front,
    })
}

fn open_sale() -> impl Strategy<Value = Command> {
    let plan = select(vec![SMALL, BOEING, THOUSAND, "F:1-1:A"])
        .prop_map(|layout| SeatPlan::read(layout, "").expect("the layout is sound"));
    let currency = select(vec![Currency::USD, Currency::JPY, Currency::KWD]);
    let sold = prop_oneof![3 => Just(Vec::new()), 1 => numbers()];
    (plan, instant(), instant(), any::<u32>(), currency, sold).prop_map(
        |(plan, departs, arrives, distance_mi, currency, sold_elsewhere)| {
            Command::OpenSale(OpenSale {
                flight: "ZZ-9999-2099-12-31-AAA".parse().expect("a flight id"),
                service: Service::published("LAX", "Airbus A320").expect("a sound service"),
                plan,
                departs,
                arrives,
                basis: FareBasis { distance_mi, currency },
                sold_elsewhere,
            })
        },
    )
}

fn hold_seats() -> impl Strategy<Value = Command> {
    let kind = select(vec![HolderKind::Customer, HolderKind::Agent]);
    let choice = prop_oneof![
        numbers().prop_map(SeatChoice::Exact),
        wish().prop_map(SeatChoice::Best),
        (numbers(), wish()).prop_map(|(named, wish)| SeatChoice::ExactAndBest(named, wish)),
        Just(SeatChoice::Later),
    ];
    let places = prop_oneof![5 => 1_u8..5, 1 => any::<u8>()];
    let term = prop_oneof![4 => span().prop_map(Term::For), 1 => instant().prop_map(Term::Until)];
    let who = (principal(), kind).prop_map(|(principal, kind)| Holder { principal, kind });
    let parties = (option::weighted(0.3, party()), option::weighted(0.5, booking_party()));
    (who, class(), places, choice, term, parties).prop_map(|(holder, class, places, seats, term, parties)| {
        let (party, booking): (Option<Party>, Option<BookingParty>) = parties;
        let fitting = booking.as_ref().map(|party| party.passengers.len()).filter(|count| *count < 5);
        let places = fitting.and_then(|count| u8::try_from(count).ok()).unwrap_or(places);
        Command::HoldSeats(HoldSeats { holder, class, places, seats, party, term, booking })
    })
}

fn claim_holds() -> impl Strategy<Value = Command> {
    (vec(hold(), 0..4), principal(), booking_party(), instant())
        .prop_map(|(holds, by, party, until)| Command::ClaimHolds(ClaimHolds { holds, by, party, until }))
}

fn change_status() -> impl Strategy<Value = Command> {
    use Status::{Arrived, Boarding, Cancelled, Delayed, Departed, Scheduled};
    let status = select(vec![Scheduled, Delayed, Delayed, Boarding, Departed, Arrived, Cancelled]);
    let text = || option::of(any::<String>());
    (status, text(), option::of(instant()), option::of(instant()), text()).prop_map(
        |(status, reason, departs, arrives, gate)| {
            Command::ChangeStatus(ChangeStatus { status, reason, departs, arrives, gate })
        },
    )
}

fn named() -> impl Strategy<Value = NamedSeats> {
    numbers().prop_map(|seats| NamedSeats { seats })
}

fn of_booking() -> impl Strategy<Value = Command> {
    prop_oneof![
        booking().prop_map(|booking| Command::ReturnClaim { booking }),
        booking().prop_map(|booking| Command::ReleaseClaim { booking }),
        booking().prop_map(|booking| Command::Confirm { booking }),
        (booking(), wish()).prop_map(|(booking, wish)| Command::AssignSeats { booking, wish }),
        (booking(), instant())
            .prop_map(|(booking, fence)| Command::StartPaying(StartPaying { booking, fence })),
        (booking(), vec(id(), 0..300))
            .prop_map(|(booking, passengers)| Command::CancelPlaces(CancelPlaces { booking, passengers })),
        (booking(), vec((id(), number()), 0..5))
            .prop_map(|(booking, moves)| Command::ChangeSeats(ChangeSeats { booking, moves })),
        (booking(), vec((id(), number()), 0..5))
            .prop_map(|(booking, moves)| Command::TrySeats(ChangeSeats { booking, moves })),
        booking().prop_map(|booking| Command::KeepSeats { booking }),
        booking().prop_map(|booking| Command::UndoSeats { booking }),
        booking().prop_map(|booking| Command::UndoSale { booking }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => open_sale(),
        6 => hold_seats(),
        2 => claim_holds(),
        7 => of_booking(),
        1 => (hold(), principal(), span())
            .prop_map(|(hold, by, ttl)| Command::ExtendHold(ExtendHold { hold, by, ttl })),
        1 => (hold(), principal()).prop_map(|(hold, by)| Command::ReleaseHold(ReleaseHold { hold, by })),
        1 => numbers().prop_map(|seats| {
            Command::BlockSeats(BlockSeats { seats, reason: BlockReason::Operations })
        }),
        1 => named().prop_map(Command::UnblockSeats),
        1 => named().prop_map(Command::SellElsewhere),
        1 => named().prop_map(Command::ReturnElsewhere),
        1 => change_status(),
        1 => Just(Command::LapseDue),
    ]
}

/// How long after the one before a command comes.
fn pause() -> impl Strategy<Value = Duration> {
    prop_oneof![
        20 => (0_u64..100).prop_map(Duration::from_secs),
        1 => any::<u32>().prop_map(|seconds| Duration::from_secs(u64::from(seconds))),
    ]
}

/// Whatever is answered, is answered again; what is accepted leaves a sound state. Says which that is.
fn ask(flight: &Flight, command: &Command, turn: Turn) -> Option<Flight> {
    let answer = flight.decide(command, turn);
    assert_eq!(flight.decide(command, turn), answer, "the same question, the same answer");
    let events = answer.ok().filter(|events| !events.is_empty())?;
    let mut next = flight.clone();
    view::evolve_row(&mut next, turn.version, &events);
    assert_eq!(invariants::breach_of_flight(&next), None, "after {command:?}");
    Some(next)
}

/// Asks everything, one after the other; whatever is accepted happens.
fn survives(start: Timestamp, commands: &[(Command, Duration)]) {
    let (mut flight, mut row, mut now) = (Flight::default(), Version::EMPTY, start);
    for (command, pause) in commands {
        now = now + *pause;
        if let Some(next) = ask(&flight, command, Turn { now, version: row.next() }) {
            (flight, row) = (next, row.next());
        }
    }
}

/// Asks in between, without consequence, what a history that makes sense would not ask.
fn is_not_disturbed(opened: &OpenSale, steps: &[Step], nonsense: &[(Command, Duration)]) {
    let mut flight = Flight::default();
    let mut nonsense = nonsense.iter().cycle();
    for (turn, row) in days_business(opened, steps) {
        row.iter().for_each(|event| flight.evolve(event));
        for _ in 0..3 {
            let (command, pause) = nonsense.next().expect("there is some nonsense");
            ask(&flight, command, Turn { now: turn.now + *pause, version: turn.version.next() });
        }
    }
}

proptest! {
    #![proptest_config(of_cases(512))]

    #[test]
    fn nonsense_from_the_first_row_on_leaves_a_sound_state(
        start in prop_oneof![Just(Timestamp::EPOCH), instant()],
        opening in open_sale(),
        commands in vec((command(), pause()), 1..50),
    ) {
        let mut all = vec![(opening, Duration::ZERO)];
        all.extend(commands);
        survives(start, &all);
    }

    #[test]
    fn nonsense_amid_a_days_business_leaves_a_sound_state(
        steps in steps(60),
        nonsense in vec((command(), pause()), 20..100),
    ) {
        is_not_disturbed(&sale_of(SMALL), &steps, &nonsense);
    }

    #[test]
    fn the_last_days_of_time_are_days_like_any_others(commands in vec((command(), pause()), 1..50)) {
        let departs = Timestamp::MAX.minus(Duration::from_secs(60));
        let opening = OpenSale { departs, arrives: Timestamp::MAX, ..sale_of(BOEING) };
        let mut all = vec![(Command::OpenSale(opening), Duration::ZERO)];
        all.extend(commands);
        survives(departs.minus(Duration::from_secs(2 * 60 * 60)), &all);
    }
}
