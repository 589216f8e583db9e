//! One life: everything that happens between a seed and its verdict.
//!
//! | file | who |
//! |---|---|
//! | `program` | a process, one run of the program: owners of streams and their journal batch, the engine's own code |
//! | `commits` | what a commit goes through on the disk or on its way to the database |
//! | `faults` | crashes, pauses, takeovers, drops from memory, and their end |
//! | `client` | what clients want and what they know |
//! | `answers` | what a client makes of its answers, and the histories of seats |
//! | `trips` | bookings, and the travellers who want them |
//! | `locators` | record locators, reserved before their bookings are placed |
//! | `road` | what goes to and fro between bookings and departures |
//! | `payment` | charges of clients who book on one departure without a booking's saga |
//! | `till` | the payment provider of bookings: orders, customers and banks, hints |
//! | `record` | what a life leaves for the oracle |
//! | `watcher` | subscribers of the live feed |

mod answers;
mod client;
mod commits;
mod faults;
mod locators;
mod payment;
mod program;
mod record;
mod road;
mod till;
mod trips;
mod watcher;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actors::entity::Request;
use domain::aggregate::Aggregate;
use domain::booking::Booking;
use domain::fare::FareBasis;
use domain::flight::{Command, Flight, OpenSale, Service};
use domain::ids::{FlightId, HoldNumber, RecordLocator, Version};
use domain::money::Currency;
use domain::payment::Said;
use domain::plan::SeatPlan;
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::{Activation, Fingerprint, RequestId, RequestKey, StreamId, Tables};
use persistence::register::Register;

use crate::agenda::Agenda;
use crate::planted::Planted;
use crate::provider::{Act, Provider};
use crate::scenario::Scenario;

pub use payment::{Payment, Settlement};
pub use record::{Record, Told};
pub use trips::{Trip, TripTold};
pub use watcher::Watcher;

use client::Client;
use commits::{Call, InFlight, Landing};
use locators::Reservation;
use program::Node;

/// Virtual time zero: 2026-12-01T00:00:00Z.
const BASE: i64 = 1_796_083_200_000;

/// Events after which a life is not coming to an end.
const EVENTS_MAX: u64 = 2_000_000;

/// A departure that is for sale in this life.
#[derive(Debug)]
pub struct OnSale {
    /// Its id.
    pub flight: FlightId,
    /// Its stream.
    pub stream: StreamId,
    /// Its seats.
    pub plan: SeatPlan,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Client(usize),
    Payment(usize),
    /// The traveller of a trip.
    Traveller(usize),
    /// The process that carries a step of a booking.
    Carrier {
        node: usize,
        life: u64,
        stream: usize,
    },
    /// Whoever carries effects out.
    Runner {
        order: usize,
        trip: usize,
    },
    /// The provider, with an event about a trip's payment.
    Webhook(usize),
}

/// One request as it travels.
#[derive(Debug)]
struct Ask<A: Aggregate = Flight> {
    asker: Asker,
    /// Names the intent; repeats carry the same.
    op: u64,
    stream: usize,
    request: Request<A::Command>,
}

/// What comes back.
#[derive(Debug, Clone)]
enum Reply<A: Aggregate = Flight> {
    Definite(Verdict<A>),
    TryAgain,
}

/// A definite answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<A: Aggregate = Flight> {
    /// It was done, as this row.
    Accepted(Version, Arc<[A::Event]>),
    /// It was so before.
    AlreadySo,
    /// A rule said no.
    Refused(A::Rejection),
}

/// Something on the agenda.
#[derive(Debug)]
enum Event {
    /// A client looks for something to do.
    Think(usize),
    /// A request arrives at a node.
    Arrive { node: usize, ask: Rc<Ask> },
    /// A reply arrives.
    Told { asker: Asker, op: u64, reply: Reply },
    /// A request to a booking arrives at a node.
    TripArrive { node: usize, ask: Rc<Ask<Booking>> },
    /// A booking's reply arrives.
    TripTold { asker: Asker, op: u64, reply: Reply<Booking> },
    /// A traveller looks for something to do.
    Travel(usize),
    /// An order to place a booking arrives at a node.
    Prepare { node: usize, trip: usize, op: u64 },
    /// The reservation of a record locator reaches the store.
    Reserve(Reservation),
    /// A node hears what was reserved.
    Reserved { reservation: Reservation, locator: Option<RecordLocator> },
    /// What was reserved long ago is looked through.
    Sweep,
    /// An effect of a durable row is to be carried out.
    Deliver(usize),
    /// Somebody has waited long enough and asks again.
    Patience { asker: Asker, op: u64, attempt: u32 },
    /// A commit of a process takes its next step.
    Commit { call: Call, landing: Landing },
    /// A process reads a stream.
    Load { node: usize, life: u64, stream: usize, activation: Activation },
    /// A timer of a process goes off.
    Timer { node: usize, life: u64, stream: usize, at: Timestamp },
    /// A process dies.
    Crash(usize),
    /// A process starts.
    Start(usize),
    /// A process stands still.
    Pause(usize),
    /// A process goes on.
    Resume(usize),
    /// A process takes the shards of those that seem dead.
    TakeOver(usize),
    /// A process drops what is idle from memory.
    Passivate(usize),
    /// The owner of a stream panics.
    Panic(usize),
    /// The provider charges.
    Charge(usize),
    /// The provider tells of a charge.
    Webhook(usize),
    /// A row reaches a watcher.
    Frame { watcher: usize, stream: usize, version: Version, body: Arc<str> },
    /// An order of a booking reaches the provider.
    AtProvider(till::Errand),
    /// The provider's answer reaches whoever asked.
    ProviderSaid { carrier: road::Carrier, op: u64, said: Said },
    /// A customer or a bank does something with a payment.
    AtBank { payment: usize, act: Act },
    /// Faults come back for a while.
    Storm,
    /// Faults end.
    Quiet,
}

/// One life.
pub struct World {
    /// What the seed implies.
    pub scenario: Scenario,
    /// The departures.
    pub on_sale: Vec<OnSale>,
    /// What is durable.
    pub tables: Tables,
    /// The record locators that are durably reserved.
    pub register: Register,
    /// The payments.
    pub payments: Vec<Payment>,
    /// The bookings.
    pub trips: Vec<Trip>,
    /// Where the bookings are paid.
    pub provider: Provider,
    /// The subscribers of the feed.
    pub watchers: Vec<Watcher>,
    /// What is left for the oracle.
    pub record: Record,
    rng: Rng,
    planted: Option<Planted>,
    agenda: Agenda<Event>,
    nodes: Vec<Node>,
    lives: u64,
    clients: Vec<Client>,
    quiet: bool,
    /// Until when faults are back; zero before they were gone.
    storm_until: u64,
    /// Events of the provider that were taken in.
    hinted: BTreeSet<u64>,
    ops: u64,
    writes: u64,
    in_flight: Option<InFlight>,
    /// Reservations that are being written to the disk.
    reserving: Vec<Reservation>,
    /// Whether a sweep of the register is to come.
    sweeps: bool,
    poisoned: Option<StreamId>,
    /// Effects of durable rows, in the order in which they became durable.
    orders: Vec<road::Order>,
    /// Holds of travellers, for bookings to take over.
    loose: Vec<(usize, HoldNumber)>,
}

impl World {
    /// The life of a seed, before its first event.
    #[must_use]
    pub fn new(seed: u64, planted: Option<Planted>, in_words: bool) -> Self {
        let scenario = Scenario::of(seed);
        let mut rng = Rng::with_seed(seed);
        let nodes = match scenario.keeping {
            crate::scenario::Keeping::Embedded => 1,
            crate::scenario::Keeping::Shared => 2,
        };
        let skew = |rng: &mut Rng| rng.i64(0..=2 * scenario.skew.cast_signed()) - scenario.skew.cast_signed();
        let nodes = (0..nodes).map(|_| Node::new(skew(&mut rng))).collect();
        let on_sale: Vec<OnSale> =
            (1..).zip(&scenario.plans).map(|(number, plan)| OnSale::new(number, plan)).collect();
        let record = Record { lines: in_words.then(Vec::new), ..Record::default() };
        Self {
            clients: (0..scenario.clients).map(Client::new).collect(),
            watchers: (0..2).map(|_| Watcher::new(on_sale.len())).collect(),
            tables: Tables::default(),
            register: Register::default(),
            payments: Vec::new(),
            provider: Provider::default(),
            trips: (0..scenario.trips).map(Trip::new).collect(),
            agenda: Agenda::default(),
            on_sale,
            record,
            rng,
            planted,
            nodes,
            scenario,
            lives: 0,
            quiet: false,
            storm_until: 0,
            hinted: BTreeSet::new(),
            ops: 0,
            writes: 0,
            in_flight: None,
            reserving: Vec::new(),
            sweeps: false,
            poisoned: None,
            orders: Vec::new(),
            loose: Vec::new(),
        }
    }

    /// Lives it to its end.
    pub fn live(&mut self) {
        domain::planted::plant(self.planted.and_then(Planted::engine));
        self.begin();
        while let Some(event) = self.agenda.next_event() {
            self.record.events += 1;
            if self.record.events > EVENTS_MAX {
                self.broken("the life does not come to an end");
                break;
            }
            self.happen(event);
        }
        domain::planted::plant(None);
        self.end();
    }

    /// How long it lasted, in virtual milliseconds.
    #[must_use]
    pub const fn virtual_ms(&self) -> u64 {
        self.agenda.now()
    }

    fn begin(&mut self) {
        for node in 0..self.nodes.len() {
            self.agenda.put(0, Event::Start(node));
        }
        self.begin_faults();
        self.begin_register();
        for stream in 0..self.on_sale.len() {
            self.open_sale(stream);
        }
        for client in 0..self.clients.len() {
            let wait = 20 + self.about(self.scenario.think);
            self.agenda.put(wait, Event::Think(client));
        }
        for trip in 0..self.trips.len() {
            let wait = 20 + self.about(self.scenario.think);
            self.agenda.put(wait, Event::Travel(trip));
        }
        self.agenda.put(self.scenario.active, Event::Quiet);
    }

    fn happen(&mut self, event: Event) {
        let Some(event) = self.unless_paused(event) else { return };
        match event {
            Event::Think(client) => self.think(client),
            Event::Arrive { node, ask } => self.arrive(node, ask),
            Event::Told { asker, op, reply } => self.told(asker, op, &reply),
            Event::TripArrive { node, ask } => self.arrive(node, ask),
            Event::TripTold { asker, op, reply } => self.trip_told(asker, op, &reply),
            Event::Travel(trip) => self.travel(trip),
            Event::Prepare { node, trip, op } => self.prepare(node, trip, op),
            Event::Reserve(reservation) => self.reserve(reservation),
            Event::Reserved { reservation, locator } => self.reserved(reservation, locator),
            Event::Sweep => self.sweep(),
            Event::Deliver(order) => self.deliver(order),
            Event::Patience { asker, op, attempt } => self.patience(asker, op, attempt),
            Event::Commit { call, landing } => self.landing(call, landing),
            Event::Load { node, life, stream, activation } => self.load(node, life, stream, activation),
            Event::Timer { node, life, stream, at } => self.timer(node, life, stream, at),
            Event::Crash(node) => self.crash_by_fate(node),
            Event::Start(node) => self.start(node),
            Event::Pause(node) => self.pause(node),
            Event::Resume(node) => self.resume(node),
            Event::TakeOver(node) => self.take_over(node),
            Event::Passivate(node) => self.passivate(node),
            Event::Panic(node) => self.panic(node),
            Event::Charge(payment) => self.charge(payment),
            Event::Webhook(payment) => self.webhook(payment),
            Event::Frame { watcher, stream, version, body } => self.frame(watcher, stream, version, &body),
            Event::AtProvider(errand) => self.at_provider(errand),
            Event::ProviderSaid { carrier, op, said } => self.provider_said(carrier, op, said),
            Event::AtBank { payment, act } => self.at_bank(payment, act),
            Event::Storm => self.storm(),
            Event::Quiet => self.fall_quiet(),
        }
    }

    /// The watchers come back once more; whoever still waits for an answer is reported.
    fn end(&mut self) {
        self.catch_up_all();
        let waiting = self.clients.iter().filter(|client| client.asking.is_some()).count();
        let unsettled = self.payments.iter().filter(|payment| payment.asking.is_some()).count();
        let travellers = self.trips.iter().filter(|trip| trip.waits()).count();
        if waiting + unsettled + travellers > 0 {
            self.broken(&format!(
                "{waiting} clients, {unsettled} payments and {travellers} travellers never had a definite answer"
            ));
        }
    }

    /// A wait of about `mean` milliseconds, at least one.
    fn about(&mut self, mean: u64) -> u64 {
        self.rng.u64(1..=2 * mean)
    }

    /// Whether something of so many thousandths happens now. Never in the quiet phase.
    fn chance(&mut self, thousandths: u64) -> bool {
        !self.quiet && thousandths > 0 && self.rng.u64(..1_000) < thousandths
    }

    /// The true time.
    fn now(&self) -> Timestamp {
        instant(self.agenda.now())
    }

    /// Puts something into the trace, and into words if somebody reads them.
    fn note(&mut self, kind: &'static str, one: u64, two: u64) {
        let mut hash = self.record.trace ^ 0xcbf2_9ce4_8422_2325;
        for part in [self.agenda.now(), kind.len() as u64, u64::from(kind.as_bytes()[0]), one, two] {
            hash = (hash ^ part).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        }
        self.record.trace = hash;
        if let Some(lines) = &mut self.record.lines {
            lines.push(format!("{:>8} ms  {kind} {one} {two}", self.agenda.now()));
        }
    }

    /// Adds words to the last line, if somebody reads them.
    fn say(&mut self, words: impl FnOnce() -> String) {
        if let Some(line) = self.record.lines.as_mut().and_then(|lines| lines.last_mut()) {
            line.push_str(": ");
            line.push_str(&words());
        }
    }

    fn broken(&mut self, what: &str) {
        self.note("BROKEN", 0, 0);
        self.say(|| what.to_owned());
        self.record.broken.push(what.to_owned());
    }

    /// Departures come first among the streams, then bookings.
    fn stream_id(&self, stream: usize) -> &StreamId {
        let trip = || &self.trips[stream - self.on_sale.len()].stream;
        self.on_sale.get(stream).map_or_else(trip, |departure| &departure.stream)
    }

    const fn is_trip(&self, stream: usize) -> bool {
        stream >= self.on_sale.len()
    }

    fn streams(&self) -> std::ops::Range<usize> {
        0..self.on_sale.len() + self.trips.len()
    }

    fn is_planted(&self, bug: Planted) -> bool {
        self.planted == Some(bug)
    }

    /// The airline puts a departure on sale, before anybody can ask for it.
    fn open_sale(&mut self, stream: usize) {
        let OnSale { flight, plan, .. } = &self.on_sale[stream];
        let opened = OpenSale {
            flight: *flight,
            service: Service::published("LAX", "Airbus A320").expect("a sound service"),
            plan: plan.clone(),
            departs: instant(30 * 24 * 60 * 60 * 1_000),
            arrives: instant(30 * 24 * 60 * 60 * 1_000 + 7_200_000),
            basis: FareBasis { distance_mi: 1_069, currency: Currency::USD },
            sold_elsewhere: Vec::new(),
        };
        self.clients[stream].wants.push((stream, Command::OpenSale(opened)));
    }
}

impl OnSale {
    fn new(number: u16, cabins: &str) -> Self {
        let flight: FlightId = format!("B6-{number}-2026-12-31-JFK").parse().expect("a flight id");
        let stream = StreamId::of("flight", &flight).expect("a stream id");
        let plan = SeatPlan::read(cabins, "").expect("the plans of scenarios are sound");
        Self { flight, stream, plan }
    }
}

/// The instant so many virtual milliseconds after the beginning.
#[must_use]
pub fn instant(millis: u64) -> Timestamp {
    Timestamp::from_millis(BASE + millis.cast_signed()).expect("lives are short")
}

/// The key of an intent: the same for all its repeats.
fn key(op: u64) -> RequestKey {
    let wide = (u128::from(op) << 64) | u128::from(!op);
    RequestKey { id: RequestId::new(wide.to_be_bytes()), fingerprint: Fingerprint::new(wide.to_le_bytes()) }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
