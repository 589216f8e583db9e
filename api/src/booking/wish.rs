//! A request for a booking as a whole.

use std::collections::BTreeSet;

use domain::ids::{FlightId, HoldId, PrincipalId};
use domain::party::TravellerType;
use domain::time::Timestamp;
use jiff::civil::Date;
use search::{BadOffer, Priced};

use super::ages;
use super::person::{self, Contact, Traveller};
use super::trip::{SEGMENTS_MAX, Trip};
use crate::fields::{Fields, checked, parsed};
use crate::problem::Problem;

/// Travellers of one booking: nine with seats, and as many on laps.
pub const TRAVELLERS_MAX: usize = 18;

/// Holds that a request may name: one for each seat on each departure.
const HOLDS_MAX: usize = 9 * SEGMENTS_MAX;

/// What the fields of a request may be called.
pub const FIELDS: [&str; 8] =
    ["flightId", "offerId", "segments", "cabinClass", "passengers", "contactInfo", "holdIds", "customerId"];

/// A request for a booking that makes sense by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What is to be flown.
    pub trip: Trip,
    /// Who travels.
    pub travellers: Vec<Traveller>,
    /// Whom to call.
    pub contact: Contact,
    /// The holds that the booking is to take over.
    pub holds: Vec<HoldId>,
    /// Whose it is to be, when it is made for somebody else.
    pub customer: Option<PrincipalId>,
}

impl Wish {
    /// Reads a request; what is wrong is noted in `fields`.
    ///
    /// # Errors
    /// When an offer is none of ours, or its price no longer holds.
    pub fn read(
        fields: &mut Fields,
        now: Timestamp,
        open: impl Fn(&str) -> Result<Priced, BadOffer>,
    ) -> Result<Option<Self>, Problem> {
        let trip = Trip::read(fields, open)?;
        let travellers = travellers(fields, trip.as_ref(), today(now));
        let contact = Contact::read(fields);
        let holds =
            fields.list("holdIds", HOLDS_MAX, parsed::<HoldId>("it must be the holdId of a hold of yours"));
        let customer = fields.optional("customerId", checked);
        if let Some(trip) = &trip {
            check_holds(fields, trip, holds.as_deref().unwrap_or_default());
            if let Some(travellers) = &travellers {
                check_people(fields, trip, travellers);
            }
        }
        let whole = || {
            let (trip, travellers, contact) = (trip?, travellers?, contact?);
            Some(Self { trip, travellers, contact, holds: holds.unwrap_or_default(), customer })
        };
        Ok(whole())
    }
}

/// The day of the earliest clock: whoever was born today anywhere was born.
fn today(now: Timestamp) -> Date {
    let ahead = now + std::time::Duration::from_secs(14 * 3_600);
    let text = ahead.to_string();
    text.get(.."2026-12-01".len()).and_then(|day| day.parse().ok()).unwrap_or(Date::MAX)
}

/// All travellers, or nothing when one of them cannot be read.
fn travellers(fields: &mut Fields, trip: Option<&Trip>, today: Date) -> Option<Vec<Traveller>> {
    if !fields.has("passengers") {
        fields.refuse("passengers", "missing", "it must be there");
        return None;
    }
    let span = trip.and_then(Trip::span);
    let read = fields.objects("passengers", TRAVELLERS_MAX, &person::FIELDS, |inner| {
        Some(Traveller::read(inner, today, span))
    })?;
    read.into_iter().collect()
}

fn check_holds(fields: &mut Fields, trip: &Trip, holds: &[HoldId]) {
    let flights: BTreeSet<FlightId> = trip.legs.iter().map(|leg| leg.flight).collect();
    let mut seen = BTreeSet::new();
    for (at, hold) in holds.iter().enumerate() {
        if !flights.contains(&hold.flight) {
            fields.refuse(&format!("holdIds[{at}]"), "invalid", "it is on none of the booking's departures");
        } else if !seen.insert(*hold) {
            fields.refuse(&format!("holdIds[{at}]"), "invalid", "name each hold once");
        }
    }
}

/// Whether these people may travel together on every day, and name seats that they can have.
fn check_people(fields: &mut Fields, trip: &Trip, travellers: &[Traveller]) {
    ages::check(fields, travellers, &trip.days());
    let first = trip.legs.first().map(|leg| leg.flight.date);
    if let (Some(offered), Some(first)) = (trip.party, first)
        && ages::party_on(travellers, first) != offered
    {
        fields.refuse("passengers", "invalid", "the offer was made for others; search for these");
    }
    for (at, traveller) in travellers.iter().enumerate() {
        check_seats(fields, trip, at, traveller);
    }
    check_shared_seats(fields, trip, travellers);
}

fn check_seats(fields: &mut Fields, trip: &Trip, at: usize, traveller: &Traveller) {
    let mut named = BTreeSet::new();
    for (place, (flight, _)) in traveller.seats.iter().enumerate() {
        let (field, why) = match flight {
            None if trip.legs.len() > 1 => ("seat".to_owned(), "name the departure of each seat, in seats"),
            Some(flight) if trip.legs.iter().all(|leg| leg.flight != *flight) => {
                (format!("seats[{place}].flightId"), "it is none of the booking's departures")
            }
            Some(flight) if !named.insert(*flight) => {
                (format!("seats[{place}].flightId"), "name one seat on each departure")
            }
            None | Some(_) if is_infant_on(trip, traveller, *flight) => {
                let field = if flight.is_none() { "seat".to_owned() } else { format!("seats[{place}].seat") };
                (field, "an infant sits on a lap")
            }
            None | Some(_) => continue,
        };
        fields.refuse(&format!("passengers[{at}].{field}"), "invalid", why);
    }
}

fn is_infant_on(trip: &Trip, traveller: &Traveller, flight: Option<FlightId>) -> bool {
    let day = flight.or_else(|| trip.legs.first().map(|leg| leg.flight)).map(|flight| flight.date);
    day.is_some_and(|day| ages::kind_on(traveller.born, day) == TravellerType::Infant)
}

fn check_shared_seats(fields: &mut Fields, trip: &Trip, travellers: &[Traveller]) {
    let only = trip.legs.first().map(|leg| leg.flight).filter(|_| trip.legs.len() == 1);
    let mut seen = BTreeSet::new();
    for (at, traveller) in travellers.iter().enumerate() {
        for (flight, seat) in &traveller.seats {
            let Some(flight) = flight.or(only) else { continue };
            if !seen.insert((flight, *seat)) {
                let why = format!("somebody else has {seat} already");
                fields.refuse(&format!("passengers[{at}]"), "invalid", why);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const FLIGHT: &str = "B6-523-2026-12-03-JFK";
    const OTHER: &str = "B6-9-2026-12-09-LAX";

    fn person(kind: &str, born: &str) -> Value {
        json!({ "type": kind, "title": "Mr", "firstName": "John", "lastName": "Doe", "dateOfBirth": born })
    }

    /// The request of the contract, with these fields over it.
    fn request(more: &Value) -> Value {
        let mut body = json!({ "flightId": FLIGHT, "cabinClass": "ECONOMY", "passengers": [person("ADULT", "1990-01-01")],
            "contactInfo": { "email": "test@example.com", "phone": "+1234567890" } });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }

    /// Reads a request; the fields that cannot be taken, or none.
    fn bad(body: Value) -> String {
        let mut fields = Fields::of_value(body, &FIELDS);
        let now = "2026-12-01T12:00:00Z".parse().unwrap();
        let read = Wish::read(&mut fields, now, |_| Err(BadOffer::Forged)).unwrap();
        match fields.done() {
            Ok(()) => {
                read.expect("nothing was wrong");
                String::new()
            }
            Err(problem) => {
                let errors = problem.members["errors"].as_array().unwrap();
                let names = errors.iter().map(|bad| bad["field"].as_str().unwrap().to_owned());
                names.collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn with_seat(mut person: Value, seat: Value) -> Value {
        let name = if seat.is_string() { "seat" } else { "seats" };
        person[name] = seat;
        person
    }

    #[test]
    fn the_pasted_request_is_sound() {
        assert_eq!(bad(request(&json!({}))), "");
        assert_eq!(bad(request(&json!({ "holdIds": [format!("{FLIGHT}.17")], "customerId": "usr_a" }))), "");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        assert_eq!(bad(json!({})), "flightId passengers contactInfo");
        let all = json!({ "flightId": 1, "cabinClass": 2, "passengers": [{}, 3], "contactInfo": {}, "holdIds": 4,
            "customerId": "", "status": "CONFIRMED" });
        let wrong = bad(all);
        for field in [
            "status",
            "flightId",
            "cabinClass",
            "passengers[0].type",
            "passengers[1]",
            "contactInfo.email",
            "holdIds",
            "customerId",
        ] {
            assert!(wrong.split(' ').any(|bad| bad == field), "{field} in {wrong}");
        }
    }

    #[test]
    fn people_may_travel_together_or_it_is_said_why_not() {
        let people = |people: &[(&str, &str)]| {
            let people: Vec<Value> = people.iter().map(|(kind, born)| person(kind, born)).collect();
            bad(request(&json!({ "passengers": people })))
        };
        let (adult, child, infant) =
            (("ADULT", "1990-01-01"), ("CHILD", "2020-01-01"), ("INFANT", "2026-01-01"));
        assert_eq!(people(&[adult, child, infant]), "");
        assert_eq!(people(&[("INFANT", "2026-12-01"), adult]), "", "born today");
        for party in [&[child][..], &[adult, infant, infant], &[]] {
            assert_eq!(people(party), "passengers", "{party:?}");
        }
        assert_eq!(people(&[infant]), "passengers passengers", "nobody has a seat, and nobody holds it");
        assert_eq!(people(&[adult, ("INFANT", "2020-01-01")]), "passengers[1].type");
        assert_eq!(people(&[adult; 10]), "passengers");
        assert_eq!(people(&[adult; 19]), "passengers", "it is not even a list of so many");
    }

    #[test]
    fn seats_are_those_of_the_trip_and_of_one_traveller_each() {
        let adult = || person("ADULT", "1990-01-01");
        let alone = |seat: Value| bad(request(&json!({ "passengers": [with_seat(adult(), seat)] })));
        assert_eq!(alone(json!("12A")), "");
        assert_eq!(alone(json!([{ "flightId": FLIGHT, "seat": "12A" }])), "");
        assert_eq!(alone(json!([{ "flightId": OTHER, "seat": "12A" }])), "passengers[0].seats[0].flightId");
        let twice = json!([{ "flightId": FLIGHT, "seat": "12A" }, { "flightId": FLIGHT, "seat": "12B" }]);
        assert_eq!(alone(twice), "passengers[0].seats[1].flightId");
        let infant = with_seat(person("INFANT", "2026-01-01"), json!("12B"));
        assert_eq!(bad(request(&json!({ "passengers": [adult(), infant] }))), "passengers[1].seat");
        let same = json!([
            with_seat(adult(), json!("12A")),
            with_seat(adult(), json!([{ "flightId": FLIGHT, "seat": "12A" }]))
        ]);
        assert_eq!(bad(request(&json!({ "passengers": same }))), "passengers[1]");
        let mut trip = request(&json!({ "segments": [{ "flightId": FLIGHT }, { "flightId": OTHER }],
            "passengers": [with_seat(adult(), json!("12A"))] }));
        trip.as_object_mut().unwrap().remove("flightId");
        assert_eq!(bad(trip), "passengers[0].seat");
    }

    #[test]
    fn holds_are_on_departures_of_the_trip() {
        let holds = |holds: &[&str]| bad(request(&json!({ "holdIds": holds })));
        let own = format!("{FLIGHT}.17");
        assert_eq!(holds(&[&own, &format!("{FLIGHT}.18")]), "");
        assert_eq!(holds(&[&format!("{OTHER}.17")]), "holdIds[0]");
        assert_eq!(holds(&[&own, &own]), "holdIds[1]");
        assert_eq!(holds(&["17"]), "holdIds[0]");
    }
}
