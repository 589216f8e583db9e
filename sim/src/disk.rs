//! What a crash leaves of a write.
//!
//! The embedded store appends one frame for each statement: length, checksum, body. Until the frame is
//! synced, a crash leaves any prefix of it, or all of it with garbage in one place.
//! A frame that was synced stays as it is, so only the last one is ever read back here.

use std::sync::Arc;

use domain::ids::Version;
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::{
    BookedRow, BookingRow, DueRow, Epoch, EventRow, Fingerprint, LedgerRow, ListingRow, OutboxRow, RequestId,
    RequestKey, Statement, StoredAnswer, StoredRow, StreamId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest stretch of garbage: part of a sector that was being written when the power went.
const GARBAGE_MAX: usize = 64;

/// The frame of a statement. Shards are not in it: they are checked before it is written.
#[must_use]
pub fn frame(statement: &Statement) -> Vec<u8> {
    let mut body = Writer::default();
    body.list(&statement.rows, put_row);
    body.list(&statement.answers, put_answer);
    body.list(&statement.outbox, |body, order| {
        body.text(order.stream.as_str());
        body.number(order.version.number());
        body.number(u64::from(order.ordinal));
        body.text(&order.body);
    });
    body.list(&statement.due, |body, line| {
        body.text(line.stream.as_str());
        body.number(line.at.map_or(0, |at| at.millis().unsigned_abs() + 1));
    });
    body.list(&statement.listings, |body, line| {
        body.text(line.stream.as_str());
        body.text(&line.body);
    });
    body.list(&statement.bookings, |body, line| {
        body.text(line.stream.as_str());
        body.json(&line.view);
    });
    body.list(&statement.booked, |body, line| {
        body.json(&line.flight);
        body.text(line.stream.as_str());
    });
    body.list(&statement.events, |body, told| {
        body.text(told.stream.as_str());
        body.number(told.version.number());
        body.number(u64::from(told.ordinal));
        body.number(told.at.millis().unsigned_abs());
        body.json(&told.news);
        body.json(&told.listing);
    });
    body.list(&statement.ledger, |body, row| {
        body.text(row.stream.as_str());
        body.number(row.version.number());
        body.number(u64::from(row.ordinal));
        body.number(row.at.millis().unsigned_abs());
        body.json(&row.line);
    });
    let body = body.bytes;
    let length = u32::try_from(body.len()).expect("a statement is far below 4 GiB");
    let mut frame = length.to_le_bytes().to_vec();
    frame.extend(crc32fast::hash(&body).to_le_bytes());
    frame.extend(body);
    frame
}

/// What is on the disk after a crash in the middle of writing or syncing `frame`.
#[must_use]
pub fn torn(frame: &[u8], rng: &mut Rng) -> Vec<u8> {
    if rng.bool() {
        return frame[..rng.usize(0..=frame.len())].to_vec();
    }
    let mut left = frame.to_vec();
    let start = rng.usize(0..left.len());
    let end = (start + rng.usize(1..=GARBAGE_MAX)).min(left.len());
    left[start..end].iter_mut().for_each(|byte| *byte = rng.u8(..));
    left
}

/// Reads a frame back, if it is whole. Without the check, whatever can be made out counts.
#[must_use]
pub fn read_back(left: &[u8], checked: bool) -> Option<Statement> {
    let (length, rest) = left.split_first_chunk::<4>()?;
    let (checksum, body) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let body = body.get(..length)?;
    if checked && crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return None;
    }
    let mut body = Reader { bytes: body };
    Some(Statement {
        shards: Vec::new(),
        rows: body.list(read_row)?,
        answers: body.list(read_answer)?,
        outbox: body.list(|body| {
            let (stream, version) = (body.stream()?, Version::new(body.number()?));
            Some(OutboxRow {
                stream,
                version,
                ordinal: u16::try_from(body.number()?).ok()?,
                body: body.text()?,
            })
        })?,
        due: body.list(|body| {
            let stream = body.stream()?;
            let at = body.number()?.checked_sub(1).and_then(instant);
            Some(DueRow { stream, at })
        })?,
        listings: body.list(|body| {
            let (stream, summary) = (body.stream()?, body.text()?);
            Some(ListingRow::of(&stream, &serde_json::from_str(&summary).ok()?))
        })?,
        bookings: body.list(|body| Some(BookingRow { stream: body.stream()?, view: body.json()? }))?,
        booked: body.list(|body| Some(BookedRow { flight: body.json()?, stream: body.stream()? }))?,
        events: body.list(|body| {
            Some(EventRow {
                stream: body.stream()?,
                version: Version::new(body.number()?),
                ordinal: u16::try_from(body.number()?).ok()?,
                at: instant(body.number()?)?,
                news: body.json()?,
                listing: body.json()?,
            })
        })?,
        ledger: body.list(|body| {
            Some(LedgerRow {
                stream: body.stream()?,
                version: Version::new(body.number()?),
                ordinal: u16::try_from(body.number()?).ok()?,
                at: instant(body.number()?)?,
                line: body.json()?,
            })
        })?,
    })
}

fn put_row(body: &mut Writer, row: &StoredRow) {
    body.text(row.stream.as_str());
    body.number(row.version.number());
    body.number(row.at.millis().unsigned_abs());
    body.number(row.epoch.number().unsigned_abs());
    body.number(u64::from(row.schema));
    body.number(u64::from(row.request.is_some()));
    body.key(row.request);
    body.text(&row.body);
}

fn read_row(body: &mut Reader<'_>) -> Option<StoredRow> {
    Some(StoredRow {
        stream: body.stream()?,
        version: Version::new(body.number()?),
        at: instant(body.number()?)?,
        epoch: Epoch::new(i64::try_from(body.number()?).ok()?),
        schema: u16::try_from(body.number()?).ok()?,
        request: if body.number()? == 0 { body.key().and(None) } else { Some(body.key()?) },
        body: body.text()?,
    })
}

fn put_answer(body: &mut Writer, answer: &StoredAnswer) {
    body.text(answer.stream.as_str());
    body.key(Some(answer.request));
    body.number(answer.version.number());
    body.number(answer.at.millis().unsigned_abs());
    body.number(answer.expires.millis().unsigned_abs());
    body.text(&answer.body);
}

fn read_answer(body: &mut Reader<'_>) -> Option<StoredAnswer> {
    Some(StoredAnswer {
        stream: body.stream()?,
        request: body.key()?,
        version: Version::new(body.number()?),
        at: instant(body.number()?)?,
        expires: instant(body.number()?)?,
        body: body.text()?,
    })
}

fn instant(millis: u64) -> Option<Timestamp> {
    Timestamp::from_millis(i64::try_from(millis).ok()?).ok()
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn number(&mut self, number: u64) {
        self.bytes.extend(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    fn json(&mut self, value: &impl Serialize) {
        self.text(&serde_json::to_string(value).expect("it has text keys and no failing parts"));
    }

    /// Always 32 bytes, so that a row without a key reads like one with it.
    fn key(&mut self, key: Option<RequestKey>) {
        self.bytes.extend(key.map_or([0; 16], |key| key.id.bytes()));
        self.bytes.extend(key.map_or([0; 16], |key| key.fingerprint.bytes()));
    }

    fn list<T>(&mut self, items: &[T], put: impl Fn(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|item| put(self, item));
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.bytes.split_first_chunk::<8>()?;
        self.bytes = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn text(&mut self) -> Option<Arc<str>> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(String::from_utf8_lossy(text).into())
    }

    fn json<T: DeserializeOwned>(&mut self) -> Option<T> {
        serde_json::from_str(&self.text()?).ok()
    }

    fn stream(&mut self) -> Option<StreamId> {
        self.text()?.parse().ok()
    }

    fn key(&mut self) -> Option<RequestKey> {
        let (id, rest) = self.bytes.split_first_chunk::<16>()?;
        let (fingerprint, rest) = rest.split_first_chunk::<16>()?;
        self.bytes = rest;
        Some(RequestKey { id: RequestId::new(*id), fingerprint: Fingerprint::new(*fingerprint) })
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        (0..count.min(10_000)).map(|_| read(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::fare::FareBasis;
    use domain::flight::{Service, Status, Times};
    use domain::ledger::{Account, Line};
    use domain::money::{Currency, Money};
    use domain::news::{News, NewsKind};
    use domain::view::Summary;

    use persistence::journal::Listing;

    use super::*;

    fn summary(departs: Timestamp) -> Summary {
        let times = Times { departs, arrives: departs };
        Summary {
            flight_id: "B6-523-2026-12-01-JFK".parse().unwrap(),
            version: Version::new(2),
            service: Service::published("LAX", "Airbus A320").unwrap(),
            scheduled: times,
            latest: times,
            status: Status::Delayed,
            gate: Some("C12".to_owned()),
            basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
            cabins: Vec::new(),
        }
    }

    fn statement() -> Statement {
        let stream: StreamId = "flight/B6-523-2026-12-01-JFK".parse().unwrap();
        let at = instant(5_000).unwrap();
        let request = RequestKey { id: RequestId::new([7; 16]), fingerprint: Fingerprint::new([9; 16]) };
        let row = |version, request| StoredRow {
            stream: stream.clone(),
            version: Version::new(version),
            at,
            epoch: Epoch::new(3),
            schema: 1,
            request,
            body: "[]".repeat(300).into(),
        };
        Statement {
            shards: Vec::new(),
            rows: vec![row(1, Some(request)), row(2, None)],
            answers: vec![StoredAnswer {
                stream: stream.clone(),
                request,
                version: Version::new(2),
                at,
                body: "no".into(),
                expires: at,
            }],
            outbox: vec![OutboxRow {
                stream: stream.clone(),
                version: Version::new(1),
                ordinal: 0,
                body: "{}".into(),
            }],
            listings: vec![ListingRow::of(&stream, &summary(at))],
            due: vec![
                DueRow { stream: stream.clone(), at: Some(at) },
                DueRow { stream: stream.clone(), at: None },
            ],
            bookings: Vec::new(),
            booked: vec![BookedRow { flight: summary(at).flight_id, stream: stream.clone() }],
            ledger: vec![LedgerRow {
                stream: stream.clone(),
                version: Version::new(1),
                ordinal: 0,
                at,
                line: Line { account: Account::Fares, amount: Money::from_minor(-100, Currency::USD) },
            }],
            events: vec![EventRow {
                stream,
                version: Version::new(1),
                ordinal: 0,
                at,
                news: News {
                    kind: NewsKind::FlightStatusChanged,
                    customer: None,
                    made_by: None,
                    flights: vec![summary(at).flight_id],
                },
                listing: Some(Listing::Departure(Box::new(summary(at)))),
            }],
        }
    }

    #[test]
    fn a_whole_frame_reads_back_as_it_was_written() {
        assert_eq!(read_back(&frame(&statement()), true), Some(statement()));
    }

    #[test]
    fn a_torn_frame_is_never_taken_for_a_statement() {
        let (frame, mut rng) = (frame(&statement()), Rng::with_seed(1));
        for _ in 0..5_000 {
            let left = torn(&frame, &mut rng);
            let read = read_back(&left, true);
            assert_eq!(read.is_some(), left == frame, "only the whole frame counts");
        }
    }

    #[test]
    fn without_its_checksum_a_torn_frame_can_be_taken_for_a_statement() {
        let (frame, mut rng) = (frame(&statement()), Rng::with_seed(1));
        let fooled = (0..5_000).filter(|_| {
            let left = torn(&frame, &mut rng);
            left != frame && read_back(&left, false).is_some()
        });
        assert!(fooled.count() > 100);
    }
}
