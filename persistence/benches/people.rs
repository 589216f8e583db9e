//! How many bookings a second get their record locator and their people kept, when so many are asked for at once.
//!
//! `cargo bench -p aisle-persistence --bench people`. One traveller each and a contact, on each database with the disk
//! behind it; nothing else writes meanwhile.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use domain::ids::{BookingId, PeopleRef};
use domain::time::Timestamp;
use persistence::people::{Contact, Expected, Keys, People, Traveller, WhoTravels};
use persistence::postgres::Postgres;
use persistence::sqlite::Sqlite;
use testbed::Durability;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const AT_ONCE: [u64; 3] = [1, 16, 128];

fn draw() -> impl FnMut(&mut [u8]) -> bool + Send {
    |bytes| {
        bytes.fill_with(|| fastrand::u8(..));
        true
    }
}

fn party() -> WhoTravels {
    let traveller = Traveller {
        title: None,
        first_name: "Ann".to_owned(),
        last_name: "Doe".to_owned(),
        born: "1990-01-01".parse().expect("a day"),
        document: None,
    };
    let contact = Contact { email: "ann@example.com".to_owned(), phone: "+15551234567".to_owned() };
    WhoTravels { travellers: vec![traveller], contact }
}

async fn prepare(people: People, number: u128) {
    let who = party();
    let expected = Expected {
        booking: BookingId::new(number),
        people: PeopleRef::new(number),
        who: &who,
        at: Timestamp::EPOCH,
    };
    people.prepare(&expected, &mut draw()).await.expect("nothing is wrong with it");
}

fn prepared(criterion: &mut Criterion, name: &str, runtime: &Runtime, people: &People) {
    let mut next = 0;
    let mut group = criterion.benchmark_group(format!("prepare/{name}"));
    for at_once in AT_ONCE {
        group.throughput(Throughput::Elements(at_once)).sample_size(10);
        group.bench_with_input(BenchmarkId::from_parameter(at_once), &at_once, |bencher, at_once| {
            bencher.iter_custom(|rounds| {
                let mut taken = Duration::ZERO;
                for _ in 0..rounds {
                    let bookings = next..next + u128::from(*at_once);
                    next = bookings.end;
                    let started = Instant::now();
                    runtime.block_on(async {
                        let all: JoinSet<()> =
                            bookings.map(|number| prepare(people.clone(), number)).collect();
                        all.join_all().await;
                    });
                    taken += started.elapsed();
                }
                taken
            });
        });
    }
}

fn databases(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let keys = || Keys::drawn(&mut draw()).expect("randomness");
    let directory = testbed::directory().expect("a directory");
    let sqlite = runtime.block_on(Sqlite::open(directory.path())).expect("a fresh directory can be opened");
    let people = runtime.block_on(sqlite.travellers(keys())).expect("a fresh store");
    prepared(criterion, "sqlite", &runtime, &people);
    drop((people, sqlite));
    let server = testbed::Postgres::start(Durability::Full).expect("a server");
    let url = server.new_database().expect("a server makes databases");
    let postgres = runtime.block_on(Postgres::open(&url)).expect("a fresh database can be opened");
    let people = runtime.block_on(postgres.travellers(keys())).expect("a fresh store");
    prepared(criterion, "postgres", &runtime, &people);
}

criterion_group!(benches, databases);
criterion_main!(benches);
