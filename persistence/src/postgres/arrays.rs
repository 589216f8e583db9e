//! A statement as arrays, one for each column.

use std::num::TryFromIntError;

use sqlx::Postgres as Dialect;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;

use crate::journal::{Statement, StoredRow};
use crate::store::{lines, runs};

/// The answer of the one statement: the shards that are ours, and how many rows were written.
pub type Committed = (Vec<i32>, i64);

type Commit<'q> = QueryAs<'q, Dialect, Committed, PgArguments>;

/// Version numbers as the database counts them.
type Versions = Result<Vec<i64>, TryFromIntError>;

/// Binds a statement to the arguments of `COMMIT`, or of `COMMIT_AND_TELL` when it has something for that.
///
/// # Errors
/// When a version is beyond what the database counts.
pub fn bind<'q>(
    commit: Commit<'q>,
    node: &'q str,
    statement: &'q Statement,
) -> Result<Commit<'q>, TryFromIntError> {
    let runs = runs::cut(&statement.rows);
    let commit = bind_fence(commit, node, statement);
    let commit = bind_rows(commit, &runs)?;
    let commit = bind_answers(commit, statement)?;
    let commit = bind_effects(commit, statement)?;
    let commit = bind_listings(bind_due(commit, statement), statement)?;
    let commit = bind_runs(commit, &runs)?;
    Ok(if statement.is_told() { bind_told(commit, statement) } else { commit })
}

fn bind_fence<'q>(commit: Commit<'q>, node: &'q str, statement: &'q Statement) -> Commit<'q> {
    let shards = statement.shards.iter();
    commit
        .bind(shards.clone().map(|(shard, _)| i32::from(shard.number())).collect::<Vec<_>>())
        .bind(shards.map(|(_, epoch)| epoch.number()).collect::<Vec<_>>())
        .bind(node)
}

fn bind_rows<'q>(commit: Commit<'q>, runs: &[&'q [StoredRow]]) -> Result<Commit<'q>, TryFromIntError> {
    let rows = runs.iter().map(|run| &run[0]);
    let versions: Versions = rows.clone().map(|row| i64::try_from(row.version.number())).collect();
    // In a run each row names its own.
    let alone = runs.iter().map(|run| run[0].request.filter(|_| run.len() == 1));
    let digests = alone.map(|request| request.map(|key| (key.id.bytes(), key.fingerprint.bytes())));
    let (requests, fingerprints): (Vec<_>, Vec<_>) = digests.map(Option::unzip).unzip();
    Ok(commit
        .bind(rows.clone().map(|row| row.stream.as_str()).collect::<Vec<_>>())
        .bind(versions?)
        .bind(rows.clone().map(|row| i32::from(row.stream.shard().number())).collect::<Vec<_>>())
        .bind(rows.clone().map(|row| row.epoch.number()).collect::<Vec<_>>())
        .bind(rows.clone().map(|row| row.at.millis()).collect::<Vec<_>>())
        .bind(rows.map(|row| i32::from(row.schema)).collect::<Vec<_>>())
        .bind(requests)
        .bind(fingerprints)
        .bind(runs.iter().map(|run| runs::text(run)).collect::<Vec<_>>()))
}

/// How many rows each run has, and which row of the statement is its first, counted from 1.
fn bind_runs<'q>(commit: Commit<'q>, runs: &[&'q [StoredRow]]) -> Result<Commit<'q>, TryFromIntError> {
    let lengths = runs.iter().map(|run| i32::try_from(run.len())).collect::<Result<Vec<_>, _>>()?;
    let firsts = lengths.iter().scan(1, |next, length| {
        let first = *next;
        *next += length;
        Some(first)
    });
    let firsts: Vec<i32> = firsts.collect();
    Ok(commit.bind(lengths).bind(firsts))
}

fn bind_answers<'q>(commit: Commit<'q>, statement: &'q Statement) -> Result<Commit<'q>, TryFromIntError> {
    let answers = statement.answers.iter();
    let versions: Versions = answers.clone().map(|answer| i64::try_from(answer.version.number())).collect();
    Ok(commit
        .bind(answers.clone().map(|answer| answer.stream.as_str()).collect::<Vec<_>>())
        .bind(answers.clone().map(|answer| answer.request.id.bytes()).collect::<Vec<_>>())
        .bind(answers.clone().map(|answer| answer.request.fingerprint.bytes()).collect::<Vec<_>>())
        .bind(versions?)
        .bind(answers.clone().map(|answer| answer.at.millis()).collect::<Vec<_>>())
        .bind(answers.clone().map(|answer| &*answer.body).collect::<Vec<_>>())
        .bind(answers.map(|answer| answer.expires.millis()).collect::<Vec<_>>()))
}

fn bind_effects<'q>(commit: Commit<'q>, statement: &'q Statement) -> Result<Commit<'q>, TryFromIntError> {
    let effects = statement.outbox.iter();
    let versions: Versions = effects.clone().map(|effect| i64::try_from(effect.version.number())).collect();
    Ok(commit
        .bind(effects.clone().map(|effect| effect.stream.as_str()).collect::<Vec<_>>())
        .bind(versions?)
        .bind(effects.clone().map(|effect| i32::from(effect.ordinal)).collect::<Vec<_>>())
        .bind(effects.clone().map(|effect| i32::from(effect.stream.shard().number())).collect::<Vec<_>>())
        .bind(effects.map(|effect| &*effect.body).collect::<Vec<_>>()))
}

fn bind_due<'q>(commit: Commit<'q>, statement: &'q Statement) -> Commit<'q> {
    let set = statement.due.iter().filter_map(|line| Some((&line.stream, line.at?)));
    let cleared = statement.due.iter().filter(|line| line.at.is_none());
    commit
        .bind(set.clone().map(|(stream, _)| stream.as_str()).collect::<Vec<_>>())
        .bind(set.clone().map(|(stream, _)| i32::from(stream.shard().number())).collect::<Vec<_>>())
        .bind(set.map(|(_, at)| at.millis()).collect::<Vec<_>>())
        .bind(cleared.map(|line| line.stream.as_str()).collect::<Vec<_>>())
}

fn bind_listings<'q>(commit: Commit<'q>, statement: &'q Statement) -> Result<Commit<'q>, TryFromIntError> {
    let lines = statement.listings.iter();
    let versions: Versions = lines.clone().map(|line| i64::try_from(line.version.number())).collect();
    Ok(commit
        .bind(lines.clone().map(|line| line.stream.as_str()).collect::<Vec<_>>())
        .bind(versions?)
        .bind(lines.clone().map(|line| line.origin.to_string()).collect::<Vec<_>>())
        .bind(lines.clone().map(|line| line.destination.to_string()).collect::<Vec<_>>())
        .bind(lines.clone().map(|line| line.date.to_string()).collect::<Vec<_>>())
        .bind(lines.clone().map(|line| line.departs.millis()).collect::<Vec<_>>())
        .bind(lines.map(|line| &*line.body).collect::<Vec<_>>()))
}

fn bind_told<'q>(commit: Commit<'q>, statement: &'q Statement) -> Commit<'q> {
    const NONE: &str = "[]";
    let text = |lines: Option<String>| lines.unwrap_or_else(|| NONE.to_owned());
    commit
        .bind(text(lines::bookings(statement.bookings.iter())))
        .bind(text(lines::booked(statement.booked.iter())))
        .bind(text(lines::events(statement)))
        .bind(text(lines::ledger(statement.ledger.iter())))
}
