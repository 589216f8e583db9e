//! Bookings and what is told, as JSON texts that both databases take apart themselves: they come with few statements, so
//! what that costs is not felt, and one text is easier to keep the same than thirty arrays.

use domain::ids::{AirportCode, PrincipalId, RecordLocator, Version};
use domain::money::Money;
use domain::time::Timestamp;
use serde::Serialize;

use crate::journal::{BookedRow, BookingRow, EventBody, EventRow, LedgerRow, Statement, StoredEvent};

/// A line of the table `booking`.
#[derive(Serialize)]
struct Booking<'a> {
    stream: &'a str,
    version: Version,
    locator: RecordLocator,
    status: String,
    customer: &'a PrincipalId,
    made_by: &'a PrincipalId,
    class: String,
    people: String,
    created_ms: i64,
    day: String,
    origin: String,
    destination: String,
    departs_ms: Option<i64>,
    seats: usize,
    currency: &'a str,
    total_minor: i64,
    body: String,
}

/// A line of the table `booking_flight`.
#[derive(Serialize)]
struct Booked<'a> {
    flight: String,
    stream: &'a str,
}

/// A line of the table `event`. Where it stands follows from the row's place in the statement, or is known already.
#[derive(Serialize)]
struct Event<'a> {
    number: usize,
    ordinal: u16,
    stream: &'a str,
    version: Version,
    kind: &'a str,
    customer: Option<&'a PrincipalId>,
    made_by: Option<&'a PrincipalId>,
    flight: Option<String>,
    at_ms: i64,
    body: String,
}

/// A line of the table `ledger`.
#[derive(Serialize)]
struct Ledger<'a> {
    stream: &'a str,
    version: Version,
    ordinal: u16,
    at_ms: i64,
    account: &'a str,
    currency: &'a str,
    minor: i64,
}

/// Why a name has a JSON form.
const TEXTS: &str = "texts and whole numbers always have a JSON form";

fn list<T: Serialize>(rows: impl Iterator<Item = T>) -> Option<String> {
    let rows: Vec<T> = rows.collect();
    (!rows.is_empty()).then(|| serde_json::to_string(&rows).expect(TEXTS))
}

/// The word that an enum is stored as.
pub fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("it is stored as a word: {other:?}"),
    }
}

/// Lines of the list of bookings; `None` without any.
pub fn bookings<'a>(rows: impl Iterator<Item = &'a BookingRow>) -> Option<String> {
    list(rows.map(booking))
}

fn booking(row: &BookingRow) -> Booking<'_> {
    let view = &row.view;
    let total = view.price.as_ref().map(|price| price.whole.total);
    let airport = |code: Option<AirportCode>| code.map(|code| code.to_string()).unwrap_or_default();
    Booking {
        stream: row.stream.as_str(),
        version: view.version,
        locator: view.locator,
        status: word(&view.status),
        customer: &view.customer,
        made_by: &view.made_by,
        class: word(&view.class),
        people: view.people.to_string(),
        created_ms: view.created.millis(),
        day: row.day().to_string(),
        origin: airport(row.first().map(|first| first.flight.origin)),
        destination: airport(row.destination()),
        departs_ms: row.first().and_then(|first| first.departs).map(Timestamp::millis),
        seats: row.seats(),
        currency: total.map_or("", |total| total.currency().code()),
        total_minor: total.map_or(0, Money::minor),
        body: serde_json::to_string(view).expect(TEXTS),
    }
}

/// On which departures bookings are; `None` without any.
pub fn booked<'a>(rows: impl Iterator<Item = &'a BookedRow>) -> Option<String> {
    list(rows.map(|row| Booked { flight: row.flight.to_string(), stream: row.stream.as_str() }))
}

/// Lines of the ledger; `None` without any.
pub fn ledger<'a>(rows: impl Iterator<Item = &'a LedgerRow>) -> Option<String> {
    list(rows.map(|row| Ledger {
        stream: row.stream.as_str(),
        version: row.version,
        ordinal: row.ordinal,
        at_ms: row.at.millis(),
        account: row.line.account.name(),
        currency: row.line.amount.currency().code(),
        minor: row.line.amount.minor(),
    }))
}

/// What a statement tells; `None` when it is nothing.
pub fn events(statement: &Statement) -> Option<String> {
    let number = |told: &EventRow| {
        let row =
            statement.rows.iter().position(|row| row.stream == told.stream && row.version == told.version);
        // Counted from 1. What is told of no row of the statement is a bug; it would be told before everything.
        row.map_or(0, |at| at + 1)
    };
    list(statement.events.iter().map(|told| event(number(told), told)))
}

/// What is stored already, each with its position in the place of a number.
pub fn told<'a>(rows: impl Iterator<Item = &'a StoredEvent>) -> Option<String> {
    list(rows.map(|row| event(usize::try_from(row.id.position.0).unwrap_or_default(), &row.told)))
}

fn event(number: usize, told: &EventRow) -> Event<'_> {
    let news = &told.news;
    // What is told of a booking goes to whose it is; what is told of a departure, to whoever is on it.
    let flight = if news.customer.is_none() { news.flights.first() } else { None };
    let body = EventBody { flights: news.flights.clone(), listing: told.listing.clone() };
    Event {
        number,
        ordinal: told.ordinal,
        stream: told.stream.as_str(),
        version: told.version,
        kind: news.kind.name(),
        customer: news.customer.as_ref(),
        made_by: news.made_by.as_ref(),
        flight: flight.map(ToString::to_string),
        at_ms: told.at.millis(),
        body: serde_json::to_string(&body).expect(TEXTS),
    }
}
