//! Holds a seat without locking it first: read it with its version, write it where that is still its version, try
//! again when it is not.
//!
//! Two trips to the database: the read, and one statement that writes everything. That statement counts up the
//! departure's version and the counts of its cabin, so it locks the departure's row too, but only while it runs
//! and commits. With `--seat-locks` it leaves the departure alone.
//!
//! Measured with 512 clients and 4, 8, 16, 32 and 64 connections, on two cores that client, server and database share,
//! in holds a second, three rounds of 2 s each: 1,329, 1,006, 873, 823 and 632 (others used 1 to 6 % of the machine).
//! With `--seat-locks`, from 8 connections on, one round of 3 s each: 1,915, 1,880, 1,706 and 1,776 (4 to 7 %; rounds
//! of the same number differ by more). So 4 are the default, and 8.
//!
//! Of Aisle's promises it does not make: a repeated request gets the first answer (5); a hot flight is as fast as
//! a thousand cool ones (7), because each change waits until the one before is committed. With `--seat-locks`
//! moreover: nobody can follow a seat map without a gap (6).

use clap::Parser;
use domain::flight::OpenSale;
use domain::ids::FlightId;
use domain::view::SeatMap;
use peers::desk::{Desk, Held, Wish, now};
use peers::options::{Options, Scope, ScopeOptions};
use peers::problem::Problem;
use peers::{door, store};
use sqlx::postgres::PgPool;
use uuid::Uuid;

/// Connections when holds meet at their departure, and when they do not: see above.
const POOLS: [u32; 2] = [4, 8];
/// How often a hold is tried. Whoever comes second finds the seat held at the next try, unless that hold was
/// released meanwhile: so nobody who behaves needs more than a few.
const TRIES: u32 = 8;

/// Serves holds by versions of rows.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    scope: ScopeOptions,
}

#[derive(Clone)]
struct Optimistic {
    pool: PgPool,
    scope: Scope,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { options, scope } = Arguments::parse();
    let pool = options.pool(scope.of(POOLS)).await?;
    store::prepare(&pool).await?;
    door::serve(options.port, Optimistic { pool, scope: scope.scope() }).await
}

impl Desk for Optimistic {
    async fn open(&self, sale: OpenSale) -> Result<u64, Problem> {
        store::open(&self.pool, &sale).await
    }

    async fn hold(&self, wish: Wish) -> Result<Held, Problem> {
        for _ in 0..TRIES {
            if let Some(held) = self.try_to_hold(&wish).await? {
                return Ok(held);
            }
        }
        Err(Problem::overloaded("others were faster again and again; nothing happened"))
    }

    async fn show(&self, flight: FlightId, hold: &str) -> Result<Held, Problem> {
        store::show(&self.pool, flight, store::hold_id(hold)?).await
    }

    async fn release(&self, flight: FlightId, hold: &str) -> Result<(), Problem> {
        let hold = store::hold_id(hold)?;
        // A hold ends once: that it has not yet is all the version that it needs.
        let is_released = store::release(&self.pool, self.scope, flight, hold).await?;
        if is_released { Ok(()) } else { store::why_not_released(&self.pool, flight, hold).await }
    }

    async fn seat_map(&self, flight: FlightId) -> Result<SeatMap, Problem> {
        store::seat_map(&self.pool, flight).await
    }
}

impl Optimistic {
    /// Holds a seat that is free; `None` when somebody else changed it meanwhile.
    async fn try_to_hold(&self, wish: &Wish) -> Result<Option<Held>, Problem> {
        let (flight, seat) = (wish.flight.to_string(), wish.seat.to_string());
        let read = "select version, hold is null as is_open, until from seat where flight = $1 and seat = $2";
        let read = sqlx::query_as::<_, (i64, bool, Option<i64>)>(read).bind(&flight).bind(&seat);
        let Some((version, is_open, until)) = read.fetch_optional(&self.pool).await? else {
            return Err(store::no_such_seat(&self.pool, wish.flight).await?);
        };
        // A hold that has lapsed is still counted, so whoever takes its place is not.
        let now = now();
        if let Some(until) = until.map(store::instant).filter(|until| now < *until) {
            return Err(Problem::seat_taken(wish.seat, Some(until)));
        }
        let (id, until) = (Uuid::now_v7(), now + wish.ttl);
        let write = sqlx::query_scalar(write(self.scope)).bind(id).bind(&flight).bind(&seat);
        let write = write.bind(until.millis()).bind(version);
        let write = if self.scope == Scope::Departure { write.bind(i32::from(is_open)) } else { write };
        let version = write.fetch_optional(&self.pool).await?;
        Ok(version.map(|version| store::held(id, wish.flight, wish.seat, until, version)))
    }
}

/// Writes nothing when the seat has another version by now.
fn write(scope: Scope) -> &'static str {
    match scope {
        Scope::Departure => {
            "with taken as (
                update seat set hold = $1, until = $4, version = version + 1
                where flight = $2 and seat = $3 and version = $5 returning flight
             ), counted as (
                update departure set version = version + 1, held = held + $6, available = available - $6
                from taken where departure.flight = taken.flight returning version
             )
             insert into hold (id, flight, seat, version, until)
             select $1, $2, $3, version, $4 from counted returning version"
        }
        Scope::Seat => {
            "with taken as (
                update seat set hold = $1, until = $4, version = version + 1
                where flight = $2 and seat = $3 and version = $5 returning version
             )
             insert into hold (id, flight, seat, version, until)
             select $1, $2, $3, version, $4 from taken returning version"
        }
    }
}
