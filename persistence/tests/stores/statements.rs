//! Every statement is one that its database understands, and every one is in the list that is tried.

use std::fs;
use std::path::{Path, PathBuf};

use persistence::{bookings, identity, people, postgres, sqlite};
use sqlx::{ConnectOptions, Executor, SqlSafeStr};

/// What both databases are asked with the same text.
const PLAIN: [&[(&str, &str)]; 3] = [bookings::STATEMENTS, identity::STATEMENTS, people::STATEMENTS];

#[tokio::test]
async fn every_statement_is_understood_by_sqlite() {
    let directory = testbed::directory().unwrap();
    let store = sqlite::Sqlite::open(directory.path()).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    for (name, text) in sqlite::STATEMENTS.iter().chain(PLAIN.concat().iter()) {
        if let Err(error) = (&mut connection).prepare(text.into_sql_str()).await {
            panic!("{name}: {error}");
        }
    }
    drop(store);
}

#[tokio::test]
async fn every_statement_is_understood_by_postgres() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    postgres::Postgres::open(&url).await.unwrap();
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    for (name, text) in postgres::STATEMENTS.iter().chain(PLAIN.concat().iter()) {
        if let Err(error) = (&mut connection).prepare(text.into_sql_str()).await {
            panic!("{name}: {error}");
        }
    }
}

/// A page of the list is read from its index, in its order: no table is scanned and nothing is sorted.
#[tokio::test]
async fn a_page_of_the_list_is_read_in_the_order_of_its_index_by_sqlite() {
    let directory = testbed::directory().unwrap();
    let _store = sqlite::Sqlite::open(directory.path()).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    for (name, expected) in [
        ("DEPARTURES", "USING INDEX departure_by_day (service_date=? AND (departs_ms,stream)>(?,?))"),
        ("LISTINGS_AFTER", "(stream>?)"),
        ("ANSWERS_AFTER", "((stream,request)>(?,?))"),
    ] {
        let text = text_of(sqlite::STATEMENTS, name);
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {text}"));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(&mut connection).await.unwrap();
        assert!(plan.len() == 1 && plan[0].3.contains(expected), "{name}: {plan:?}");
    }
}

/// Where a row is in a run, its line is found without reading those before.
#[tokio::test]
async fn rows_are_found_by_their_keys_by_sqlite() {
    let directory = testbed::directory().unwrap();
    let _store = sqlite::Sqlite::open(directory.path()).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    for name in ["ROWS_OF", "ROW", "ANSWERED_BY_ROWS", "ROWS_AFTER"] {
        let explain = format!("explain query plan {}", text_of(sqlite::STATEMENTS, name));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(explain)).fetch_all(&mut connection).await.unwrap();
        let by_key =
            |step: &str| step.starts_with("SEARCH journal USING") || step.starts_with("SCALAR SUBQUERY");
        assert!(plan.iter().all(|step| by_key(&step.3)), "{name}: {plan:?}");
    }
}

/// A customer's page costs what the customer has, and what is looked for is looked up.
#[tokio::test]
async fn the_lists_of_bookings_are_read_by_their_indexes() {
    let directory = testbed::directory().unwrap();
    let _store = sqlite::Sqlite::open(directory.path()).await.unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.path().join("aisle.db"));
    let mut connection = options.connect().await.unwrap();
    for (name, expected) in [
        ("LIST_ALL", "booking_by_time (created_ms>? AND created_ms<?)"),
        ("LIST_OF_CUSTOMER", "booking_by_customer (customer=? AND created_ms>? AND created_ms<?)"),
        ("LIST_OF_MAKER", "booking_by_maker (made_by=? AND created_ms>? AND created_ms<?)"),
        ("FLIGHT_LIST_ALL", "(flight=?)"),
        ("SOUGHT_LIST_ALL", "person_by_surname (surname_index=?)"),
        ("SOUGHT_LIST_ALL", "person_by_email (email_index=?)"),
        ("SOUGHT_LIST_ALL", "booking_by_people (people=?)"),
        ("ON_FLIGHT", "(flight=? AND stream>?)"),
        ("TOLD_PRINCIPAL", "event_by_customer (customer=?"),
        ("TOLD_PRINCIPAL", "event_by_maker (made_by=?"),
        ("TOLD_PRINCIPAL", "event_by_flight (flight=?"),
        ("TOLD_OF_FLIGHT", "event_by_flight (flight=?"),
    ] {
        let explain = format!("explain query plan {}", text_of(bookings::STATEMENTS, name));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(explain)).fetch_all(&mut connection).await.unwrap();
        let steps: Vec<&str> = plan.iter().map(|step| &*step.3).collect();
        assert!(steps.iter().any(|step| step.contains(expected)), "{name}: {steps:?}");
        let scans =
            |step: &&&str| step.starts_with("SCAN") && !step.contains("USING") && !step.contains("told");
        assert_eq!(steps.iter().find(scans), None, "{name}: {steps:?}");
    }
}

#[tokio::test]
async fn a_page_of_the_list_is_read_in_the_order_of_its_index_by_postgres() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    postgres::Postgres::open(&url).await.unwrap();
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    // An empty table is best read whole; the question is whether the index could do it.
    connection.execute("set enable_seqscan = off; set enable_bitmapscan = off").await.unwrap();
    for (name, arguments, index) in [
        ("DEPARTURES", "'2026-12-01', 5, 'a', '', 'LAX', 50", "departure_by_day"),
        ("LISTINGS_AFTER", "'a', 50", "departure_pkey"),
        ("ROWS_OF", "'a', 5, 50", "journal_pkey"),
        ("ANSWERED_BY_ROWS", "'a', 5, 50", "journal_pkey"),
        ("ROWS_AFTER", "5, 50", "journal_position_key"),
        ("ANSWERS_AFTER", "'a', ''::bytea, 50", "request_log_pkey"),
    ] {
        let text = text_of(postgres::STATEMENTS, name);
        let prepare = format!("prepare page as {text}");
        connection.execute(sqlx::AssertSqlSafe(prepare)).await.unwrap();
        let explain = sqlx::AssertSqlSafe(format!("explain execute page({arguments})"));
        let plan: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut connection).await.unwrap();
        let plan = plan.join("\n");
        assert!(
            plan.contains(&format!("Index Scan using {index}")) && !plan.contains("Sort"),
            "{name}: {plan}"
        );
        connection.execute("deallocate page").await.unwrap();
    }
}

/// Where the choice depends on how many rows there are, it is the planner's: those lists are not among these.
#[tokio::test]
async fn the_lists_of_bookings_are_read_by_their_indexes_by_postgres() {
    let url = testbed::Postgres::shared().new_database().unwrap();
    postgres::Postgres::open(&url).await.unwrap();
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    connection.execute("set enable_seqscan = off; set enable_bitmapscan = off").await.unwrap();
    let sought = "'', '', '', 0, 9, 'ABCDEF', 'a'::bytea, 'b'::bytea, '', 20, 0";
    let told = "'ann', 0, 0, 9, 0, 100";
    for (name, arguments, index) in [
        ("LIST_ALL", "'', '', '', 0, 9, 20, 0", "Backward using booking_by_time"),
        ("LIST_OF_CUSTOMER", "'ann', '', '', 0, 9, 20, 0", "Backward using booking_by_customer"),
        ("LIST_OF_MAKER", "'ann', '', '', 0, 9, 20, 0", "Backward using booking_by_maker"),
        ("SOUGHT_LIST_ALL", sought, "using person_by_surname"),
        ("SOUGHT_LIST_ALL", sought, "using person_by_email"),
        ("SOUGHT_LIST_ALL", sought, "using booking_locator_key"),
        ("ON_FLIGHT", "'B6-1', 'a', 20", "using booking_flight_pkey"),
        ("TOLD_PRINCIPAL", told, "using event_by_customer"),
        ("TOLD_PRINCIPAL", told, "using event_by_maker"),
        ("TOLD_OF_FLIGHT", told, "using event_by_flight"),
    ] {
        let prepare = format!("prepare page as {}", text_of(bookings::STATEMENTS, name));
        connection.execute(sqlx::AssertSqlSafe(prepare)).await.unwrap();
        let explain = sqlx::AssertSqlSafe(format!("explain execute page({arguments})"));
        let plan: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut connection).await.unwrap();
        let plan = plan.join("\n");
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{name}: {plan}");
        connection.execute("deallocate page").await.unwrap();
    }
}

fn text_of(statements: &[(&str, &'static str)], name: &str) -> &'static str {
    statements.iter().find(|(known, _)| *known == name).expect("a statement of this name").1
}

/// A statement outside the lists would never be prepared above.
#[test]
fn no_statement_stands_outside_the_lists() {
    let verbs =
        ["select", "insert", "update", "delete", "with", "begin", "pragma", "create", "set", "commit"];
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let list = path.file_name().is_some_and(|name| name == "sql.rs");
        let literals = text.split('"').skip(1).step_by(2);
        let stray = literals.filter(|literal| {
            let mut words = literal.split_whitespace();
            words.next().is_some_and(|first| verbs.contains(&first)) && words.next().is_some()
        });
        assert!(list || stray.clone().count() == 0, "{}: {:?}", path.display(), stray.collect::<Vec<_>>());
    }
}

/// A table that a migration does not make would be missed above; a migration that no driver reads would not.
#[test]
fn every_migration_is_embedded_and_says_why() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for dialect in ["sqlite", "postgres"] {
        let driver = fs::read_to_string(root.join("src").join(dialect).join("mod.rs")).unwrap();
        for entry in fs::read_dir(root.join("migrations").join(dialect)).unwrap() {
            let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(driver.contains(&format!("migrations/{dialect}/{name}")), "{name} is not embedded");
            assert!(text.lines().take(2).all(|line| line.starts_with("-- ")), "{name} does not say why");
        }
    }
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}
