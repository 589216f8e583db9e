//! The checker is not blind: what is damaged is reported, and so is a process that acknowledges too early.

use std::path::Path;

use durability::checker::Checker;
use durability::line::Line;
use fastrand::Rng;
use persistence::journal::Position;
use persistence::sqlite::Sqlite;
use persistence::store::{ReadError, Reader};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor, SqliteConnection};

use crate::life::{Place, Way, check, copy};
use crate::rounds::round;

/// Damages, each with a word of the complaint that must follow.
const DAMAGES: [(&str, &str, &str); 14] = [
    (
        "the last row of a departure is deleted",
        "delete from journal where position = (select max(position) from journal where request is not null)",
        "lost",
    ),
    (
        "a row in the middle is deleted",
        "delete from journal where stream = (select min(stream) from journal) and version = 9",
        "follows row",
    ),
    (
        "a row is changed",
        "update journal set body = replace(body, '\"places\":1', '\"places\":2') where body like '%\"places\":1%'",
        "",
    ),
    (
        "a request is executed twice",
        "update journal set (request, fingerprint) =
            (select request, fingerprint from journal other where other.stream = journal.stream
                and other.request is not null order by other.version limit 1)
        where position = (select max(position) from journal where request is null and version > 9)",
        "was executed before",
    ),
    // A claim that is returned late gives its holds back a deadline that has passed, so not after one of those.
    (
        "a lapse is moved before its deadline",
        "update journal set at_ms = before.at_ms from journal before
        where before.stream = journal.stream and before.version = journal.version - 1
            and before.body not like '%ClaimReturned%' and journal.body like '[{\"HoldLapsed\":%'",
        "before its deadline",
    ),
    // A hold that nothing later speaks of is still there. One that a booking acquired in the row that made it is not
    // taken: the booking's later rows speak of the booking alone.
    (
        "a seat is held twice",
        "insert into journal (stream, version, epoch, at_ms, schema, body)
        select held.stream, last.version + 1, last.epoch, last.at_ms, held.schema,
            replace(replace(held.body, '\"hold\":' || held.version || ',', '\"hold\":' || (last.version + 1) || ','),
                '\"until\":', '\"until\":9')
        from journal held join (select stream, max(version) version, max(epoch) epoch, max(at_ms) at_ms
            from journal group by stream) last using (stream)
        where held.body like '[{\"SeatsHeld\"%\"seats\":[\"%' and held.body not like '%Lapsed%'
            and held.body not like '%HoldsClaimed%' and not exists
            (select 1 from journal later where later.stream = held.stream and later.version > held.version
                and later.body like '%' || held.version || '%')
        order by held.position desc limit 1",
        "goes to",
    ),
    ("a refusal is forgotten", "delete from request_log", "lost"),
    (
        "a refusal is changed",
        "update request_log set body = replace(body, '\"hold\":', '\"hold\":1') where body like '%\"hold\":%'",
        "lost",
    ),
    ("nobody is to be woken", "delete from due", "to be woken"),
    ("a departure is missing in the list", "delete from departure", "lists show None"),
    (
        "the list shows a departure as it was before its last row",
        "update departure set body = replace(body, '\"version\":' || version || ',', '\"version\":' || (version - 1) || ',')",
        "its rows say",
    ),
    (
        "the list shows a departure that is none",
        "insert into departure select 'flight/XX-1-2026-12-01-JFK', version, origin, destination, service_date,
            departs_ms, body from departure limit 1",
        "nobody drives",
    ),
    ("an effect is lost", "delete from outbox", "neither waiting nor carried out"),
    (
        "a snapshot is damaged",
        "update snapshot set body = replace(body, '\"minor\":1', '\"minor\":2')",
        "another state",
    ),
];

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn connect(directory: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(directory.join("aisle.db")).connect().await.unwrap()
}

fn damage(directory: &Path, statement: &'static str) -> u64 {
    block_on(async { connect(directory).await.execute(statement).await.unwrap().rows_affected() })
}

/// Gives each row a line of its own: the damages are done to rows.
fn set_apart(directory: &Path) {
    block_on(async {
        let store = Sqlite::open(directory).await.unwrap();
        let rows = store.rows_after(Position::default(), u32::MAX).await.unwrap();
        let mut connection = connect(directory).await;
        connection.execute("begin; delete from journal").await.unwrap();
        for (position, row) in rows {
            let request = row.request.map(|key| (key.id.bytes().to_vec(), key.fingerprint.bytes().to_vec()));
            let (request, fingerprint) = request.unzip();
            sqlx::query(
                "insert into journal (position, stream, version, epoch, at_ms, schema, request, fingerprint, body)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(position.0)
            .bind(row.stream.to_string())
            .bind(i64::try_from(row.version.number()).unwrap())
            .bind(row.epoch.number())
            .bind(row.at.millis())
            .bind(row.schema)
            .bind(request)
            .bind(fingerprint)
            .bind(row.body.to_string())
            .execute(&mut connection)
            .await
            .unwrap();
        }
        connection.execute("commit").await.unwrap();
    });
}

/// A journal with holds that lapsed in bookings, refusals, and a snapshot; and what was said meanwhile.
fn eventful() -> (Place, Vec<Line>) {
    let (mut place, mut said) = (Place::new(), Vec::new());
    for _ in 0..4 {
        let life = place.live(&Way::of("--commands 500"));
        assert!(life.status.success(), "{}", life.complaints);
        said.extend(life.said);
    }
    assert_eq!(place.wrong(), [""; 0]);
    (place, said)
}

#[test]
fn every_damage_to_a_journal_is_reported() {
    let (place, said) = eventful();
    set_apart(&place.store());
    let mut checker = Checker::new();
    checker.hear(&said);
    assert_eq!(check(&mut checker, &place.store()), [""; 0], "that alone is no damage");
    for (what, statement, complaint) in DAMAGES {
        let damaged = Place::new();
        copy(&place.store(), &damaged.store());
        let rows = damage(&damaged.store(), statement);
        assert!(rows > 0, "{what}: nothing was damaged");
        let mut checker = Checker::new();
        checker.hear(&said);
        let wrong = check(&mut checker, &damaged.store());
        assert!(wrong.iter().any(|wrong| wrong.contains(complaint)), "{what}: {wrong:#?}");
        let first = wrong.iter().find(|wrong| wrong.contains(complaint)).unwrap();
        println!("{what}: {}", first.chars().take(140).collect::<String>());
    }
}

#[test]
fn a_run_that_is_damaged_cannot_be_read() {
    let (place, _) = eventful();
    for statement in [
        "update journal set body = substr(body, 1, length(body) - 9) where run > 1",
        "update journal set body = body || body where run > 1",
        "update journal set run = run + 1 where run > 1",
        "update journal set body = replace(body, char(10), ' ') where run > 1",
    ] {
        let damaged = Place::new();
        copy(&place.store(), &damaged.store());
        assert!(damage(&damaged.store(), statement) > 0, "{statement}: nothing was damaged");
        let read = block_on(async {
            let store = Sqlite::open(&damaged.store()).await.unwrap();
            store.rows_after(Position::default(), u32::MAX).await
        });
        assert!(matches!(read, Err(ReadError::Corrupt(_))), "{statement}");
    }
}

#[test]
fn an_answer_that_changes_between_two_lives_is_reported() {
    let (place, mut said) = eventful();
    let keyed = |line: &&Line| matches!(line, Line::Told(told) if told.request.is_some());
    let mut changed = said.iter().rfind(keyed).cloned().expect("somebody asks with a key");
    if let Line::Told(told) = &mut changed {
        told.version = told.version.next();
    }
    said.push(changed);
    let mut checker = Checker::new();
    checker.hear(&said);
    let wrong = check(&mut checker, &place.store());
    assert!(wrong.iter().any(|wrong| wrong.contains("and then")), "{wrong:#?}");
}

#[test]
fn a_process_that_acknowledges_before_the_commit_is_caught() {
    let (mut place, mut rng) = (Place::new(), Rng::with_seed(11));
    let way = Way::of("--commands 1000000").with("AISLE_ACK_EARLY", "1");
    let caught = (1..=20).find(|_| {
        let (_, wrong) = round(&mut place, &mut rng, &way);
        wrong.iter().any(|wrong| wrong.contains("an acknowledged answer is lost"))
    });
    let caught = caught.expect("the checker never noticed that answers were lost");
    println!("acknowledged early: caught in round {caught}, {} answers lost", place.tally().lost);
}
