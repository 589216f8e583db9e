//! A process that is killed between the reservation of a locator and the booking's first row.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::time::Duration;

use domain::ids::{BookingId, RecordLocator};
use persistence::journal::{Outcome, Statement};
use persistence::people::{Expected, Keys, People};
use persistence::sqlite::Sqlite;
use persistence::store::Store as _;

use crate::bed::NODE;
use crate::booked::booking_row;
use crate::identity::at;
use crate::people::{booking, draw, name, who};
use crate::samples::Owned;

/// Where the child that a test starts from its own binary has its store, and how it ends: see [`child`].
const CHILD: &str = "AISLE_PREPARING_PROCESS";

/// Always the same keys, as a file would give them to each process.
fn keys() -> Keys {
    let mut constant = |bytes: &mut [u8]| {
        bytes.fill(7);
        true
    };
    Keys::drawn(&mut constant).unwrap()
}

async fn people(directory: &Path) -> (Sqlite, People) {
    let store = Sqlite::open(directory).await.unwrap();
    let people = store.travellers(keys()).await.unwrap();
    (store, people)
}

async fn prepare(people: &People, number: u128, draw: persistence::people::Draw<'_>) -> RecordLocator {
    let party = who(&["Quartermain"]);
    let expected = Expected { booking: booking(number), people: name(number), who: &party, at: at(0) };
    people.prepare(&expected, draw).await.unwrap()
}

/// How a child ends by itself: amid preparing a booking, when that has waited for the database so many times.
#[derive(Clone, Copy)]
struct Amid {
    booking: u128,
    waits: u32,
}

/// Prepares one booking after the other, says each, and ends as a crash would: amid one of them, which is in the middle of
/// its transaction, or when the parent kills it.
async fn child(directory: &Path, ends: Option<Amid>) {
    let (_store, people) = people(directory).await;
    for number in 0.. {
        let mut draw = draw();
        let mut preparing = pin!(prepare(&people, number, &mut draw));
        let mut polls = 0;
        let locator = poll_fn(|context| {
            if ends.is_some_and(|ends| number >= ends.booking && polls == ends.waits) {
                std::process::abort();
            }
            polls += 1;
            preparing.as_mut().poll(context)
        });
        println!("\nprepared {number} {}", locator.await);
    }
}

/// Lets a child work in `directory`, kills it after so many lines, and returns what it said.
fn killed(directory: &Path, ends: Option<Amid>, lines: usize) -> BTreeMap<u128, RecordLocator> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = "people_killed::what_was_prepared_before_a_crash_is_there_after_it";
    let asked = ends.map_or("- -".to_owned(), |ends| format!("{} {}", ends.booking, ends.waits));
    command.args([test, "--exact", "--nocapture"]).env(CHILD, format!("{asked} {}", directory.display()));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut said = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        let Some(rest) = line.strip_prefix("prepared ") else { continue };
        let (number, locator) = rest.split_once(' ').unwrap();
        said.insert(number.parse().unwrap(), locator.parse().unwrap());
        if said.len() == lines {
            child.kill().unwrap();
        }
    }
    assert!(!child.wait().unwrap().success(), "it was to be killed");
    said
}

#[tokio::test]
async fn what_was_prepared_before_a_crash_is_there_after_it() {
    if let Ok(asked) = std::env::var(CHILD) {
        let mut asked = asked.splitn(3, ' ');
        let booking = asked.next().unwrap().parse();
        let waits = asked.next().unwrap().parse();
        let ends = booking.ok().zip(waits.ok()).map(|(booking, waits)| Amid { booking, waits });
        return child(Path::new(asked.next().unwrap()), ends).await;
    }
    let amid = (1..=5).map(|waits| (Some(Amid { booking: u128::from(waits - 1), waits }), usize::MAX));
    for (ends, lines) in [(None, 1), (None, 7), (None, 23)].into_iter().chain(amid) {
        let directory = testbed::directory().unwrap();
        let said = killed(directory.path(), ends, lines);
        let (_store, people) = people(directory.path()).await;
        let mut again = BTreeMap::new();
        for number in 0..said.len() as u128 + 1 {
            let known = people.people(name(number)).await.unwrap();
            // The last one may have been kept and not said.
            assert!(known.is_some() || !said.contains_key(&number), "{number} is not kept");
            again.insert(prepare(&people, number, &mut draw()).await, number);
        }
        assert_eq!(again.len(), said.len() + 1, "no locator is given twice");
        for (number, locator) in &said {
            assert_eq!(again[locator], *number, "a repeated request gets the same locator");
        }
        if let Some(ends) = ends {
            assert!(said.len() as u128 >= ends.booking, "it ended in the middle of that one");
        }
    }
}

#[tokio::test]
async fn what_a_crash_left_without_a_row_is_swept_and_the_rest_stays() {
    let directory = testbed::directory().unwrap();
    let said = killed(directory.path(), Some(Amid { booking: 3, waits: 3 }), usize::MAX);
    let amid = said.len() as u128;
    assert!(amid >= 3, "a booking that waits less often is not the one in the middle");
    let (store, people) = people(directory.path()).await;
    // Its transaction had ended or had not.
    let left = u64::from(people.people(name(amid)).await.unwrap().is_some());
    // One of them came to be before the crash.
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut row = booking_row(1, 1);
    row.view.locator = said[&1];
    let statement = Statement { bookings: vec![row], ..owned.on(&[0]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let later = at(0) + Duration::from_secs(25 * 3_600);
    let swept = people.sweep(later, 100).await.unwrap();
    assert_eq!(swept, said.len() as u64 + left, "the one in the middle left everything or nothing");
    for number in 0..=amid {
        assert_eq!(people.people(name(number)).await.unwrap().is_some(), number == 1, "{number}");
    }
    let kept = store.bookings().by_locator(said[&1]).await.unwrap().unwrap();
    assert_eq!(kept.booking, BookingId::new(1));
}
