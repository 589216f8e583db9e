//! The tables of those peers that keep seats or holds as rows, and what these peers share beside holding.

use anyhow::Context;
use domain::aggregate::Aggregate;
use domain::flight::{Event, Flight, OpenSale};
use domain::ids::{FlightId, Version};
use domain::plan::SeatNumber;
use domain::time::Timestamp;
use domain::view::{self, SeatMap, SeatState};
use sqlx::postgres::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::desk::{Held, Wish, now};
use crate::options::Scope;
use crate::problem::Problem;
use crate::wire;

/// Makes the tables if they are not there.
///
/// # Errors
/// When the database refuses.
pub async fn prepare(pool: &PgPool) -> anyhow::Result<()> {
    sqlx::raw_sql(include_str!("schema.sql")).execute(pool).await.context("cannot make the tables")?;
    Ok(())
}

/// Puts a departure with all its seats on sale.
///
/// # Errors
/// When it is on sale already, or the database refuses.
pub async fn open(pool: &PgPool, sale: &OpenSale) -> Result<u64, Problem> {
    let flight = sale.flight.to_string();
    let stored = serde_json::to_string(sale).expect("a sale is JSON");
    let seats: Vec<String> = sale.plan.seats().map(|(_, seat)| seat.number.to_string()).collect();
    let mut work = pool.begin().await?;
    let opened = sqlx::query("insert into sale (flight, particulars) values ($1, $2) on conflict do nothing");
    let opened = opened.bind(&flight).bind(stored).execute(&mut *work).await?;
    if opened.rows_affected() == 0 {
        return Err(Problem::already_on_sale());
    }
    let count = i32::try_from(seats.len()).expect("a plan has at most a thousand seats");
    let counted =
        sqlx::query("insert into departure (flight, version, available, held) values ($1, 1, $2, 0)");
    counted.bind(&flight).bind(count).execute(&mut *work).await?;
    let every = sqlx::query("insert into seat (flight, seat) select $1, unnest($2::text[])");
    every.bind(&flight).bind(seats).execute(&mut *work).await?;
    work.commit().await?;
    Ok(1)
}

/// The hold of a row.
#[must_use]
pub fn held(id: Uuid, flight: FlightId, seat: SeatNumber, until: Timestamp, version: i64) -> Held {
    let (id, fare, version) = (id.to_string(), wire::only_fare(), version.unsigned_abs());
    Held { id, flight, seat, until, fare, version }
}

/// Reads the id of a hold.
///
/// # Errors
/// When it is none: then there is no such hold.
pub fn hold_id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// Tells of a hold.
///
/// # Errors
/// When it has ended, and then says how; when there is none.
pub async fn show(pool: &PgPool, flight: FlightId, hold: Uuid) -> Result<Held, Problem> {
    let query = sqlx::query_as::<_, (String, i64, i64, Option<i64>)>(
        "select seat, until, version, released from hold where id = $1 and flight = $2",
    );
    let found = query.bind(hold).bind(flight.to_string()).fetch_optional(pool).await?;
    let (seat, until, version, released) = found.ok_or_else(Problem::not_found)?;
    if released.is_some() {
        return Err(Problem::released());
    }
    let until = instant(until);
    if until <= now() {
        return Err(Problem::expired());
    }
    Ok(held(hold, flight, number(&seat), until, version))
}

/// Ends a hold whose seat knows it, and tells whether it was there to be ended. Locks the hold, its seat and then
/// its departure, in one statement.
///
/// # Errors
/// When the database refuses.
pub async fn release(
    executor: impl PgExecutor<'_>,
    scope: Scope,
    flight: FlightId,
    hold: Uuid,
) -> Result<bool, Problem> {
    let statement = match scope {
        Scope::Departure => {
            "with ended as (
                update hold set released = $3
                where id = $1 and flight = $2 and released is null and until > $3 returning seat
             ), opened as (
                update seat set hold = null, until = null, version = seat.version + 1 from ended
                where seat.flight = $2 and seat.seat = ended.seat and seat.hold = $1 returning seat.seat
             )
             update departure set version = departure.version + 1, held = held - 1, available = available + 1
             from opened where departure.flight = $2"
        }
        Scope::Seat => {
            "with ended as (
                update hold set released = $3
                where id = $1 and flight = $2 and released is null and until > $3 returning seat
             )
             update seat set hold = null, until = null, version = seat.version + 1 from ended
             where seat.flight = $2 and seat.seat = ended.seat and seat.hold = $1"
        }
    };
    let query = sqlx::query(statement).bind(hold).bind(flight.to_string()).bind(now().millis());
    Ok(query.execute(executor).await?.rows_affected() == 1)
}

/// Why a wish could not be granted.
///
/// # Errors
/// When the database refuses.
pub async fn why_not_held(pool: &PgPool, wish: &Wish) -> Result<Problem, Problem> {
    let query =
        sqlx::query_scalar::<_, Option<i64>>("select until from seat where flight = $1 and seat = $2");
    let query = query.bind(wish.flight.to_string()).bind(wish.seat.to_string());
    match query.fetch_optional(pool).await? {
        Some(until) => Ok(Problem::seat_taken(wish.seat, until.map(instant))),
        None => no_such_seat(pool, wish.flight).await,
    }
}

/// Why there is no such seat: perhaps there is no such departure.
///
/// # Errors
/// When the database refuses.
pub async fn no_such_seat(pool: &PgPool, flight: FlightId) -> Result<Problem, Problem> {
    let query = sqlx::query("select 1 from departure where flight = $1").bind(flight.to_string());
    let departure = query.fetch_optional(pool).await?;
    Ok(departure.map_or_else(Problem::not_found, |_| Problem::no_such_seat()))
}

/// Why a hold could not be released. It is no problem when that was done before.
///
/// # Errors
/// The problem, otherwise.
pub async fn why_not_released(pool: &PgPool, flight: FlightId, hold: Uuid) -> Result<(), Problem> {
    let query =
        sqlx::query_scalar::<_, bool>("select released is null from hold where id = $1 and flight = $2");
    match query.bind(hold).bind(flight.to_string()).fetch_optional(pool).await? {
        None => Err(Problem::not_found()),
        Some(true) => Err(Problem::expired()),
        Some(false) => Ok(()),
    }
}

/// Shows a departure whose seats know their holds.
///
/// # Errors
/// When there is none.
pub async fn seat_map(pool: &PgPool, flight: FlightId) -> Result<SeatMap, Problem> {
    map(
        pool,
        flight,
        "select d.version, sale.particulars,
            array(select seat from seat s where s.flight = d.flight and s.until > $2 order by seat),
            array(select until from seat s where s.flight = d.flight and s.until > $2 order by seat)
         from departure d join sale using (flight) where d.flight = $1",
    )
    .await
}

/// Shows a departure by a statement that gives its version, its sale, the seats that are held, and until when
/// each of them is. One statement sees one state.
///
/// # Errors
/// When there is none.
pub async fn map(
    executor: impl PgExecutor<'_>,
    flight: FlightId,
    statement: &'static str,
) -> Result<SeatMap, Problem> {
    let query = sqlx::query_as::<_, (i64, String, Vec<String>, Vec<i64>)>(statement);
    let found = query.bind(flight.to_string()).bind(now().millis()).fetch_optional(executor).await?;
    let (version, sale, seats, untils) = found.ok_or_else(Problem::not_found)?;
    let sale: OpenSale = serde_json::from_str(&sale).expect("a sale was stored");
    let mut departure = Flight::default();
    departure.evolve(&Event::SaleOpened(sale));
    let departure = departure.departure().expect("it was just opened");
    let mut map = view::seat_map(departure, Version::new(version.unsigned_abs()));
    for (seat, until) in seats.iter().zip(untils) {
        mark_held(&mut map, number(seat), instant(until));
    }
    Ok(map)
}

/// Shows seats as available whose holds have lapsed, though nobody has written that down.
pub fn open_lapsed(map: &mut SeatMap, now: Timestamp) {
    for cabin in &mut map.cabins {
        for view in cabin.rows.iter_mut().flat_map(|row| &mut row.seats) {
            if view.shown.until.is_some_and(|until| until <= now) {
                (view.shown.state, view.shown.until) = (SeatState::Available, None);
                cabin.counts.held -= 1;
                cabin.counts.available += 1;
                cabin.counts.sellable += 1;
            }
        }
    }
}

fn mark_held(map: &mut SeatMap, seat: SeatNumber, until: Timestamp) {
    for cabin in &mut map.cabins {
        let mut seats = cabin.rows.iter_mut().flat_map(|row| &mut row.seats);
        let Some(view) = seats.find(|view| view.shown.seat == seat) else { continue };
        view.shown.state = SeatState::Held;
        view.shown.until = Some(until);
        cabin.counts.held += 1;
        cabin.counts.available -= 1;
        cabin.counts.sellable -= 1;
    }
}

fn number(seat: &str) -> SeatNumber {
    seat.parse().expect("only seats of a plan are stored")
}

/// The instant with these milliseconds, as they were stored.
///
/// # Panics
/// When they were not.
#[must_use]
pub fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).expect("only instants are stored")
}
