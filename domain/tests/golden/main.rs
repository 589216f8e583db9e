//! Stored events and refusals are for ever: each line of the two files was written by some version of this
//! program and must be read by every later one.
//!
//! A line is never edited. When a shape changes, the schema number rises, an upcaster lifts the old lines, and
//! new lines are added.

mod bookings;
mod events;
mod rejections;

use std::fmt::Debug;

use domain::aggregate::Aggregate;
use domain::booking::Booking;
use domain::flight::Flight;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Each stored line still means what it meant, and would be written in the same words today.
fn assert_golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(stored: &str, meanings: &[T]) {
    let lines: Vec<&str> = stored.lines().collect();
    for (line, meaning) in lines.iter().zip(meanings) {
        let read: T = serde_json::from_str(line).expect("a stored line can be read for ever");
        assert_eq!(&read, meaning, "{line}");
        assert_eq!(&serde_json::to_string(meaning).expect("it can be written"), line);
    }
    let more: Vec<String> = meanings.iter().skip(lines.len()).map(written).collect();
    assert_eq!(more, [""; 0], "meanings without a line");
    assert_eq!(lines.len(), meanings.len(), "lines without a meaning");
}

fn written<T: Serialize>(meaning: &T) -> String {
    serde_json::to_string(meaning).expect("it can be written")
}

/// Every kind has a line. The kinds are counted by an exhaustive match, so a new one cannot be forgotten.
fn assert_every_kind<T>(meanings: &[T], kind: impl Fn(&T) -> usize, kinds: usize) {
    let missing: Vec<usize> =
        (0..kinds).filter(|wanted| !meanings.iter().any(|meaning| kind(meaning) == *wanted)).collect();
    assert_eq!(missing, [0; 0], "kinds without a line");
}

#[test]
fn a_stored_event_means_what_it_meant() {
    assert_eq!(
        Flight::SCHEMA,
        1,
        "a new schema has a file of its own, and this one is read through upcasters"
    );
    assert_golden(include_str!("events_1.jsonl"), &events::all());
    assert_every_kind(&events::all(), events::kind, events::KINDS);
}

#[test]
fn a_stored_refusal_means_what_it_meant() {
    assert_golden(include_str!("rejections_1.jsonl"), &rejections::all());
    assert_every_kind(&rejections::all(), rejections::kind, rejections::KINDS);
}

#[test]
fn a_stored_event_of_a_booking_means_what_it_meant() {
    assert_eq!(
        Booking::SCHEMA,
        1,
        "a new schema has a file of its own, and this one is read through upcasters"
    );
    assert_golden(include_str!("booking_events_1.jsonl"), &bookings::events());
    assert_every_kind(&bookings::events(), bookings::event_kind, bookings::EVENT_KINDS);
}

#[test]
fn a_stored_refusal_of_a_booking_means_what_it_meant() {
    assert_golden(include_str!("booking_rejections_1.jsonl"), &bookings::rejections());
    assert_every_kind(&bookings::rejections(), bookings::rejection_kind, bookings::REJECTION_KINDS);
    for rejection in bookings::rejections() {
        assert_eq!(rejection.code(), bookings::CODES[bookings::rejection_kind(&rejection)], "{rejection:?}");
    }
}

#[test]
fn a_refusal_keeps_its_code() {
    for rejection in rejections::all() {
        assert_eq!(rejection.code(), rejections::CODES[rejections::kind(&rejection)], "{rejection:?}");
    }
}
