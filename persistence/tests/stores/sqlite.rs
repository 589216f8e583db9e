//! What is particular to the embedded store: its files, its lock, and how it fails.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use persistence::journal::Outcome;
use persistence::sqlite::Sqlite;
use persistence::store::{OpenError, Reader, Store, Upkeep};
use persistence::writer::{self, Ack, OnFatal, Options};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{ConnectOptions, Executor, SqlSafeStr};

use crate::bed::NODE;
use crate::samples::{Owned, SCHEMA, answer, effect, listing, row_entry, snapshot, stream};

/// Set in the child that a test starts from its own binary.
const CHILD: &str = "AISLE_SECOND_PROCESS";

async fn fill(store: &Sqlite, rows: u64) {
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for version in 1..=rows {
        assert_eq!(lane.commit(&owned.rows(&[(0, version)])).await.unwrap(), Outcome::Committed);
    }
}

/// Opens the store of a life that has just ended: its directory is free when a move of the log that was under way has ended.
async fn open_again(path: &Path) -> Sqlite {
    let begun = Instant::now();
    loop {
        match Sqlite::open(path).await {
            Err(OpenError::InUse(_)) if begun.elapsed() < Duration::from_secs(20) => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            opened => return opened.unwrap(),
        }
    }
}

#[tokio::test]
async fn what_is_stored_is_there_after_reopening() {
    let directory = testbed::directory().unwrap();
    let below = directory.path().join("new").join("deep");
    for life in 1..=3_u64 {
        let store = open_again(&below).await;
        let mut lane = store.lane(NODE);
        let owned = Owned::all(&mut lane).await;
        assert_eq!(owned.epoch(0).number(), i64::try_from(life).unwrap());
        let mut statement = owned.rows(&[(0, life)]);
        statement.answers = vec![answer(0, u8::try_from(life).unwrap(), 1, 9)];
        statement.outbox = vec![effect(0, life, 0)];
        assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
        store.put_snapshot(&snapshot(1, life)).await.unwrap();
        let loaded = store.load(&stream(0), SCHEMA).await.unwrap();
        assert_eq!((loaded.rows.len() as u64, loaded.answers.len() as u64), (life, life));
        assert_eq!(store.outbox_waiting(None, 9).await.unwrap().len() as u64, life);
        let loaded = store.load(&stream(1), SCHEMA).await.unwrap();
        assert_eq!(loaded.snapshot, Some(snapshot(1, life)));
    }
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_has_gone() {
    if let Some(directory) = std::env::var_os(CHILD) {
        let opened = Sqlite::open(Path::new(&directory)).await;
        println!("child: {}", opened.map_or_else(|error| error.to_string(), |_| "opened".to_owned()));
        return;
    }
    let directory = testbed::directory().unwrap();
    let path = directory.path().to_owned();
    let child = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "sqlite::a_second_process_is_refused_until_the_first_has_gone",
            "--exact",
            "--nocapture",
        ]);
        let output = command.env(CHILD, &path).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        said.lines().find_map(|line| line.split_once("child: ")).map(|(_, rest)| rest.to_owned())
    };
    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(child(), Some(format!("another process is using {}", path.display())));
    assert!(matches!(Sqlite::open(&path).await, Err(OpenError::InUse(_))));
    drop(store);
    assert_eq!(child().as_deref(), Some("opened"));
}

#[tokio::test]
async fn a_damaged_file_is_refused_at_the_start() {
    for garbage_at in [0, 3 * 4_096 + 8] {
        let directory = testbed::directory().unwrap();
        let store = Sqlite::open(directory.path()).await.unwrap();
        fill(&store, 50).await;
        drop(store);
        let path = directory.path().join("aisle.db");
        checkpointed(&path).await;
        fs::File::options().write(true).open(&path).unwrap().write_all_at(&[0xA5; 600], garbage_at).unwrap();
        let opened = Sqlite::open(directory.path()).await;
        assert!(matches!(opened, Err(OpenError::Damaged { .. })), "{garbage_at}: {opened:?}");
    }
}

/// Moves everything into the one file, as closing does in its own time.
async fn checkpointed(path: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    connection.execute("pragma wal_checkpoint(truncate)").await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

#[tokio::test]
async fn a_write_that_fails_for_no_known_reason_is_fatal_and_nobody_is_told() {
    let directory = testbed::directory().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    let said = Arc::new(std::sync::Mutex::new(String::new()));
    let on_fatal = OnFatal::new({
        let said = said.clone();
        move |fatal| *said.lock().unwrap() = format!("{fatal}")
    });
    let (journal, writer) =
        writer::start(vec![store.lane(NODE)], &Options { on_fatal, ..Options::default() }).unwrap();
    break_journal(&directory.path().join("aisle.db")).await;
    let acknowledged = Arc::new(AtomicBool::new(false));
    let ack: Ack = Box::new({
        let acknowledged = acknowledged.clone();
        move |_| acknowledged.store(true, Ordering::SeqCst)
    });
    journal.send(row_entry(0, 1).with_ack(ack)).await.unwrap();
    writer.join();
    assert!(!acknowledged.load(Ordering::SeqCst));
    assert_eq!(*said.lock().unwrap(), "the store can no longer be trusted: cannot commit");
}

/// Takes the table away from under the writer.
async fn break_journal(path: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    connection.execute("drop table journal").await.unwrap();
}

#[tokio::test]
async fn somebody_elses_lock_is_waited_for_and_never_fatal() {
    let directory = testbed::directory().unwrap();
    let store = Sqlite::open(directory.path()).await.unwrap();
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut shell = options.connect().await.unwrap();
    shell.execute("begin immediate").await.unwrap();
    let outcome = lane.commit(&owned.rows(&[(0, 1)])).await.unwrap();
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    shell.execute("rollback").await.unwrap();
    assert_eq!(lane.commit(&owned.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
}

/// The first migration alone: what a database was before it had a list of departures.
pub fn first_migration(text: &'static str) -> Migrator {
    let text = text.into_sql_str();
    Migrator::with_migrations(vec![Migration::new(1, "journal".into(), MigrationType::Simple, text, false)])
}

#[tokio::test]
async fn a_database_without_a_list_gets_one_and_keeps_its_rows() {
    let directory = testbed::directory().unwrap();
    let file = directory.path().join("aisle.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut old = options.connect().await.unwrap();
    let migrator = first_migration(include_str!("../../migrations/sqlite/0001_journal.sql"));
    migrator.run_direct(None, &mut old, false).await.unwrap();
    old.execute(
        "insert into journal (stream, version, epoch, at_ms, schema, body)
         values ('flight/B6-1-2026-12-01-JFK', 1, 1, 1001, 1, '[]')",
    )
    .await
    .unwrap();
    sqlx::Connection::close(old).await.unwrap();
    for life in 2..=3 {
        let store = open_again(directory.path()).await;
        let mut lane = store.lane(NODE);
        let mut statement = Owned::all(&mut lane).await.rows(&[(0, life)]);
        statement.listings = vec![listing(0, life)];
        assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
        let rows = store.load(&stream(0), SCHEMA).await.unwrap().rows;
        assert_eq!((rows.len() as u64, &*rows[0].body), (life, "[]"));
        let listed = store.departure(&stream(0)).await.unwrap().unwrap();
        assert_eq!(listed.version.number(), life);
    }
}

/// The log is moved into the file while commits go on, and begins anew when it has grown long; nothing is lost on the way.
#[tokio::test]
async fn the_log_is_moved_beside_the_commits_and_does_not_grow_for_ever() {
    const ROWS: u64 = 60_000;
    const MIB: u64 = 1024 * 1024;
    let directory = testbed::directory().unwrap();
    let size = |name: &str| fs::metadata(directory.path().join(name)).map_or(0, |file| file.len());
    let store = Sqlite::open(directory.path()).await.unwrap();
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut longest = 0;
    for first in (1..=ROWS).step_by(20) {
        let rows: Vec<_> = (first..first + 20).map(|version| (0, version)).collect();
        assert_eq!(lane.commit(&owned.rows(&rows)).await.unwrap(), Outcome::Committed);
        longest = longest.max(size("aisle.db-wal"));
    }
    assert!(size("aisle.db") > 4 * MIB, "it is moved while the store is open: {}", size("aisle.db"));
    assert!((32 * MIB..48 * MIB).contains(&longest), "it grows long and begins anew: {longest}");
    drop((lane, store));
    let store = open_again(directory.path()).await;
    let loaded = store.load(&stream(0), SCHEMA).await.unwrap();
    assert_eq!(loaded.rows.len() as u64, ROWS);
}

/// The log and the file, as they were at one moment: of a log that is cut off while it is read there is a beginning, which no
/// crash leaves.
fn as_a_crash_finds_them(path: &Path) -> [Vec<u8>; 2] {
    let read = |name| fs::read(path.join(name)).unwrap();
    loop {
        let (before, file) = (read("aisle.db-wal"), read("aisle.db"));
        if read("aisle.db-wal") == before {
            return [before, file];
        }
    }
}

/// Lives that end before they have moved the log leave it to the next one.
#[tokio::test]
async fn a_log_that_many_short_lives_left_does_not_grow_for_ever() {
    const MIB: u64 = 1024 * 1024;
    let directory = testbed::directory().unwrap();
    let (mut path, mut version) = (directory.path().join("life"), 0);
    for life in 0..12_u64 {
        let store = Sqlite::open(&path).await.unwrap();
        let left = fs::metadata(path.join("aisle.db-wal")).map_or(0, |file| file.len());
        assert!(left < 40 * MIB, "life {life} begins with {left}");
        let mut lane = store.lane(NODE);
        let owned = Owned::all(&mut lane).await;
        for _ in 0..20 {
            let rows: Vec<_> = (version + 1..=version + 400).map(|version| (0, version)).collect();
            version += 400;
            assert_eq!(lane.commit(&owned.rows(&rows)).await.unwrap(), Outcome::Committed);
        }
        // As a crash would: what is there now is what the next life finds. It finds it in a directory of its own, because
        // this life goes on for a while: it closes its files, and takes its log away.
        let [log, file] = as_a_crash_finds_them(&path);
        path = directory.path().join(format!("life-{life}"));
        fs::create_dir(&path).unwrap();
        fs::write(path.join("aisle.db-wal"), log).unwrap();
        fs::write(path.join("aisle.db"), file).unwrap();
    }
    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(store.load(&stream(0), SCHEMA).await.unwrap().rows.len() as u64, version);
}
