//! A statement as JSON texts, one for each table but the journal (see `packed`).

use serde::Serialize;

use crate::journal::{Shard, Statement};
use crate::store::EffectKey;

/// A list of rows as one text.
fn list<T: Serialize>(rows: impl Iterator<Item = T>) -> String {
    let rows: Vec<T> = rows.collect();
    serde_json::to_string(&rows).expect("texts and whole numbers always have a JSON form")
}

/// `[[shard, epoch], …]`.
pub fn owned(statement: &Statement) -> String {
    list(statement.shards.iter().map(|(shard, epoch)| (shard.number(), epoch.number())))
}

/// `[shard, …]`.
pub fn shards(shards: &[Shard]) -> String {
    list(shards.iter().map(|shard| shard.number()))
}

/// For `WRITE`; `None` without answers.
pub fn answers(statement: &Statement) -> Option<String> {
    let answers = statement.answers.iter().map(|answer| {
        let key = answer.request;
        let (at, expires) = (answer.at.millis(), answer.expires.millis());
        (answer.stream.as_str(), key.id, key.fingerprint, answer.version, at, &*answer.body, expires)
    });
    (!statement.answers.is_empty()).then(|| list(answers))
}

/// For `WRITE`; `None` without effects.
pub fn effects(statement: &Statement) -> Option<String> {
    let effects = statement.outbox.iter();
    let effects =
        effects.map(|effect| (effect.stream.as_str(), effect.version, effect.ordinal, &*effect.body));
    (!statement.outbox.is_empty()).then(|| list(effects))
}

/// For `WRITE`; `None` without departures.
pub fn listings(statement: &Statement) -> Option<String> {
    let lines = statement.listings.iter().map(|line| {
        let (origin, destination, date) = (line.origin, line.destination, line.date.to_string());
        let departs = line.departs.millis();
        (line.stream.as_str(), line.version, origin, destination, date, departs, &*line.body)
    });
    (!statement.listings.is_empty()).then(|| list(lines))
}

/// For `WRITE`; `None` when nothing is set.
pub fn due(statement: &Statement) -> Option<String> {
    let mut set = statement.due.iter().filter_map(|line| Some((line.stream.as_str(), line.at?.millis())));
    let set: Vec<_> = set.by_ref().collect();
    (!set.is_empty()).then(|| list(set.into_iter()))
}

/// For `WRITE`; `None` when nothing is taken away.
pub fn never_due(statement: &Statement) -> Option<String> {
    let cleared: Vec<_> = statement.due.iter().filter(|line| line.at.is_none()).collect();
    (!cleared.is_empty()).then(|| list(cleared.into_iter().map(|line| line.stream.as_str())))
}

/// `[[stream, version, ordinal], …]`.
pub fn keys(effects: &[EffectKey]) -> String {
    list(effects.iter().map(|key| (key.stream.as_str(), key.version, key.ordinal)))
}
