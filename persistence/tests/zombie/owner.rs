//! The process that is stopped: it commits until it is told that it no longer owns its shards.

use std::io::{BufRead, Write};

use fastrand::Rng;
use persistence::journal::{NodeId, Outcome, Statement};
use persistence::postgres::Postgres;
use persistence::store::Store;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::shop::{self, Shop};

/// Set in the process that plays the owner: the address of the database.
pub const CHILD: &str = "AISLE_ZOMBIE";

pub const NODE: NodeId = NodeId::new(0x20B1E);

/// What the owner says on its standard output.
pub enum Word {
    /// A statement with these rows was committed.
    Acknowledged(Vec<(String, u64)>),
    /// It was told that the shards are not its own.
    Fenced,
    /// It does not know what became of its last statement, and none of the shards is its own any more.
    Unknown,
}

impl Word {
    pub fn read(line: &str) -> Option<Self> {
        let (_, word) = line.split_once("@ ")?;
        match word {
            "fenced" => return Some(Self::Fenced),
            "unknown" => return Some(Self::Unknown),
            _ => {}
        }
        let rows = word.split_whitespace().map(|row| {
            let (stream, version) = row.split_once('#').unwrap();
            (stream.to_owned(), version.parse().unwrap())
        });
        Some(Self::Acknowledged(rows.collect()))
    }
}

/// Waits for `go`, claims the shards, commits until it has lost them, and so on until the end of input.
pub async fn run(url: &str) {
    let store = Postgres::open(url).await.unwrap();
    let mut lane = store.lane(NODE);
    let options: PgConnectOptions = url.parse().unwrap();
    let mut database = options.connect().await.unwrap();
    let mut rng = Rng::new();
    for _order in std::io::stdin().lock().lines() {
        // Its connection may have been ended after it had heard that it was fenced.
        let owned = match lane.claim(&shop::shards()).await {
            Ok(owned) => owned,
            Err(_) => lane.claim(&shop::shards()).await.unwrap(),
        };
        let mut shop = Shop::open(&mut database, owned, "flight").await;
        loop {
            let statement = shop.statement(shop::OWNER, &mut rng);
            match lane.commit(&statement).await.unwrap() {
                Outcome::Committed => say(&rows_of(&statement)),
                Outcome::Fenced(_) => break say("fenced"),
                Outcome::Unknown(_) => {
                    assert_eq!(lane.raise(&shop::shards()).await.unwrap(), []);
                    break say("unknown");
                }
                Outcome::Refused(reason) => panic!("refused: {reason}"),
            }
        }
    }
}

fn rows_of(statement: &Statement) -> String {
    let rows = statement.rows.iter().map(|row| format!("{}#{}", row.stream, row.version));
    rows.collect::<Vec<_>>().join(" ")
}

fn say(word: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "@ {word}").unwrap();
    output.flush().unwrap();
}
