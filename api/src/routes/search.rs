//! Searching for ways to travel.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Shared;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::AirportCode;
use domain::money::{Currency, Money};
use domain::party::{Party, SEATED_MAX, breaches_of_party};
use domain::plan::CabinClass;
use domain::time::Timestamp;
use gateways::Status;
use jiff::civil::{Date, Time, time};
use schedule::{Airport, Reference};
use search::{Direction, Filters, Hours, PageWish, Place, STOPS_MAX, Sort, Trip, Window, Wish, arrange};
use serde_json::Value;

use crate::State;
use crate::fields::{Fields, parsed, text, whole, word};
use crate::json::Json;
use crate::offers;
use crate::problem::Problem;
use crate::refusals::why_not;
use crate::sent::Sent;
use crate::shape::flight::PageInfo;
use crate::shape::offer::Offer;
use crate::shape::search::{Cache, SearchAnswer, SearchWish};
use crate::state::now;

/// Offers on a page unless it is said otherwise.
const LIMIT_DEFAULT: usize = 20;

/// Offers on a page at most, as in every list.
const LIMIT_MAX: u64 = 100;

/// Airlines that a filter may name: more than fly here.
const AIRLINES_MAX: usize = 20;

/// The longest direction that a filter may name, in minutes: two nights and a day.
const DURATION_MAX_MINUTES: u64 = 48 * 60;

/// What the fields of a request may be called.
const FIELDS: [&str; 11] = [
    "origin",
    "destination",
    "departureDate",
    "returnDate",
    "passengers",
    "cabinClass",
    "maxConnections",
    "sort",
    "filters",
    "limit",
    "cursor",
];

/// What the fields of its filters may be called.
const FILTERS: [&str; 8] = [
    "maxPrice",
    "maxConnections",
    "airlines",
    "maxDurationMinutes",
    "departure",
    "arrival",
    "returnDeparture",
    "returnArrival",
];

/// A search, and which page of it.
struct Asked {
    wish: Wish,
    filters: Filters,
    sort: Sort,
    after: Option<Place>,
    most: usize,
}

/// Searches for ways to travel: direct or with stops, there or there and back.
///
/// Prices and places are of now. The price of an offer holds until it expires; a place is yours when you hold or book it.
#[utoipa::path(post, path = "/api/v1/flights/search", operation_id = "searchFlights", tag = "Flights", request_body = SearchWish,
    responses(
        (status = 200, body = SearchAnswer),
        (status = 422, description = "It cannot be taken: `validation`"),
        (status = 503, description = "No supplier answers; come back after `Retry-After`: `overloaded`"),
    ))]
pub async fn search(Shared(state): Shared<Arc<State>>, sent: Sent) -> Result<Json<SearchAnswer>, Problem> {
    let now = now();
    let asked = asked(&sent, now)?;
    let found = state.offers.market.search(&asked.wish).await;
    let reports = &found.answer.reports;
    if !reports.iter().any(|report| report.status == Status::Answered) {
        return Err(Problem::overloaded("no supplier answers; come back shortly"));
    }
    let Asked { wish, filters, sort, after, most } = &asked;
    let page = PageWish { filters, sort: *sort, party: &wish.party, after: *after, most: *most };
    let page = arrange(&found.fans, &page);
    let seal = offers::seal(state.tokens.keys(), now);
    let whose = (&wish.party, wish.class);
    let offer = |trip: &Trip| {
        let expires = offers::expiry(trip, now);
        let id = seal.seal(&offers::priced(trip, whose, expires)).to_string();
        Offer::of(trip, id, whose, expires)
    };
    Ok(Json(SearchAnswer {
        data: page.trips.iter().map(offer).collect(),
        page: PageInfo { next_cursor: page.next.map(|next| cursor(*sort, next)) },
        days: found.days.iter().map(Into::into).collect(),
        suppliers: reports.iter().map(Into::into).collect(),
        cache: Cache { hit: found.is_kept, age_seconds: found.age.as_secs() },
    }))
}

fn asked(sent: &Sent, now: Timestamp) -> Result<Asked, Problem> {
    let mut fields = Fields::of(sent, &FIELDS)?;
    let out = direction(&mut fields, now);
    let back = back(&mut fields, out.as_ref().map(|out| out.date));
    let party = party(&mut fields);
    let class = fields.required("cabinClass", word("it must be ECONOMY, PREMIUM_ECONOMY, BUSINESS or FIRST"));
    let stops_max = connections(&mut fields).unwrap_or(1);
    let sort = fields.optional("sort", sort).unwrap_or_default();
    let filters = filters(&mut fields);
    let most = fields.optional("limit", whole(1, LIMIT_MAX)).and_then(|most| usize::try_from(most).ok());
    let after = fields.optional("cursor", |value| {
        let place = value.as_str().and_then(|text| place(sort, text));
        place.ok_or_else(|| "it must be the nextCursor of a page of this search in this order".to_owned())
    });
    fields.done()?;
    let whole = || {
        let class: CabinClass = class?;
        Some(Wish { out: out?, back, party: party?, class, stops_max })
    };
    let wish = whole().ok_or_else(|| Problem::invalid("", "the search cannot be read"))?;
    Ok(Asked { wish, filters: filters.unwrap_or_default(), sort, after, most: most.unwrap_or(LIMIT_DEFAULT) })
}

/// The way out; what is wrong with its ends or its day is noted.
fn direction(fields: &mut Fields, now: Timestamp) -> Option<Direction> {
    let origins = fields.required("origin", airports);
    let destinations = fields.required("destination", airports);
    let date: Option<Date> = fields.required("departureDate", parsed("it must be a day like 2026-12-01"));
    let codes =
        |airports: &[&Airport]| airports.iter().map(|airport| airport.code).collect::<Vec<AirportCode>>();
    if let (Some(origins), Some(date)) = (&origins, date)
        && origins.iter().all(|airport| date < airport.clock(now).date())
    {
        fields.refuse("departureDate", "invalid", "it is over; it must be today or later");
    }
    if let (Some(origins), Some(destinations)) = (&origins, &destinations) {
        let city = |airport: &Airport| airport.city_code().unwrap_or(airport.code);
        if origins.iter().any(|origin| destinations.iter().any(|other| city(origin) == city(other))) {
            fields.refuse("destination", "invalid", "it must be another city than the origin");
        }
    }
    Some(Direction { origins: codes(&origins?), destinations: codes(&destinations?), date: date? })
}

fn airports(value: &Value) -> Result<Vec<&'static Airport>, String> {
    let code = value.as_str().and_then(|code| code.parse::<AirportCode>().ok());
    let airports = code.map(|code| Reference::bundled().airports_of(code)).unwrap_or_default();
    if airports.is_empty() {
        return Err("it must be the code of an airport or a city, like JFK or NYC".to_owned());
    }
    Ok(airports)
}

fn back(fields: &mut Fields, out: Option<Date>) -> Option<Date> {
    let back: Option<Date> = fields.optional("returnDate", parsed("it must be a day like 2026-12-08"));
    if back.zip(out).is_some_and(|(back, out)| back < out) {
        fields.refuse("returnDate", "invalid", "it must not be before the departureDate");
    }
    back
}

/// Who travels, when they may.
fn party(fields: &mut Fields) -> Option<Party> {
    if !fields.has("passengers") {
        fields.refuse("passengers", "missing", "it must be there");
        return None;
    }
    let count = |inner: &mut Fields, name| {
        inner.optional(name, whole(0, u64::from(SEATED_MAX))).and_then(|count| u8::try_from(count).ok())
    };
    let party = fields.object("passengers", &["adults", "children", "infants"], |inner| {
        if !inner.has("adults") {
            inner.refuse("adults", "missing", "it must be there");
        }
        let (adults, children) = (count(inner, "adults"), count(inner, "children"));
        Some(Party {
            adults: adults?,
            children: children.unwrap_or(0),
            infants: count(inner, "infants").unwrap_or(0),
        })
    })??;
    for breach in breaches_of_party(&party) {
        fields.refuse("passengers", "invalid", why_not(breach.rule));
    }
    Some(party)
}

fn connections(fields: &mut Fields) -> Option<u8> {
    let most = fields.optional("maxConnections", whole(0, u64::from(STOPS_MAX)));
    most.and_then(|most| u8::try_from(most).ok())
}

fn sort(value: &Value) -> Result<Sort, String> {
    match value.as_str() {
        Some("best") => Ok(Sort::Best),
        Some("price") => Ok(Sort::Price),
        Some("duration") => Ok(Sort::Duration),
        Some("departure") => Ok(Sort::Departure),
        Some("arrival") => Ok(Sort::Arrival),
        _ => Err("it must be best, price, duration, departure or arrival".to_owned()),
    }
}

fn filters(fields: &mut Fields) -> Option<Filters> {
    fields.object("filters", &FILTERS, |inner| Filters {
        price_max: price_max(inner),
        stops_max: connections(inner),
        carriers: inner
            .list("airlines", AIRLINES_MAX, parsed("it must be an airline code like B6"))
            .unwrap_or_default(),
        duration_max: inner
            .optional("maxDurationMinutes", whole(1, DURATION_MAX_MINUTES))
            .map(|minutes| Duration::from_secs(60 * minutes)),
        out: Hours { departs: window(inner, "departure"), arrives: window(inner, "arrival") },
        back: Hours { departs: window(inner, "returnDeparture"), arrives: window(inner, "returnArrival") },
    })
}

fn price_max(fields: &mut Fields) -> Option<Money> {
    fields.object("maxPrice", &["amount", "currency"], |inner| {
        let currency: Option<Currency> = inner.required("currency", parsed("it must be a currency like USD"));
        let amount = inner.required("amount", text(1, 20))?;
        let currency = currency?;
        let money = Money::from_amount(&amount, currency).ok().filter(|money| money.minor() >= 0);
        if money.is_none() {
            let decimals = currency.decimals();
            inner.refuse(
                "amount",
                "invalid",
                format!("it must be a text with {decimals} decimals, not negative"),
            );
        }
        money
    })?
}

fn window(fields: &mut Fields, name: &str) -> Option<Window> {
    fields.object(name, &["from", "to"], |inner| {
        let from = inner.optional("from", clock).unwrap_or(Time::midnight());
        Window { from, to: inner.optional("to", clock).unwrap_or(time(23, 59, 0, 0)) }
    })
}

/// A time as clocks show it, `06:00`.
fn clock(value: &Value) -> Result<Time, String> {
    let written = value.as_str().filter(|text| text.len() == "06:00".len());
    written
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| "it must be a time from 00:00 to 23:59".to_owned())
}

/// A place in a list of offers, for its reader to send back: the order, and seven numbers.
fn cursor(sort: Sort, place: Place) -> String {
    let mut bytes = vec![order(sort)];
    bytes.extend(place.numbers().into_iter().flat_map(u64::to_be_bytes));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn place(sort: Sort, cursor: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (first, rest) = bytes.split_first()?;
    let numbers = rest.chunks_exact(8).map(|bytes| bytes.try_into().map(u64::from_be_bytes));
    let numbers: Vec<u64> = numbers.collect::<Result<_, _>>().ok()?;
    let is_whole = *first == order(sort) && rest.len() == 7 * 8;
    let numbers: [u64; 7] = numbers.try_into().ok()?;
    is_whole.then(|| Place::from_numbers(numbers))
}

/// How cursors name an order: one of one order means nothing in another.
const fn order(sort: Sort) -> u8 {
    match sort {
        Sort::Best => b'b',
        Sort::Price => b'p',
        Sort::Duration => b't',
        Sort::Departure => b'd',
        Sort::Arrival => b'a',
    }
}
