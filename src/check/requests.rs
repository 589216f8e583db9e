//! Which requests were answered, and that each was answered once within its day.

use std::collections::HashMap;

use actors::entity::{Answer as Told, Place};
use actors::entity::{Core, Decided, Entity, Handled, REMEMBERED_FOR, Request, StoredReply, recall};
use domain::booking::Booking;
use domain::flight::Flight;
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{Fingerprint, RequestId, RequestKey, StoredAnswer, StoredRow};

use super::kind::Kind;
use super::report::Report;

/// Requests after which it first pays to forget those whose day is over.
const FORGET_FROM: usize = 4_096;

/// The requests of one stream.
#[derive(Debug)]
pub struct Requests {
    /// The newest row of each, as long as it counts.
    rows: HashMap<RequestId, (Version, Timestamp, Fingerprint)>,
    answers: HashMap<RequestId, StoredAnswer>,
    forget_at: usize,
}

/// Judges an answer of a stream that has no rows: it can rest on nothing but that.
pub fn judge_rowless(answer: &StoredAnswer, report: &mut Report) {
    let mut wrong = Vec::new();
    match Kind::of(&answer.stream) {
        Some(Kind::Booking) => judge_answer::<Booking>(answer, Version::EMPTY, &mut wrong),
        Some(Kind::Flight) | None => judge_answer::<Flight>(answer, Version::EMPTY, &mut wrong),
    }
    wrong.into_iter().for_each(|what| report.found(&answer.stream, None, what));
}

fn judge_answer<A: Entity>(answer: &StoredAnswer, last: Version, wrong: &mut Vec<String>) {
    let request = answer.request.id;
    if answer.version > last {
        let version = answer.version;
        wrong.push(format!("the answer to request {request} rests on row {version}, and the last is {last}"));
    }
    if answer.expires < answer.at + REMEMBERED_FOR {
        wrong.push(format!("the answer to request {request} is forgotten before its day is over"));
    }
    let stored = StoredReply::Answer(answer.clone());
    if let Err(error) = recall::<A>(&stored, answer.request.fingerprint) {
        wrong.push(format!("the answer to request {request} cannot be read: {error}"));
    }
}

impl Requests {
    /// Before the first row, with all remembered answers of the stream.
    pub fn new(answers: Vec<StoredAnswer>) -> Self {
        let answers = answers.into_iter().map(|answer| (answer.request.id, answer)).collect();
        Self { rows: HashMap::new(), answers, forget_at: FORGET_FROM }
    }

    /// Takes a row in.
    pub fn row(&mut self, row: &StoredRow, wrong: &mut Vec<String>) {
        let Some(RequestKey { id, fingerprint }) = row.request else { return };
        if let Some(answer) = self.answers.get(&id)
            && overlap(row.at, answer)
        {
            wrong.push(format!(
                "answers request {id}, which has another answer of {} that was not forgotten",
                answer.at
            ));
        }
        if let Some((first, at, _)) = self.rows.insert(id, (row.version, row.at, fingerprint))
            && row.at < at + REMEMBERED_FOR
        {
            wrong.push(format!("answers request {id}, which row {first} had answered within the same day"));
        }
        if self.rows.len() >= self.forget_at {
            self.rows.retain(|_, (_, at, _)| row.at < *at + REMEMBERED_FOR);
            self.forget_at = FORGET_FROM.max(self.rows.len() * 2);
        }
    }

    /// Judges the remembered answers, when the last row is known.
    pub fn close<A: Entity>(&self, last: Version, wrong: &mut Vec<String>) {
        // In the order of the requests, so that two runs say the same.
        let mut answers: Vec<&StoredAnswer> = self.answers.values().collect();
        answers.sort_by_key(|answer| answer.request.id);
        answers.into_iter().for_each(|answer| judge_answer::<A>(answer, last, wrong));
    }

    /// The first request that an owner does not remember, though at the time of the last row it must.
    pub fn forgotten_by<A: Entity>(&self, core: &mut Core<A>, now: Timestamp) -> Option<RequestId> {
        let rows = self.rows.iter().filter(|(_, (_, at, _))| now < *at + REMEMBERED_FOR);
        let rows = rows.map(|(id, (version, _, fingerprint))| {
            (RequestKey { id: *id, fingerprint: *fingerprint }, Place::Row(*version))
        });
        let newer = |id: &RequestId| self.rows.get(id).map(|(_, at, _)| *at);
        let answers = self.answers.values().filter(|answer| now < answer.expires);
        let answers = answers.filter(|answer| newer(&answer.request.id).is_none_or(|row| row < answer.at));
        let places = rows.chain(answers.map(|answer| (answer.request, Place::Log)));
        let lost =
            places.filter(|(key, place)| recalled(core, *key, now).is_none_or(|found| found != *place));
        lost.map(|(key, _)| key.id).min()
    }
}

/// Whether a row and a remembered answer stand where one must have known of the other.
fn overlap(row: Timestamp, answer: &StoredAnswer) -> bool {
    let row_knew = answer.at <= row && row < answer.expires;
    let answer_knew = row <= answer.at && answer.at < row + REMEMBERED_FOR;
    row_knew || answer_knew
}

/// Where an owner finds the first answer when it is asked again.
fn recalled<A: Entity>(core: &mut Core<A>, key: RequestKey, now: Timestamp) -> Option<Place> {
    let request = Request { key: Some(key), remember_refusal: false, deadline: None, command: A::lapse() };
    match core.handle(&request, now) {
        Handled::Decided(Decided { own, .. }) => match own.answer {
            Told::Recall { place, .. } => Some(place),
            Told::Accepted { .. } | Told::AlreadySo { .. } | Told::Refused { .. } => None,
        },
        Handled::Late | Handled::NotLive => None,
    }
}
