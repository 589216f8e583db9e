//! Bookings to try the stores with.

use std::time::Duration;

use domain::booking::{LegState, Status};
use domain::fare::Price;
use domain::ids::{BookingId, FlightId, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version};
use domain::money::{Currency, Money};
use domain::news::{News, NewsKind};
use domain::party::TravellerType;
use domain::plan::CabinClass;
use domain::view::{BookingPrice, BookingView, SeatOf, SegmentView, TravellerView};
use persistence::journal::{BookedRow, BookingRow, Entry, EventRow, Listing, Record, Row, StreamId};

use crate::samples::{at, row_entry, stream, summary};

/// The `number`-th sample booking, and its stream.
pub fn booking_id(number: u32) -> BookingId {
    BookingId::new(u128::from(number))
}

pub fn booking_stream(number: u32) -> StreamId {
    StreamId::of("booking", &booking_id(number)).unwrap()
}

pub fn flight_of(of: usize) -> FlightId {
    stream(of).as_str().strip_prefix("flight/").unwrap().parse().unwrap()
}

/// How lists show a sample booking after a row: one direction over two sample departures.
pub fn view(number: u32, version: u64) -> BookingView {
    let of = usize::try_from(number).unwrap() % 5;
    let principal = |name: &str, of: u32| -> PrincipalId { format!("usr_{name}{of}").parse().unwrap() };
    let created = at(1_790_000_000_000) + Duration::from_secs(3_600 * u64::from(number));
    let segment = |of: usize| {
        let latest = summary(of, version).latest;
        SegmentView {
            flight: flight_of(of),
            state: if version < 3 { LegState::Wanted } else { LegState::Held },
            destination: (version >= 3).then(|| summary(of, version).service.destination),
            departs: (version >= 3).then_some(latest.departs),
            arrives: (version >= 3).then_some(latest.arrives),
            seats: vec![SeatOf { passenger: PassengerId::new(1), seat: "12A".parse().ok() }],
            holds: Vec::new(),
        }
    };
    let money =
        |minor: i64| Money::from_minor(minor, if number % 3 == 2 { Currency::EUR } else { Currency::USD });
    let price =
        Price { base: money(10_000), taxes: money(900), supplements: money(100), total: money(11_000) };
    BookingView {
        booking: booking_id(number),
        version: Version::new(version),
        locator: RecordLocator::of(number),
        status: match version {
            0..3 => Status::Holding,
            3..6 => Status::Held,
            6..9 => Status::Confirmed,
            _ => Status::Cancelled,
        },
        settled: version >= 3,
        customer: principal("c", number % 4),
        made_by: principal("a", number % 2),
        class: CabinClass::Economy,
        created,
        hold_expires: None,
        ticketing_time_limit: created,
        price_guaranteed_until: created,
        slices: vec![vec![segment(of), segment(of + 1)]],
        passengers: vec![TravellerView { id: PassengerId::new(1), kind: TravellerType::Adult }],
        price: (version >= 3).then(|| BookingPrice { whole: price, per_passenger: Vec::new() }),
        settlement: None,
        payment: None,
        quote: None,
        quoted_part: None,
        declined: None,
        end: None,
        people: PeopleRef::new(u128::from(number)),
    }
}

/// The same as a line of the list.
pub fn booking_row(number: u32, version: u64) -> BookingRow {
    BookingRow { stream: booking_stream(number), view: Box::new(view(number, version)) }
}

/// The departures of a sample booking.
pub fn booked(number: u32) -> Vec<BookedRow> {
    let flights = view(number, 1).slices.into_iter().flatten().map(|segment| segment.flight);
    flights.map(|flight| BookedRow { flight, stream: booking_stream(number) }).collect()
}

/// The news of a sample booking.
pub fn news(number: u32, kind: NewsKind) -> News {
    let view = view(number, 1);
    let flights = view.slices.into_iter().flatten().map(|segment| segment.flight).collect();
    News { kind, customer: Some(view.customer), made_by: Some(view.made_by), flights }
}

/// What a row of a sample departure tells.
pub fn told(of: usize, version: u64, ordinal: u16) -> EventRow {
    let news = if version.is_multiple_of(2) {
        News {
            kind: NewsKind::FlightStatusChanged,
            customer: None,
            made_by: None,
            flights: vec![flight_of(of)],
        }
    } else {
        news(u32::try_from(of).unwrap(), NewsKind::BookingUpdated)
    };
    let listing = Some(Listing::Departure(Box::new(summary(of, version))));
    let at = at(1_000 + i64::try_from(version).unwrap());
    EventRow { stream: stream(of), version: Version::new(version), ordinal, at, news, listing }
}

/// A row of a sample booking, as its owner hands it in.
pub fn booking_entry(number: u32, version: u64, kind: Option<NewsKind>) -> Entry<()> {
    let mut entry = row_entry(0, version);
    entry.stream = booking_stream(number);
    let Record::Row(row) = entry.record else { unreachable!("a row is a row") };
    let view = view(number, version);
    entry.record = Record::Row(Row {
        at: view.created + Duration::from_secs(version),
        listing: Some(Listing::Booking(Box::new(view))),
        news: kind.map(|kind| news(number, kind)).into_iter().collect(),
        ..row
    });
    entry
}
