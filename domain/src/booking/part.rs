//! A part of a booking that is cancelled, while the rest stays.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::state::{Leg, LegState, Placed};
use crate::fare::{PassengerPrice, Price};
use crate::ids::{FlightId, PassengerId};

/// Some of a booking's passengers on some of its departures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    /// Who; everybody when nobody is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub passengers: BTreeSet<PassengerId>,
    /// On which departures; on all of them when none is named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub flights: BTreeSet<FlightId>,
}

impl Part {
    /// Whether the passenger is meant, on the departures that are meant.
    pub(super) fn has(&self, passenger: PassengerId) -> bool {
        self.passengers.is_empty() || self.passengers.contains(&passenger)
    }

    /// The departures that are meant and that the booking still has, in the order of travel.
    pub(super) fn legs<'a>(&'a self, placed: &'a Placed) -> impl Iterator<Item = (FlightId, &'a Leg)> {
        let meant = |flight: &FlightId| self.flights.is_empty() || self.flights.contains(flight);
        let bought = |leg: &&Leg| leg.state == LegState::Secured;
        let leg = move |flight| Some((flight, placed.leg(flight).filter(bought)?));
        placed.travel().filter(meant).filter_map(leg)
    }

    /// Those of the leg who are meant, in their order.
    pub(super) fn leaving(&self, leg: &Leg) -> Vec<PassengerId> {
        let meant = leg.passengers.iter().filter(|passenger| self.has(passenger.id));
        meant.map(|passenger| passenger.id).collect()
    }

    /// What those who are meant pay on the leg.
    pub(crate) fn prices<'a>(&'a self, leg: &'a Leg) -> impl Iterator<Item = &'a PassengerPrice> {
        leg.prices.iter().filter(|price| self.has(price.passenger))
    }

    /// What all of it costs; `None` when nothing of it is the booking's.
    pub(super) fn price(&self, placed: &Placed) -> Option<Price> {
        Price::of(self.legs(placed).flat_map(|(_, leg)| self.prices(leg)))
    }

    /// Whether nothing of the booking would be left.
    pub(super) fn is_all_of(&self, placed: &Placed) -> bool {
        let stays = |(flight, leg): (FlightId, &Leg)| {
            let touched = self.flights.is_empty() || self.flights.contains(&flight);
            leg.state == LegState::Secured && !(touched && self.leaving(leg).len() == leg.passengers.len())
        };
        !placed.legs().any(stays)
    }
}
