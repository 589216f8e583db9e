//! `read-map`: reads of one departure's seat map, beside a static body of the same size.

use std::time::Instant;

use anyhow::ensure;
use hyper::StatusCode;

use super::stage::Stage;
use crate::client::Connection;
use crate::contract;
use crate::load::{self, Client, Measured, Tally};
use crate::options::Options;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Running, StoreKind};
use crate::wire::Address;

const NAME: &str = "read-map";
const UNIT: &str = "reads/s";

/// Reads a seat map, again and again.
struct Reader {
    connection: Connection,
    path: String,
    /// The size of every answer: nobody changes a seat.
    bytes: usize,
}

/// All clients read the same map.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    let mut stage = Stage::set(options, store, 1).await?;
    let path = contract::seat_map_path(&stage.flights[0]);
    let bytes = stage.door.get(&path).await?.expect(StatusCode::OK)?.len();
    let limits = Running::limits(options, &[("map-bytes", bytes)]).await?;
    let mut measured = [Measured::nothing(), Measured::nothing()];
    let sides = [("limit", &limits), ("seat map", &stage.product.server)];
    for _ in 0..options.rounds {
        for ((side, server), sum) in sides.iter().zip(&mut measured) {
            let clients = readers(options, &server.address, &path, bytes).await?;
            let (_, round) =
                load::run(&format!("{NAME}, {side}"), clients, options.load(), options.window(), server)
                    .await?;
            sum.add(&round);
        }
    }
    let mut rows = Vec::new();
    for ((side, _), measured) in sides.iter().zip(&measured) {
        let mut row = Row::of(side, UNIT, measured);
        row.more.insert("bytes".to_owned(), bytes as f64);
        rows.push(row);
    }
    rows[0].reference = true;
    let ratios =
        vec![Ratio::of_rates("seat map / limit", &measured[1], &measured[0]).with_goal(Goal::AtLeast(0.85))];
    let checked = stage.product.is_real();
    let violations = stage.end().await.into_iter().collect();
    Ok(Outcome {
        scenario: format!("{NAME}, {}", store.name()),
        times: "request to the last byte".to_owned(),
        rows,
        ratios,
        checked,
        violations,
        ..Outcome::default()
    })
}

async fn readers(
    options: &Options,
    address: &Address,
    path: &str,
    bytes: usize,
) -> anyhow::Result<Vec<Reader>> {
    let mut readers = Vec::new();
    for _ in 0..options.connections {
        let connection = Connection::open(address, None).await?;
        readers.push(Reader { connection, path: path.to_owned(), bytes });
    }
    Ok(readers)
}

impl Client for Reader {
    async fn step(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let answer = self.connection.get(&self.path).await?;
        if answer.status != StatusCode::OK {
            return tally.refused(&answer);
        }
        let length = answer.body.len();
        ensure!(length == self.bytes, "a map of {length} bytes instead of {}", self.bytes);
        tally.counted(due);
        Ok(())
    }
}
