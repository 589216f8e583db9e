//! One node's actors.
//!
//! ```text
//! Router::ask ─▶ directory: who owns the stream? ─▶ owner (woken if it sleeps) ─▶ journal ─▶ reply
//!                                                     │
//!                                                     └─▶ follower: what everybody may see
//! ```
//!
//! * [`Engine`]: the node. It starts the tree, finds owners, and wakes who has something due.
//! * [`Router`]: sends a command to a stream, wherever it lives. Whoever needs a stream knows only this.
//! * `owner`: the actor, a thin driver of [`Core`](crate::entity::Core).
//! * `tree`: who supervises whom. `quarantine`: what is served to nobody.
//!
//! An owner leaves memory when nothing has gone on for a while and nothing falls due, and comes back when it
//! is next asked. Its mailbox is closed first and drained, so no message is lost on the way.

mod changes;
pub mod clock;
mod context;
mod directory;
mod fate;
mod loads;
mod metrics;
mod owned;
mod owner;
mod owners;
mod quarantine;
mod rests;
mod shared;
mod told;
mod tree;
mod waking;

use std::sync::Arc;
use std::time::Duration;

use domain::aggregate::Aggregate;
use domain::booking::Booking;
use domain::flight::Flight;
use domain::ids::{BookingId, FlightId, Version};
use domain::view::{self, Summary};
use persistence::any::Any;
use persistence::journal::{RequestId, StreamId};
use persistence::store::Reader;
use persistence::writer::Journal;

pub use changes::Mark;
pub use fate::{End, HoldFate};
pub use metrics::Metrics;
pub use owned::{DurableRow, Follower, Owned};
pub use owners::Owners;
pub use quarantine::Quarantine;
pub use told::{Told, Unserved, Verdict};

use crate::booking::{Carriers, Conductor, Till};
use crate::effects::{Effects, Orders};
use crate::entity::Request;
use crate::room::Room;

impl Owned for Flight {
    type Follower = Room;
}

/// Sends a command to a stream, wherever it lives.
pub trait Router<A: Owned> {
    /// Hands a request in at once, in the order of the calls; what comes back is its durable answer.
    ///
    /// # Errors
    /// When nobody gave a definite answer; asking again with the same key is always right.
    fn ask(
        &self,
        stream: StreamId,
        request: Request<A::Command>,
    ) -> impl Future<Output = Result<Told<A>, Unserved>> + Send;
}

/// How long a reader waits for a departure that sleeps: a thousand times what waking takes, and as long as a person
/// waits when the store is away.
const WAKE_WITHIN: Duration = Duration::from_secs(5);

/// How an engine behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long an owner with nothing to do stays in memory.
    pub idle: Duration,
    /// Where bookings are paid; by default nowhere.
    pub till: Till,
}

impl Default for Options {
    fn default() -> Self {
        Self { idle: Duration::from_secs(120), till: Till::default() }
    }
}

/// The actors of one node. Copies share them.
#[derive(Clone)]
pub struct Engine {
    flights: Owners<Flight>,
    bookings: Owners<Booking>,
}

impl Engine {
    /// Starts the actors over a store and its journal. Nobody is woken yet: see [`Engine::wake_due`].
    pub async fn start(store: Any, journal: Journal, options: &Options) -> Self {
        let flights: Owners<Flight> = Owners::start(store, journal, options).await;
        let bookings: Owners<Booking> = flights.beside();
        let conductor = Conductor::between(flights.clone(), bookings.clone(), options.till.clone());
        flights.0.tree.tend::<Carriers>(conductor).await;
        flights.0.tree.tend::<Effects>(Orders::to(bookings.clone())).await;
        Self { flights, bookings }
    }

    /// The departures of this node: the way to ask one.
    #[must_use]
    pub const fn flights(&self) -> &Owners<Flight> {
        &self.flights
    }

    /// The bookings of this node: the way to ask one.
    #[must_use]
    pub const fn bookings(&self) -> &Owners<Booking> {
        &self.bookings
    }

    /// The first state of a booking without an open step, at the row `from` or later; waits for it, for as long as it takes.
    ///
    /// # Errors
    /// When the booking cannot be woken or read.
    pub async fn rested(
        &self,
        booking: BookingId,
        from: Version,
    ) -> Result<(Version, Arc<Booking>), Unserved> {
        rests::rested(&self.bookings, booking, from).await
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
        let stream = stream_of(flight);
        if !self.exists(&stream).await? {
            return Ok(None);
        }
        self.flights.became(&stream, request).await
    }

    /// A departure as everybody may see it; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it sleeps and cannot be woken.
    pub async fn room(&self, flight: FlightId) -> Result<Option<Arc<Room>>, Unserved> {
        let stream = stream_of(flight);
        if let Some(room) = self.flights.0.followers.get(&stream) {
            return Ok(room.is_open().then(|| room.clone()));
        }
        Box::pin(self.woken_room(stream)).await
    }

    /// The room of a departure that sleeps.
    async fn woken_room(&self, stream: StreamId) -> Result<Option<Arc<Room>>, Unserved> {
        let woken = tokio::time::timeout(WAKE_WITHIN, self.wake(&stream)).await;
        if !woken.unwrap_or(Err(Unserved::StoreDown))? {
            return Ok(None);
        }
        let room = self.flights.0.followers.get(&stream).map(|room| room.clone());
        Ok(room.filter(|room| room.is_open()))
    }

    /// Wakes a departure, if there is one of that name.
    async fn wake(&self, stream: &StreamId) -> Result<bool, Unserved> {
        let exists = self.exists(stream).await?;
        if exists {
            self.flights.0.wake(stream).await?;
        }
        Ok(exists)
    }

    /// The departure's line of changes from `seen` on; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it sleeps and cannot be woken.
    pub async fn watch(&self, flight: FlightId) -> Result<Option<crate::room::Watch>, Unserved> {
        let stream = stream_of(flight);
        if self.room(flight).await?.is_none() {
            return Ok(None);
        }
        // Under the entry's lock, so that the room cannot leave between being found and being watched.
        Ok(self.flights.0.followers.get(&stream).map(|room| Room::watch(&room)))
    }

    /// Whether lists know the stream: they are written with its first row.
    async fn exists(&self, stream: &StreamId) -> Result<bool, Unserved> {
        let found = self.flights.0.store.departure(stream).await;
        found.map(|found| found.is_some()).map_err(|_| Unserved::StoreDown)
    }

    /// How a hold of a departure ended, or that it never was; read from the journal.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn fate(&self, flight: FlightId, hold: Version) -> Result<Option<HoldFate>, Unserved> {
        fate::fate(&self.flights.0.store, &stream_of(flight), hold).await
    }

    /// Rows that a room no longer has, so that who comes back late still gets every change.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn backfill(&self, room: &Room) -> Result<(), Unserved> {
        room.backfill(&self.flights.0.store, &stream_of(room.flight())).await
    }

    /// From now on, departures that change are kept for [`Engine::changed`].
    pub fn listen(&self) {
        self.flights.0.changes.listen();
    }

    /// The departures that have changed since this was asked before, as lists show them now; waits until there are some.
    /// For one who keeps a picture of all of them, and has called [`Engine::listen`] before reading the list.
    pub async fn changed(&self) -> Vec<Summary> {
        let rooms = self.flights.0.changes.next().await;
        let open = rooms.iter().filter(|room| room.is_open());
        open.map(|room| room.read(view::summary)).collect()
    }

    /// Lets a departure leave memory as soon as nothing goes on.
    pub async fn rest(&self, flight: FlightId) {
        self.flights.0.rest(&stream_of(flight)).await;
    }

    /// Wakes everybody who has something due, and says how many they were. To be called before the node says
    /// that it is ready.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn wake_due(&self) -> Result<usize, Unserved> {
        let wake = |stream: StreamId| {
            let engine = self.clone();
            async move { engine.wake_whoever(&stream).await }
        };
        waking::wake_due(self.store(), wake).await
    }

    async fn wake_whoever(&self, stream: &StreamId) -> Result<(), Unserved> {
        if stream.kind() == <Booking as Aggregate>::KIND {
            self.bookings.wake(stream).await.map(|_| ())
        } else {
            self.flights.wake(stream).await.map(|_| ())
        }
    }

    /// What the actors count.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        self.flights.metrics()
    }

    /// Who is out of service.
    #[must_use]
    pub fn quarantine(&self) -> &Quarantine {
        self.flights.quarantine()
    }

    /// What the journal's writer has done.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.flights.0.journal
    }

    /// The store, for readers of lists.
    #[must_use]
    pub fn store(&self) -> &Any {
        &self.flights.0.store
    }

    /// Waits until the supervision tree has fallen: the process should end.
    pub async fn fallen(&self) {
        self.flights.0.tree.fallen().await;
    }
}

/// The stream of a departure.
#[must_use]
pub fn stream_of(flight: FlightId) -> StreamId {
    let kind = <Flight as Aggregate>::KIND;
    StreamId::of(kind, &flight).expect("a flight's name is short and printable")
}
