//! Ways to travel over the departures that are on sale.
//!
//! ```text
//! listings ─▶ Timetable ─▶ find: direct, one stop, two stops ─▶ Fan ─▶ arrange: filter, order, page ─▶ Trip
//!                                                                                                    │
//!                                                        Seal: an id that carries a price until it expires
//! ```
//!
//! Everything is a function of its arguments: no clock, no task, no I/O. The same timetable gives the same answer, ties
//! included.
//!
//! * [`Timetable`]: every departure as lists show it, by route and time. What is put in twice counts by its version.
//! * [`Timetable::find`]: the itineraries of a [`Direction`] that a party can buy now, each connection with time enough
//!   (`connection`).
//! * [`Fan`]: itineraries out and back of which any two make a trip. [`arrange`] takes a page out of fans in the order
//!   asked for, without making all pairs.
//! * [`cheapest`]: the least that a day costs, for a strip of days.
//! * [`Seal`]: makes and opens offers' ids.
//!
//! Times are those of the latest word: a departure that is late is searched for when it leaves.

#![deny(clippy::float_arithmetic, clippy::wildcard_enum_match_arm)]

mod arrange;
pub mod connection;
mod filter;
mod find;
mod itinerary;
mod order;
mod place;
mod route;
mod seal;
mod timetable;
mod wish;

pub use arrange::{Fan, Page, PageWish, Trip, arrange, cheapest};
pub use connection::LAYOVER_MAX;
pub use filter::{Filters, Hours, Window};
pub use find::FOUND_MAX;
pub use itinerary::{Itinerary, Segment};
pub use order::{Place, Sort};
pub use place::great_circle_mi;
pub use seal::{BadOffer, Priced, Seal, Sealed};
pub use timetable::Timetable;
pub use wish::{Direction, STOPS_MAX, Wish};
