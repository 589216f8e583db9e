//! The list of departures: written with the row that changes it, never backwards, and no more than the row.

use domain::ids::Version;
use persistence::any::{Address, Any};
use persistence::journal::{Entry, Listing, ListingRow, NotDurable, Outcome, Record, Statement};
use persistence::store::{Failpoints, Reader, Store};
use persistence::writer::{self, Ack, Journal, Options};
use tokio::sync::oneshot;

use crate::bed::{Bed, NODE, OTHER, on_every_store};
use crate::samples::{Owned, listing, row_entry, stream, summary};

on_every_store! {
    whoever_was_answered_finds_the_list_changed,
    an_older_version_never_replaces_a_newer_one,
    what_is_refused_or_fenced_changes_no_list,
    the_whole_list_is_read_in_pages,
}

/// The version that lists show of a sample stream.
async fn shown(reader: &impl Reader, of: usize) -> Option<u64> {
    let summary = reader.departure(&stream(of)).await.unwrap();
    summary.map(|summary| summary.version.number())
}

/// A row after which lists show its departure.
fn listed_entry(of: usize, version: u64) -> Entry<()> {
    let mut entry = row_entry(of, version);
    let Record::Row(row) = &mut entry.record else { unreachable!("a row is a row") };
    row.listing = Some(Listing::Departure(Box::new(summary(of, version))));
    entry
}

async fn send(journal: &Journal, entry: Entry<()>) -> oneshot::Receiver<Result<(), NotDurable>> {
    let (tell, hear) = oneshot::channel();
    let ack: Ack = Box::new(move |fate| tell.send(fate).unwrap());
    journal.send(entry.with_ack(ack)).await.unwrap();
    hear
}

async fn whoever_was_answered_finds_the_list_changed<B: Bed>(bed: B) {
    let (journal, writer) = writer::start(vec![bed.lane(NODE)], &Options::default()).unwrap();
    for version in 1..=5 {
        send(&journal, listed_entry(0, version)).await.await.unwrap().unwrap();
        assert_eq!(shown(bed.reader(), 0).await, Some(version));
    }
    // Many rows of one stream in one statement.
    let mut heard = Vec::new();
    for version in 6..=200 {
        heard.push((version, send(&journal, listed_entry(0, version)).await));
    }
    for (version, hear) in heard {
        hear.await.unwrap().unwrap();
        assert!(shown(bed.reader(), 0).await >= Some(version), "{version}");
    }
    assert_eq!(bed.reader().departure(&stream(0)).await.unwrap(), Some(summary(0, 200)));
    drop(journal);
    writer.join();
}

async fn an_older_version_never_replaces_a_newer_one<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for (version, expected) in [(5, 5), (4, 5), (1, 5), (5, 5), (6, 6)] {
        let statement = Statement { listings: vec![listing(0, version)], ..owned.on(&[0]) };
        assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
        assert_eq!(shown(bed.reader(), 0).await, Some(expected));
    }
}

async fn what_is_refused_or_fenced_changes_no_list<B: Bed>(bed: B) {
    let (mut lane, mut successor) = (bed.lane(NODE), bed.lane(OTHER));
    let owned = Owned::all(&mut lane).await;
    let first = Statement { listings: vec![listing(0, 1)], ..owned.rows(&[(0, 1)]) };
    assert_eq!(lane.commit(&first).await.unwrap(), Outcome::Committed);
    let listings = vec![listing(0, 2), listing(1, 1)];
    let again = Statement { listings: listings.clone(), ..owned.rows(&[(1, 1), (0, 1)]) };
    assert!(matches!(lane.commit(&again).await.unwrap(), Outcome::Refused(_)));
    let strange = ListingRow { body: "\0".into(), ..listing(1, 1) };
    let strange = Statement { listings: vec![strange], ..owned.rows(&[(0, 2)]) };
    assert!(matches!(lane.commit(&strange).await.unwrap(), Outcome::Refused(_)));
    successor.claim(&[stream(1).shard()]).await.unwrap();
    let late = Statement { listings, ..owned.rows(&[(0, 2), (1, 1)]) };
    assert_eq!(lane.commit(&late).await.unwrap(), Outcome::Fenced(vec![stream(1).shard()]));
    assert_eq!((shown(bed.reader(), 0).await, shown(bed.reader(), 1).await), (Some(1), None));
    assert_eq!(bed.reader().row(&stream(0), Version::new(2)).await.unwrap(), None);
}

async fn the_whole_list_is_read_in_pages<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut listings: Vec<ListingRow> = (0..7).map(|of| listing(of, 1)).collect();
    let statement = Statement { listings: listings.clone(), ..owned.on(&[0, 1, 2, 3, 4, 5, 6]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    listings.sort_unstable_by_key(|line| line.stream.clone());
    let mut found: Vec<ListingRow> = Vec::new();
    loop {
        let after = found.last().map(|last| last.stream.clone());
        let page = bed.reader().listings_after(after.as_ref(), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 3);
        found.extend(page.iter().map(|(stream, summary)| ListingRow::of(stream, summary)));
    }
    assert_eq!(found, listings);
}

#[tokio::test]
async fn nothing_that_is_printed_holds_a_password() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    let secret = "correct-horse";
    let address = Address::Postgres(url.replacen('@', &format!(":{secret}@"), 1));
    let store = Any::open(&address).await.unwrap();
    let lane = store.lane_with(NODE, Failpoints::default());
    for printed in [format!("{address:?}"), format!("{store:?}"), format!("{lane:?}")] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
