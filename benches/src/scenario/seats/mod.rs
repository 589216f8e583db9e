//! `seats`: the airline benchmark SEATS, rebuilt from its facts over our API.
//!
//! From SEATS (Stonebraker and Pavlo, MIT and Brown, 2009; part of H-Store and of BenchBase) are: six operations in
//! two mixes, departures of 150 seats, of which 1 % is sold before, 78,000 of them and 100,000 customers at scale 1,
//! on fifty days, with 6.4 % leaving from Atlanta; that nobody sits twice on a departure; that a tenth of all
//! searches is for any two airports; that 90 % of those who gave a seat back want it again; that a reservation is
//! changed or deleted, with equal odds, by the client who made it, and that a client draws again when there is
//! nobody for what it drew.
//!
//! They become what the API has:
//!
//! | SEATS | here |
//! |---|---|
//! | find flights | the list of a route and day, with what is free on each; no airports nearby |
//! | find open seats | the seat map. Of its open seats one comes to somebody's mind: all of them, as in SEATS, would last a client for minutes |
//! | new reservation | a hold of one exact seat. It has no customer, so the agents keep the rule about sitting twice |
//! | delete reservation | the hold's release |
//! | update reservation | a hold of another seat, then the release of the old one: two requests, timed as one, not atomic |
//! | update customer | an account is read, by its id or, one time in five, by its e-mail address (in SEATS by the customer's number as a text); then both its names change: two requests, timed as one. There are no frequent flyers, whose rows SEATS changes too, one time in four |
//! | sold before | blocked: what is held would lapse |
//!
//! A reservation could be a booking that is held and not paid: it has a customer, and its seat changes in one request.
//! It is a hold all the same. A reservation of SEATS is one row with a customer, a seat and a price, written by one
//! short transaction; so is a hold, but for the customer. A booking is a saga between itself and its departures: rows of
//! both, a record locator that nobody else has, and who travels, sealed under a key of their own. Those parts would be
//! most of what is measured, SEATS has nothing like them, and `book` measures them. Neither stays without being paid,
//! and SEATS knows no payment.
//!
//! Only administrators change accounts of others, so the agents are some. Nobody signs in as a customer: each has an
//! account with a password, and hashing those is most of the loading.
//!
//! A seat that is taken, a full flight, and a customer who is aboard are refusals by reason; whatever ends without an
//! answer or with another status is an error.
//!
//! `hot` is the same, but departures are chosen by Zipf's law among at most a hundred. They soon are full, so after
//! each round promises are checked and all seats given back ([`closing`]), and every round sees the same world but for
//! the customers' names. It begins with a few reservations of each client, so that there is somebody for each operation.

mod agent;
mod airports;
mod closing;
mod customers;
mod draw;
mod enrol;
mod ledger;
mod loading;
mod mix;
mod world;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::task::JoinSet;

use self::agent::{Agent, Play, reason};
use self::draw::{Weighted, ZIPF_EXPONENT};
use self::ledger::Ledger;
use self::mix::{BENCHBASE, H_STORE, Mix};
use self::world::World;
use super::stage::{self, Stage};
use crate::client::Connection;
use crate::contract;
use crate::load::{self, Measured};
use crate::options::{Mixes, Options};
use crate::progress;
use crate::report::{Outcome, Ratio, Row};
use crate::server::StoreKind;
use crate::wire::Address;

const UNIT: &str = "ops/s";
/// Among how many departures the hot ones are.
const HOT_FLIGHTS: usize = 100;
/// What is left of a hold's time for what comes before and after a round.
const RESERVE: Duration = Duration::from_secs(300);

/// One mix on one choice of departures.
struct Side {
    name: String,
    play: Arc<Play>,
    measured: Measured,
    redrawn: u64,
}

/// Both mixes, each on all departures and on hot ones, in turns.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    ensure!(!options.null, "`seats` has no limit, so there is none to be measured against itself");
    let window = options.window();
    let longest = contract::HOLD_TTL_MAX.saturating_sub(RESERVE);
    ensure!(
        window.warm_up + window.measure <= longest,
        "holds would lapse in a round of more than {longest:?}: take more rounds"
    );
    let scenario = match store {
        StoreKind::Sqlite => "seats, SQLite",
        StoreKind::Postgres => "seats, PostgreSQL",
    };
    let stage = Stage::set(options, store, 0).await?;
    let (address, tokens) =
        (&stage.product.server.address, stage.product.administrators(options.connections)?);
    let world = Arc::new(World::draw(options.scale, stage::first_number(options))?);
    let loading = world.load(address, &stage.token).await?;
    let (customers, enrolling) = enrol::enrol(address, &tokens[0], world.customers).await?;
    let flights = world.flights.iter().map(|departure| (departure.id.clone(), departure.sold.clone()));
    let ledger = Arc::new(Ledger::new(flights.collect(), customers));
    let mixes = chosen(options.mix);
    let mut sides: Vec<_> = mixes.iter().flat_map(|mix| Side::both(mix, world.flights.len())).collect();
    let mut agents = gather((address, &tokens), &world, &ledger, &sides[0].play).await?;
    for _ in 0..options.rounds {
        for side in &mut sides {
            agents = round(options, &stage, side, agents, scenario).await?;
            agents = closing::check(&world, &ledger, (address, &tokens[0]), agents).await?;
        }
    }
    drop(agents);
    let mut violations = ledger.violations();
    violations.extend(stage.end().await);
    Ok(Outcome {
        scenario: scenario.to_owned(),
        times: "due to answered, the two requests of an update as one".to_owned(),
        rows: sides.iter().map(Side::row).collect(),
        ratios: sides.chunks(2).zip(mixes).map(|(pair, mix)| ratio(mix, pair)).collect(),
        checked: true,
        violations,
        notes: notes(&world, mixes, (loading, enrolling)),
    })
}

fn chosen(mixes: Mixes) -> &'static [Mix] {
    const MIXES: [Mix; 2] = [BENCHBASE, H_STORE];
    match mixes {
        Mixes::Both => &MIXES,
        Mixes::BenchBase => &MIXES[..1],
        Mixes::HStore => &MIXES[1..],
    }
}

async fn gather(
    (address, tokens): (&Address, &[String]),
    world: &Arc<World>,
    ledger: &Arc<Ledger>,
    play: &Arc<Play>,
) -> anyhow::Result<Vec<Agent>> {
    let mut agents = Vec::new();
    for (number, token) in (0..).zip(tokens) {
        let connection = Connection::open(address, Some(token)).await?;
        agents.push(Agent::new(connection, number, Arc::clone(world), Arc::clone(ledger), Arc::clone(play)));
    }
    Ok(agents)
}

async fn round(
    options: &Options,
    stage: &Stage,
    side: &mut Side,
    agents: Vec<Agent>,
    scenario: &str,
) -> anyhow::Result<Vec<Agent>> {
    let agents = begin(agents, &side.play).await?;
    let what = format!("{scenario}, {}", side.name);
    let (mut agents, measured) =
        load::run(&what, agents, options.load(), options.window(), &stage.product.server).await?;
    side.measured.add(&measured);
    side.redrawn += agents.iter_mut().map(|agent| std::mem::take(&mut agent.redrawn)).sum::<u64>();
    progress::say("checking the promises, and giving all seats back");
    Ok(agents)
}

async fn begin(agents: Vec<Agent>, play: &Arc<Play>) -> anyhow::Result<Vec<Agent>> {
    let mut beginning = JoinSet::new();
    for mut agent in agents {
        let play = Arc::clone(play);
        beginning.spawn(async move { agent.begin(&play).await.map(|()| agent) });
    }
    let mut agents = Vec::new();
    while let Some(ended) = beginning.join_next().await {
        agents.push(ended.context("an agent panicked")??);
    }
    Ok(agents)
}

impl Side {
    /// A mix on all departures, and on hot ones.
    fn both(mix: &Mix, flights: usize) -> [Self; 2] {
        let side = |name, flights| {
            let play = Arc::new(Play { operations: mix.choice(), flights });
            Self { name, play, measured: Measured::nothing(), redrawn: 0 }
        };
        [
            side(mix.name.to_owned(), Weighted::even(flights)),
            side(format!("{}, hot", mix.name), Weighted::zipf(flights.min(HOT_FLIGHTS))),
        ]
    }

    fn row(&self) -> Row {
        let mut row = Row::of(&self.name, UNIT, &self.measured);
        let errors = self.measured.refused.iter().filter(|(reason, _)| is_error(reason));
        row.more.insert("errors".to_owned(), errors.map(|(_, count)| *count).sum::<u64>() as f64);
        row.more.insert("redrawn".to_owned(), self.redrawn as f64);
        row
    }
}

/// Whether this is none of the refusals that belong to selling seats.
fn is_error(reason: &str) -> bool {
    !reason.starts_with("409") && reason != reason::ABOARD
}

fn ratio(mix: &Mix, pair: &[Side]) -> Ratio {
    let what = format!("{}, hot / all flights", mix.name);
    Ratio::of_rates(&what, &pair[1].measured, &pair[0].measured)
}

fn notes(world: &World, mixes: &[Mix], (loading, enrolling): (Duration, Duration)) -> Vec<String> {
    let (flights, customers) = (world.flights.len(), world.customers);
    let (loading, enrolling) = (loading.as_secs_f64(), enrolling.as_secs_f64());
    let hot = flights.min(HOT_FLIGHTS);
    let mut notes = vec![
        format!("{flights} departures, loaded in {loading:.1} s, and {customers} customers with accounts, in {enrolling:.1} s; 1 % of all seats is blocked, standing in for sold."),
        format!("Hot: departures by Zipf's law with exponent {ZIPF_EXPONENT} among {hot}."),
        "Update customer reads an account, by its id or one time in five by its e-mail address, and then changes both names; there are no frequent flyers. The agents are administrators, because nobody else changes accounts of others.".to_owned(),
        "A reservation is a hold of one seat; its update holds another seat and then releases the old one, which is not atomic.".to_owned(),
        "Find flights reads the list of a route and day, without airports nearby; find open seats reads the seat map.".to_owned(),
        "A client that had nobody for what it drew drew again (redrawn, warm-ups included), so shares differ from the mix where flights are full.".to_owned(),
    ];
    notes.extend(mixes.iter().map(|mix| format!("{}: {}.", mix.name, mix.in_words())));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::tally::NO_ANSWER;

    #[test]
    fn refusals_and_errors_are_told_apart() {
        for refusal in ["409 seat-taken", "409 hold-limit", reason::FULL, reason::ABOARD] {
            assert!(!is_error(refusal), "{refusal}");
        }
        for error in [NO_ANSWER, "503 overloaded", "500", "404 not-found", "422 validation"] {
            assert!(is_error(error), "{error}");
        }
    }
}
