//! Commands to the departure of the tests, and the times of its days.
//!
//! It is B6-523 from JFK, a small aircraft of twelve seats, 10A 11A 12A 13A 14A 14C 15A 15C 16A 17A 18A
//! 19A, that leaves on 10 December 2026 at 18:00. Its sale opens on the first at 09:00, with row 1.

use std::time::Duration;

use actors::entity::Request;
use domain::fare::FareBasis;
use domain::flight::{
    BookingParty, ChangeStatus, ClaimHolds, Command, ExtendHold, HoldSeats, Holder, HolderKind, OpenSale,
    ReleaseHold, SeatChoice, Service, Status, Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, Version};
use domain::money::Currency;
use domain::party::{Passenger, TravellerType};
use domain::plan::{CabinClass, SeatPlan};
use domain::time::Timestamp;
use persistence::journal::{Fingerprint, RequestId, RequestKey, StreamId};

const FLIGHT: &str = "B6-523-2026-12-10-JFK";

/// The booking that claims holds.
pub const SMITH: BookingId = BookingId::new(0x51);

pub fn stream() -> StreamId {
    StreamId::of("flight", &FLIGHT).expect("a flight id names a stream")
}

/// `12:00` on the first of December, `2/12:00` on the second; to the minute, the second or the millisecond.
pub fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once('/').unwrap_or(("1", text));
    let seconds = if time.len() == "12:00".len() { ":00" } else { "" };
    format!("2026-12-{day:0>2}T{time}{seconds}Z").parse().expect("tables write times of day")
}

/// The same way round.
pub fn time_of(at: Timestamp) -> String {
    let text = at.to_string();
    let text = text.trim_start_matches("2026-12-").trim_start_matches('0').trim_end_matches('Z');
    let text = text.trim_end_matches(".000").replace('T', "/");
    let text = text.strip_suffix(":00").unwrap_or(&text);
    text.strip_prefix("1/").unwrap_or(text).to_owned()
}

/// A client's key; the fingerprint says what it asks.
pub fn key(number: u64, fingerprint: u64) -> RequestKey {
    let digest = |number: u64| u128::from(number).to_be_bytes();
    RequestKey { id: RequestId::new(digest(number)), fingerprint: Fingerprint::new(digest(fingerprint)) }
}

pub fn request(command: Command) -> Request<Command> {
    Request { key: None, remember_refusal: true, deadline: None, command }
}

pub fn open_sale() -> Command {
    Command::OpenSale(OpenSale {
        flight: FLIGHT.parse().expect("a flight id"),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: SeatPlan::read("Y:10-13:A;Y:14-15:A-C;Y:16-19:A", "").expect("the layout is sound"),
        departs: at("10/18:00"),
        arrives: at("10/21:00"),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    })
}

/// Everybody but `dee`, an agent, books for themselves.
pub fn hold(seat: &str, by: &str, minutes: u64) -> Command {
    let kind = if by == "dee" { HolderKind::Agent } else { HolderKind::Customer };
    Command::HoldSeats(HoldSeats {
        holder: Holder { principal: by.parse().expect("names are short"), kind },
        class: CabinClass::Economy,
        places: 1,
        seats: SeatChoice::Exact(vec![seat.parse().expect("a seat number")]),
        party: None,
        term: Term::For(Duration::from_secs(60 * minutes)),
        booking: None,
    })
}

pub fn number(row: u64) -> HoldNumber {
    HoldNumber::made_by(Version::new(row))
}

pub fn release(row: u64, by: &str) -> Command {
    Command::ReleaseHold(ReleaseHold { hold: number(row), by: by.parse().expect("names are short") })
}

pub fn extend(row: u64, by: &str, minutes: u64) -> Command {
    let (by, ttl) = (by.parse().expect("names are short"), Duration::from_secs(60 * minutes));
    Command::ExtendHold(ExtendHold { hold: number(row), by, ttl })
}

/// The Smiths' booking, one adult, takes a hold over.
pub fn claim(row: u64, by: &str, until: Timestamp) -> Command {
    let adult = Passenger {
        id: PassengerId::new(1),
        kind: TravellerType::Adult,
        seat: None,
        lap_of: None,
        no_exit: false,
    };
    Command::ClaimHolds(ClaimHolds {
        holds: vec![number(row)],
        by: by.parse().expect("names are short"),
        party: BookingParty { booking: SMITH, passengers: vec![adult], fare: None },
        until,
    })
}

pub fn cancel_flight() -> Command {
    let status = Status::Cancelled;
    Command::ChangeStatus(ChangeStatus { status, reason: None, departs: None, arrives: None, gate: None })
}
