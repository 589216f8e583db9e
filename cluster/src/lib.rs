//! The one door to the engine, wherever a departure lives.
//!
//! Whoever serves clients asks here and nowhere else: for a command to be decided ([`Door::ask`]), for a
//! departure as everybody may see it ([`Door::room`]), for its line of changes ([`Door::watch`]), and for
//! lists. On one node the door passes everything through to this node's actors. On many it will know who owns
//! which shard and carry a request there, at most one hop; nothing that is asked here will change for that:
//! answers, views and lines are values that can cross a network.
//!
//! * [`Door`]: what may be asked.
//! * [`Page`] and [`Listed`]: lists of departures, page by page.
//! * [`Shared`]: what nodes share through Redis, and can do without.
//!
//! Words that callers need come along, so that they depend on this crate alone: [`Told`], [`Verdict`],
//! [`Unserved`], [`Request`], [`Room`], [`Watch`].

#[cfg(any(test, feature = "hollow"))]
mod hollow;
mod shared;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use actors::booking::booking_stream;
use actors::engine::Router as _;
use actors::engine::stream_of;
use domain::booking::{self, Booking};
use domain::flight::{Command, Flight};
use domain::ids::{BookingId, FlightId, Version};
use domain::view::Summary;
use persistence::journal::RequestId;
use persistence::store::{DeparturesOn, ListedAt, Reader};

pub use actors::engine::{End, Engine, HoldFate, Told, Unserved, Verdict};
pub use actors::entity::Request;
pub use shared::{NoAddress, Shared};

pub use actors::room::{Encoding, Frame, Next, Room, Shown, Watch};

/// Departures that one page may hold.
pub const PAGE_MAX: u32 = 100;

/// Departures that are read at a time for a picture of all of them: some megabytes.
pub const LISTINGS_MAX: u32 = 2_000;

/// Where a node stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// It wakes who has something due, and does not serve yet.
    Starting,
    /// It serves.
    Ready,
    /// It finishes what is under way and takes nothing new.
    Stopping,
}

/// The door to the engine. Copies share it.
#[derive(Clone)]
pub struct Door {
    engine: Engine,
    readiness: Arc<AtomicU8>,
}

/// A page of a list of departures.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The departures, the earliest first.
    pub departures: Vec<Summary>,
    /// Where the next page begins, if there is one.
    pub next: Option<Listed>,
}

/// A place in a list of departures: after this one.
pub type Listed = ListedAt;

impl Door {
    /// A door to this node's engine, which still starts.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { engine, readiness: Arc::new(AtomicU8::new(Readiness::Starting as u8)) }
    }

    /// Where the node stands.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        match self.readiness.load(Ordering::Acquire) {
            0 => Readiness::Starting,
            1 => Readiness::Ready,
            _ => Readiness::Stopping,
        }
    }

    /// Says where the node stands from now on.
    pub fn becomes(&self, readiness: Readiness) {
        self.readiness.store(readiness as u8, Ordering::Release);
    }

    /// Asks a departure at once; what comes back is its durable answer.
    ///
    /// # Errors
    /// When there was no definite answer; asking again with the same key is always right.
    pub fn ask(
        &self,
        flight: FlightId,
        request: Request<Command>,
    ) -> impl Future<Output = Result<Told<Flight>, Unserved>> + Send {
        #[cfg(feature = "hollow")]
        let asked = hollow::ask(&self.engine, flight, request);
        #[cfg(not(feature = "hollow"))]
        let asked = self.engine.flights().ask(stream_of(flight), request);
        asked
    }

    /// Asks a booking at once; what comes back is its durable answer. What it sets out to do then takes steps: see
    /// [`Door::rested`].
    ///
    /// # Errors
    /// When there was no definite answer; asking again with the same key is always right.
    pub fn ask_booking(
        &self,
        booking: BookingId,
        request: Request<booking::Command>,
    ) -> impl Future<Output = Result<Told<Booking>, Unserved>> + Send {
        self.engine.bookings().ask(booking_stream(booking), request)
    }

    /// The first state of a booking without an open step, at the row `from` or later, and its row; waits for it, for as long as
    /// it takes. It is what a request came to that was answered with the row `from`, now and whenever it is asked again.
    ///
    /// # Errors
    /// When the booking cannot be woken or read.
    pub async fn rested(
        &self,
        booking: BookingId,
        from: Version,
    ) -> Result<(Version, Arc<Booking>), Unserved> {
        self.engine.rested(booking, from).await
    }

    /// What became of a request to a departure, whatever it asked; `None` when it is not remembered.
    ///
    /// # Errors
    /// When that cannot be found out now.
    pub async fn became(
        &self,
        flight: FlightId,
        request: RequestId,
    ) -> Result<Option<Told<Flight>>, Unserved> {
        self.engine.became(flight, request).await
    }

    /// The same of a booking, which the caller knows to be there.
    ///
    /// # Errors
    /// When that cannot be found out now.
    pub async fn booking_became(
        &self,
        booking: BookingId,
        request: RequestId,
    ) -> Result<Option<Told<Booking>>, Unserved> {
        self.engine.bookings().became(&booking_stream(booking), request).await
    }

    /// Waits until this node has made news for live sessions since this was asked before.
    pub async fn news(&self) {
        self.engine.bookings().news().await;
    }

    /// A departure as everybody may see it; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it sleeps and cannot be woken.
    pub async fn room(&self, flight: FlightId) -> Result<Option<Arc<Room>>, Unserved> {
        self.engine.room(flight).await
    }

    /// A place in a departure's line of changes; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it sleeps and cannot be woken.
    pub async fn watch(&self, flight: FlightId) -> Result<Option<Watch>, Unserved> {
        self.engine.watch(flight).await
    }

    /// Goes on after `from`: what has come since, if anything; the whole map when that is no longer kept.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn resume(&self, watch: &mut Watch, from: Version) -> Result<Option<Next>, Unserved> {
        if !watch.room().remembers(from) && from < watch.room().version() {
            self.engine.backfill(watch.room()).await?;
        }
        Ok(watch.resume(from))
    }

    /// How a hold ended, or that it lives, or (`None`) that it never was.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn fate(&self, flight: FlightId, hold: Version) -> Result<Option<HoldFate>, Unserved> {
        self.engine.fate(flight, hold).await
    }

    /// The departures of a day, the earliest first, `most` of them (at most [`PAGE_MAX`]).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn departures(
        &self,
        on: &DeparturesOn,
        after: Option<&Listed>,
        most: u32,
    ) -> Result<Page, Unserved> {
        let most = most.clamp(1, PAGE_MAX);
        let found = self.engine.store().departures(on, after, most + 1).await;
        let mut departures = found.map_err(|_| Unserved::StoreDown)?;
        let is_last = departures.len() <= most as usize;
        departures.truncate(most as usize);
        let last = departures.last().filter(|_| !is_last);
        let next =
            last.map(|last| ListedAt { departs: last.latest.departs, stream: stream_of(last.flight_id) });
        Ok(Page { departures, next })
    }

    /// From now on, departures that change are kept for [`Door::changed`].
    pub fn listen(&self) {
        self.engine.listen();
    }

    /// The departures that have changed since this was asked before, as lists show them now; waits until there are some. For
    /// one who keeps a picture of all of them: [`Door::listen`], then [`Door::listings`], then this again and again.
    pub async fn changed(&self) -> Vec<Summary> {
        self.engine.changed().await
    }

    /// The departures of all days in the order of their names, after one of them, [`LISTINGS_MAX`] at a time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn listings(&self, after: Option<FlightId>) -> Result<Vec<Summary>, Unserved> {
        let after = after.map(stream_of);
        let found = self.engine.store().listings_after(after.as_ref(), LISTINGS_MAX).await;
        let found = found.map_err(|_| Unserved::StoreDown)?;
        Ok(found.into_iter().map(|(_, summary)| summary).collect())
    }

    /// Lets a departure leave memory as soon as nothing goes on.
    pub async fn rest(&self, flight: FlightId) {
        self.engine.rest(flight).await;
    }

    /// This node's engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}
