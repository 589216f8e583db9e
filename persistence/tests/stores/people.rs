//! Who travels, sealed, and their record locators: on every store alike.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use domain::ids::{BookingId, PeopleRef, RecordLocator};
use domain::time::Timestamp;
use persistence::any::Any;
use persistence::people::{
    Contact, Document, Expected, Keys, KnownPeople, People, PeopleError, Traveller, WhoTravels,
};
use persistence::postgres::Postgres;
use persistence::sqlite::Sqlite;
use persistence::store::PlainError;
use sqlx::{ConnectOptions, Executor, Row};

use crate::bed::{Bed, on_every_store};
use crate::identity::at;

on_every_store! {
    a_booking_finds_its_people_again_and_its_locator,
    the_first_people_of_a_name_stay,
    many_at_a_time_reserve_one_locator,
    many_bookings_at_a_time_get_what_each_asked_for,
    whoever_stops_waiting_keeps_nobody_from_being_prepared,
    a_locator_that_is_taken_is_drawn_again,
    somebody_forgotten_never_comes_back,
    another_master_key_takes_the_place_of_the_last,
    the_store_is_opened_with_its_own_keys_alone,
    what_no_booking_names_is_swept_after_a_day,
}

/// Every one of these must be in no table of the store, in no file and in nothing that is printed.
const MARKERS: [&str; 7] = [
    "Quartermain",
    "Zephyrine",
    "zq7.marker@example.com",
    "+15550147788",
    "XP9931047",
    "1987-03-09",
    "Dr.Marker",
];

/// Nobody waits as long who is not forgotten.
const PATIENCE: Duration = Duration::from_secs(30);

/// Randomness for tests, which is like that of the operating system in that nobody repeats it.
pub fn draw() -> impl FnMut(&mut [u8]) -> bool + Send {
    |bytes| {
        bytes.fill_with(|| fastrand::u8(..));
        true
    }
}

pub fn keys() -> Keys {
    Keys::drawn(&mut draw()).unwrap()
}

pub fn traveller(first: &str, last: &str) -> Traveller {
    Traveller {
        title: Some("Dr.Marker".to_owned()),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        born: "1987-03-09".parse().unwrap(),
        document: Some(Document {
            kind: "PASSPORT".to_owned(),
            number: "XP9931047".to_owned(),
            country: "FR".to_owned(),
            expires: "2031-05-01".parse().unwrap(),
        }),
    }
}

pub fn who(surnames: &[&str]) -> WhoTravels {
    WhoTravels {
        travellers: surnames.iter().map(|surname| traveller("Zephyrine", surname)).collect(),
        contact: Contact { email: "zq7.marker@example.com".to_owned(), phone: "+15550147788".to_owned() },
    }
}

pub fn booking(number: u128) -> BookingId {
    BookingId::new(number)
}

pub fn name(number: u128) -> PeopleRef {
    PeopleRef::new(number)
}

/// Puts down what the `number`-th booking needs, at a second.
pub async fn prepared(people: &People, number: u128, who: &WhoTravels, secs: u64) -> RecordLocator {
    let expected = Expected { booking: booking(number), people: name(number), who, at: at(secs) };
    people.prepare(&expected, &mut draw()).await.unwrap()
}

async fn known(people: &People, number: u128) -> Option<KnownPeople> {
    people.people(name(number)).await.unwrap()
}

fn in_clear(known: &KnownPeople) -> WhoTravels {
    let travellers = known.travellers.iter().map(|kept| kept.known.clone().unwrap()).collect();
    WhoTravels { travellers, contact: known.contact.known.clone().unwrap() }
}

async fn a_booking_finds_its_people_again_and_its_locator<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let mut party = who(&["Quartermain", "Müller"]);
    party.travellers[1].title = None;
    party.travellers[1].document = None;
    let locator = prepared(&people, 1, &party, 0).await;
    assert_eq!(locator.to_string().parse(), Ok(locator));
    assert_eq!(prepared(&people, 1, &party, 5).await, locator, "the same booking has the same locator");
    let found = known(&people, 1).await.unwrap();
    assert_eq!(in_clear(&found), party);
    let subjects: BTreeSet<_> = found.travellers.iter().map(|kept| kept.subject).collect();
    assert_eq!(subjects.len(), 2, "each may be forgotten alone");
    assert_ne!(prepared(&people, 2, &party, 0).await, locator);
    assert!(known(&people, 3).await.is_none());
    for printed in [format!("{found:?} {party:?} {people:?}"), format!("{:?}", people.sought("Quartermain"))]
    {
        assert!(MARKERS.iter().all(|marker| !printed.contains(marker)), "{printed}");
    }
    assert_eq!(people.surname("mueller"), people.surname("MUELLER"));
    assert_eq!(people.surname("O'Neil"), people.surname("o neil"));
    assert_ne!(people.surname("Muller"), people.surname("Miller"));
}

async fn the_first_people_of_a_name_stay<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let first = who(&["Quartermain"]);
    prepared(&people, 1, &first, 0).await;
    prepared(&people, 1, &who(&["Someone", "Else"]), 1).await;
    assert_eq!(in_clear(&known(&people, 1).await.unwrap()), first);
    // The same request with another body has another name for its people, and the same booking.
    let party = who(&["Someone"]);
    let other = Expected { booking: booking(1), people: name(2), who: &party, at: at(2) };
    people.prepare(&other, &mut draw()).await.unwrap();
    assert_eq!(in_clear(&known(&people, 1).await.unwrap()), first);
    assert_eq!(in_clear(&known(&people, 2).await.unwrap()), party);
}

async fn many_at_a_time_reserve_one_locator<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let people = people.clone();
            tokio::spawn(async move {
                let party = who(&["Quartermain"]);
                let expected =
                    Expected { booking: booking(1), people: name(number % 2), who: &party, at: at(0) };
                people.prepare(&expected, &mut draw()).await.unwrap()
            })
        })
        .collect();
    let mut locators = BTreeSet::new();
    for task in tasks {
        locators.insert(task.await.unwrap());
    }
    assert_eq!(locators.len(), 1, "{locators:?}");
    for number in 0..2 {
        assert_eq!(known(&people, number).await.unwrap().travellers.len(), 1);
    }
}

async fn many_bookings_at_a_time_get_what_each_asked_for<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    // Two thirds of them draw locators that others draw as well.
    let prepare = |number: u32| {
        let people = people.clone();
        tokio::spawn(async move {
            let mut others = draw();
            let mut drawing = |bytes: &mut [u8]| {
                others(bytes);
                if bytes.len() == 64 && !number.is_multiple_of(3) {
                    bytes[..4].copy_from_slice(&(number / 10).to_be_bytes());
                }
                true
            };
            let party = who(&[&format!("Traveller {number}")]);
            let number = u128::from(number);
            let expected =
                Expected { booking: booking(number), people: name(number), who: &party, at: at(0) };
            people.prepare(&expected, &mut drawing).await.unwrap()
        })
    };
    let tasks: Vec<_> = (0..150).map(|number| (number, prepare(number))).collect();
    let mut locators = BTreeMap::new();
    for (number, task) in tasks {
        locators.insert(task.await.unwrap(), number);
    }
    assert_eq!(locators.len(), 150, "no locator is given twice");
    for (locator, number) in locators {
        let number = u128::from(number);
        let party = who(&[&format!("Traveller {number}")]);
        assert_eq!(in_clear(&known(&people, number).await.unwrap()), party);
        assert_eq!(prepared(&people, number, &party, 1).await, locator);
    }
}

async fn whoever_stops_waiting_keeps_nobody_from_being_prepared<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let tasks: Vec<_> = (0..60_u128)
        .map(|number| {
            let people = people.clone();
            tokio::spawn(async move {
                let party = who(&["Quartermain"]);
                let preparing = prepared(&people, number, &party, 0);
                // Some of them have others' bookings with them then.
                let patience =
                    if number % 3 == 0 { Duration::from_micros(50 * number as u64) } else { PATIENCE };
                tokio::time::timeout(patience, preparing).await.is_ok()
            })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        let is_told = task.await.unwrap();
        assert!(is_told || number % 3 == 0, "{number} has waited in vain");
        assert!(!is_told || known(&people, number as u128).await.is_some());
    }
}

async fn a_locator_that_is_taken_is_drawn_again<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let party = who(&[]);
    // Names and keys are drawn as well, and are shorter than locators to choose from.
    let drawing = |bits: [u32; 3]| {
        let mut others = draw();
        move |bytes: &mut [u8]| {
            if bytes.len() != 64 {
                return others(bytes);
            }
            let last = bits[2];
            for (place, number) in bytes.chunks_mut(4).zip(bits.into_iter().chain(std::iter::repeat(last))) {
                place.copy_from_slice(&number.to_be_bytes());
            }
            true
        }
    };
    let expected =
        |number| Expected { booking: booking(number), people: name(number), who: &party, at: at(0) };
    let first = people.prepare(&expected(1), &mut drawing([7, 7, 7])).await.unwrap();
    let second = people.prepare(&expected(2), &mut drawing([7, 7, 8])).await.unwrap();
    assert_eq!((first, second), (RecordLocator::of(7), RecordLocator::of(8)));
    let none = people.prepare(&expected(3), &mut drawing([7, 7, 7])).await;
    assert!(matches!(none, Err(PeopleError::Chance)), "{none:?}");
    assert!(known(&people, 3).await.is_none(), "nobody is kept without a locator");
    let none = people.prepare(&expected(3), &mut |_: &mut [u8]| false).await;
    assert!(matches!(none, Err(PeopleError::Chance)), "{none:?}");
}

async fn somebody_forgotten_never_comes_back<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    prepared(&people, 1, &who(&["Quartermain", "Stays"]), 0).await;
    let before = known(&people, 1).await.unwrap();
    assert!(people.erase(before.travellers[0].subject).await.unwrap());
    assert!(!people.erase(before.travellers[0].subject).await.unwrap());
    let after = known(&people, 1).await.unwrap();
    assert_eq!(after.travellers[0].known, None);
    assert_eq!(after.travellers[0].subject, before.travellers[0].subject);
    assert_eq!((&after.travellers[1], &after.contact), (&before.travellers[1], &before.contact));
    assert!(people.erase(before.contact.subject).await.unwrap());
    assert_eq!(known(&people, 1).await.unwrap().contact.known, None);
    // Asked again, the request does not bring them back.
    prepared(&people, 1, &who(&["Quartermain", "Stays"]), 1).await;
    assert_eq!(known(&people, 1).await.unwrap().travellers[0].known, None);
}

async fn another_master_key_takes_the_place_of_the_last<B: Bed<Reader = Any>>(bed: B) {
    let (first, party) = (keys(), who(&["Quartermain"]));
    let old = bed.reader().travellers(first.clone()).await.unwrap();
    for number in 0..60 {
        prepared(&old, number, &party, 0).await;
    }
    assert_eq!(old.rewrap(&mut draw()).await.unwrap(), 0, "everything is wrapped by the current key");
    let rotated = first.rotated(&mut draw()).unwrap();
    let people = bed.reader().travellers(rotated).await.unwrap();
    assert_eq!(in_clear(&known(&people, 7).await.unwrap()), party, "older ones still open");
    let mut wrapped = 0;
    loop {
        match people.rewrap(&mut draw()).await.unwrap() {
            0 => break,
            more => wrapped += more,
        }
    }
    assert_eq!(wrapped, 120, "of each booking a traveller and a contact");
    for number in 0..60 {
        assert_eq!(in_clear(&known(&people, number).await.unwrap()), party);
        let with_the_old_one = old.people(name(number)).await;
        assert!(matches!(with_the_old_one, Err(PeopleError::Store(PlainError::Corrupt(_)))));
    }
    assert_eq!(people.surname("Quartermain"), old.surname("Quartermain"), "what is found stays found");
}

async fn the_store_is_opened_with_its_own_keys_alone<B: Bed<Reader = Any>>(bed: B) {
    let ours = keys();
    prepared(&bed.reader().travellers(ours.clone()).await.unwrap(), 1, &who(&["A"]), 0).await;
    for _ in 0..2 {
        let other = bed.reader().travellers(keys()).await;
        assert!(matches!(other, Err(PeopleError::OtherKey(0))), "{other:?}");
    }
    assert!(known(&bed.reader().travellers(ours).await.unwrap(), 1).await.is_some());
}

async fn what_no_booking_names_is_swept_after_a_day<B: Bed<Reader = Any>>(bed: B) {
    let people = bed.reader().travellers(keys()).await.unwrap();
    let day = 24 * 3_600;
    let first = prepared(&people, 1, &who(&["A"]), 0).await;
    prepared(&people, 2, &who(&["B"]), 0).await;
    prepared(&people, 3, &who(&["C"]), 50).await;
    // Asked for again, it is expected for another day.
    prepared(&people, 2, &who(&["B"]), 60).await;
    let now = |secs: u64| -> Timestamp { at(0) + Duration::from_secs(secs) };
    assert_eq!(people.sweep(now(day), 10).await.unwrap(), 0);
    assert_eq!(people.sweep(now(day + 10), 10).await.unwrap(), 1);
    assert!(known(&people, 1).await.is_none());
    assert!(known(&people, 2).await.is_some() && known(&people, 3).await.is_some());
    assert_ne!(prepared(&people, 1, &who(&["A"]), day).await, first, "its locator was given back");
    assert_eq!(people.sweep(now(day + 100), 1).await.unwrap(), 1, "no more than asked for");
    assert_eq!(people.sweep(now(day + 100), 9).await.unwrap(), 1);
    assert!(known(&people, 1).await.is_some() && known(&people, 2).await.is_none());
}

/// All that the tables hold, as one would read it in a dump.
async fn dump_of_sqlite(path: &Path) -> Vec<u8> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path.join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    connection.execute("pragma wal_checkpoint(truncate)").await.unwrap();
    std::fs::read(path.join("aisle.db")).unwrap()
}

async fn dump_of_postgres(url: &str) -> Vec<u8> {
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
    let mut dump = Vec::new();
    for table in connection.fetch_all(tables).await.unwrap() {
        let rows = sqlx::AssertSqlSafe(format!("select t::text from {} t", table.get::<String, _>(0)));
        for row in connection.fetch_all(rows).await.unwrap() {
            let text: String = row.get(0);
            // Bytes are written as hexadecimal digits.
            dump.extend_from_slice(text.as_bytes());
            dump.push(b'\n');
        }
    }
    dump
}

/// The markers that a dump holds, as they are or as the hexadecimal digits of a dump.
fn found_in(dump: &[u8]) -> Vec<&'static str> {
    let holds = |text: &[u8]| dump.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text));
    let digits = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    MARKERS.into_iter().filter(|mark| holds(mark.as_bytes()) || holds(digits(mark).as_bytes())).collect()
}

#[tokio::test]
async fn the_files_of_sqlite_hold_no_marker_in_clear_and_no_key_of_who_is_forgotten() {
    let directory = testbed::directory().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    let people = store.travellers(keys()).await.unwrap();
    prepared(&people, 1, &who(&["Quartermain"]), 0).await;
    let dump = dump_of_sqlite(directory.path()).await;
    assert_eq!(found_in(&dump), Vec::<&str>::new());
    let subject = known(&people, 1).await.unwrap().travellers[0].subject;
    assert!(dump.windows(32).any(|part| part == subject.to_string().as_bytes()), "the dump is one of ours");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    let wrapped: Vec<u8> = sqlx::query_scalar("select wrapped from subject where subject = $1")
        .bind(subject.to_string())
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(dump.windows(wrapped.len()).any(|part| part == wrapped));
    people.erase(subject).await.unwrap();
    let dump = dump_of_sqlite(directory.path()).await;
    assert!(!dump.windows(wrapped.len()).any(|part| part == wrapped), "their key is overwritten");
}

#[tokio::test]
async fn the_tables_of_postgres_hold_no_marker_in_clear() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    let people = Postgres::open(&url).await.unwrap().travellers(keys()).await.unwrap();
    prepared(&people, 1, &who(&["Quartermain"]), 0).await;
    let dump = dump_of_postgres(&url).await;
    assert!(String::from_utf8_lossy(&dump).contains(&name(1).to_string()), "the dump is one of ours");
    assert_eq!(found_in(&dump), Vec::<&str>::new());
}

#[tokio::test]
async fn a_sealed_field_that_is_moved_does_not_open() {
    let directory = testbed::directory().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    let people = store.travellers(keys()).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    let moves = [
        // To another field of the same person.
        "update person set first_name = last_name where number = 1 and people like '%1'",
        // To the same field of somebody else of the booking.
        "update person set last_name = (select last_name from person o where o.people = person.people and o.number = 2)
         where number = 1 and people like '%1'",
        // To another booking, whole, with its subject.
        "update person set (subject, title, first_name, last_name, born, document) =
            (select subject, title, first_name, last_name, born, document from person o
             where o.people like '%2' and o.number = 1)
         where number = 1 and people like '%1'",
        // The key of one for another.
        "update subject set wrapped = (select wrapped from subject o where o.subject <> subject.subject limit 1)",
        // A key that says that another master key wraps it.
        "update subject set master = 2",
    ];
    for change in moves {
        for number in [1, 2] {
            prepared(&people, number, &who(&["Quartermain", "Other"]), 0).await;
        }
        assert!(known(&people, 1).await.is_some());
        connection.execute(change).await.unwrap();
        let moved = people.people(name(1)).await;
        assert!(matches!(moved, Err(PeopleError::Store(PlainError::Corrupt(_)))), "{change}: {moved:?}");
        connection.execute("delete from person; delete from subject").await.unwrap();
    }
}
