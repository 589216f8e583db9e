//! All departures from one airport to another, by time.

use std::sync::Arc;

use domain::ids::FlightId;
use domain::time::Timestamp;
use domain::view::Summary;

/// A departure of a route, with what decides whether it is looked at beside it.
#[derive(Debug)]
struct Listed {
    departs: Timestamp,
    leg: Arc<Summary>,
}

impl Listed {
    fn place(&self) -> (Timestamp, FlightId) {
        (self.departs, self.leg.flight_id)
    }
}

/// The departures of one route.
#[derive(Debug, Default)]
pub struct Route {
    /// By departure, then by name.
    legs: Vec<Listed>,
    /// How far its ends are apart, in statute miles.
    pub distance_mi: u32,
}

impl Route {
    pub const fn between(distance_mi: u32) -> Self {
        Self { legs: Vec::new(), distance_mi }
    }

    pub fn put(&mut self, leg: Arc<Summary>) {
        let listed = Listed { departs: leg.latest.departs, leg };
        match self.legs.binary_search_by_key(&listed.place(), Listed::place) {
            Ok(at) => self.legs[at] = listed,
            Err(at) => self.legs.insert(at, listed),
        }
    }

    pub fn take_out(&mut self, leg: &Summary) {
        let place = (leg.latest.departs, leg.flight_id);
        if let Ok(at) = self.legs.binary_search_by_key(&place, Listed::place) {
            self.legs.remove(at);
        }
    }

    /// The departures from one instant to another, both included, in order.
    pub fn within(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = &Arc<Summary>> {
        let first = self.legs.partition_point(|listed| listed.departs < from);
        self.legs[first..].iter().take_while(move |listed| listed.departs <= to).map(|listed| &listed.leg)
    }

    pub const fn is_empty(&self) -> bool {
        self.legs.is_empty()
    }
}
