//! A node that serves on a free port, over a store in memory, and the words to ask its engine.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actors::engine::{Engine, clock};
use api::{Keys, Principal, Role, ServeOptions, State, Stores};
use cluster::{Door, Readiness, Request, Verdict};
use domain::fare::FareBasis;
use domain::flight::{
    Command, Event, HoldSeats, Holder, HolderKind, OpenSale, ReleaseHold, SeatChoice, Service, Term,
};
use domain::ids::{FlightId, HoldNumber, Version};
use domain::money::Currency;
use domain::party::Party;
use domain::plan::{CabinClass, SeatPlan};
use persistence::any::Any;
use persistence::journal::NodeId;
use persistence::memory::Memory;
use persistence::people;
use persistence::writer;
use tokio::net::TcpSocket;
use tokio::task::{JoinHandle, JoinSet};

use crate::socket::Socket;
use crate::viewer::Viewer;

/// Two cabins, so that counts of both must be right.
const CABINS: &str = "J:1-4:A-C;Y:10-49:ABC-DEF";

/// A system's buffer so small that a map does not fit: who does not read is noticed at once.
const SMALL_BUFFER: u32 = 4_096;

/// A node, and the store that outlives it.
pub struct House {
    pub store: Memory,
    pub state: Arc<State>,
    pub authority: String,
    serving: JoinHandle<()>,
}

impl House {
    pub async fn new() -> Self {
        Self::over(Memory::new()).await
    }

    /// A node over what another one left.
    pub async fn over(store: Memory) -> Self {
        let lane = store.lane(NodeId::new(fastrand::u128(..)));
        let (journal, _writer) = writer::start(vec![lane], &writer::Options::default()).expect("a thread");
        let options = actors::engine::Options::default();
        let engine = Engine::start(Any::Memory(store.clone()), journal, &options).await;
        let door = Door::new(engine);
        door.becomes(Readiness::Ready);
        let options = api::Options {
            origins: vec!["https://book.example".to_owned()],
            rates: api::RateLimits::LIFTED,
            ..api::Options::default()
        };
        let keys = people::Keys::drawn(&mut |bytes: &mut [u8]| {
            bytes.fill(7);
            true
        });
        let travellers = store.travellers(keys.expect("constant keys")).await.expect("its own keys");
        let stores = Stores { accounts: store.people(), travellers, bookings: store.bookings() };
        let state = State::new(door, stores, Keys::drawn().expect("a key"), options);
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_send_buffer_size(SMALL_BUFFER).expect("a size");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let listener = socket.listen(128).expect("a listener");
        let authority = listener.local_addr().expect("an address").to_string();
        let limits = ServeOptions {
            connections_max: 1_000,
            per_address: 1_000,
            header_timeout: Duration::from_secs(10),
        };
        let serving = tokio::spawn(api::serve(listener, api::face(&state), state.clone(), limits));
        Self { store, state, authority, serving }
    }

    /// Tells the node to stop, and waits until it has.
    pub async fn stop(self) {
        self.state.stop();
        self.serving.await.expect("it stops in order");
    }

    /// A ticket of somebody whose token lives for so many seconds.
    pub fn ticket(&self, subject: &str, secs: i64) -> String {
        self.ticket_of(Role::Customer, subject, secs)
    }

    /// The same of somebody with a role.
    pub fn ticket_of(&self, role: Role, subject: &str, secs: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let principal = Principal {
            subject: subject.parse().expect("a subject"),
            role,
            session: "a sign-in".to_owned(),
            expires: now.cast_signed() + secs,
            ver: 1,
        };
        self.state.tickets.issue(Arc::new(principal)).expect("randomness")
    }

    /// An anonymous socket.
    pub async fn socket(&self) -> Socket {
        Socket::open(&self.authority, "aisle.v1", None).await.expect("a socket")
    }

    /// A socket of somebody whose token lives for an hour.
    pub async fn socket_of(&self, subject: &str) -> Socket {
        let protocols = format!("aisle.v1, ticket.{}", self.ticket(subject, 3_600));
        Socket::open(&self.authority, &protocols, None).await.expect("a socket")
    }

    /// An anonymous viewer with its first map.
    pub async fn viewer(&self, flight: FlightId) -> Viewer {
        Viewer::watching(self.socket().await, flight).await
    }

    pub async fn open(&self, number: u16) -> FlightId {
        let sale = sale(number);
        self.ask(sale.flight, Command::OpenSale(sale.clone())).await;
        sale.flight
    }

    /// Asks for what must be granted.
    pub async fn ask(&self, flight: FlightId, command: Command) -> Arc<[Event]> {
        let deadline = Some(clock::now() + Duration::from_secs(20));
        let request = Request { key: None, remember_refusal: false, deadline, command };
        let told = self.state.door.ask(flight, request).await.expect("an answer");
        match told.verdict {
            Verdict::Accepted { events, .. } => events,
            other => panic!("{other:?}"),
        }
    }

    pub async fn hold(&self, flight: FlightId, seat: &str, by: &str) -> HoldNumber {
        let is_business = seat.len() == 2;
        let class = if is_business { CabinClass::Business } else { CabinClass::Economy };
        let seat = seat.parse().expect("a seat");
        self.make(flight, hold(class, SeatChoice::Exact(vec![seat]), by)).await
    }

    /// A place without a seat: a row that changes none.
    pub async fn hold_place(&self, flight: FlightId, by: &str) -> HoldNumber {
        self.make(flight, hold(CabinClass::Economy, SeatChoice::Later, by)).await
    }

    async fn make(&self, flight: FlightId, command: Command) -> HoldNumber {
        let events = self.ask(flight, command).await;
        let made = events.iter().find_map(|event| match event {
            Event::SeatsHeld(held) => Some(held.hold),
            _ => None,
        });
        made.expect("a hold was made")
    }

    pub async fn release(&self, flight: FlightId, hold: HoldNumber, by: &str) {
        let by = by.parse().expect("a subject");
        self.ask(flight, Command::ReleaseHold(ReleaseHold { hold, by })).await;
    }

    pub async fn version(&self, flight: FlightId) -> Version {
        self.state.door.room(flight).await.expect("a room").expect("a departure").version()
    }

    /// Sixteen clients hold and release seats of their own, many times: a row each time.
    pub async fn is_busy(self: &Arc<Self>, flight: FlightId, rounds: usize) {
        let mut clients = JoinSet::new();
        for client in 0..16 {
            let house = self.clone();
            clients.spawn(async move {
                let (by, seat) = (format!("c{client}"), format!("{}A", 10 + client));
                for _ in 0..rounds {
                    let hold = house.hold(flight, &seat, &by).await;
                    house.release(flight, hold, &by).await;
                }
            });
        }
        clients.join_all().await;
    }
}

fn sale(number: u16) -> OpenSale {
    let departs = clock::now() + Duration::from_secs(30 * 24 * 3_600);
    OpenSale {
        flight: format!("B6-{number}-2026-12-01-JFK").parse().expect("a flight id"),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: SeatPlan::read(CABINS, "").expect("a sound layout"),
        departs,
        arrives: departs + Duration::from_secs(6 * 3_600),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    }
}

fn hold(class: CabinClass, seats: SeatChoice, by: &str) -> Command {
    Command::HoldSeats(HoldSeats {
        holder: Holder { principal: by.parse().expect("a subject"), kind: HolderKind::Agent },
        class,
        places: 1,
        seats,
        // Exit rows are for travellers who are known.
        party: Some(Party { adults: 1, children: 0, infants: 0 }),
        term: Term::For(Duration::from_secs(600)),
        booking: None,
    })
}
