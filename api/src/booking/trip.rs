//! What is to be flown: one departure, several, or an offer of ours.

use domain::fare::Fare;
use domain::ids::{AirportCode, FlightId};
use domain::party::Party;
use domain::plan::CabinClass;
use domain::view::Summary;
use jiff::civil::Date;
use schedule::Reference;
use search::{BadOffer, LAYOVER_MAX, Priced};
use serde_json::Value;

use crate::fields::{Fields, any_text, parsed, word};
use crate::problem::Problem;

/// Departures of one booking: those of the longest offer, two stops out and two back.
pub const SEGMENTS_MAX: usize = 6;

/// What a cabin is called.
const CABINS: &str = "it must be ECONOMY, PREMIUM_ECONOMY, BUSINESS or FIRST";

/// One departure that is to be flown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Which.
    pub flight: FlightId,
    /// The adult fare that an offer of ours promised for it.
    pub promised: Option<Fare>,
}

/// What is to be flown, in the order of the journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// In which cabin; all of it in one.
    pub class: CabinClass,
    /// The departures.
    pub legs: Vec<Leg>,
    /// How many of them each direction has, when an offer says so.
    pub directions: Option<Vec<usize>>,
    /// For whom an offer was made.
    pub party: Option<Party>,
}

/// The ways to say it, of which a request takes one.
const WAYS: [&str; 3] = ["flightId", "offerId", "segments"];

impl Trip {
    /// Reads what is to be flown; `open` says what an offer's id stands for.
    ///
    /// # Errors
    /// When the offer is none of ours, or its price no longer holds: there is nothing else to say then.
    pub fn read(
        fields: &mut Fields,
        open: impl Fn(&str) -> Result<Priced, BadOffer>,
    ) -> Result<Option<Self>, Problem> {
        let named: Vec<&str> = WAYS.into_iter().filter(|way| fields.has(way)).collect();
        match named[..] {
            ["flightId"] => Ok(Self::of_one(fields)),
            ["segments"] => Ok(Self::of_segments(fields)),
            ["offerId"] => Self::of_offer(fields, open),
            [] => {
                fields.refuse("flightId", "missing", "name a flightId, an offerId or segments");
                Ok(None)
            }
            [_, ref others @ ..] => {
                for other in others {
                    fields.refuse(other, "invalid", "name a flightId, an offerId or segments: one of them");
                }
                Ok(None)
            }
        }
    }

    fn of_one(fields: &mut Fields) -> Option<Self> {
        let flight = fields.optional("flightId", flight);
        let class = fields.required("cabinClass", word(CABINS));
        let leg = Leg { flight: flight?, promised: None };
        Some(Self { class: class?, legs: vec![leg], directions: None, party: None })
    }

    fn of_segments(fields: &mut Fields) -> Option<Self> {
        let class: Option<CabinClass> = fields.optional("cabinClass", word(CABINS));
        let segments = fields.objects("segments", SEGMENTS_MAX, &["flightId", "cabinClass"], |inner| {
            let flight = inner.required("flightId", flight);
            let own: Option<CabinClass> = inner.optional("cabinClass", word(CABINS));
            Some((flight?, own))
        })?;
        let mut classes = segments.iter().filter_map(|(_, own)| *own).chain(class);
        let first = classes.next();
        if first.is_none() {
            fields.refuse("cabinClass", "missing", "it must be there, or in the segments");
        } else if classes.any(|other| Some(other) != first) {
            fields.refuse(
                "segments",
                "invalid",
                "all segments of a booking are of one cabin; book the others apart",
            );
        }
        if segments.is_empty() {
            fields.refuse("segments", "invalid", "name at least one");
        }
        let mut flights: Vec<FlightId> = segments.iter().map(|(flight, _)| *flight).collect();
        flights.sort_unstable();
        if flights.windows(2).any(|pair| pair[0] == pair[1]) {
            fields.refuse("segments", "invalid", "name each departure once");
        }
        let legs = segments.into_iter().map(|(flight, _)| Leg { flight, promised: None }).collect();
        Some(Self { class: first?, legs, directions: None, party: None })
    }

    fn of_offer(
        fields: &mut Fields,
        open: impl Fn(&str) -> Result<Priced, BadOffer>,
    ) -> Result<Option<Self>, Problem> {
        let class: Option<CabinClass> = fields.optional("cabinClass", word(CABINS));
        let Some(id) = fields.optional("offerId", any_text) else { return Ok(None) };
        let offer = open(&id)?;
        if class.is_some_and(|class| class != offer.class) {
            fields.refuse("cabinClass", "invalid", format!("the offer is for {}", offer.class));
        }
        Ok(Some(Self {
            class: offer.class,
            directions: Some(offer.slices.iter().map(Vec::len).collect()),
            legs: offer
                .slices
                .iter()
                .flatten()
                .map(|(flight, fare)| Leg { flight: *flight, promised: Some(*fare) })
                .collect(),
            party: Some(offer.party),
        }))
    }

    /// The days of its departures, as clocks at their airports show them.
    pub fn days(&self) -> Vec<Date> {
        self.legs.iter().map(|leg| leg.flight.date).collect()
    }

    /// The first and the last of its days.
    pub fn span(&self) -> Option<(Date, Date)> {
        let days = self.days();
        Some((*days.iter().min()?, *days.iter().max()?))
    }
}

fn flight(value: &Value) -> Result<FlightId, String> {
    parsed("it must be a departure like B6-523-2026-12-01-JFK")(value)
}

/// How many departures each direction has, of these in the order of the journey.
///
/// # Errors
/// The place of the first that cannot be reached from the one before it, and why.
pub fn directions(legs: &[Summary]) -> Result<Vec<usize>, (usize, String)> {
    let mut directions = vec![1];
    for (place, pair) in legs.windows(2).enumerate() {
        let (before, next) = (&pair[0], &pair[1]);
        if next.latest.departs < before.latest.arrives {
            let why = format!("it departs before {} has landed", before.flight_id);
            return Err((place + 1, why));
        }
        let first = place + 1 - directions.last().expect("a journey has a direction");
        if goes_on(&legs[first..=place], next) {
            *directions.last_mut().expect("a journey has a direction") += 1;
        } else {
            directions.push(1);
        }
    }
    Ok(directions)
}

/// Whether one only changes into `next`: in the same city, within a connection's time, and not back to where one came
/// from.
fn goes_on(way: &[Summary], next: &Summary) -> bool {
    let before = way.last().expect("a direction has a departure");
    let layover = next.latest.departs.since(before.latest.arrives);
    let is_back = way.iter().any(|leg| city(leg.flight_id.origin) == city(next.service.destination));
    city(before.service.destination) == city(next.flight_id.origin) && layover <= LAYOVER_MAX && !is_back
}

fn city(airport: AirportCode) -> AirportCode {
    Reference::bundled().airport(airport).and_then(schedule::Airport::city_code).unwrap_or(airport)
}

#[cfg(test)]
mod tests {
    use domain::fare::FareBasis;
    use domain::flight::{Service, Status, Times};
    use domain::ids::Version;
    use domain::money::{Currency, Money};
    use serde_json::json;

    use super::*;

    const ONE: &str = "B6-523-2026-12-03-JFK";
    const TWO: &str = "UA-1-2026-12-03-EWR";

    fn offer() -> Priced {
        let money = |minor| Money::from_minor(minor, Currency::USD);
        let fare = Fare { base: money(16_300), taxes: money(2_233) };
        Priced {
            party: Party { adults: 1, children: 0, infants: 0 },
            class: CabinClass::Economy,
            slices: vec![vec![(ONE.parse().unwrap(), fare)], vec![(TWO.parse().unwrap(), fare)]],
            expires: "2026-12-01T12:00:00Z".parse().unwrap(),
        }
    }

    /// Reads a trip of these fields; the names of the fields that cannot be taken.
    fn trip(body: &Value) -> Result<Trip, String> {
        let mut fields = Fields::of_value(body.clone(), &["flightId", "offerId", "segments", "cabinClass"]);
        let open = |id: &str| if id == "good" { Ok(offer()) } else { Err(BadOffer::Forged) };
        let read = Trip::read(&mut fields, open).map_err(|problem| problem.code.to_owned())?;
        fields.done().map_err(|problem| {
            let errors = problem.members["errors"].as_array().unwrap();
            let names = errors.iter().map(|bad| bad["field"].as_str().unwrap().to_owned());
            names.collect::<Vec<_>>().join(" ")
        })?;
        Ok(read.expect("nothing was wrong"))
    }

    #[test]
    fn one_departure_several_or_an_offer_is_booked() {
        let one = trip(&json!({ "flightId": ONE, "cabinClass": "ECONOMY" })).unwrap();
        assert_eq!((one.legs.len(), one.directions, one.party), (1, None, None));
        let segments = json!([{ "flightId": ONE, "cabinClass": "BUSINESS" }, { "flightId": TWO }]);
        let two = trip(&json!({ "segments": segments })).unwrap();
        assert_eq!((two.legs.len(), two.class), (2, CabinClass::Business));
        let offered = trip(&json!({ "offerId": "good" })).unwrap();
        assert_eq!(offered.directions, Some(vec![1, 1]));
        assert!(offered.legs.iter().all(|leg| leg.promised.is_some()));
        assert_eq!(offered.span(), Some(("2026-12-03".parse().unwrap(), "2026-12-03".parse().unwrap())));
    }

    #[test]
    fn what_is_no_trip_is_refused_by_its_field() {
        let segment = |flight: &str, class: &str| json!({ "flightId": flight, "cabinClass": class });
        for (body, bad) in [
            (json!({}), "flightId"),
            (json!({ "flightId": ONE, "offerId": "good" }), "offerId"),
            (json!({ "flightId": ONE, "offerId": "good", "segments": [] }), "offerId segments"),
            (json!({ "flightId": ONE }), "cabinClass"),
            (json!({ "flightId": "JFK", "cabinClass": "SKY" }), "flightId cabinClass"),
            (json!({ "segments": [], "cabinClass": "ECONOMY" }), "segments"),
            (json!({ "segments": [{ "flightId": ONE }] }), "cabinClass"),
            (
                json!({ "segments": [{ "flightId": ONE, "seat": "1A" }], "cabinClass": "ECONOMY" }),
                "segments[0].seat",
            ),
            (json!({ "segments": [segment(ONE, "ECONOMY"), segment(TWO, "FIRST")] }), "segments"),
            (json!({ "segments": [segment(ONE, "ECONOMY"), segment(ONE, "ECONOMY")] }), "segments"),
            (json!({ "offerId": "forged" }), "offer-unknown"),
            (json!({ "offerId": 1 }), "offerId"),
            (json!({ "offerId": "good", "cabinClass": "FIRST" }), "cabinClass"),
        ] {
            assert_eq!(trip(&body).unwrap_err(), bad, "{body}");
        }
    }

    /// A departure from its id, its destination and the hours of 3 December at which it leaves and lands.
    fn leg(origin: &str, destination: &str, departs: u64, arrives: u64) -> Summary {
        let at = |hour| {
            let day: domain::time::Timestamp = "2026-12-03T00:00:00Z".parse().unwrap();
            day + std::time::Duration::from_secs(3_600 * hour)
        };
        let times = Times { departs: at(departs), arrives: at(arrives) };
        Summary {
            flight_id: format!("B6-{}-2026-12-03-{origin}", departs + 1).parse().unwrap(),
            version: Version::new(1),
            service: Service::published(destination, "Airbus A320").unwrap(),
            scheduled: times,
            latest: times,
            status: Status::Scheduled,
            gate: None,
            basis: FareBasis { distance_mi: 1, currency: Currency::USD },
            cabins: Vec::new(),
        }
    }

    #[test]
    fn a_journey_falls_into_its_directions() {
        let (out, on) = (leg("JFK", "DEN", 8, 12), leg("DEN", "LAX", 14, 17));
        let back = leg("LAX", "EWR", 19, 25);
        for (legs, found) in [
            (vec![out.clone()], Ok(vec![1])),
            (vec![out.clone(), on.clone()], Ok(vec![2])),
            (vec![out.clone(), on.clone(), back.clone()], Ok(vec![2, 1])),
            (vec![out.clone(), leg("DEN", "JFK", 13, 18)], Ok(vec![1, 1])),
            (vec![out.clone(), leg("DEN", "LAX", 21, 24)], Ok(vec![1, 1])),
            (vec![out.clone(), leg("SFO", "LAX", 13, 14)], Ok(vec![1, 1])),
            (vec![leg("LAX", "JFK", 1, 6), leg("LGA", "BOS", 11, 12)], Ok(vec![2])),
            (vec![out.clone(), leg("DEN", "LAX", 11, 14)], Err(1)),
            (vec![out.clone(), on, leg("LAX", "JFK", 9, 14)], Err(2)),
        ] {
            assert_eq!(directions(&legs).map_err(|(place, _)| place), found);
        }
    }
}
