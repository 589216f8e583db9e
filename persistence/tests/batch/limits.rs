//! How much one statement carries.

use std::sync::Arc;

use domain::ids::Version;
use persistence::journal::{Activation, Batch, Due, Entry, Epoch, OutboxOrder, Outcome, Record, Shard, Step};

use crate::language::{answer, row, stream};

const ENTRIES_MAX: usize = 4_096;
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// How many entries each statement carried, when all these wait at once.
fn statements(records: impl IntoIterator<Item = Record>) -> Vec<usize> {
    let mut batch = Batch::new(Shard::all().map(|shard| (shard, Epoch::new(1))));
    for record in records {
        batch.push(Entry { stream: stream("A"), activation: Activation::new(1), record, ack: () });
    }
    let mut sizes = Vec::new();
    while let Some(step) = batch.next_step() {
        assert!(matches!(step, Step::Write(_)));
        batch.written(&Outcome::Committed);
        sizes.push(batch.settled().len());
    }
    assert!(batch.is_empty());
    sizes
}

fn rows(count: usize) -> impl Iterator<Item = Record> {
    (1..=count as u64).map(|version| row(version, Due::Unchanged))
}

/// A row whose events, together with an effect, are so many bytes long.
fn heavy(version: u64, bytes: usize) -> Record {
    let Record::Row(mut heavy) = row(version, Due::Unchanged) else { unreachable!("a row is a row") };
    let half: Arc<str> = "x".repeat(bytes / 2).into();
    heavy.version = Version::new(version);
    heavy.outbox = vec![OutboxOrder { ordinal: 0, body: half.clone() }];
    heavy.body = half;
    Record::Row(heavy)
}

#[test]
fn a_statement_carries_4096_entries_and_the_next_one_the_rest() {
    for (waiting, expected) in [
        (ENTRIES_MAX - 1, vec![ENTRIES_MAX - 1]),
        (ENTRIES_MAX, vec![ENTRIES_MAX]),
        (ENTRIES_MAX + 1, vec![ENTRIES_MAX, 1]),
        (2 * ENTRIES_MAX + 5, vec![ENTRIES_MAX, ENTRIES_MAX, 5]),
    ] {
        assert_eq!(statements(rows(waiting)), expected);
    }
    let mixed =
        (0..=ENTRIES_MAX as u64).map(|number| if number % 2 == 0 { Record::Mark } else { answer(number) });
    assert_eq!(statements(mixed), [ENTRIES_MAX, 1]);
}

/// The entry that crosses the line is the last one, so no entry is ever too large to be written at all.
#[test]
fn a_statement_ends_with_the_entry_that_fills_eight_mebibytes() {
    for (bytes, count, expected) in [
        (BYTES_MAX, 2, vec![1, 1]),
        (BYTES_MAX - 2, 3, vec![2, 1]),
        (BYTES_MAX / 4, 9, vec![4, 4, 1]),
        (3 * BYTES_MAX, 2, vec![1, 1]),
    ] {
        let records = (1..=count).map(|version| heavy(version, bytes));
        assert_eq!(statements(records), expected, "{count} of {bytes}");
    }
}

/// Marks and barriers weigh nothing and answers what they say.
#[test]
fn what_is_heavy_among_what_is_light_ends_a_statement() {
    let records = [Record::Mark, heavy(1, BYTES_MAX), Record::Mark, answer(1), Record::Barrier];
    assert_eq!(statements(records), [2, 3]);
}

#[test]
fn a_batch_counts_what_waits_and_what_is_under_way() {
    let mut batch = Batch::new(Shard::all().map(|shard| (shard, Epoch::new(1))));
    let push = |batch: &mut Batch<()>, name: &str, record| {
        batch.push(Entry { stream: stream(name), activation: Activation::new(1), record, ack: () });
    };
    for name in ["A", "B", "C"] {
        push(&mut batch, name, row(1, Due::Unchanged));
    }
    assert_eq!((batch.len(), batch.is_empty()), (3, false));
    assert!(matches!(batch.next_step(), Some(Step::Write(_))));
    push(&mut batch, "D", Record::Barrier);
    assert_eq!(batch.len(), 4);
    batch.written(&Outcome::Refused("no".into()));
    assert_eq!(batch.len(), 4);
    assert!(matches!(batch.next_step(), Some(Step::Write(_))));
    batch.written(&Outcome::Refused("no".into()));
    assert_eq!((batch.len(), batch.settled().len()), (3, 1));
}
