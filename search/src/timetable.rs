//! Every departure that can be looked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::ids::{AirportCode, FlightId};
use domain::time::Timestamp;
use domain::view::Summary;
use rustc_hash::FxHashMap;
use schedule::Reference;

use crate::place::{Spot, great_circle_mi};
use crate::route::Route;

/// The departures that are on sale, with their latest figures. What it is told in any order and any number of times
/// comes to the same: of a departure, the highest version counts.
#[derive(Debug, Default)]
pub struct Timetable {
    known: FxHashMap<FlightId, Arc<Summary>>,
    spots: FxHashMap<AirportCode, Spot>,
    routes: FxHashMap<(AirportCode, AirportCode), Route>,
    /// Where one gets from an airport. Only routes with departures.
    onward: FxHashMap<AirportCode, BTreeSet<AirportCode>>,
}

impl Timetable {
    /// Takes a departure in, or its later figures; says whether that was news. A departure between airports that the
    /// reference does not know is left out: nobody can say when it leaves there.
    pub fn put(&mut self, leg: Summary) -> bool {
        let (origin, destination) = (leg.flight_id.origin, leg.service.destination);
        let known = self.known.get(&leg.flight_id);
        if known.is_some_and(|known| known.version >= leg.version) || !self.meet([origin, destination]) {
            return false;
        }
        if let Some(before) = self.known.get(&leg.flight_id).cloned()
            && before.latest.departs != leg.latest.departs
        {
            self.take_out(&before);
        }
        let leg = Arc::new(leg);
        self.known.insert(leg.flight_id, leg.clone());
        let ends = [origin, destination].map(|code| self.spots[&code].airport);
        let route = self.routes.entry((origin, destination));
        route.or_insert_with(|| Route::between(great_circle_mi(ends[0], ends[1]))).put(leg);
        self.onward.entry(origin).or_default().insert(destination);
        true
    }

    /// Makes airports known; says whether all of them are.
    fn meet(&mut self, codes: [AirportCode; 2]) -> bool {
        let reference = Reference::bundled();
        codes.into_iter().all(|code| {
            let Some(airport) = reference.airport(code) else { return false };
            self.spots.entry(code).or_insert_with(|| Spot::of(airport));
            true
        })
    }

    fn take_out(&mut self, leg: &Summary) {
        let ends = (leg.flight_id.origin, leg.service.destination);
        let Some(route) = self.routes.get_mut(&ends) else { return };
        route.take_out(leg);
        if route.is_empty() {
            self.routes.remove(&ends);
            if let Some(onward) = self.onward.get_mut(&ends.0) {
                onward.remove(&ends.1);
            }
        }
    }

    /// Forgets departures that left before an instant: nobody looks for them any more.
    pub fn forget_before(&mut self, instant: Timestamp) {
        let gone = self.known.values().filter(|leg| leg.latest.departs < instant);
        let gone: Vec<Arc<Summary>> = gone.cloned().collect();
        for leg in gone {
            self.take_out(&leg);
            self.known.remove(&leg.flight_id);
        }
    }

    /// A departure with its latest figures.
    #[must_use]
    pub fn departure(&self, flight: FlightId) -> Option<&Arc<Summary>> {
        self.known.get(&flight)
    }

    /// How many departures it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    pub(crate) fn spot(&self, code: AirportCode) -> Option<&Spot> {
        self.spots.get(&code)
    }

    pub(crate) fn route(&self, from: AirportCode, to: AirportCode) -> Option<&Route> {
        self.routes.get(&(from, to))
    }

    pub(crate) fn onward(&self, from: AirportCode) -> impl Iterator<Item = AirportCode> {
        self.onward.get(&from).into_iter().flatten().copied()
    }
}
