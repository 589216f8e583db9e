//! Reading from the SQLite store.

use domain::ids::{AirportCode, Version};
use domain::time::Timestamp;
use domain::view::{BookingView, Summary};
use sqlx::SqliteConnection;

use super::{Sqlite, sql};
use crate::journal::{
    BookedRow, Epoch, EventId, LedgerRow, Loaded, NodeId, OutboxRow, Position, RequestId, Shard, Snapshot,
    StoredAnswer, StoredEvent, StoredRow, StreamId,
};
use crate::store::columns::{self, AnswerColumns, LineColumns};
use crate::store::{
    Corrupt, DeparturesOn, DueAt, EffectKey, LedgerKey, ListedAt, ReadError, Reader, Unavailable,
};

/// As many rows as there are.
const ALL: i64 = i64::MAX;

fn unread(error: sqlx::Error) -> ReadError {
    Unavailable::to("read", error).into()
}

/// A version as the database counts; what it cannot count is beyond every row.
pub(super) fn number(version: Version) -> i64 {
    i64::try_from(version.number()).unwrap_or(i64::MAX)
}

impl Reader for Sqlite {
    async fn load(&self, stream: &StreamId, schema: u16) -> Result<Loaded, ReadError> {
        let mut connection = self.shared.reads.acquire().await.map_err(unread)?;
        if !knows(&mut connection, stream).await? {
            return Ok(Loaded::default());
        }
        let snapshot = snapshot_of(&mut connection, stream, schema).await?;
        let folded = snapshot.as_ref().map_or(Version::EMPTY, |snapshot| snapshot.version);
        let answered = match &snapshot {
            Some(snapshot) if !snapshot.carries_requests() => {
                answered_up_to(&mut connection, snapshot).await?
            }
            _ => Vec::new(),
        };
        let rows = rows_of(&mut connection, stream, folded, ALL).await?;
        let answers = answers_of(&mut connection, stream).await?;
        Ok(Loaded { snapshot, answered, rows, answers })
    }

    async fn row(&self, stream: &StreamId, version: Version) -> Result<Option<StoredRow>, ReadError> {
        let found: Vec<LineColumns> = sqlx::query_as(sql::ROW)
            .bind(stream.as_str())
            .bind(number(version))
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(columns::rows(stream, found, |found| found == version)?.pop())
    }

    async fn rows_of(
        &self,
        stream: &StreamId,
        after: Version,
        most: u32,
    ) -> Result<Vec<StoredRow>, ReadError> {
        let mut connection = self.shared.reads.acquire().await.map_err(unread)?;
        rows_of(&mut connection, stream, after, i64::from(most)).await
    }

    async fn rows_after(
        &self,
        position: Position,
        most: u32,
    ) -> Result<Vec<(Position, StoredRow)>, ReadError> {
        let found: Vec<columns::Positioned> = sqlx::query_as(sql::ROWS_AFTER)
            .bind(position.0 + 1)
            // The first may be one that has ended before.
            .bind(i64::from(most) + 1)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(columns::positioned(position, found, most)?)
    }

    async fn answer(&self, stream: &StreamId, request: RequestId) -> Result<Option<StoredAnswer>, ReadError> {
        let found: Option<AnswerColumns> = sqlx::query_as(sql::ANSWER)
            .bind(stream.as_str())
            .bind(request.bytes().to_vec())
            .fetch_optional(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.map(|found| columns::answer(stream, request, found)).transpose()?)
    }

    async fn due(&self, after: Option<&DueAt>, most: u32) -> Result<Vec<DueAt>, ReadError> {
        let found: Vec<(String, i64)> = sqlx::query_as(sql::DUE)
            .bind(after.map_or(-1, |after| after.at.millis()))
            .bind(after.map_or("", |after| after.stream.as_str()))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::due).collect::<Result<_, Corrupt>>()?)
    }

    async fn outbox_waiting(
        &self,
        after: Option<&EffectKey>,
        most: u32,
    ) -> Result<Vec<OutboxRow>, ReadError> {
        let found: Vec<(String, i64, i64, String)> = sqlx::query_as(sql::OUTBOX_WAITING)
            .bind(after.map_or("", |after| after.stream.as_str()))
            .bind(after.map_or(0, |after| number(after.version)))
            .bind(after.map_or(0, |after| i64::from(after.ordinal)))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::effect).collect::<Result<_, Corrupt>>()?)
    }

    async fn departure(&self, stream: &StreamId) -> Result<Option<Summary>, ReadError> {
        let found: Option<String> = sqlx::query_scalar(sql::DEPARTURE)
            .bind(stream.as_str())
            .fetch_optional(&self.shared.reads)
            .await
            .map_err(unread)?;
        let listing = found.map(|body| columns::listing((stream.to_string(), body))).transpose()?;
        Ok(listing.map(|(_, summary)| summary))
    }

    async fn departures(
        &self,
        on: &DeparturesOn,
        after: Option<&ListedAt>,
        most: u32,
    ) -> Result<Vec<Summary>, ReadError> {
        let airport = |code: Option<AirportCode>| code.map(|code| code.to_string()).unwrap_or_default();
        let found: Vec<(String, String)> = sqlx::query_as(sql::DEPARTURES)
            .bind(on.date.to_string())
            .bind(after.map_or(-1, |after| after.departs.millis()))
            .bind(after.map_or("", |after| after.stream.as_str()))
            .bind(airport(on.origin))
            .bind(airport(on.destination))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        let summaries = found.into_iter().map(|found| columns::listing(found).map(|(_, summary)| summary));
        Ok(summaries.collect::<Result<_, Corrupt>>()?)
    }

    async fn listings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> Result<Vec<(StreamId, Summary)>, ReadError> {
        let found: Vec<(String, String)> = sqlx::query_as(sql::LISTINGS_AFTER)
            .bind(after.map_or("", StreamId::as_str))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::listing).collect::<Result<_, Corrupt>>()?)
    }

    async fn bookings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> Result<Vec<(StreamId, BookingView)>, ReadError> {
        let found: Vec<(String, String)> = sqlx::query_as(sql::BOOKINGS_AFTER)
            .bind(after.map_or("", StreamId::as_str))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::booking).collect::<Result<_, Corrupt>>()?)
    }

    async fn booked_after(&self, after: Option<&BookedRow>, most: u32) -> Result<Vec<BookedRow>, ReadError> {
        let found: Vec<(String, String)> = sqlx::query_as(sql::BOOKED_AFTER)
            .bind(after.map(|after| after.flight.to_string()).unwrap_or_default())
            .bind(after.map_or("", |after| after.stream.as_str()))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::booked).collect::<Result<_, Corrupt>>()?)
    }

    async fn ledger_after(&self, after: Option<&LedgerKey>, most: u32) -> Result<Vec<LedgerRow>, ReadError> {
        let (stream, version, ordinal) = after.map_or(("", 0, 0), |(stream, version, ordinal)| {
            (stream.as_str(), number(*version), i64::from(*ordinal))
        });
        let found: Vec<columns::LedgerColumns> = sqlx::query_as(sql::LEDGER_AFTER)
            .bind(stream)
            .bind(version)
            .bind(ordinal)
            .bind(i64::from(most))
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::ledger_row).collect::<Result<_, Corrupt>>()?)
    }

    async fn events_after(&self, after: EventId, most: u32) -> Result<Vec<StoredEvent>, ReadError> {
        let found: Vec<columns::EventColumns> = sqlx::query_as(sql::EVENTS_AFTER)
            .bind(after.position.0)
            .bind(i64::from(after.ordinal))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::event).collect::<Result<_, Corrupt>>()?)
    }

    async fn newest_event(&self) -> Result<EventId, ReadError> {
        let found: Option<(i64, i64)> =
            sqlx::query_as(sql::NEWEST_EVENT).fetch_optional(&self.shared.reads).await.map_err(unread)?;
        Ok(found.map_or_else(EventId::default, columns::event_id))
    }

    async fn answers_after(
        &self,
        after: Option<(&StreamId, RequestId)>,
        most: u32,
    ) -> Result<Vec<StoredAnswer>, ReadError> {
        let found: Vec<columns::KeyedAnswer> = sqlx::query_as(sql::ANSWERS_AFTER)
            .bind(after.map_or("", |(stream, _)| stream.as_str()))
            .bind(after.map_or_else(Vec::new, |(_, request)| request.bytes().to_vec()))
            .bind(most)
            .fetch_all(&self.shared.reads)
            .await
            .map_err(unread)?;
        Ok(found.into_iter().map(columns::keyed_answer).collect::<Result<_, Corrupt>>()?)
    }

    async fn owner(&self, shard: Shard) -> Result<Option<(NodeId, Epoch)>, ReadError> {
        let found: Option<(Option<String>, i64)> = sqlx::query_as(sql::OWNER)
            .bind(shard.number())
            .fetch_optional(&self.shared.reads)
            .await
            .map_err(unread)?;
        let Some((Some(node), epoch)) = found else { return Ok(None) };
        Ok(Some((columns::node(&node)?, Epoch::new(epoch))))
    }
}

/// What is new is asked about once, and not for each of its parts.
async fn knows(connection: &mut SqliteConnection, stream: &StreamId) -> Result<bool, ReadError> {
    let known = sqlx::query_scalar(sql::KNOWS).bind(stream.as_str()).fetch_one(connection);
    known.await.map_err(unread)
}

async fn snapshot_of(
    connection: &mut SqliteConnection,
    stream: &StreamId,
    schema: u16,
) -> Result<Option<Snapshot>, ReadError> {
    let found: Option<(i64, i64, i64, String)> = sqlx::query_as(sql::SNAPSHOT)
        .bind(stream.as_str())
        .bind(schema)
        .fetch_optional(connection)
        .await
        .map_err(unread)?;
    Ok(found.map(|found| columns::snapshot(stream, found)).transpose()?)
}

async fn rows_of(
    connection: &mut SqliteConnection,
    stream: &StreamId,
    after: Version,
    most: i64,
) -> Result<Vec<StoredRow>, ReadError> {
    let found: Vec<LineColumns> = sqlx::query_as(sql::ROWS_OF)
        .bind(stream.as_str())
        .bind(number(after).saturating_add(1))
        .bind(number(after).saturating_add(most))
        .fetch_all(connection)
        .await
        .map_err(unread)?;
    let mut rows = columns::rows(stream, found, |version| version > after)?;
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(rows)
}

async fn answered_up_to(
    connection: &mut SqliteConnection,
    snapshot: &Snapshot,
) -> Result<Vec<(RequestId, Version, Timestamp)>, ReadError> {
    let found: Vec<columns::AnsweredColumns> = sqlx::query_as(sql::ANSWERED_BY_ROWS)
        .bind(snapshot.stream.as_str())
        .bind(number(snapshot.forgotten).saturating_add(1))
        .bind(number(snapshot.version))
        .fetch_all(connection)
        .await
        .map_err(unread)?;
    Ok(columns::answered(&snapshot.stream, found, (snapshot.forgotten, snapshot.version))?)
}

async fn answers_of(
    connection: &mut SqliteConnection,
    stream: &StreamId,
) -> Result<Vec<(RequestId, Timestamp)>, ReadError> {
    let found: Vec<(Vec<u8>, i64)> =
        sqlx::query_as(sql::ANSWERS_OF).bind(stream.as_str()).fetch_all(connection).await.map_err(unread)?;
    let answers = found.into_iter().map(|found| columns::remembered(stream, found));
    Ok(answers.collect::<Result<_, Corrupt>>()?)
}
