//! Trips out of itineraries: a page of them, in order, without making all pairs.
//!
//! Of a round trip any way out goes with any way back, so a thousand of each make a million trips. Both lists are put in
//! order; then the rows of the square *out × back* are walked side by side, always on at the row whose next trip
//! comes first. A page of twenty costs twenty steps, wherever it begins.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use domain::money::Money;
use domain::party::Party;
use domain::time::Timestamp;

use serde::{Deserialize, Serialize};

use crate::connection::STAY_MIN;
use crate::filter::{Filters, Hours};
use crate::itinerary::Itinerary;
use crate::order::{Place, Rank, Sort, comparable};

/// Steps that one page may take; then the next page goes on there. Only trips that come back on the day they leave pass
/// over pairs in numbers: those that would leave before they arrive.
const STEPS_MAX: usize = 200_000;

/// Itineraries out and back of one supplier, of which any two make a trip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fan {
    /// Whose they are.
    pub supplier: Arc<str>,
    /// The ways out.
    pub out: Vec<Itinerary>,
    /// The ways back of a round trip; `None` for a single one.
    pub back: Option<Vec<Itinerary>>,
}

/// One itinerary for each direction, as somebody may buy them together.
#[derive(Debug, Clone, PartialEq)]
pub struct Trip {
    /// Who sells it.
    pub supplier: Arc<str>,
    /// The way out and, of a round trip, the way back.
    pub slices: Vec<Itinerary>,
    /// What the whole party pays.
    pub total: Money,
    /// Places that may still be held on the fullest departure.
    pub seats_left: u16,
}

/// What a page is to show.
#[derive(Debug, Clone, Copy)]
pub struct PageWish<'a> {
    /// Which trips.
    pub filters: &'a Filters,
    /// In which order.
    pub sort: Sort,
    /// Who travels.
    pub party: &'a Party,
    /// Where the page begins; at the first when `None`.
    pub after: Option<Place>,
    /// How many trips it has at most.
    pub most: usize,
}

/// Some trips, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The trips.
    pub trips: Vec<Trip>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
}

/// One list of a fan, filtered and in order.
struct Ranked<'a>(Vec<(Rank, &'a Itinerary)>);

impl<'a> Ranked<'a> {
    fn of(list: &'a [Itinerary], hours: Hours, supplier: &str, wish: &PageWish<'_>) -> Self {
        let passing = list.iter().filter(|itinerary| wish.filters.pass(itinerary, hours));
        let ranked =
            passing.map(|itinerary| (Rank::of(itinerary, wish.sort, wish.party, supplier), itinerary));
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_unstable_by_key(|(rank, _)| *rank);
        Self(ranked)
    }
}

/// A fan as a square of trips, with one column when there is no way back.
struct Square<'a> {
    supplier: &'a Arc<str>,
    out: Ranked<'a>,
    back: Option<Ranked<'a>>,
}

impl<'a> Square<'a> {
    fn of(fan: &'a Fan, wish: &PageWish<'_>) -> Self {
        let rank = |list, hours| Ranked::of(list, hours, &fan.supplier, wish);
        let back = fan.back.as_ref().map(|back| rank(back, wish.filters.back));
        let mut square = Self { supplier: &fan.supplier, out: rank(&fan.out, wish.filters.out), back };
        square.leave_out_the_impossible(wish.filters);
        square
    }

    /// Drops what goes with nothing on the other side: by time, and by price.
    fn leave_out_the_impossible(&mut self, filters: &Filters) {
        let (Some(back), out) = (&mut self.back, &mut self.out) else { return };
        let first_arrival = out.0.iter().map(|(_, way)| way.arrives()).min().unwrap_or(Timestamp::MAX);
        back.0.retain(|(_, way)| way.departs() >= first_arrival + STAY_MIN);
        let last_departure = back.0.iter().map(|(_, way)| way.departs()).max().unwrap_or(Timestamp::EPOCH);
        out.0.retain(|(_, way)| way.arrives() + STAY_MIN <= last_departure);
        let affords = |way: &Itinerary, other: Option<&Itinerary>| {
            other.is_some_and(|other| way.total.plus(other.total).is_ok_and(|sum| filters.affords(sum)))
        };
        let cheapest = |list: &[(Rank, &'a Itinerary)]| {
            list.iter().map(|(_, way)| *way).min_by_key(|way| comparable(way.total))
        };
        let (least_out, least_back) = (cheapest(&out.0), cheapest(&back.0));
        out.0.retain(|(_, way)| affords(way, least_back));
        back.0.retain(|(_, way)| affords(way, least_out));
    }

    fn columns(&self) -> usize {
        self.back.as_ref().map_or(1, |back| back.0.len())
    }

    fn place(&self, sort: Sort, row: usize, column: usize) -> Place {
        let back = self.back.as_ref().map_or_else(Rank::default, |back| back.0[column].0);
        Place::of(sort, self.out.0[row].0, back)
    }

    /// The first column of a row that comes after a place.
    fn first_after(&self, sort: Sort, row: usize, after: Option<Place>) -> usize {
        let Some(after) = after else { return 0 };
        let (mut low, mut high) = (0, self.columns());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.place(sort, row, middle) <= after {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The trip of a row and a column, unless it would leave before it arrives, mixes currencies or costs too much.
    fn trip(&self, row: usize, column: usize, filters: &Filters) -> Option<Trip> {
        let out = self.out.0[row].1;
        let back = self.back.as_ref().map(|back| back.0[column].1);
        let total = match back {
            None => out.total,
            Some(back) if back.departs() < out.arrives() + STAY_MIN => return None,
            Some(back) => out.total.plus(back.total).ok()?,
        };
        if !filters.affords(total) {
            return None;
        }
        let slices: Vec<Itinerary> = [Some(out), back].into_iter().flatten().cloned().collect();
        let seats_left = slices.iter().map(|slice| slice.seats_left).min()?;
        Some(Trip { supplier: self.supplier.clone(), slices, total, seats_left })
    }
}

/// A page of the trips of some fans.
#[must_use]
pub fn arrange(fans: &[Fan], wish: &PageWish<'_>) -> Page {
    let squares: Vec<Square<'_>> = fans.iter().map(|fan| Square::of(fan, wish)).collect();
    let mut front = BinaryHeap::new();
    for (fan, square) in squares.iter().enumerate() {
        for row in 0..square.out.0.len() {
            let column = square.first_after(wish.sort, row, wish.after);
            if column < square.columns() {
                front.push(Reverse((square.place(wish.sort, row, column), fan, row, column)));
            }
        }
    }
    let (mut trips, mut next, mut last, mut steps) = (Vec::new(), None, None, 0);
    while let Some(Reverse((place, fan, row, column))) = front.pop() {
        steps += 1;
        if steps > STEPS_MAX {
            next = last;
            break;
        }
        let square = &squares[fan];
        if column + 1 < square.columns() {
            front.push(Reverse((square.place(wish.sort, row, column + 1), fan, row, column + 1)));
        }
        if let Some(trip) = square.trip(row, column, wish.filters) {
            if trips.len() == wish.most {
                next = last;
                break;
            }
            trips.push(trip);
        }
        last = Some(place);
    }
    Page { trips, next }
}

/// The least that a trip of some fans costs a party.
#[must_use]
pub fn cheapest(fans: &[Fan], party: &Party) -> Option<Money> {
    let filters = Filters::default();
    let wish = PageWish { filters: &filters, sort: Sort::Price, party, after: None, most: 1 };
    arrange(fans, &wish).trips.first().map(|trip| trip.total)
}
