//! The writer's side of the PostgreSQL store.

use std::fmt;
use std::future::Future;

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;

use super::arrays::{self, Committed};
use super::{CALL_TIMEOUT, connect, shown, sql};
use crate::journal::{Epoch, NodeId, Outcome, Shard, Statement};
use crate::store::{Fatal, Store, Unavailable, WriteError, chain};

/// Rows in one statement at most: a row's number within it has 13 bits of the position.
const ROWS_MAX: usize = 8_191;

/// The writer's side, for one node: one connection, and one statement at a time.
pub struct Lane {
    address: PgConnectOptions,
    /// As the table writes it.
    node: String,
    /// Absent until it is needed, and while a call is under way: a call that is given up takes it along.
    connection: Option<PgConnection>,
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, node, connection } = self;
        let mut lane = f.debug_struct("Lane");
        lane.field("address", &shown(address)).field("node", node);
        lane.field("connected", &connection.is_some()).finish()
    }
}

impl Lane {
    pub(super) fn new(address: &PgConnectOptions, node: NodeId) -> Self {
        let node = format!("{:032x}", node.bits());
        // By this name a successor finds what it may end.
        let address = address.clone().application_name(&format!("aisle:{node}"));
        Self { address, node, connection: None }
    }

    async fn take_over(
        &mut self,
        task: &'static str,
        how: &'static str,
        shards: &[Shard],
    ) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        let mut connection = connected(&mut self.connection, &self.address).await?;
        let numbers: Vec<i32> = shards.iter().map(|shard| i32::from(shard.number())).collect();
        let asked = sqlx::query_as(how).bind(&self.node).bind(numbers).fetch_all(&mut connection);
        let owned: Vec<(i32, i64)> = in_time(asked).await.map_err(|error| Unavailable::to(task, error))?;
        self.connection = Some(connection);
        let owned =
            owned.into_iter().filter_map(|(shard, epoch)| Some((shard_of(shard)?, Epoch::new(epoch))));
        let mut owned: Vec<_> = owned.collect();
        owned.sort_unstable();
        Ok(owned)
    }
}

/// Takes the connection out, so that it is gone if the call is given up; opens one if there is none.
async fn connected(
    kept: &mut Option<PgConnection>,
    address: &PgConnectOptions,
) -> Result<PgConnection, Unavailable> {
    match kept.take() {
        Some(connection) => Ok(connection),
        None => connect(address).await,
    }
}

impl Store for Lane {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.take_over("claim shards", sql::CLAIM, shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.take_over("raise epochs", sql::RAISE, shards).await
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        if statement.rows.len() > ROWS_MAX {
            return Ok(Outcome::Refused(format!("more than {ROWS_MAX} rows")));
        }
        let text = if statement.is_told() { sql::COMMIT_AND_TELL } else { sql::COMMIT };
        let commit = match arrays::bind(sqlx::query_as(text), &self.node, statement) {
            Ok(commit) => commit,
            Err(error) => return Ok(Outcome::Refused(error.to_string())),
        };
        let mut connection = match connected(&mut self.connection, &self.address).await {
            Ok(connection) => connection,
            // Nothing was sent, but the case is too rare to deserve an outcome of its own.
            Err(error) => return Ok(Outcome::Unknown(chain(&error))),
        };
        match in_time(commit.fetch_one(&mut connection)).await {
            Ok(committed) => {
                self.connection = Some(connection);
                Ok(outcome(statement, &committed))
            }
            Err(CallError::Database(error)) if is_definite(&error) => {
                self.connection = Some(connection);
                Ok(Outcome::Refused(error.to_string()))
            }
            Err(error) => Ok(Outcome::Unknown(error.to_string())),
        }
    }
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("no answer in time")]
    Late,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

async fn in_time<T>(call: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, CallError> {
    match tokio::time::timeout(CALL_TIMEOUT, call).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(CallError::Late),
    }
}

/// Whether the server says that nothing landed, and that asking again would end the same: SQLSTATE class 21
/// (a key twice in the statement), 22 (a value that it cannot take) or 23 (a constraint).
fn is_definite(error: &sqlx::Error) -> bool {
    let Some(code) = error.as_database_error().and_then(sqlx::error::DatabaseError::code) else {
        return false;
    };
    ["21", "22", "23"].iter().any(|class| code.starts_with(class))
}

/// What the server's answer means.
fn outcome(statement: &Statement, (owned, written): &Committed) -> Outcome {
    let fenced = statement.shards.iter().map(|(shard, _)| *shard);
    let fenced: Vec<Shard> = fenced.filter(|shard| !owned.contains(&i32::from(shard.number()))).collect();
    if !fenced.is_empty() {
        return Outcome::Fenced(fenced);
    }
    if usize::try_from(*written) != Ok(statement.written()) {
        let asked = statement.written();
        tracing::error!(asked, written, "the store wrote another number of rows than it was given");
        return Outcome::Unknown(format!("{written} of {asked} rows were written"));
    }
    Outcome::Committed
}

fn shard_of(number: i32) -> Option<Shard> {
    u8::try_from(number).ok().map(Shard::new)
}
