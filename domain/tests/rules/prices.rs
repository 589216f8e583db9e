//! What the passengers of a booking pay, and who may not sit at an exit: said when a booking takes holds over.

use domain::aggregate::{Aggregate, Turn};
use domain::fare::{Fare, PassengerPrice, for_traveller};
use domain::flight::{
    BookingParty, ChangeSeats, ClaimHolds, Command, Event, HoldSeats, Passage, Rejection, SeatChoice, Term,
};
use domain::ids::{HoldNumber, Version};
use domain::money::{Currency, Money};
use domain::party::{Breach, Passenger, SeatRule, TravellerType};
use domain::pick::Preferences;
use domain::plan::CabinClass;
use domain::time::Timestamp;

use crate::facts::{holds_claimed, places_sold, seats_held};
use crate::language::{
    ALICE, SMITH, Story, adult, adult_on, at, child, given, infant, passenger, seat, until,
};

/// Legroom on a flight of 2,475 miles.
const LEGROOM: &str = "75.00 USD";

fn dollars(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn promised() -> Fare {
    Fare { base: dollars(10_000), taxes: dollars(1_000) }
}

/// What the story answers to a command at noon.
fn decided(story: &Story, command: &Command) -> Result<Vec<Event>, Rejection> {
    story.flight().decide(command, Turn { now: at("12:00"), version: story.row().next() })
}

fn hold_for(seats: SeatChoice, passengers: &[Passenger], fare: Option<Fare>) -> Command {
    let places = passengers.iter().filter(|one| one.kind != TravellerType::Infant).count();
    Command::HoldSeats(HoldSeats {
        holder: ALICE.holder(),
        class: CabinClass::Economy,
        places: u8::try_from(places).expect("few places"),
        seats,
        party: None,
        term: Term::Until(until("13:00")),
        booking: Some(BookingParty { booking: SMITH, passengers: passengers.to_vec(), fare }),
    })
}

fn claim(holds: &[HoldNumber], passengers: &[Passenger]) -> Command {
    Command::ClaimHolds(ClaimHolds {
        holds: holds.to_vec(),
        by: ALICE.principal(),
        party: BookingParty { booking: SMITH, passengers: passengers.to_vec(), fare: Some(promised()) },
        until: until("13:00"),
    })
}

/// Who sits where and what they pay, as a claim says it.
fn claimed(events: &[Event]) -> (Vec<Passenger>, Vec<PassengerPrice>, Option<Passage>) {
    let found = events.iter().find_map(|event| {
        let Event::HoldsClaimed { passengers, prices, passage, .. } = event else { return None };
        Some((passengers.clone(), prices.clone(), *passage))
    });
    found.expect("a claim is made")
}

fn bases(prices: &[PassengerPrice]) -> Vec<String> {
    prices.iter().map(|price| price.fare.base.amount()).collect()
}

fn supplements(prices: &[PassengerPrice]) -> Vec<Option<String>> {
    prices.iter().map(|price| price.supplement.map(|money| money.to_string())).collect()
}

#[test]
fn a_promised_fare_takes_the_place_of_todays() {
    let family = [adult(1), child(2), infant(3, 1)];
    let today = decided(&given([]), &hold_for(SeatChoice::Later, &family, None)).expect("it is held");
    let then =
        decided(&given([]), &hold_for(SeatChoice::Later, &family, Some(promised()))).expect("it is held");
    let fare = |events: &[Event]| match &events[0] {
        Event::SeatsHeld(held) => held.fare,
        other => panic!("{other:?} comes first"),
    };
    assert_ne!(fare(&today), promised());
    assert_eq!(fare(&then), promised());
    let (_, prices, _) = claimed(&then);
    let kinds = [TravellerType::Adult, TravellerType::Child, TravellerType::Infant];
    let expected: Vec<Fare> = kinds.into_iter().map(|kind| for_traveller(promised(), kind)).collect();
    assert_eq!(prices.iter().map(|price| price.fare).collect::<Vec<_>>(), expected);
    assert_eq!(bases(&prices), ["100.00", "75.00", "10.00"]);
}

#[test]
fn a_promise_in_another_currency_is_no_promise() {
    let euros = Money::from_minor(10_000, Currency::EUR);
    for fare in [
        Fare { base: euros, taxes: dollars(0) },
        Fare { base: dollars(0), taxes: euros },
        Fare { base: dollars(-1), taxes: dollars(0) },
        Fare { base: dollars(0), taxes: dollars(-1) },
    ] {
        let answer = decided(&given([]), &hold_for(SeatChoice::Later, &[adult(1)], Some(fare)));
        assert_eq!(answer.map_err(|rejection| rejection.code()), Err("validation"), "{fare:?}");
    }
    let free = Fare { base: dollars(0), taxes: dollars(0) };
    assert!(decided(&given([]), &hold_for(SeatChoice::Later, &[adult(1)], Some(free))).is_ok());
}

#[test]
fn a_seat_with_legroom_costs_its_supplement() {
    let couple = [adult_on("14A", 1), adult_on("15A", 2)];
    let exact = SeatChoice::Exact(vec![seat("14A"), seat("15A")]);
    let (_, prices, _) = claimed(&decided(&given([]), &hold_for(exact, &couple, None)).expect("it is held"));
    assert_eq!(supplements(&prices), [None, Some(LEGROOM.to_owned())]);
}

#[test]
fn everybody_has_the_fare_of_the_hold_that_covers_them() {
    let hold = |number: u64, seats: &'static str, places: u8, cents: i64| {
        let Event::SeatsHeld(mut held) =
            seats_held(seats, ALICE, until("12:40")).of_places(places).event(&given([]))
        else {
            panic!("it is a hold")
        };
        held.hold = HoldNumber::made_by(Version::new(number));
        held.fare = Fare { base: dollars(cents), taxes: dollars(0) };
        Event::SeatsHeld(held)
    };
    let mut flight = given([]).flight().clone();
    for event in [hold(2, "14A", 2, 20_000), hold(3, "14C", 1, 30_000)] {
        flight.evolve(&event);
    }
    let holds = [2, 3].map(|row| HoldNumber::made_by(Version::new(row)));
    let people = [adult_on("14C", 1), adult(2), adult(3), infant(4, 1)];
    let turn = Turn { now: at("12:30"), version: Version::new(4) };
    let (seated, prices, _) =
        claimed(&flight.decide(&claim(&holds, &people), turn).expect("they are claimed"));
    assert_eq!((seated[1].seat, seated[2].seat), (Some(seat("14A")), None));
    assert_eq!(bases(&prices), ["300.00", "200.00", "200.00", "30.00"]);
}

#[test]
fn a_claim_says_when_the_departure_is_and_where_it_goes() {
    let events = decided(&given([]), &hold_for(SeatChoice::Later, &[adult(1)], None)).expect("it is held");
    let passage = Passage {
        destination: "LAX".parse().expect("an airport"),
        departs: at("18:00"),
        arrives: at("21:00"),
    };
    assert_eq!(claimed(&events).2, Some(passage));
}

#[test]
fn a_move_changes_the_price_until_it_is_paid() {
    let seated = [adult_on("14A", 1)];
    let exact = SeatChoice::Exact(vec![seat("14A")]);
    let mut flight = given([]).flight().clone();
    let turn = |now: Timestamp, row| Turn { now, version: Version::new(row) };
    let held = flight.decide(&hold_for(exact, &seated, None), turn(at("12:00"), 2)).expect("it is held");
    held.iter().for_each(|event| flight.evolve(event));
    let to = |number: &str| {
        Command::ChangeSeats(ChangeSeats { booking: SMITH, moves: vec![(passenger(1), seat(number))] })
    };
    let mut moved = |number: &str, row| {
        let events = flight.decide(&to(number), turn(at("12:01"), row)).expect("it is changed");
        events.iter().for_each(|event| flight.evolve(event));
        let Event::SeatsChanged { prices, .. } = &events[0] else { panic!("they move") };
        supplements(prices)
    };
    assert_eq!(moved("15A", 3), [Some(LEGROOM.to_owned())]);
    assert_eq!(moved("15C", 4), Vec::<Option<String>>::new());
    assert_eq!(moved("16A", 5), [None::<String>]);
}

#[test]
fn what_was_paid_for_legroom_is_good_for_legroom() {
    let legroom = |story: Story| {
        let moves = vec![(passenger(1), seat("15C"))];
        decided(&story, &Command::ChangeSeats(ChangeSeats { booking: SMITH, moves })).map_err(|no| no.code())
    };
    let bought_on = |number: &'static str| {
        given([
            seats_held(number, ALICE, until("12:10")),
            holds_claimed([number], SMITH, [adult_on(number, 1)], until("13:00")),
            places_sold(SMITH),
        ])
    };
    assert!(legroom(bought_on("15A")).is_ok());
    assert_eq!(legroom(bought_on("14A")), Err("seat-costs-more"));
}

/// An adult who has not turned 15.
fn young(id: u8) -> Passenger {
    Passenger { no_exit: true, ..adult(id) }
}

#[test]
fn an_adult_under_fifteen_does_not_sit_at_an_exit() {
    let on_exit = Passenger { seat: Some(seat("15A")), ..young(1) };
    let exact = || SeatChoice::Exact(vec![seat("15A")]);
    let breach = |rule| Breach { seat: Some(seat("15A")), rule };
    assert_eq!(
        decided(&given([]), &hold_for(exact(), &[on_exit, adult(2)], None)),
        Err(Rejection::SeatRules { breaches: vec![breach(SeatRule::ExitRowMinAge)] })
    );
    assert_eq!(
        decided(&given([]), &hold_for(exact(), &[young(1)], None)),
        Err(Rejection::SeatRules { breaches: vec![breach(SeatRule::ExitRowAdultsOnly)] })
    );
    let (seated, _, _) =
        claimed(&decided(&given([]), &hold_for(exact(), &[young(1), adult(2)], None)).expect("held"));
    assert_eq!((seated[0].seat, seated[1].seat), (None, Some(seat("15A"))));
}

#[test]
fn the_best_seats_for_an_adult_under_fifteen_are_not_at_an_exit() {
    let crowd: Vec<Passenger> = (1..=9).map(|id| if id < 5 { young(id) } else { adult(id) }).collect();
    let best = SeatChoice::Best(Preferences::default());
    let (seated, _, _) = claimed(&decided(&given([]), &hold_for(best, &crowd, None)).expect("it is held"));
    assert!(seated.iter().all(|one| one.seat.is_some()));
    let at_exit = |one: &&Passenger| one.seat.is_some_and(|number| number.row() == 15);
    assert!(seated.iter().filter(at_exit).all(|one| !one.no_exit), "{seated:?}");
}

#[test]
fn exact_seats_for_some_and_the_best_for_the_others() {
    let people = [adult_on("14C", 1), adult(2), infant(3, 2)];
    let choice = |named: &[&str]| {
        let named = named.iter().map(|number| seat(number)).collect();
        SeatChoice::ExactAndBest(named, Preferences::default())
    };
    let (seated, _, _) =
        claimed(&decided(&given([]), &hold_for(choice(&["14C"]), &people, None)).expect("held"));
    assert_eq!(seated[0].seat, Some(seat("14C")));
    assert!(seated[1].seat.is_some_and(|number| number != seat("14C")));
    for named in [&["14C", "14A"][..], &[], &["10A"]] {
        let answer = decided(&given([]), &hold_for(choice(named), &people, None));
        assert_eq!(answer.map_err(|no| no.code()), Err("validation"), "{named:?}");
    }
    let Command::HoldSeats(mut loose) = hold_for(choice(&["14C"]), &people, None) else { panic!("it holds") };
    loose.booking = None;
    let answer = decided(&given([]), &Command::HoldSeats(loose));
    assert_eq!(answer.map_err(|no| no.code()), Err("validation"), "nobody says who takes which");
}
