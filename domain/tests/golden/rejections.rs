//! What the lines of `rejections_1.jsonl` mean, in the same order.

use domain::flight::{Rejection, Status, TakenSeat};
use domain::party::{Breach, SeatRule};
use domain::plan::CabinClass;
use domain::view::SeatState;

use crate::events::{BOOKING, at, hold, seat, seats};

pub const KINDS: usize = 21;

/// A number for each kind of refusal, below [`KINDS`].
pub const fn kind(rejection: &Rejection) -> usize {
    match rejection {
        Rejection::NotOnSale => 0,
        Rejection::AlreadyOnSale => 1,
        Rejection::Unacceptable { .. } => 2,
        Rejection::SaleClosed { .. } => 3,
        Rejection::FlightCancelled => 4,
        Rejection::FlightDeparted => 5,
        Rejection::NoSuchTransition { .. } => 6,
        Rejection::NoSuchCabin { .. } => 7,
        Rejection::NoSuchSeats { .. } => 8,
        Rejection::SeatTaken { .. } => 9,
        Rejection::CabinFull { .. } => 10,
        Rejection::NoSuitableSeats { .. } => 11,
        Rejection::HoldLimit { .. } => 12,
        Rejection::SeatRules { .. } => 13,
        Rejection::NoSuchHold { .. } => 14,
        Rejection::HoldGone { .. } => 15,
        Rejection::HoldBooked { .. } => 16,
        Rejection::ClaimGone { .. } => 17,
        Rejection::AlreadySold { .. } => 18,
        Rejection::NoSuchPassengers { .. } => 19,
        Rejection::SeatCostsMore { .. } => 20,
    }
}

/// The code of each kind, which clients program against.
pub const CODES: [&str; KINDS] = [
    "not-on-sale",
    "already-on-sale",
    "validation",
    "sale-closed",
    "flight-cancelled",
    "flight-departed",
    "no-such-transition",
    "no-such-cabin",
    "no-such-seats",
    "seat-taken",
    "cabin-full",
    "no-suitable-seats",
    "hold-limit",
    "seat-rules",
    "not-found",
    "hold-gone",
    "hold-booked",
    "claim-gone",
    "already-sold",
    "not-found",
    "seat-costs-more",
];

/// Rules that a stored refusal may name.
const RULES: [SeatRule; 18] = [
    SeatRule::NobodySeated,
    SeatRule::PartyTooLarge,
    SeatRule::UnaccompaniedMinor,
    SeatRule::MoreInfantsThanAdults,
    SeatRule::MoreSeatsThanTravellers,
    SeatRule::ExitRowNeedsTravellers,
    SeatRule::ExitRowAdultsOnly,
    SeatRule::ExitRowNoInfant,
    SeatRule::NoInfantSeat,
    SeatRule::OneInfantPerSeatBlock,
    SeatRule::NoSuchSeat,
    SeatRule::SeatNamedTwice,
    SeatRule::PassengerNamedTwice,
    SeatRule::InfantHasSeat,
    SeatRule::InfantNeedsLap,
    SeatRule::LapOfAdultsOnly,
    SeatRule::OneInfantPerLap,
    SeatRule::OnlyInfantsOnLaps,
];

pub fn all() -> Vec<Rejection> {
    let taken = |number, state, until| TakenSeat { seat: seat(number), state, until };
    let of_seat = Breach { seat: Some(seat("15A")), rule: SeatRule::ExitRowNoInfant };
    let of_nobody = RULES.into_iter().map(|rule| Breach { seat: None, rule });
    vec![
        Rejection::NotOnSale,
        Rejection::AlreadyOnSale,
        Rejection::Unacceptable {
            member: "ttlSeconds".to_owned(),
            why: "hold for 1 to 1800 seconds".to_owned(),
        },
        Rejection::SaleClosed { closed: at("2026-12-01T17:00:00.000Z") },
        Rejection::FlightCancelled,
        Rejection::FlightDeparted,
        Rejection::NoSuchTransition { from: Status::Departed, to: Status::Scheduled },
        Rejection::NoSuchCabin { class: CabinClass::First },
        Rejection::NoSuchCabin { class: CabinClass::Business },
        Rejection::NoSuchSeats { seats: seats("99A 99B") },
        Rejection::SeatTaken {
            seats: vec![
                taken("14C", SeatState::Held, Some(at("2026-11-20T12:10:00.000Z"))),
                taken("14D", SeatState::Sold, None),
                taken("14E", SeatState::Blocked, None),
            ],
            alternatives: seats("13C 15C"),
        },
        Rejection::CabinFull { class: CabinClass::Economy, sellable: 2 },
        Rejection::NoSuitableSeats { class: CabinClass::PremiumEconomy },
        Rejection::HoldLimit { holds_max: 4, places_max: 9 },
        Rejection::SeatRules { breaches: std::iter::once(of_seat).chain(of_nobody).collect() },
        Rejection::NoSuchHold { hold: hold(17) },
        Rejection::HoldGone { hold: hold(17) },
        Rejection::HoldBooked { hold: hold(17), booking: BOOKING },
        Rejection::ClaimGone { booking: BOOKING },
        Rejection::AlreadySold { booking: BOOKING },
        Rejection::NoSuchPassengers { booking: BOOKING },
        Rejection::SeatCostsMore { seats: seats("15A 15C") },
        Rejection::SeatRules {
            breaches: vec![Breach { seat: Some(seat("15A")), rule: SeatRule::ExitRowMinAge }],
        },
    ]
}
