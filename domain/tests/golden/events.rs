//! What the lines of `events_1.jsonl` mean, in the same order.

use domain::fare::{Fare, FareBasis, PassengerPrice};
use domain::flight::{
    BlockReason, EndReason, Event, OpenSale, Passage, SeatMove, SeatsHeld, Service, Status, StatusChanged,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, Version};
use domain::money::{Currency, Money};
use domain::party::{Party, Passenger, TravellerType};
use domain::plan::{CabinClass, SeatNumber, SeatPlan};
use domain::time::Timestamp;

pub const KINDS: usize = 21;

/// A number for each kind of event, below [`KINDS`].
pub const fn kind(event: &Event) -> usize {
    match event {
        Event::SaleOpened(_) => 0,
        Event::SeatsHeld(_) => 1,
        Event::HoldExtended { .. } => 2,
        Event::HoldReleased { .. } => 3,
        Event::HoldLapsed { .. } => 4,
        Event::HoldEnded { .. } => 5,
        Event::HoldsClaimed { .. } => 6,
        Event::ClaimReturned { .. } => 7,
        Event::ClaimReleased { .. } => 8,
        Event::PayingStarted { .. } => 9,
        Event::PlacesSold { .. } => 10,
        Event::PlacesCancelled { .. } => 11,
        Event::SeatsChanged { .. } => 12,
        Event::SeatsBlocked { .. } => 13,
        Event::SeatsUnblocked { .. } => 14,
        Event::SeatsSoldElsewhere { .. } => 15,
        Event::SeatsReturnedElsewhere { .. } => 16,
        Event::StatusChanged(_) => 17,
        Event::SeatsTried { .. } => 18,
        Event::SeatsKept { .. } => 19,
        Event::SeatsUndone { .. } => 20,
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn seat(number: &str) -> SeatNumber {
    number.parse().expect("a seat number")
}

pub fn seats(numbers: &str) -> Vec<SeatNumber> {
    numbers.split(' ').map(seat).collect()
}

pub fn hold(row: u64) -> HoldNumber {
    HoldNumber::made_by(Version::new(row))
}

pub const BOOKING: BookingId = BookingId::new(0x0123_4567_89ab_cdef_0011_2233_4455_6677);

fn fare() -> Fare {
    Fare { base: Money::from_minor(16_300, Currency::USD), taxes: Money::from_minor(2_233, Currency::USD) }
}

fn passenger(id: u8, kind: TravellerType, number: Option<&str>, lap_of: Option<u8>) -> Passenger {
    Passenger {
        id: PassengerId::new(id),
        kind,
        seat: number.map(seat),
        lap_of: lap_of.map(PassengerId::new),
        no_exit: false,
    }
}

pub fn all() -> Vec<Event> {
    let mut all = selling();
    all.extend(holding());
    all.extend(booking());
    all.extend(changing());
    all.extend(operating());
    all.extend(since_bookings());
    all
}

fn selling() -> Vec<Event> {
    vec![
        Event::SaleOpened(OpenSale {
            flight: "B6-523-2026-12-01-JFK".parse().expect("a flight id"),
            service: Service::published("LAX", "Airbus A320").expect("a sound service"),
            plan: SeatPlan::read("F:1-5:AB-EF;Y:10-33:ABC-DEF", "32A 33F").expect("a sound layout"),
            departs: at("2026-12-01T18:00:00.000Z"),
            arrives: at("2026-12-02T00:11:00.000Z"),
            basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
            sold_elsewhere: seats("10A 10B"),
        }),
        Event::SaleOpened(OpenSale {
            flight: "9E-3-2027-02-28-LGA".parse().expect("a flight id"),
            service: Service::published("LAX", "Airbus A320").expect("a sound service"),
            plan: SeatPlan::read("Y:1-12:AC-DF;Y:13-13:DF", "").expect("a sound layout"),
            departs: at("2027-02-28T06:00:00.000Z"),
            arrives: at("2027-02-28T07:05:00.000Z"),
            basis: FareBasis { distance_mi: 187, currency: Currency::EUR },
            sold_elsewhere: Vec::new(),
        }),
    ]
}

fn holding() -> Vec<Event> {
    let seated = SeatsHeld {
        hold: hold(2),
        holder: "auth0|64af".parse().expect("a subject"),
        class: CabinClass::Economy,
        places: 3,
        seats: seats("12A 12B"),
        party: Some(Party { adults: 2, children: 1, infants: 1 }),
        created: at("2026-11-20T12:00:00.000Z"),
        until: at("2026-11-20T12:10:00.250Z"),
        fare: fare(),
    };
    let later = SeatsHeld {
        hold: hold(3),
        class: CabinClass::PremiumEconomy,
        places: 1,
        seats: Vec::new(),
        party: None,
        ..seated.clone()
    };
    vec![
        Event::SeatsHeld(seated),
        Event::SeatsHeld(later),
        Event::HoldExtended { hold: hold(2), until: at("2026-11-20T12:30:00.000Z") },
        Event::HoldReleased { hold: hold(2) },
        Event::HoldLapsed { hold: hold(18_446_744_073_709_551_615) },
        Event::HoldEnded { hold: hold(2), reason: EndReason::FlightCancelled },
        Event::HoldEnded { hold: hold(2), reason: EndReason::FlightDeparted },
    ]
}

fn booking() -> Vec<Event> {
    use TravellerType::{Adult, Child, Infant};
    vec![
        Event::HoldsClaimed {
            booking: BOOKING,
            holds: vec![hold(2), hold(3)],
            passengers: vec![
                passenger(1, Adult, Some("12A"), None),
                passenger(2, Child, Some("12B"), None),
                passenger(3, Infant, None, Some(1)),
                passenger(4, Adult, None, None),
            ],
            until: at("2026-11-20T12:40:00.000Z"),
            prices: Vec::new(),
            passage: None,
        },
        Event::ClaimReturned { booking: BOOKING },
        Event::ClaimReleased { booking: BOOKING },
        Event::PayingStarted { booking: BOOKING, fence: at("2026-11-20T12:55:00.000Z") },
        Event::PlacesSold { booking: BOOKING },
        Event::PlacesCancelled {
            booking: BOOKING,
            passengers: vec![PassengerId::new(1), PassengerId::new(3)],
        },
    ]
}

fn changing() -> Vec<Event> {
    let to_a_held_seat = SeatMove {
        passenger: PassengerId::new(1),
        from: Some(seat("12A")),
        to: seat("14C"),
        hold: Some(hold(2)),
    };
    let to_a_bought_seat =
        SeatMove { passenger: PassengerId::new(4), from: None, to: seat("12A"), hold: None };
    vec![Event::SeatsChanged {
        booking: BOOKING,
        moves: vec![to_a_held_seat, to_a_bought_seat],
        prices: Vec::new(),
    }]
}

/// What came later; their lines stand below those of the first day.
fn since_bookings() -> Vec<Event> {
    let price = |id, supplement: Option<i64>| PassengerPrice {
        passenger: PassengerId::new(id),
        fare: fare(),
        supplement: supplement.map(|minor| Money::from_minor(minor, Currency::USD)),
    };
    let young = Passenger { no_exit: true, ..passenger(2, TravellerType::Adult, None, None) };
    let moves = || {
        vec![SeatMove {
            passenger: PassengerId::new(1),
            from: Some(seat("12A")),
            to: seat("15A"),
            hold: None,
        }]
    };
    vec![
        Event::HoldsClaimed {
            booking: BOOKING,
            holds: vec![hold(2)],
            passengers: vec![passenger(1, TravellerType::Adult, Some("12A"), None), young],
            until: at("2026-11-20T12:40:00.000Z"),
            prices: vec![price(1, Some(75_00)), price(2, None)],
            passage: Some(Passage {
                destination: "LAX".parse().expect("an airport"),
                departs: at("2026-12-01T18:00:00.000Z"),
                arrives: at("2026-12-02T00:11:00.000Z"),
            }),
        },
        Event::SeatsChanged { booking: BOOKING, moves: moves(), prices: vec![price(1, Some(75_00))] },
        Event::SeatsTried { booking: BOOKING, moves: moves(), prices: vec![price(1, Some(75_00))] },
        Event::SeatsTried { booking: BOOKING, moves: moves(), prices: Vec::new() },
        Event::SeatsKept { booking: BOOKING, opened: seats("12A") },
        Event::SeatsUndone { booking: BOOKING, moves: moves() },
    ]
}

fn operating() -> Vec<Event> {
    let blocked = |reason| Event::SeatsBlocked { seats: seats("33D 33E"), reason };
    let changed = |status| {
        Event::StatusChanged(StatusChanged {
            status,
            reason: None,
            departs: at("2026-12-01T18:00:00.000Z"),
            arrives: at("2026-12-02T00:11:00.000Z"),
            gate: None,
        })
    };
    vec![
        blocked(BlockReason::Crew),
        blocked(BlockReason::Defect),
        blocked(BlockReason::Balance),
        blocked(BlockReason::Operations),
        Event::SeatsUnblocked { seats: seats("33D 33E") },
        Event::SeatsSoldElsewhere { seats: seats("20A") },
        Event::SeatsReturnedElsewhere { seats: seats("20A") },
        Event::StatusChanged(StatusChanged {
            status: Status::Delayed,
            reason: Some("snow in JFK – \"de-icing\"".to_owned()),
            departs: at("2026-12-01T19:30:00.000Z"),
            arrives: at("2026-12-02T01:41:00.000Z"),
            gate: Some("B22".to_owned()),
        }),
        changed(Status::Scheduled),
        changed(Status::Boarding),
        changed(Status::Departed),
        changed(Status::Arrived),
        changed(Status::Cancelled),
    ]
}
