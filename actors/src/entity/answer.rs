//! What a client is told, now or when it asks again.

use std::sync::Arc;

use domain::aggregate::Aggregate;
use domain::ids::Version;
use persistence::journal::{CannotDecode, Fingerprint, RequestKey, StoredAnswer, StoredRow};
use serde::{Deserialize, Serialize};

use super::core::Entity;
use super::memory::Place;

/// The answer to a request. It may go out once the entry that it came with is durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<A: Aggregate> {
    /// It was done, as this row.
    Accepted {
        /// The row.
        version: Version,
        /// What happened.
        events: Arc<[A::Event]>,
    },
    /// It was so before; nothing happened.
    AlreadySo {
        /// The version that says so.
        version: Version,
    },
    /// A rule said no.
    Refused {
        /// The version that the refusal rests on.
        version: Version,
        /// The rule.
        rejection: A::Rejection,
    },
    /// The same request was answered before: read that answer with [`recall`].
    Recall {
        /// Where it stands.
        place: Place,
        /// The request as it was asked now.
        key: RequestKey,
    },
}

/// What a repeated request finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Recalled<A: Aggregate> {
    /// The first answer.
    Answer(Answer<A>),
    /// The key was used before for something else.
    KeyReused,
}

/// The stored form of an answer that is no row.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum AnswerBody<R> {
    /// What was asked for was so before.
    AlreadySo,
    /// A rule said no.
    Refused(R),
}

/// What the store gave back for a [`Place`].
#[derive(Debug, Clone)]
pub enum StoredReply {
    /// The row that answered.
    Row(StoredRow),
    /// The remembered answer.
    Answer(StoredAnswer),
}

/// The first answer to a request, from where it is stored.
///
/// # Errors
/// When what is stored cannot be read: a person has to look.
pub fn recall<A: Entity>(stored: &StoredReply, asked: Fingerprint) -> Result<Recalled<A>, CannotDecode> {
    let first = match stored {
        StoredReply::Row(row) => row.request.map(|key| key.fingerprint),
        StoredReply::Answer(answer) => Some(answer.request.fingerprint),
    };
    if first != Some(asked) {
        return Ok(Recalled::KeyReused);
    }
    let answer = match stored {
        StoredReply::Row(row) => {
            let events: Vec<A::Event> = A::UPCASTERS.events(row.schema, &row.body)?;
            Answer::Accepted { version: row.version, events: events.into() }
        }
        StoredReply::Answer(answer) => stored_answer(answer)?,
    };
    Ok(Recalled::Answer(answer))
}

fn stored_answer<A: Aggregate>(answer: &StoredAnswer) -> Result<Answer<A>, CannotDecode> {
    let body = serde_json::from_str(&answer.body);
    let body: AnswerBody<A::Rejection> =
        body.map_err(|source| CannotDecode::Body { schema: A::SCHEMA, source })?;
    let version = answer.version;
    Ok(match body {
        AnswerBody::AlreadySo => Answer::AlreadySo { version },
        AnswerBody::Refused(rejection) => Answer::Refused { version, rejection },
    })
}
