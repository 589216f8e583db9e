//! Holds a seat in a transaction that locks a row: begin, `select … for update`, take the seat if it is free,
//! commit.
//!
//! The departure's row is locked, because what Aisle keeps for a departure stands there: its version, which has
//! no gap, and the counts of its cabin. With `--seat-locks` only the seat's row is locked, and there is neither.
//!
//! Measured with 512 clients and 4, 8, 16, 32 and 64 connections, on two cores that client, server and database share,
//! in holds a second, one round of 3 s each: 682, 678, 471, 403 and 251 (others used 4 to 6 % of the machine). With
//! `--seat-locks`, from 8 connections on, two rounds each: 1,795, 1,664, 1,660 and 1,668 (2 to 6 %). So 4 are the
//! default, and 8.
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
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

/// Connections when holds meet at their departure, and when they do not: see above.
const POOLS: [u32; 2] = [4, 8];

/// Serves holds by rows that are locked.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    scope: ScopeOptions,
}

#[derive(Clone)]
struct Locking {
    pool: PgPool,
    scope: Scope,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { options, scope } = Arguments::parse();
    let pool = options.pool(scope.of(POOLS)).await?;
    store::prepare(&pool).await?;
    door::serve(options.port, Locking { pool, scope: scope.scope() }).await
}

impl Desk for Locking {
    async fn open(&self, sale: OpenSale) -> Result<u64, Problem> {
        store::open(&self.pool, &sale).await
    }

    async fn hold(&self, wish: Wish) -> Result<Held, Problem> {
        let (flight, seat) = (wish.flight.to_string(), wish.seat.to_string());
        let mut work = self.pool.begin().await?;
        self.lock(&mut work, &flight, &seat).await?;
        // Not before the lock: whoever waited for it must not judge by the time before.
        let now = now();
        let (id, until) = (Uuid::now_v7(), now + wish.ttl);
        let take = sqlx::query_scalar(take(self.scope)).bind(id).bind(&flight).bind(&seat);
        let taken = take.bind(until.millis()).bind(now.millis()).fetch_optional(&mut *work).await?;
        let Some(version) = taken else {
            work.rollback().await?;
            return Err(store::why_not_held(&self.pool, &wish).await?);
        };
        work.commit().await?;
        Ok(store::held(id, wish.flight, wish.seat, until, version))
    }

    async fn show(&self, flight: FlightId, hold: &str) -> Result<Held, Problem> {
        store::show(&self.pool, flight, store::hold_id(hold)?).await
    }

    async fn release(&self, flight: FlightId, hold: &str) -> Result<(), Problem> {
        let hold = store::hold_id(hold)?;
        let is_released = match self.scope {
            Scope::Departure => {
                let mut work = self.pool.begin().await?;
                self.lock(&mut work, &flight.to_string(), "").await?;
                let is_released = store::release(&mut *work, self.scope, flight, hold).await?;
                work.commit().await?;
                is_released
            }
            // The hold's row is the lock, and one statement is a transaction.
            Scope::Seat => store::release(&self.pool, self.scope, flight, hold).await?,
        };
        if is_released { Ok(()) } else { store::why_not_released(&self.pool, flight, hold).await }
    }

    async fn seat_map(&self, flight: FlightId) -> Result<SeatMap, Problem> {
        store::seat_map(&self.pool, flight).await
    }
}

impl Locking {
    async fn lock(&self, work: &mut PgConnection, flight: &str, seat: &str) -> Result<(), Problem> {
        let lock = match self.scope {
            Scope::Departure => {
                sqlx::query("select version from departure where flight = $1 for update").bind(flight)
            }
            Scope::Seat => {
                let lock = "select version from seat where flight = $1 and seat = $2 for update";
                sqlx::query(lock).bind(flight).bind(seat)
            }
        };
        lock.execute(work).await?;
        Ok(())
    }
}

/// Takes a seat that is free: what is locked cannot change meanwhile.
fn take(scope: Scope) -> &'static str {
    match scope {
        Scope::Departure => {
            "with was as (
                select (hold is null)::integer as open from seat
                where flight = $2 and seat = $3 and (until is null or until <= $5)
             ), taken as (
                update seat set hold = $1, until = $4, version = version + 1 from was
                where flight = $2 and seat = $3 returning was.open
             ), counted as (
                update departure set version = version + 1, held = held + open, available = available - open
                from taken where flight = $2 returning version
             )
             insert into hold (id, flight, seat, version, until)
             select $1, $2, $3, version, $4 from counted returning version"
        }
        Scope::Seat => {
            "with taken as (
                update seat set hold = $1, until = $4, version = version + 1
                where flight = $2 and seat = $3 and (until is null or until <= $5) returning version
             )
             insert into hold (id, flight, seat, version, until)
             select $1, $2, $3, version, $4 from taken returning version"
        }
    }
}
