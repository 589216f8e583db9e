//! Some streams in different shards, and statements across them.

use domain::ids::Version;
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::{
    Epoch, Fingerprint, OutboxRow, RequestId, RequestKey, Shard, Statement, StoredAnswer, StoredRow, StreamId,
};
use sqlx::PgConnection;

const LAST_VERSION: &str =
    "select coalesce(max(version + run - 1), 0)::bigint from journal where stream = $1";

/// Shards that change hands.
const SHARDS: u8 = 16;

pub fn shards() -> Vec<Shard> {
    (0..SHARDS).map(Shard::new).collect()
}

/// The schema that the owner's rows bear, by which they are counted.
pub const OWNER: u16 = 1;
/// The schema of its successor's rows.
pub const SUCCESSOR: u16 = 2;

/// Streams, one in each shard, with the version that comes next.
pub struct Shop {
    shelves: Vec<(StreamId, Epoch, u64)>,
}

impl Shop {
    /// The streams of this kind as they are stored now.
    pub async fn open(database: &mut PgConnection, owned: Vec<(Shard, Epoch)>, kind: &str) -> Self {
        assert_eq!(owned.len(), usize::from(SHARDS));
        let mut shelves = Vec::new();
        for (shard, epoch) in owned {
            let mut names = (0..).map(|number| StreamId::of(kind, &number).unwrap());
            let stream = names.find(|stream| stream.shard() == shard).unwrap();
            let last: i64 = sqlx::query_scalar(LAST_VERSION)
                .bind(stream.as_str())
                .fetch_one(&mut *database)
                .await
                .unwrap();
            shelves.push((stream, epoch, u64::try_from(last).unwrap() + 1));
        }
        Self { shelves }
    }

    /// The next rows of some of the streams, up to three of each, an answer and an effect for each, as if they will be committed.
    pub fn statement(&mut self, by: u16, rng: &mut Rng) -> Statement {
        let mut statement = Statement::default();
        // Now and then more than the connection's buffers hold, so that the owner stops half-way in sending.
        let size = if rng.u8(..20) == 0 { 200_000 } else { 100 };
        for (stream, epoch, next) in &mut self.shelves {
            if rng.bool() && !statement.shards.is_empty() {
                continue;
            }
            statement.shards.push((stream.shard(), *epoch));
            let rows = rng.u64(1..=3);
            for version in (*next..*next + rows).map(Version::new) {
                statement.rows.push(row(stream, version, *epoch, by, size));
                statement.answers.push(answer(stream, version, by, rng.u128(..)));
                let body = format!("\"{by}\"").into();
                statement.outbox.push(OutboxRow { stream: stream.clone(), version, ordinal: 0, body });
            }
            *next += rows;
        }
        statement
    }
}

fn row(stream: &StreamId, version: Version, epoch: Epoch, by: u16, size: usize) -> StoredRow {
    let (stream, at) = (stream.clone(), Timestamp::EPOCH);
    StoredRow { stream, version, at, epoch, schema: by, request: None, body: "x".repeat(size).into() }
}

fn answer(stream: &StreamId, version: Version, by: u16, id: u128) -> StoredAnswer {
    let request = RequestKey { id: RequestId::new(id.to_be_bytes()), fingerprint: Fingerprint::new([0; 16]) };
    let (stream, at, expires) = (stream.clone(), Timestamp::EPOCH, Timestamp::MAX);
    StoredAnswer { stream, request, version, at, body: format!("\"{by}\"").into(), expires }
}
