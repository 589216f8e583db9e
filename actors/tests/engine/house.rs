//! An engine over a store in memory, and the words to ask it.

use std::sync::Arc;
use std::time::Duration;

use actors::booking::Till;
use actors::engine::{Engine, Options, Router as _, Told, Unserved, Verdict, clock, stream_of};
use actors::entity::Request;
use domain::fare::FareBasis;
use domain::flight::{
    Command, Event, Flight, HoldSeats, Holder, HolderKind, OpenSale, ReleaseHold, SeatChoice, Service, Term,
};
use domain::ids::{FlightId, HoldNumber};
use domain::money::Currency;
use domain::plan::{CabinClass, SeatPlan};
use persistence::any::Any;
use persistence::journal::{Fingerprint, NodeId, RequestId, RequestKey};
use persistence::memory::Memory;
use persistence::writer::{self, OnFatal};

/// Seats for a hundred people.
const CABIN: &str = "Y:1-25:AB-CD";

/// A node, and the store that outlives it.
#[derive(Clone)]
pub struct House {
    pub store: Memory,
    pub engine: Engine,
}

impl House {
    pub async fn new() -> Self {
        Self::over(Memory::new(), Duration::from_secs(60)).await
    }

    /// A node over what another one left.
    pub async fn over(store: Memory, idle: Duration) -> Self {
        Self::with(store, Options { idle, ..Options::default() }).await
    }

    /// The same, with bookings that are paid at this till.
    pub async fn paying(store: Memory, till: Till) -> Self {
        Self::with(store, Options { till, ..Options::default() }).await
    }

    async fn with(store: Memory, options: Options) -> Self {
        let settings = writer::Options {
            on_fatal: OnFatal::new(|fatal| panic!("{fatal}")),
            ..writer::Options::default()
        };
        let lane = store.lane(NodeId::new(fastrand::u128(..)));
        let (journal, _writer) = writer::start(vec![lane], &settings).expect("a thread");
        let engine = Engine::start(Any::Memory(store.clone()), journal, &options).await;
        Self { store, engine }
    }

    pub async fn open(&self, number: u16) -> FlightId {
        let sale = sale(number);
        let told = self.ask(sale.flight, None, Command::OpenSale(sale.clone())).await.expect("an answer");
        assert!(matches!(told.verdict, Verdict::Accepted { .. }), "{told:?}");
        sale.flight
    }

    pub async fn ask(
        &self,
        flight: FlightId,
        key: Option<RequestKey>,
        command: Command,
    ) -> Result<Told<Flight>, Unserved> {
        let deadline = Some(clock::now() + Duration::from_secs(20));
        let request = Request { key, remember_refusal: key.is_some(), deadline, command };
        self.engine.flights().ask(stream_of(flight), request).await
    }

    pub async fn hold(&self, flight: FlightId, seat: &str, by: &str) -> Result<HoldNumber, Told<Flight>> {
        let told = self.ask(flight, None, hold(seat, by, 600)).await.expect("an answer");
        hold_of(&told).ok_or(told)
    }

    pub async fn release(&self, flight: FlightId, hold: HoldNumber, by: &str) -> Told<Flight> {
        let by = by.parse().expect("a subject");
        self.ask(flight, None, Command::ReleaseHold(ReleaseHold { hold, by })).await.expect("an answer")
    }
}

pub fn hold_of(told: &Told<Flight>) -> Option<HoldNumber> {
    let Verdict::Accepted { events, .. } = &told.verdict else { return None };
    events.iter().find_map(|event| match event {
        Event::SeatsHeld(held) => Some(held.hold),
        _ => None,
    })
}

pub fn sale(number: u16) -> OpenSale {
    let departs = clock::now() + Duration::from_secs(30 * 24 * 3_600);
    OpenSale {
        flight: format!("B6-{number}-2026-12-01-JFK").parse().expect("a flight id"),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: SeatPlan::read(CABIN, "").expect("a sound layout"),
        departs,
        arrives: departs + Duration::from_secs(6 * 3_600),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    }
}

pub fn hold(seat: &str, by: &str, secs: u64) -> Command {
    Command::HoldSeats(HoldSeats {
        holder: Holder { principal: by.parse().expect("a subject"), kind: HolderKind::Agent },
        class: CabinClass::Economy,
        places: 1,
        seats: SeatChoice::Exact(vec![seat.parse().expect("a seat")]),
        party: None,
        term: Term::For(Duration::from_secs(secs)),
        booking: None,
    })
}

pub fn key(number: u128) -> RequestKey {
    RequestKey {
        id: RequestId::new(number.to_be_bytes()),
        fingerprint: Fingerprint::new(number.to_be_bytes()),
    }
}

/// Waits until something is so, for as long as a slow machine may need.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("it never came to it that {what}"));
}

/// All seats of the cabin.
pub fn seats() -> Vec<String> {
    let rows = (1..=25).flat_map(|row| ["A", "B", "C", "D"].map(|letter| format!("{row}{letter}")));
    rows.collect()
}

/// Shares a house with many tasks.
pub fn shared(house: House) -> Arc<House> {
    Arc::new(house)
}
