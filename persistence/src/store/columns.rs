//! What both databases give back for a row, and how it becomes one of ours.

use domain::ids::Version;
use domain::ledger::Line;
use domain::money::Money;
use domain::news::{News, NewsKind};
use domain::time::Timestamp;
use domain::view::{BookingView, Summary};
use serde::de::DeserializeOwned;

use super::{Corrupt, DueAt, runs};
use crate::journal::{
    BookedRow, Epoch, EventBody, EventId, EventRow, Fingerprint, LedgerRow, NodeId, OutboxRow, Position,
    RequestId, RequestKey, Snapshot, StoredAnswer, StoredEvent, StoredRow, StreamId,
};

/// `version, run, at_ms, epoch, schema, request, fingerprint, body` of the journal.
pub type LineColumns = (i64, i64, i64, i64, i64, Option<Vec<u8>>, Option<Vec<u8>>, String);

/// `fingerprint, version, at_ms, body, expires_ms` of the remembered answers.
pub type AnswerColumns = (Vec<u8>, i64, i64, String, i64);

/// `position, stream`, and the columns of a line.
pub type Positioned = (i64, String, i64, i64, i64, i64, i64, Option<Vec<u8>>, Option<Vec<u8>>, String);

/// `version, run, at_ms, request` of the journal, and the body of a run.
pub type AnsweredColumns = (i64, i64, i64, Option<Vec<u8>>, String);

/// `stream, request`, and the columns of a remembered answer.
pub type KeyedAnswer = (String, Vec<u8>, Vec<u8>, i64, i64, String, i64);

/// `stream, version, ordinal, at_ms, account, currency, minor` of the ledger.
pub type LedgerColumns = (String, i64, i64, i64, String, String, i64);

/// A column that holds what no version of the software writes.
pub struct Unreadable {
    what: &'static str,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Unreadable {
    fn new(what: &'static str) -> impl FnOnce(Option<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        move |source| Self { what, source }
    }

    /// The same, with the stream that it was found in.
    pub fn of(self, stream: &str) -> Corrupt {
        Corrupt::new(stream, self.what, self.source)
    }
}

fn because<E>(what: &'static str) -> impl FnOnce(E) -> Unreadable
where
    E: std::error::Error + Send + Sync + 'static,
{
    move |error| Unreadable::new(what)(Some(Box::new(error)))
}

pub fn version(number: i64) -> Result<Version, Unreadable> {
    u64::try_from(number).map(Version::new).map_err(because("the version"))
}

pub fn instant(millis: i64) -> Result<Timestamp, Unreadable> {
    Timestamp::from_millis(millis).map_err(because("an instant"))
}

/// Which of a row's it is.
pub fn ordinal(number: i64) -> Result<u16, Unreadable> {
    u16::try_from(number).map_err(because("which of a row's it is"))
}

fn schema(number: i64) -> Result<u16, Unreadable> {
    u16::try_from(number).map_err(because("the schema"))
}

fn digest(bytes: &[u8]) -> Result<[u8; 16], Unreadable> {
    bytes.try_into().map_err(because("a digest"))
}

/// The stream of this stored name.
pub fn stream(name: &str) -> Result<StreamId, Corrupt> {
    name.parse().map_err(|error| because("the name")(error).of(name))
}

/// The rows of lines of one stream that are `wanted`, in their order.
pub fn rows(
    stream: &StreamId,
    lines: Vec<LineColumns>,
    wanted: impl Fn(Version) -> bool,
) -> Result<Vec<StoredRow>, Corrupt> {
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let read = line_rows(stream, line, &mut rows);
        read.map_err(|unreadable| unreadable.of(stream.as_str()))?;
    }
    rows.retain(|row| wanted(row.version));
    Ok(rows)
}

/// The rows of lines after a position, each with its own; of a line that brings as many as are asked for, all.
pub fn positioned(
    after: Position,
    lines: Vec<Positioned>,
    most: u32,
) -> Result<Vec<(Position, StoredRow)>, Corrupt> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut found = Vec::with_capacity(lines.len());
    for (position, name, number, run, at, epoch, schema, request, fingerprint, body) in lines {
        if found.len() >= most {
            break;
        }
        let line = (number, run, at, epoch, schema, request, fingerprint, body);
        let rows = rows(&stream(&name)?, vec![line], |_| true)?;
        let rows = (position..).map(Position).zip(rows);
        found.extend(rows.filter(|(position, _)| *position > after));
    }
    Ok(found)
}

fn line_rows(of: &StreamId, columns: LineColumns, rows: &mut Vec<StoredRow>) -> Result<(), Unreadable> {
    let (number, run, at, epoch, of_schema, request, fingerprint, body) = columns;
    let (version, schema, epoch) = (version(number)?, schema(of_schema)?, Epoch::new(epoch));
    let row = |version, at, request, body| StoredRow {
        stream: of.clone(),
        version,
        at,
        epoch,
        schema,
        request,
        body,
    };
    if run == 1 {
        rows.push(row(version, instant(at)?, request_key(request, fingerprint)?, body.into()));
        return Ok(());
    }
    let before = rows.len();
    for part in runs::read(version, &body) {
        let part = part.map_err(because(RUN))?;
        rows.push(row(part.version, part.at, part.request, part.body.into()));
    }
    if usize::try_from(run) == Ok(rows.len() - before) { Ok(()) } else { Err(Unreadable::new(RUN)(None)) }
}

/// What a run that is none is called.
const RUN: &str = "a run of rows";

fn request_key(
    request: Option<Vec<u8>>,
    fingerprint: Option<Vec<u8>>,
) -> Result<Option<RequestKey>, Unreadable> {
    match (request, fingerprint) {
        (Some(request), Some(fingerprint)) => Ok(Some(RequestKey {
            id: RequestId::new(digest(&request)?),
            fingerprint: Fingerprint::new(digest(&fingerprint)?),
        })),
        (None, None) => Ok(None),
        _ => Err(Unreadable::new("the request")(None)),
    }
}

/// A remembered answer.
pub fn answer(stream: &StreamId, id: RequestId, columns: AnswerColumns) -> Result<StoredAnswer, Corrupt> {
    let (fingerprint, number, at, body, expires) = columns;
    let read = || {
        let fingerprint = Fingerprint::new(digest(&fingerprint)?);
        Ok((fingerprint, version(number)?, instant(at)?, instant(expires)?))
    };
    let (fingerprint, version, at, expires) =
        read().map_err(|unreadable: Unreadable| unreadable.of(stream.as_str()))?;
    let request = RequestKey { id, fingerprint };
    Ok(StoredAnswer { stream: stream.clone(), request, version, at, body: body.into(), expires })
}

/// A remembered answer's request and the end of its memory.
pub fn remembered(of: &StreamId, columns: (Vec<u8>, i64)) -> Result<(RequestId, Timestamp), Corrupt> {
    let (request, expires) = columns;
    let read = || Ok((RequestId::new(digest(&request)?), instant(expires)?));
    read().map_err(|unreadable: Unreadable| unreadable.of(of.as_str()))
}

/// The requests that the rows of lines answered, those after one version and up to another.
pub fn answered(
    of: &StreamId,
    lines: Vec<AnsweredColumns>,
    (after, last): (Version, Version),
) -> Result<Vec<(RequestId, Version, Timestamp)>, Corrupt> {
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        line_answered(line, &mut found).map_err(|unreadable| unreadable.of(of.as_str()))?;
    }
    found.retain(|(_, version, _)| *version > after && *version <= last);
    Ok(found)
}

fn line_answered(
    (number, run, at, request, body): AnsweredColumns,
    found: &mut Vec<(RequestId, Version, Timestamp)>,
) -> Result<(), Unreadable> {
    let version = version(number)?;
    if run == 1 {
        let Some(request) = request else { return Ok(()) };
        found.push((RequestId::new(digest(&request)?), version, instant(at)?));
        return Ok(());
    }
    for part in runs::read(version, &body) {
        let part = part.map_err(because(RUN))?;
        found.extend(part.request.map(|key| (key.id, part.version, part.at)));
    }
    Ok(())
}

/// A snapshot, of `version, schema, forgotten, body`.
pub fn snapshot(stream: &StreamId, columns: (i64, i64, i64, String)) -> Result<Snapshot, Corrupt> {
    let (number, of_schema, forgotten, body) = columns;
    let read = || Ok((version(number)?, schema(of_schema)?, version(forgotten)?));
    let (version, schema, forgotten) =
        read().map_err(|unreadable: Unreadable| unreadable.of(stream.as_str()))?;
    Ok(Snapshot { stream: stream.clone(), version, schema, forgotten, body: body.into() })
}

/// A line of the ledger, with its row.
pub fn ledger_row(columns: LedgerColumns) -> Result<LedgerRow, Corrupt> {
    let (name, number, of_row, at, account, currency, minor) = columns;
    let stream = stream(&name)?;
    let read = || {
        let (version, ordinal, at) = (version(number)?, ordinal(of_row)?, instant(at)?);
        Ok(LedgerRow { stream, version, ordinal, at, line: ledger_line(&account, &currency, minor)? })
    };
    read().map_err(|unreadable: Unreadable| unreadable.of(&name))
}

/// What a line of the ledger says.
pub fn ledger_line(account: &str, currency: &str, minor: i64) -> Result<Line, Unreadable> {
    let (account, currency) = (word("the account", account)?, word("the currency", currency)?);
    Ok(Line { account, amount: Money::from_minor(minor, currency) })
}

/// The node of this stored name.
pub fn node(name: &str) -> Result<NodeId, Corrupt> {
    let digits = name.replace('-', "");
    let bits = u128::from_str_radix(&digits, 16);
    bits.map(NodeId::new).map_err(|error| because("a node")(error).of(name))
}

/// A line of `due`, of `stream, at_ms`.
pub fn due((name, at): (String, i64)) -> Result<DueAt, Corrupt> {
    let stream = stream(&name)?;
    Ok(DueAt { at: instant(at).map_err(|unreadable| unreadable.of(&name))?, stream })
}

/// A waiting effect, of `stream, version, ordinal, body`.
pub fn effect((name, number, of_row, body): (String, i64, i64, String)) -> Result<OutboxRow, Corrupt> {
    let stream = stream(&name)?;
    let read = || Ok((version(number)?, ordinal(of_row)?));
    let (version, ordinal) = read().map_err(|unreadable: Unreadable| unreadable.of(&name))?;
    Ok(OutboxRow { stream, version, ordinal, body: body.into() })
}

/// A departure of the list, of `stream, body`.
pub fn listing((name, body): (String, String)) -> Result<(StreamId, Summary), Corrupt> {
    let summary = serde_json::from_str(&body).map_err(|error| because("the listing")(error).of(&name))?;
    Ok((stream(&name)?, summary))
}

/// A remembered answer, of `stream, request` and its columns.
pub fn keyed_answer(columns: KeyedAnswer) -> Result<StoredAnswer, Corrupt> {
    let (name, request, fingerprint, number, at, body, expires) = columns;
    let id = digest(&request).map_err(|unreadable| unreadable.of(&name))?;
    answer(&stream(&name)?, RequestId::new(id), (fingerprint, number, at, body, expires))
}

/// `position, ordinal, stream, version, kind, customer, made_by, at_ms, body` of what is told.
pub type EventColumns = (i64, i64, String, i64, String, Option<String>, Option<String>, i64, String);

/// A booking of the list, of `stream, body`.
pub fn booking((name, body): (String, String)) -> Result<(StreamId, BookingView), Corrupt> {
    let view = serde_json::from_str(&body).map_err(|error| because("the listing")(error).of(&name))?;
    Ok((stream(&name)?, view))
}

/// That a booking is on a departure, of `flight, stream`.
pub fn booked((flight, name): (String, String)) -> Result<BookedRow, Corrupt> {
    let flight = flight.parse().map_err(|error| because("a departure")(error).of(&name))?;
    Ok(BookedRow { flight, stream: stream(&name)? })
}

/// A value that is stored as a word.
pub fn word<T: DeserializeOwned>(what: &'static str, word: &str) -> Result<T, Unreadable> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(because(what))
}

/// Where something that is told stands, of `position, ordinal`. A row never tells so much that its number could not be kept.
pub fn event_id((position, ordinal): (i64, i64)) -> EventId {
    EventId { position: Position(position), ordinal: u16::try_from(ordinal).unwrap_or(u16::MAX) }
}

/// What was told.
pub fn event(columns: EventColumns) -> Result<StoredEvent, Corrupt> {
    let (position, ordinal, name, number, kind, customer, made_by, at, body) = columns;
    let principal = |name: Option<String>| name.map(|name| name.parse()).transpose();
    let read = || {
        let kind: NewsKind = word("the kind of what is told", &kind)?;
        let customer = principal(customer).map_err(because("a customer"))?;
        let made_by = principal(made_by).map_err(because("who made a booking"))?;
        let body: EventBody = serde_json::from_str(&body).map_err(because("what is told"))?;
        let id = event_id((position, ordinal));
        let news = News { kind, customer, made_by, flights: body.flights };
        Ok((id, news, body.listing, version(number)?, instant(at)?))
    };
    let (id, news, listing, version, at) = read().map_err(|unreadable: Unreadable| unreadable.of(&name))?;
    let told = EventRow { stream: stream(&name)?, version, ordinal: id.ordinal, at, news, listing };
    Ok(StoredEvent { id, told })
}
