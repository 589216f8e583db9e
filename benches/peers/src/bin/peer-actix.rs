//! Holds a seat on an actor of the actix framework: one actor for each departure, which keeps it in memory and
//! decides with the same rules as Aisle. Each accepted command is one row in PostgreSQL, written before the answer.
//!
//! The actor waits for its row before it takes the next message (`AtomicResponse`, which is `ctx.wait`), as one
//! writes that with this framework: so its state is never ahead of what is stored. The first request for a departure
//! starts its actor and rebuilds it from its rows; it stays in memory from then on. When a row cannot be written,
//! the actor ends, and the next request starts another: the rows' key keeps the two apart.
//!
//! As many arbiters (threads with a runtime) as the machine has cores, and a departure stays on one of them. Each has
//! a pool of its own, so that an actor and its connection are on one thread. A departure has one row under way, so how
//! many connections there are matters little: 1, 2, 4 and 8 gave 491, 870, 696 and 907 holds a second with 512 clients,
//! on two cores of which others used 20 to 64 % meanwhile. No more can be read from that than that one is too few.
//!
//! Of Aisle's promises it does not make: a repeated request gets the first answer (5); a hot flight is as fast as
//! a thousand cool ones (7), because each change waits until the one before is committed. Two such servers on one database
//! lose nothing, but end each other's actors again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;

use actix::fut;
use actix::prelude::*;
use anyhow::Context as _;
use clap::Parser;
use domain::aggregate::{Aggregate, Turn};
use domain::fare::Fare;
use domain::flight::{
    Command, Event, Flight, Hold, HoldSeats, Holder, HolderKind, OpenSale, ReleaseHold, SeatChoice, Term,
};
use domain::ids::{FlightId, HoldId, HoldNumber, Version};
use domain::plan::{CabinClass, SeatNumber};
use domain::time::Timestamp;
use domain::view::{self, SeatMap};
use peers::desk::{Desk, Held, Wish, now};
use peers::options::Options;
use peers::problem::Problem;
use peers::{door, store};
use sqlx::postgres::PgPool;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Connections of each arbiter: see above.
const POOL: u32 = 4;
/// How many messages may wait for a departure: more than the tool has clients, so that none has to ask twice.
const MAILBOX: usize = 2_048;

/// Serves holds by actors.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

/// The actors that have been started, and where others can be.
#[derive(Clone)]
struct Departures {
    started: Arc<Mutex<HashMap<FlightId, Addr<Departure>>>>,
    places: Arc<[(ArbiterHandle, PgPool)]>,
}

/// One departure.
struct Departure {
    id: FlightId,
    pool: PgPool,
    /// The fold of its rows, all of which are stored.
    state: Flight,
    version: Version,
    /// When the last row was decided: none is decided earlier.
    latest: Timestamp,
    /// How the holds that are no longer in the state have ended.
    ended: HashMap<HoldNumber, End>,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Released,
    Lapsed,
}

fn main() -> anyhow::Result<()> {
    let Arguments { options } = Arguments::parse();
    // Its arbiters run on threads of their own; the door has its own runtime, as the other peers' has.
    let _system = System::new();
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let arbiters: Vec<_> = (0..cores).map(|_| Arbiter::new().handle()).collect();
    runtime.block_on(async {
        let mut places = Vec::new();
        for arbiter in arbiters {
            let pool = pool_on(&arbiter, options.clone()).await?;
            places.push((arbiter, pool));
        }
        let table = "create table if not exists history (
            flight text, version bigint, at bigint not null, events text not null, primary key (flight, version)
        )";
        sqlx::query(table).execute(&places[0].1).await.context("cannot make the table")?;
        door::serve(options.port, Departures { started: Arc::default(), places: places.into() }).await
    })
}

/// A pool whose connections belong to an arbiter's thread.
async fn pool_on(arbiter: &ArbiterHandle, options: Options) -> anyhow::Result<PgPool> {
    let (said, hear) = oneshot::channel();
    arbiter.spawn(async move {
        // Whoever waits for it does not go away.
        let _ = said.send(options.pool(POOL).await);
    });
    hear.await.context("an arbiter ended")?
}

impl Desk for Departures {
    async fn open(&self, sale: OpenSale) -> Result<u64, Problem> {
        let written = self.ask(sale.flight, Decide(Command::OpenSale(sale))).await?;
        Ok(written.version.number())
    }

    async fn hold(&self, wish: Wish) -> Result<Held, Problem> {
        // Nobody signs in, so whoever asks is an agent without other holds.
        let principal = Uuid::now_v7().to_string().parse().expect("it is printable");
        let command = Command::HoldSeats(HoldSeats {
            holder: Holder { principal, kind: HolderKind::Agent },
            class: CabinClass::Economy,
            places: 1,
            seats: SeatChoice::Exact(vec![wish.seat]),
            party: wish.party,
            term: Term::For(wish.ttl),
            booking: None,
        });
        let written = self.ask(wish.flight, Decide(command)).await?;
        let made = written.events.into_iter().find_map(|event| match event {
            Event::SeatsHeld(held) => Some(held),
            _ => None,
        });
        let made = made.expect("an accepted hold is an event");
        Ok(held(wish.flight, made.hold, wish.seat, made.until, made.fare))
    }

    async fn show(&self, flight: FlightId, hold: &str) -> Result<Held, Problem> {
        self.ask(flight, Show(number(flight, hold)?)).await
    }

    async fn release(&self, flight: FlightId, hold: &str) -> Result<(), Problem> {
        self.ask(flight, Release(number(flight, hold)?)).await
    }

    async fn seat_map(&self, flight: FlightId) -> Result<SeatMap, Problem> {
        self.ask(flight, Map).await
    }
}

impl Departures {
    async fn ask<M, T>(&self, flight: FlightId, message: M) -> Result<T, Problem>
    where
        M: Message<Result = Result<T, Problem>> + Send + 'static,
        T: Send + 'static,
        Departure: Handler<M>,
    {
        let actor = self.actor(flight);
        actor.send(message).await.map_err(|_| Problem::overloaded("the departure is starting anew"))?
    }

    /// The actor of a departure; started now, if it was not yet or has ended.
    fn actor(&self, flight: FlightId) -> Addr<Departure> {
        let mut started = self.started.lock().expect("nobody panics while holding it");
        if let Some(actor) = started.get(&flight).filter(|actor| actor.connected()) {
            return actor.clone();
        }
        let (arbiter, pool) = &self.places[usize::from(flight.number()) % self.places.len()];
        let pool = pool.clone();
        let actor = Departure::start_in_arbiter(arbiter, move |_| Departure::asleep(flight, pool));
        started.insert(flight, actor.clone());
        actor
    }
}

fn number(flight: FlightId, hold: &str) -> Result<HoldNumber, Problem> {
    let hold: HoldId = hold.parse().map_err(|_| Problem::not_found())?;
    if hold.flight == flight { Ok(hold.number) } else { Err(Problem::not_found()) }
}

fn held(flight: FlightId, number: HoldNumber, seat: SeatNumber, until: Timestamp, fare: Fare) -> Held {
    let id = HoldId { flight, number }.to_string();
    Held { id, flight, seat, until, fare, version: number.row().number() }
}

/// Has a command decided and its row written.
#[derive(Message)]
#[rtype(result = "Result<Written, Problem>")]
struct Decide(Command);

/// Ends a hold.
#[derive(Message)]
#[rtype(result = "Result<(), Problem>")]
struct Release(HoldNumber);

/// Tells of a hold.
#[derive(Message)]
#[rtype(result = "Result<Held, Problem>")]
struct Show(HoldNumber);

/// Shows all seats.
#[derive(Message)]
#[rtype(result = "Result<SeatMap, Problem>")]
struct Map;

/// A row that is stored.
struct Written {
    version: Version,
    events: Vec<Event>,
}

impl Actor for Departure {
    type Context = Context<Self>;

    /// Rebuilds it before the first message.
    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(MAILBOX);
        let load = load(self.pool.clone(), self.id).into_actor(self);
        ctx.wait(load.map(|loaded, this, ctx| match loaded {
            Ok(rows) => rows.into_iter().for_each(|(at, events)| this.take_in(at, &events)),
            Err(error) => {
                eprintln!("cannot rebuild {}: {error:#}", this.id);
                ctx.stop();
            }
        }));
    }
}

impl Handler<Decide> for Departure {
    type Result = AtomicResponse<Self, Result<Written, Problem>>;

    fn handle(&mut self, Decide(command): Decide, _: &mut Context<Self>) -> Self::Result {
        AtomicResponse::new(self.decide(&command))
    }
}

impl Handler<Release> for Departure {
    type Result = AtomicResponse<Self, Result<(), Problem>>;

    fn handle(&mut self, Release(hold): Release, _: &mut Context<Self>) -> Self::Result {
        let by = match self.live(hold) {
            Ok(live) => live.holder.clone(),
            Err(_) if matches!(self.ended.get(&hold), Some(End::Released)) => {
                return AtomicResponse::new(Box::pin(fut::ready(Ok(()))));
            }
            Err(problem) => return AtomicResponse::new(Box::pin(fut::ready(Err(problem)))),
        };
        let command = Command::ReleaseHold(ReleaseHold { hold, by });
        AtomicResponse::new(Box::pin(self.decide(&command).map(|written, _, _| written.map(drop))))
    }
}

impl Handler<Show> for Departure {
    type Result = Result<Held, Problem>;

    fn handle(&mut self, Show(hold): Show, _: &mut Context<Self>) -> Self::Result {
        let live = self.live(hold)?;
        let departure = self.state.departure().ok_or_else(Problem::not_found)?;
        Ok(held(self.id, hold, departure.number(live.seats[0]), live.until, live.fare))
    }
}

impl Handler<Map> for Departure {
    type Result = Result<SeatMap, Problem>;

    fn handle(&mut self, _: Map, _: &mut Context<Self>) -> Self::Result {
        let departure = self.state.departure().ok_or_else(Problem::not_found)?;
        let mut map = view::seat_map(departure, self.version);
        store::open_lapsed(&mut map, now());
        Ok(map)
    }
}

impl Departure {
    /// An actor that has not read its rows.
    fn asleep(id: FlightId, pool: PgPool) -> Self {
        let (state, ended) = (Flight::default(), HashMap::new());
        Self { id, pool, state, version: Version::EMPTY, latest: Timestamp::EPOCH, ended }
    }

    /// Decides, and takes the events in once their row is stored.
    fn decide(&self, command: &Command) -> ResponseActFuture<Self, Result<Written, Problem>> {
        let turn = Turn { now: now().max(self.latest), version: self.version.next() };
        let events = match self.state.decide(command, turn) {
            Ok(events) if events.is_empty() => return Box::pin(fut::ready(Err(Problem::already_on_sale()))),
            Ok(events) => events,
            Err(rejection) => return Box::pin(fut::ready(Err(rejection.into()))),
        };
        let body = serde_json::to_string(&events).expect("events are JSON");
        let insert = insert(self.pool.clone(), self.id, turn, body).into_actor(self);
        Box::pin(insert.map(move |inserted, this, ctx| {
            if let Err(error) = inserted {
                // Whether it is stored is not known: another actor will see.
                ctx.stop();
                return Err(error.into());
            }
            this.take_in(turn.now, &events);
            Ok(Written { version: turn.version, events })
        }))
    }

    fn take_in(&mut self, at: Timestamp, events: &[Event]) {
        for event in events {
            self.state.evolve(event);
            match event {
                Event::HoldReleased { hold } => self.ended.insert(*hold, End::Released),
                Event::HoldLapsed { hold } => self.ended.insert(*hold, End::Lapsed),
                _ => None,
            };
        }
        self.version = self.version.next();
        self.latest = at;
    }

    fn live(&self, number: HoldNumber) -> Result<&Hold, Problem> {
        let hold = self.state.departure().and_then(|departure| departure.hold(number));
        match (hold, self.ended.get(&number)) {
            (Some(hold), _) if now() < hold.until => Ok(hold),
            (Some(_), _) | (None, Some(End::Lapsed)) => Err(Problem::expired()),
            (None, Some(End::Released)) => Err(Problem::released()),
            (None, None) => Err(Problem::not_found()),
        }
    }
}

async fn insert(pool: PgPool, flight: FlightId, turn: Turn, events: String) -> Result<(), sqlx::Error> {
    let row = sqlx::query("insert into history (flight, version, at, events) values ($1, $2, $3, $4)");
    let row = row.bind(flight.to_string()).bind(turn.version.number().cast_signed());
    row.bind(turn.now.millis()).bind(events).execute(&pool).await?;
    Ok(())
}

/// All rows of a departure, in their order.
async fn load(pool: PgPool, flight: FlightId) -> anyhow::Result<Vec<(Timestamp, Vec<Event>)>> {
    let query = sqlx::query_as::<_, (i64, String)>(
        "select at, events from history where flight = $1 order by version",
    );
    let rows = query.bind(flight.to_string()).fetch_all(&pool).await?;
    let read = |(at, events): (i64, String)| Ok((store::instant(at), serde_json::from_str(&events)?));
    rows.into_iter().map(read).collect()
}
