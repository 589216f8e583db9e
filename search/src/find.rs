//! Finding itineraries: first the paths over airports, then the departures along each.
//!
//! Loops, detours and changes of airport depend on the path alone, so most of what leads nowhere is put aside before
//! any departure is looked at. Along a path each next departure is looked up by time.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::AirportCode;
use domain::time::Timestamp;
use domain::view::Summary;

use crate::connection::{self, Crossing};
use crate::itinerary::{Itinerary, Quote, quote};
use crate::place::{Spot, great_circle_mi};
use crate::route::Route;
use crate::timetable::Timetable;
use crate::wish::{Direction, STOPS_MAX, Wish};

/// Itineraries that are found at most for one direction; more than any real day has, and the memory of a search has
/// an end. Direct ones are found first.
pub const FOUND_MAX: usize = 20_000;

/// From the beginning of a service date until when its departures leave: the day itself, and a day's delay.
const DAY_AND_DELAY: Duration = Duration::from_secs(48 * 60 * 60);

/// How much nearer another airport of a city may be to the destination than the one where one lands, and what rounding
/// may lose: paths are put aside early only when that cannot save them.
const NEARER_MI: u32 = 40;

/// One leg of a path, and how it is reached from the one before.
#[derive(Clone, Copy)]
struct Step<'a> {
    route: &'a Route,
    /// The least times of the crossing before it; not looked at for the first.
    least: [Duration; 2],
}

/// A search of one direction between two airports.
struct Search<'a> {
    timetable: &'a Timetable,
    wish: &'a Wish,
    now: Timestamp,
    /// The first departures leave within these.
    begins: [Timestamp; 2],
    direction: &'a Direction,
    direct_mi: u32,
    to: &'a Spot,
    found: Vec<Itinerary>,
}

impl Timetable {
    /// The itineraries of a direction that the wish's party can buy at `now`, in no order that means anything, but
    /// always in the same. At most [`FOUND_MAX`].
    #[must_use]
    pub fn find(&self, direction: &Direction, wish: &Wish, now: Timestamp) -> Vec<Itinerary> {
        let mut found = Vec::new();
        let stops_max = usize::from(wish.stops_max.min(STOPS_MAX));
        for from in direction.origins.iter().filter_map(|code| self.spot(*code)) {
            let Some(midnight) =
                from.airport.instant(direction.date.to_datetime(jiff::civil::Time::midnight()))
            else {
                continue;
            };
            let begins = [midnight, midnight + DAY_AND_DELAY];
            for to in direction.destinations.iter().filter_map(|code| self.spot(*code)) {
                let direct_mi = great_circle_mi(from.airport, to.airport);
                let mut search =
                    Search { timetable: self, wish, now, begins, direction, direct_mi, to, found };
                for legs in 1..=stops_max + 1 {
                    search.walk(&mut Path::from(from), legs);
                }
                found = search.found;
            }
        }
        found
    }
}

/// A path that is being walked.
struct Path<'a> {
    /// The airports so far: of each leg its origin and its destination.
    ends: Vec<(&'a Spot, &'a Spot)>,
    /// The cities that one was in.
    cities: Vec<AirportCode>,
    at: &'a Spot,
    steps: Vec<Step<'a>>,
    flown_mi: u32,
}

impl<'a> Path<'a> {
    fn from(start: &'a Spot) -> Self {
        Self { ends: Vec::new(), cities: vec![start.city], at: start, steps: Vec::new(), flown_mi: 0 }
    }
}

impl<'a> Search<'a> {
    /// Walks on over so many more legs, and looks up the departures of each path that ends at the destination.
    fn walk(&mut self, path: &mut Path<'a>, legs_left: usize) {
        if legs_left == 0 {
            let steps = std::mem::take(&mut path.steps);
            self.join(&steps, &mut Vec::with_capacity(steps.len()));
            path.steps = steps;
            return;
        }
        let is_last = legs_left == 1;
        for departure in self.departures_at(path) {
            if is_last {
                self.step(path, departure, self.to, legs_left);
                continue;
            }
            let timetable = self.timetable;
            for to in timetable.onward(departure.airport.code).filter_map(|code| timetable.spot(code)) {
                // Whoever passes through the destination's city is there.
                if to.city != self.to.city {
                    self.step(path, departure, to, legs_left);
                }
            }
        }
    }

    /// The airports from which one may go on: the one where one is and, on the way, the others of its city. A path comes
    /// through a city once, so it changes airports there once at most.
    fn departures_at(&self, path: &Path<'a>) -> Vec<&'a Spot> {
        let mut departures = vec![path.at];
        if !path.steps.is_empty() {
            let others = path.at.airport.city_code().into_iter();
            let others = others.flat_map(|city| schedule::Reference::bundled().airports_of(city));
            let others = others.filter(|other| other.code != path.at.airport.code);
            departures.extend(others.filter_map(|other| self.timetable.spot(other.code)));
        }
        departures
    }

    fn step(&mut self, path: &mut Path<'a>, departure: &'a Spot, to: &'a Spot, legs_left: usize) {
        if path.cities.contains(&to.city) {
            return;
        }
        let Some(route) = self.timetable.route(departure.airport.code, to.airport.code) else { return };
        let flown_mi = path.flown_mi.saturating_add(route.distance_mi);
        let rest_mi = if legs_left == 1 { 0 } else { self.rest_mi(to) };
        if !connection::is_on_the_way(flown_mi.saturating_add(rest_mi), self.direct_mi) {
            return;
        }
        let Some(least) = self.least(path, departure, to) else { return };
        let before = (path.at, path.flown_mi);
        path.ends.push((departure, to));
        path.cities.push(to.city);
        path.steps.push(Step { route, least });
        (path.at, path.flown_mi) = (to, flown_mi);
        self.walk(path, legs_left - 1);
        path.ends.pop();
        path.cities.pop();
        path.steps.pop();
        (path.at, path.flown_mi) = before;
    }

    /// How far it is to the destination at least.
    fn rest_mi(&self, from: &Spot) -> u32 {
        great_circle_mi(from.airport, self.to.airport).saturating_sub(NEARER_MI)
    }

    fn least(&self, path: &Path<'a>, departure: &'a Spot, to: &'a Spot) -> Option<[Duration; 2]> {
        let Some((from, arrival)) = path.ends.last() else { return Some([Duration::ZERO; 2]) };
        connection::least(Crossing { from, arrival, departure, to })
    }

    /// Every chain of departures along a path.
    fn join(&mut self, steps: &[Step<'a>], chain: &mut Vec<(&'a Arc<Summary>, Quote)>) {
        let Some(step) = steps.get(chain.len()) else {
            self.found.extend(Itinerary::of(chain, self.wish));
            return;
        };
        let before = chain.last().map(|(leg, _)| *leg);
        let [from, to] = before.map_or(self.begins, |leg| {
            [leg.latest.arrives + step.least[0], leg.latest.arrives + connection::LAYOVER_MAX]
        });
        for leg in step.route.within(from, to) {
            if self.found.len() >= FOUND_MAX {
                return;
            }
            let fits = before.map_or(leg.flight_id.date == self.direction.date, |before| {
                connection::connects(before, leg, step.least)
            });
            if !fits {
                continue;
            }
            let quoted = quote(leg, self.wish.class, self.wish.party.seated(), self.now);
            let Some(quoted) = quoted else { continue };
            chain.push((leg, quoted));
            self.join(steps, chain);
            chain.pop();
        }
    }
}
