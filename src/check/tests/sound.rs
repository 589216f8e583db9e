//! What is sound passes, in every store, and is counted.

use persistence::any::{Address, Any};
use persistence::journal::NodeId;
use persistence::store::{Failpoints, Upkeep as _};

use super::stage::{Desk, Journal, hold, long, open, release, stream};
use crate::check::report::HoldCounts;
use crate::check::{PAGE, run};

#[test]
fn a_sound_history_passes_and_is_counted() {
    let report = Journal::sound().checked();
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.streams, report.rows, report.answers), (2, 20, 2));
    assert_eq!((report.due, report.listings, report.snapshots), (1, 2, 1));
    assert_eq!(report.effects_waiting, 2);
    let holds = HoldCounts { made: 7, sold: 1, released: 1, lapsed: 2, ended: 1, live: 2 };
    assert_eq!(report.holds, holds);
    let late = report.lateness.report();
    assert_eq!((late.lapses, late.p50_ms, late.max_ms), (2, 60_000, 120_000));
}

#[test]
fn an_empty_store_is_sound() {
    assert!(Journal::default().checked().is_sound());
}

#[test]
fn the_report_is_the_same_for_the_embedded_store() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let told = runtime.block_on(async {
        let store = Any::open(&Address::Directory(directory.path().to_owned())).await.unwrap();
        let journal = Journal::sound();
        journal.commit(&mut store.lane_with(NodeId::new(1), Failpoints::default())).await;
        for snapshot in &journal.snapshots {
            store.put_snapshot(snapshot).await.unwrap();
        }
        run(&store).await.unwrap().to_string()
    });
    assert_eq!(told, Journal::sound().checked().to_string());
}

#[test]
fn a_history_of_many_pages_is_read_to_its_end() {
    let mut journal = Journal::sound();
    let rounds = u64::from(PAGE);
    let mut desk = Desk::of(stream(900), &mut journal);
    desk.ask(0, None, open(900, &[])).snapshot();
    for round in 0..rounds {
        desk.ask(0, None, hold("ann", "10A", 9)).ask(0, None, release("ann", 2 * round + 2));
    }
    let report = journal.checked();
    assert!(report.is_sound(), "{report}");
    assert_eq!((report.rows, report.snapshots), (20 + 1 + 2 * rounds, 2));
    assert_eq!(report.holds.released, 1 + rounds);
}

#[test]
fn what_stands_beside_the_journal_is_read_to_its_end() {
    let mut journal = Journal::sound();
    let extra = u16::try_from(PAGE).unwrap() + 7;
    for number in 1_000..1_000 + extra {
        Desk::of(stream(number), &mut journal).ask(1, Some(1), hold("ann", "10A", 9));
    }
    for ordinal in 0..extra {
        let mut effect = journal.of(14).outbox[0].clone();
        effect.ordinal += ordinal + 1;
        journal.of(14).outbox.push(effect);
    }
    let report = journal.checked();
    assert_eq!((report.answers, report.effects_waiting), (2 + u64::from(extra), 2 + u64::from(extra)));
    assert_eq!(report.violations().0, u64::from(extra), "{report}");
}

#[test]
fn violations_are_all_counted_and_the_first_are_written_out() {
    let mut journal = Journal::sound();
    for number in 1_000..1_020 {
        let orphan = stream(number);
        let statement = journal.on(&orphan);
        let mut effect = journal.of(14).outbox[0].clone();
        effect.stream = orphan;
        let outbox = (0..20).map(|ordinal| {
            let mut effect = effect.clone();
            effect.ordinal = ordinal;
            effect
        });
        let outbox = outbox.collect();
        journal.statements.push(persistence::journal::Statement { outbox, ..statement });
    }
    let report = journal.checked();
    let (total, sentences) = report.violations();
    assert_eq!((total, sentences.len()), (400, 100));
    let of = |number: u16| sentences.iter().filter(|told| told.contains(stream(number).as_str())).count();
    assert_eq!((of(1_000), of(1_009), of(1_010)), (10, 10, 0));
    assert!(report.to_string().ends_with("and 300 more"), "{report}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["violations"]["total"], 400);
    assert_eq!(json["holds"]["made"], 7);
    assert_eq!(json["lateness"]["maxMs"], 120_000);
    assert!(json["violations"]["sentences"][0].as_str().unwrap().contains(stream(1_000).as_str()));
    assert!(!json.to_string().contains(long().as_str()));
}
