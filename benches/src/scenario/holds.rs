//! `hold-hot` and `hold-spread`: durable holds.
//!
//! Each client holds its own seat and releases it. Only a 201 counts; the release is as durable and comes
//! with it. The limit answers the same two requests and does nothing.

use super::closing;
use super::holder::Side;
use super::stage::Stage;
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Running, StoreKind};

const TIMES: &str = "request to 201";
const UNIT: &str = "holds/s";

/// What is said when the facade cannot be measured alone.
const NOT_HOLLOW: &str =
    "the same route with nobody behind it was not measured: `cargo xtask bench hold-hot` builds it";

/// All clients on one departure. Beside the limit stands, if it was built, the product's own route doing nothing: all
/// that a request passes, but no actor and no disk.
pub async fn hot(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    let (name, goal) = match store {
        StoreKind::Sqlite => ("hold-hot, SQLite", Goal::AtLeast(0.70)),
        StoreKind::Postgres => ("hold-hot, PostgreSQL", Goal::AtLeast(0.80)),
    };
    let mut stage = Stage::set(options, store, 1).await?;
    let limits = Running::limits(options, &[("hold-bytes", stage.hold_bytes().await?)]).await?;
    let hollow = hollow(options).await?;
    let tokens = stage.product.agents(options.connections)?;
    let hollow_tokens = hollow
        .as_ref()
        .map(|hollow| hollow.product.agents(options.connections))
        .transpose()?
        .unwrap_or_default();
    let mut limit = Side::new("limit", &limits, stage.flights.clone(), &tokens);
    let mut route = hollow.as_ref().map(|hollow| {
        Side::new("same route, nothing done", &hollow.product.server, hollow.flights.clone(), &hollow_tokens)
    });
    let mut hot = Side::new("one flight", &stage.product.server, stage.flights.clone(), &tokens);
    for _ in 0..options.rounds {
        limit.round(name, options).await?;
        if let Some(route) = &mut route {
            route.round(name, options).await?;
        }
        hot.round(name, options).await?;
    }
    let checked = stage.product.is_real();
    if checked {
        progress::say("checking the promises");
        closing::check(&mut stage.door, &mut hot).await?;
    }
    let mut rows = vec![Row::of(limit.name, UNIT, &limit.measured).as_reference()];
    let mut ratios = Vec::new();
    if let Some(route) = &route {
        rows.push(Row::of(route.name, UNIT, &route.measured).as_reference());
        let beside = Ratio::of_rates("one flight / same route, nothing done", &hot.measured, &route.measured);
        ratios.push(beside.with_goal(goal));
    }
    rows.push(Row::of(hot.name, UNIT, &hot.measured));
    ratios.push(Ratio::of_rates("one flight / limit", &hot.measured, &limit.measured));
    let mut violations = hot.ledger.violations();
    violations.extend(stage.end().await);
    let notes = if hollow.is_some() { Vec::new() } else { vec![NOT_HOLLOW.to_owned()] };
    let (scenario, times) = (name.to_owned(), TIMES.to_owned());
    Ok(Outcome { scenario, times, rows, ratios, checked, violations, notes })
}

/// The product's facade alone, where it can be started.
async fn hollow(options: &Options) -> anyhow::Result<Option<Stage>> {
    if options.null || options.target.is_some() || !options.hollow.is_file() {
        return Ok(None);
    }
    let options = Options { aisle: options.hollow.clone(), ..options.clone() };
    Stage::set(&options, StoreKind::Sqlite, 1).await.map(Some)
}

/// All clients over many departures, and beside it on one.
pub async fn spread(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    let name = &format!("hold-spread, {}", store.name());
    let mut stage = Stage::set(options, store, options.flights + 1).await?;
    let limits = Running::limits(options, &[("hold-bytes", stage.hold_bytes().await?)]).await?;
    let tokens = stage.product.agents(options.connections)?;
    let server = &stage.product.server;
    let one = vec![stage.flights[0].clone()];
    let many = stage.flights[1..].to_vec();
    let mut limit = Side::new("limit", &limits, many.clone(), &tokens);
    let mut hot = Side::new("one flight", server, one, &tokens);
    let mut spread = Side::new("many flights", server, many, &tokens);
    for _ in 0..options.rounds {
        limit.round(name, options).await?;
        hot.round(name, options).await?;
        spread.round(name, options).await?;
    }
    let checked = stage.product.is_real();
    if checked {
        progress::say("checking the promises");
        closing::check(&mut stage.door, &mut hot).await?;
        closing::check(&mut stage.door, &mut spread).await?;
    }
    let mut rows = [&limit, &hot, &spread].map(|side| Row::of(side.name, UNIT, &side.measured));
    rows[0].reference = true;
    let ratios = vec![
        Ratio::of_rates("one flight / many flights", &hot.measured, &spread.measured)
            .with_goal(Goal::AtLeast(0.90)),
        Ratio::of_rates("many flights / limit", &spread.measured, &limit.measured),
    ];
    let mut violations = hot.ledger.violations();
    violations.extend(spread.ledger.violations());
    violations.extend(stage.end().await);
    let (scenario, times, rows) = (name.to_owned(), TIMES.to_owned(), rows.into());
    Ok(Outcome { scenario, times, rows, ratios, checked, violations, ..Outcome::default() })
}
