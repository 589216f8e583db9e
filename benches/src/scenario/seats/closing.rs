//! What is checked after each round: that the server knows what the customers were told, of their seats before and
//! after everything is given back, and of their accounts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use anyhow::Context;
use hyper::StatusCode;
use tokio::task::JoinSet;

use super::agent::Agent;
use super::customers;
use super::ledger::Ledger;
use super::world::World;
use crate::client::{Answer, Connection};
use crate::contract::{self, Flight, Flights, people};
use crate::wire::Address;

/// How many connections read. More would only wait for the cores.
const READERS: usize = 8;

/// Checks all accounts and departures, lets every agent give everything back, and checks again. Gives the agents
/// back, ready for a round that begins like the first.
///
/// # Errors
/// When the server cannot be asked. Broken promises go into the ledger.
pub async fn check(
    world: &Arc<World>,
    ledger: &Arc<Ledger>,
    (address, administrator): (&Address, &str),
    agents: Vec<Agent>,
) -> anyhow::Result<Vec<Agent>> {
    check_customers(ledger, address, administrator).await?;
    check_flights(world, ledger, address).await?;
    let mut leaving = JoinSet::new();
    for agent in agents {
        leaving.spawn(give_back(agent));
    }
    let mut agents = Vec::new();
    while let Some(ended) = leaving.join_next().await {
        agents.push(ended.context("an agent panicked")??);
    }
    check_flights(world, ledger, address).await?;
    Ok(agents)
}

/// Looks at one hold before and after everything is given back.
async fn give_back(mut agent: Agent) -> anyhow::Result<Agent> {
    let looked_at = agent.first_reservation().map(|first| (first.flight, first.hold.clone()));
    if let Some((flight, hold)) = &looked_at {
        let answer = agent.read(*flight, hold).await?;
        expect(&agent.ledger, hold, &answer, StatusCode::OK, "HELD");
    }
    agent.give_everything_back().await?;
    if let Some((flight, hold)) = &looked_at {
        let answer = agent.read(*flight, hold).await?;
        expect(&agent.ledger, hold, &answer, StatusCode::GONE, "hold-released");
    }
    Ok(agent)
}

fn expect(ledger: &Ledger, hold: &str, answer: &Answer, status: StatusCode, word: &str) {
    // A hold has a status, a problem has a code.
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status != status || (said["status"] != word && said["code"] != word) {
        let excerpt = answer.excerpt();
        ledger.violation(format!("{hold} reads {} {excerpt} instead of {status} {word}", answer.status));
    }
}

async fn check_customers(ledger: &Arc<Ledger>, address: &Address, administrator: &str) -> anyhow::Result<()> {
    let customers = Arc::new(ledger.customers.to_be_checked());
    let next = Arc::new(AtomicUsize::new(0));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let mut door = Connection::open(address, Some(administrator)).await?;
        let (ledger, customers, next) = (Arc::clone(ledger), Arc::clone(&customers), Arc::clone(&next));
        readers.spawn(async move {
            while let Some(customer) = customers.get(next.fetch_add(1, Ordering::Relaxed)) {
                check_customer(&ledger, &mut door, *customer).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = readers.join_next().await {
        ended.context("a reader panicked")??;
    }
    Ok(())
}

/// Compares an account with the ledger, and what a search by its address says of it.
async fn check_customer(ledger: &Ledger, door: &mut Connection, customer: usize) -> anyhow::Result<()> {
    let shown = door.get(&people::user_path(ledger.customers.id(customer))).await?;
    let shown = match shown.status {
        StatusCode::NOT_FOUND => None,
        _ => people::shown(&shown.expect(StatusCode::OK).context("cannot read an account")?)?,
    };
    ledger.customers.compare(customer, shown.as_ref());
    let found = door.get(&people::customer_path(&customers::email(customer))).await?;
    let found = people::found(&found.expect(StatusCode::OK).context("cannot look for a customer")?)?;
    ledger.customers.compare(customer, found.as_ref());
    Ok(())
}

async fn check_flights(world: &Arc<World>, ledger: &Arc<Ledger>, address: &Address) -> anyhow::Result<()> {
    let flights = Arc::new(ledger.to_be_checked());
    let (next, held) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicU64::new(0)));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let mut door = Connection::open(address, None).await?;
        let (world, ledger) = (Arc::clone(world), Arc::clone(ledger));
        let (flights, next, held) = (Arc::clone(&flights), Arc::clone(&next), Arc::clone(&held));
        readers.spawn(async move {
            while let Some(flight) = flights.get(next.fetch_add(1, Ordering::Relaxed)) {
                let on_flight = check_flight(&world, &ledger, &mut door, *flight).await?;
                held.fetch_add(on_flight, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = readers.join_next().await {
        ended.context("a reader panicked")??;
    }
    ledger.check_count(held.load(Ordering::Relaxed));
    Ok(())
}

/// Compares a departure's map with the ledger; and with what the map shows, how the map, the departure and the
/// list of its route and day count it. Tells how many seats are held.
async fn check_flight(
    world: &World,
    ledger: &Ledger,
    door: &mut Connection,
    flight: usize,
) -> anyhow::Result<u64> {
    let departure = &world.flights[flight];
    let (map, counts) = contract::counted_seat_map(door, &departure.id).await?;
    let shown = ledger.compare(flight, &map);
    ledger.expect_counts(flight, "the map", counts, shown);
    ledger.check_customers(flight);
    let body = door.get(&contract::flight_path(&departure.id)).await?.expect(StatusCode::OK)?;
    let alone: Flight = serde_json::from_slice(&body).context("cannot understand a departure")?;
    ledger.expect_counts(flight, "the departure", alone.cabins, shown);
    let body = door.get(&departure.flight.list_path()).await?.expect(StatusCode::OK)?;
    let list: Flights = serde_json::from_slice(&body).context("cannot understand a list")?;
    match list.data.into_iter().find(|listed| listed.flight_id == departure.id) {
        Some(listed) => ledger.expect_counts(flight, "the list", listed.cabins, shown),
        None => ledger.violation(format!("{}: not in the list of its route and day", departure.id)),
    }
    Ok(shown.held as u64)
}
