//! What is particular to PostgreSQL: two lanes at once, positions, broken connections.

use std::time::{Duration, Instant};

use persistence::journal::{Outcome, Position, Shard};
use persistence::postgres::Postgres;
use persistence::store::{Reader, Store};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor, PgConnection};

use crate::bed::{NODE, OTHER};
use crate::samples::{Owned, SCHEMA, listing, stream};
use crate::sqlite::first_migration;

async fn open() -> (String, Postgres) {
    let url = testbed::Postgres::shared().new_database().unwrap();
    let store = Postgres::open(&url).await.unwrap();
    (url, store)
}

async fn connect(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().unwrap();
    options.connect().await.unwrap()
}

async fn seen(store: &Postgres, after: Position) -> Vec<(Position, String)> {
    let rows = store.rows_after(after, 10_000).await.unwrap();
    rows.into_iter().map(|(position, row)| (position, format!("{} {}", row.stream, row.version))).collect()
}

/// Makes a commit wait between its inserts and its end, on the advisory lock that its line of `due` names.
const HOLD_BACK: &str = "
    create function hold_back() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(new.at_ms); return new; end $$;
    create trigger hold_back before insert on due for each row execute function hold_back()";

#[tokio::test]
async fn a_reader_of_everything_never_sees_a_later_commit_appear_behind() {
    let (url, store) = open().await;
    let mut gate = connect(&url).await;
    gate.execute(HOLD_BACK).await.unwrap();
    gate.execute("select pg_advisory_lock(1), pg_advisory_lock(2)").await.unwrap();
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut held_back = Vec::new();
    for of in [0, 1] {
        let mut statement = owned.rows(&[(of, 1), (of, 2)]);
        statement.due = vec![crate::samples::due(of, Some(i64::try_from(of).unwrap() + 1))];
        let mut lane = store.lane(NODE);
        held_back.push(tokio::spawn(async move { lane.commit(&statement).await.unwrap() }));
        wait_until_so_many_wait(&mut gate, held_back.len()).await;
    }
    // It began last and ends first, so it must not be shown before the others are.
    assert_eq!(lane.commit(&owned.rows(&[(2, 1)])).await.unwrap(), Outcome::Committed);
    assert_eq!(seen(&store, Position::default()).await, []);

    gate.execute("select pg_advisory_unlock(1)").await.unwrap();
    assert_eq!(held_back.remove(0).await.unwrap(), Outcome::Committed);
    crate::reads::wait_for_rows(&store, 2).await;
    let mut rows = seen(&store, Position::default()).await;
    let last = rows.last().unwrap().0;
    assert_eq!(seen(&store, last).await, []);
    gate.execute("select pg_advisory_unlock(2)").await.unwrap();
    assert_eq!(held_back.remove(0).await.unwrap(), Outcome::Committed);
    crate::reads::wait_for_rows(&store, 5).await;
    rows.extend(seen(&store, last).await);
    let expected = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1)];
    let expected = expected.map(|(of, version)| format!("{} {version}", stream(of)));
    assert_eq!(rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), expected);
}

async fn wait_until_so_many_wait(gate: &mut PgConnection, count: usize) {
    let started = Instant::now();
    let text = "select count(*) from pg_locks where locktype = 'advisory' and not granted";
    loop {
        let waiting: i64 = sqlx::query_scalar(text).fetch_one(&mut *gate).await.unwrap();
        if usize::try_from(waiting).unwrap() >= count {
            return;
        }
        assert!(started.elapsed().as_secs() < 10, "{waiting} wait");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_reader_beside_two_busy_lanes_misses_nothing() {
    const STATEMENTS: u64 = 150;
    let (_, store) = open().await;
    let mut first = store.lane(NODE);
    let owned = Owned::all(&mut first).await;
    let mut lanes = Vec::new();
    for (of, mut lane) in [(0, first), (1, store.lane(NODE)), (2, store.lane(NODE))] {
        let owned = owned.clone();
        lanes.push(tokio::spawn(async move {
            for number in 0..STATEMENTS {
                let statement = owned.rows(&[(of, 2 * number + 1), (of, 2 * number + 2)]);
                assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
            }
        }));
    }
    let mut rows = Vec::new();
    let started = Instant::now();
    while rows.len() < usize::try_from(3 * 2 * STATEMENTS).unwrap() {
        let after = rows.last().map_or(Position::default(), |(position, _)| *position);
        rows.extend(seen(&store, after).await);
        assert!(started.elapsed().as_secs() < 60, "a row appeared behind the reader: {} seen", rows.len());
        tokio::task::yield_now().await;
    }
    for lane in lanes {
        lane.await.unwrap();
    }
    assert_eq!(rows, seen(&store, Position::default()).await);
}

#[tokio::test]
async fn positions_go_on_when_the_rows_come_from_a_cluster_with_higher_numbers() {
    let (url, store) = open().await;
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    assert_eq!(lane.commit(&owned.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
    let mut connection = connect(&url).await;
    connection.execute("update journal set position = position + (9000000000 << 13)").await.unwrap();
    assert_eq!(seen(&store, Position::default()).await, []);
    let restored = Postgres::open(&url).await.unwrap();
    assert_eq!(lane.commit(&owned.rows(&[(0, 2)])).await.unwrap(), Outcome::Committed);
    crate::reads::wait_for_rows(&restored, 2).await;
    let rows = seen(&restored, Position::default()).await;
    assert!(rows[0].0 < rows[1].0 && rows[1].1.ends_with(" 2"), "{rows:?}");
    // Opening again changes nothing.
    let base = "select base from position_base";
    let before: i64 = sqlx::query_scalar(base).fetch_one(&mut connection).await.unwrap();
    Postgres::open(&url).await.unwrap();
    let after: i64 = sqlx::query_scalar(base).fetch_one(&mut connection).await.unwrap();
    assert!(before > 0 && before == after, "{before} {after}");
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_an_unknown_outcome_and_the_next_one_works() {
    let (url, store) = open().await;
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut admin = connect(&url).await;
    let name = format!("aisle:{:032x}", NODE.bits());
    let ended: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
         where application_name = $1 and datname = current_database()",
    )
    .bind(name)
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(ended, 1);
    let outcome = lane.commit(&owned.rows(&[(0, 1)])).await.unwrap();
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    let owned = Owned(lane.raise(&[stream(0).shard()]).await.unwrap());
    assert_eq!(lane.commit(&owned.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
}

#[tokio::test]
async fn a_commit_waits_for_a_takeover_under_way_and_is_fenced_by_it() {
    let (url, store) = open().await;
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut rival = connect(&url).await;
    rival.execute("begin").await.unwrap();
    sqlx::query("update shard_owner set epoch = epoch + 1 where shard = $1")
        .bind(i32::from(stream(1).shard().number()))
        .execute(&mut rival)
        .await
        .unwrap();
    let statement = owned.rows(&[(0, 1), (1, 1)]);
    let committing = tokio::spawn(async move { lane.commit(&statement).await.unwrap() });
    let mut watcher = connect(&url).await;
    let started = Instant::now();
    loop {
        let text = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        let waiting: i64 = sqlx::query_scalar(text).fetch_one(&mut watcher).await.unwrap();
        if waiting > 0 {
            break;
        }
        assert!(started.elapsed().as_secs() < 10, "the commit does not wait");
    }
    rival.execute("commit").await.unwrap();
    assert_eq!(committing.await.unwrap(), Outcome::Fenced(vec![stream(1).shard()]));
    assert_eq!(store.load(&stream(0), SCHEMA).await.unwrap().rows, []);
}

#[tokio::test]
async fn a_lock_that_is_not_given_back_costs_two_seconds_and_not_the_writer() {
    let (url, store) = open().await;
    let mut lane = store.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut rival = connect(&url).await;
    rival.execute("begin; select 1 from shard_owner for update").await.unwrap();
    let started = Instant::now();
    let outcome = lane.commit(&owned.rows(&[(0, 1)])).await.unwrap();
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    rival.execute("rollback").await.unwrap();
    let owned = Owned(lane.raise(&Shard::all().collect::<Vec<_>>()).await.unwrap());
    assert_eq!(lane.commit(&owned.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
}

#[tokio::test]
async fn two_nodes_that_claim_and_commit_across_many_shards_never_deadlock() {
    let (_, store) = open().await;
    let mut tasks = Vec::new();
    for (node, seed) in [(NODE, 1), (OTHER, 2)] {
        let mut lane = store.lane(node);
        tasks.push(tokio::spawn(async move {
            let mut rng = fastrand::Rng::with_seed(seed);
            let mut shards: Vec<Shard> = Shard::all().collect();
            for _ in 0..60 {
                rng.shuffle(&mut shards);
                let owned = Owned(lane.claim(&shards).await.unwrap());
                let outcome = lane.commit(&owned.on(&[0, 1, 2, 3, 4])).await.unwrap();
                assert!(matches!(outcome, Outcome::Committed | Outcome::Fenced(_)), "{outcome:?}");
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_does_not_keep_its_commits_is_refused() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    let careless = format!("{url}&options=-c%20synchronous_commit%3Doff");
    let opened = Postgres::open(&careless).await;
    assert!(matches!(opened, Err(persistence::store::OpenError::NotDurable(_))), "{opened:?}");
}

#[tokio::test]
async fn a_database_without_a_list_gets_one_and_keeps_its_rows() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    let mut old = connect(&url).await;
    let migrator = first_migration(include_str!("../../migrations/postgres/0001_journal.sql"));
    migrator.run_direct(None, &mut old, false).await.unwrap();
    old.execute(
        "insert into journal (stream, version, position, shard, epoch, at_ms, schema, body)
         values ('flight/B6-1-2026-12-01-JFK', 1, 1, 0, 1, 1001, 1, '[]')",
    )
    .await
    .unwrap();
    for life in 2..=3 {
        let store = Postgres::open(&url).await.unwrap();
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
