//! Holds a seat with a lock in Redis: `SET key holdId NX EX ttl`, then the hold is written down in PostgreSQL. It
//! ends there first, and then the lock is deleted if it is still that hold's.
//!
//! The hold and the departure's next version are written in one statement; with `--seat-locks` there is no version,
//! and holds meet nowhere but in Redis. Counts of the cabin are counted when the map is read, because a lock that
//! lapses in Redis tells nobody.
//!
//! One connection to Redis, over which the requests of all clients are sent without waiting for each other's
//! answers.
//!
//! Measured with 512 clients and 4, 8, 16, 32 and 64 connections, on two cores that client, server, Redis and database
//! share, in holds a second, one round of 2 s each: 1,045, 887, 826, 731 and 491 (others used 2 to 7 % of the machine).
//! With `--seat-locks`, four rounds of 3 s each: 1,717, 1,864, 1,757, 1,891 and 1,845 (3 to 8 %; rounds of the same
//! number differ by more). So 4 are the default, and 8.
//!
//! Of Aisle's promises it does not make: one seat never has two holders (1), because Redis acknowledges a lock
//! before it is on a disk or a replica, and because a lock may lapse while its hold is still being written; a hold
//! ends exactly once (4), for the same reason; a repeated request gets the first answer (5); a hot flight is as
//! fast as a thousand cool ones (7). A crash between the two stores leaves a lock without a hold, until it lapses.
//! With `--seat-locks` moreover: nobody can follow a seat map without a gap (6).

use anyhow::Context;
use clap::Parser;
use domain::flight::OpenSale;
use domain::ids::FlightId;
use domain::view::SeatMap;
use peers::desk::{Desk, Held, Wish, now};
use peers::options::{Options, PATIENCE, Scope, ScopeOptions};
use peers::problem::Problem;
use peers::{door, store};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{ExistenceCheck, Script, SetExpiry, SetOptions};
use sqlx::postgres::PgPool;
use uuid::Uuid;

/// Connections when holds meet at their departure, and when they do not: see above.
const POOLS: [u32; 2] = [4, 8];
/// Deletes a lock, if it is this hold's.
const UNLOCK: &str =
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/// Serves holds by locks in Redis.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    scope: ScopeOptions,
    /// The Redis server
    #[arg(long, value_name = "URL")]
    redis_url: String,
}

#[derive(Clone)]
struct Locks {
    pool: PgPool,
    redis: ConnectionManager,
    scope: Scope,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { options, scope, redis_url } = Arguments::parse();
    let pool = options.pool(scope.of(POOLS)).await?;
    store::prepare(&pool).await?;
    // A seat's row says nothing of its hold here. The index is small: a hold leaves it when it is released.
    let index = "create index if not exists hold_live on hold (flight) where released is null";
    sqlx::query(index).execute(&pool).await.context("cannot make the index")?;
    let client = redis::Client::open(redis_url).context("the Redis URL is none")?;
    // Its own patience is half a second, which is less than 512 clients need while the machine is busy.
    let patient = ConnectionManagerConfig::new().set_response_timeout(Some(PATIENCE));
    let redis =
        ConnectionManager::new_with_config(client, patient).await.context("cannot connect to Redis")?;
    door::serve(options.port, Locks { pool, redis, scope: scope.scope() }).await
}

impl Desk for Locks {
    async fn open(&self, sale: OpenSale) -> Result<u64, Problem> {
        store::open(&self.pool, &sale).await
    }

    async fn hold(&self, wish: Wish) -> Result<Held, Problem> {
        let key = key(wish.flight, &wish.seat.to_string());
        let (id, until) = (Uuid::now_v7(), now() + wish.ttl);
        if !self.lock(&key, id, wish.ttl.as_secs()).await? {
            return Err(Problem::seat_taken(wish.seat, None));
        }
        let write = sqlx::query_scalar(write(self.scope)).bind(id).bind(wish.flight.to_string());
        let write = write.bind(wish.seat.to_string()).bind(until.millis());
        match write.fetch_optional(&self.pool).await {
            Ok(Some(version)) => Ok(store::held(id, wish.flight, wish.seat, until, version)),
            Ok(None) => {
                self.unlock(&key, id).await?;
                Err(store::no_such_seat(&self.pool, wish.flight).await?)
            }
            // The hold may have been written, so the lock stays until it lapses.
            Err(error) => Err(error.into()),
        }
    }

    async fn show(&self, flight: FlightId, hold: &str) -> Result<Held, Problem> {
        store::show(&self.pool, flight, store::hold_id(hold)?).await
    }

    async fn release(&self, flight: FlightId, hold: &str) -> Result<(), Problem> {
        let hold = store::hold_id(hold)?;
        let end = sqlx::query_scalar::<_, String>(end(self.scope)).bind(hold).bind(flight.to_string());
        let Some(seat) = end.bind(now().millis()).fetch_optional(&self.pool).await? else {
            return store::why_not_released(&self.pool, flight, hold).await;
        };
        self.unlock(&key(flight, &seat), hold).await
    }

    async fn seat_map(&self, flight: FlightId) -> Result<SeatMap, Problem> {
        let statement = "select d.version, sale.particulars,
                array(select seat from hold h where h.flight = d.flight and released is null and until > $2
                    order by seat),
                array(select until from hold h where h.flight = d.flight and released is null and until > $2
                    order by seat)
             from departure d join sale using (flight) where d.flight = $1";
        store::map(&self.pool, flight, statement).await
    }
}

impl Locks {
    async fn lock(&self, key: &str, hold: Uuid, ttl_secs: u64) -> Result<bool, Problem> {
        let how = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::EX(ttl_secs));
        let mut set = redis::cmd("SET");
        set.arg(key).arg(hold.to_string()).arg(how);
        let said: Option<String> =
            set.query_async(&mut self.redis.clone()).await.map_err(|error| lost(&error))?;
        Ok(said.is_some())
    }

    async fn unlock(&self, key: &str, hold: Uuid) -> Result<(), Problem> {
        let script = Script::new(UNLOCK);
        let mut call = script.key(key);
        call.arg(hold.to_string());
        let _: i64 = call.invoke_async(&mut self.redis.clone()).await.map_err(|error| lost(&error))?;
        Ok(())
    }
}

fn lost(error: &redis::RedisError) -> Problem {
    eprintln!("Redis does not do it: {error}");
    Problem::overloaded("what became of the request is not known")
}

fn key(flight: FlightId, seat: &str) -> String {
    format!("seat:{flight}:{seat}")
}

fn write(scope: Scope) -> &'static str {
    match scope {
        Scope::Departure => {
            "with counted as (
                update departure set version = departure.version + 1 from seat
                where departure.flight = $2 and seat.flight = $2 and seat.seat = $3 returning departure.version
             )
             insert into hold (id, flight, seat, version, until)
             select $1, $2, $3, version, $4 from counted returning version"
        }
        Scope::Seat => {
            "insert into hold (id, flight, seat, version, until)
             select $1, $2, $3, 0, $4 from seat where flight = $2 and seat = $3 returning version"
        }
    }
}

fn end(scope: Scope) -> &'static str {
    match scope {
        Scope::Departure => {
            "with ended as (
                update hold set released = $3
                where id = $1 and flight = $2 and released is null and until > $3 returning seat
             )
             update departure set version = version + 1 from ended where flight = $2 returning ended.seat"
        }
        Scope::Seat => {
            "update hold set released = $3
             where id = $1 and flight = $2 and released is null and until > $3 returning seat"
        }
    }
}
