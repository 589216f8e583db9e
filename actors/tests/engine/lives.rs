//! Owners come, answer, leave, crash and come back.

use std::collections::BTreeSet;
use std::time::Duration;

use actors::engine::{End, Unserved, Verdict, clock, stream_of};
use domain::flight::{Command, Rejection};
use domain::ids::Version;
use domain::view::SeatState;
use persistence::journal::{Fingerprint, RequestKey};
use persistence::memory::Memory;
use tokio::task::JoinSet;

use crate::house::{House, eventually, hold, hold_of, key, sale, seats, shared};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_is_held_once_however_many_want_it() {
    let house = shared(House::new().await);
    let flight = house.open(1).await;
    let mut wanting = JoinSet::new();
    for client in 0..64 {
        let house = house.clone();
        wanting.spawn(async move { house.hold(flight, "12A", &format!("c{client}")).await });
    }
    let answers = wanting.join_all().await;
    let held = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(held, 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        let Verdict::Refused { rejection: Rejection::SeatTaken { seats, .. }, .. } = refused.verdict else {
            panic!("{refused:?}")
        };
        assert_eq!(seats[0].state, SeatState::Held);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_gets_its_first_answer_refusals_included() {
    let house = House::new().await;
    let flight = house.open(1).await;
    for (number, seat) in [(1, "1A"), (2, "1A")] {
        let first = house.ask(flight, Some(key(number)), hold(seat, "ann", 600)).await.unwrap();
        let again = house.ask(flight, Some(key(number)), hold(seat, "ann", 600)).await.unwrap();
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.verdict, again.verdict);
    }
    let other = RequestKey { fingerprint: Fingerprint::new([9; 16]), ..key(1) };
    let reused = house.ask(flight, Some(other), hold("2A", "ann", 600)).await.unwrap();
    assert_eq!(reused.verdict, Verdict::KeyReused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_at_once_with_one_key_are_one_request() {
    let house = shared(House::new().await);
    let flight = house.open(1).await;
    let mut asking = JoinSet::new();
    for _ in 0..16 {
        let house = house.clone();
        asking.spawn(async move { house.ask(flight, Some(key(7)), hold("3C", "ann", 600)).await.unwrap() });
    }
    let told = asking.join_all().await;
    let holds: BTreeSet<_> = told.iter().map(|told| hold_of(told).unwrap()).collect();
    assert_eq!(holds.len(), 1);
    assert_eq!(told.iter().filter(|told| !told.replayed).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_lapses_by_itself_and_not_before_its_deadline() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let asked = clock::now();
    let told = house.ask(flight, None, hold("5B", "ann", 1)).await.unwrap();
    let number = hold_of(&told).unwrap();
    let room = house.engine.room(flight).await.unwrap().unwrap();
    eventually("the hold lapses", async || room.read(|departure, _| departure.hold(number).is_none())).await;
    assert!(clock::now() >= asked + Duration::from_secs(1));
    let fate = house.engine.fate(flight, number.row()).await.unwrap().unwrap();
    assert_eq!(fate.end, Some(End::Lapsed));
    assert_eq!(house.engine.fate(flight, Version::new(999)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_is_woken_by_the_next_process() {
    let store = Memory::new();
    let house = House::over(store.clone(), Duration::from_secs(60)).await;
    let flight = house.open(1).await;
    let told = house.ask(flight, None, hold("5B", "ann", 1)).await.unwrap();
    let number = hold_of(&told).unwrap();
    // The first process is gone as far as the store is concerned: another one owns the shards.
    let next = House::over(store, Duration::from_secs(60)).await;
    assert_eq!(next.engine.wake_due().await.unwrap(), 1);
    eventually("the hold lapses unasked", async || {
        let fate = next.engine.fate(flight, number.row()).await.unwrap().unwrap();
        fate.end == Some(End::Lapsed)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn owners_that_leave_and_come_back_lose_nothing() {
    // They leave after every millisecond without work, so most requests meet one that is just leaving.
    let house = shared(House::over(Memory::new(), Duration::from_millis(1)).await);
    let flight = house.open(1).await;
    let mut clients = JoinSet::new();
    for client in 0..3_usize {
        let house = house.clone();
        clients.spawn(async move {
            let (by, seat) = (format!("c{client}"), seats()[client].clone());
            for round in 0..200_u64 {
                let hold = house.hold(flight, &seat, &by).await.expect("my own seat is free");
                let told = house.release(flight, hold, &by).await;
                assert!(matches!(told.verdict, Verdict::Accepted { .. }), "{told:?}");
                if round.is_multiple_of(2) {
                    // Around the time after which it leaves: that is when the race is.
                    tokio::time::sleep(Duration::from_millis(fastrand::u64(0..6))).await;
                }
            }
        });
    }
    clients.join_all().await;
    let metrics = house.engine.metrics();
    println!("{} lives, {} leaves", metrics.activations.get(), metrics.passivations.get());
    assert!(metrics.passivations.get() > 20, "nobody ever left");
    let rows = house.store.tables().rows(&stream_of(flight)).len();
    assert_eq!(rows, 1 + 3 * 200 * 2, "every acknowledged command is one row");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_lost_its_shards_answers_nothing_and_corrupts_nothing() {
    let store = Memory::new();
    let old = House::over(store.clone(), Duration::from_secs(60)).await;
    let flight = old.open(1).await;
    let new = House::over(store, Duration::from_secs(60)).await;
    new.hold(flight, "1A", "ann").await.unwrap();
    // The old one believes that 1A is open: neither a hold nor a refusal of its own may leave it.
    for seat in ["1A", "1B"] {
        let told = old.ask(flight, None, hold(seat, "bob", 600)).await;
        assert_eq!(told, Err(Unserved::Unknown));
    }
    assert!(new.hold(flight, "1B", "ann").await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_time_is_over_is_dropped_undecided() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let late = actors::entity::Request {
        key: None,
        remember_refusal: false,
        deadline: Some(clock::now().minus(Duration::from_millis(1))),
        command: hold("1A", "ann", 600),
    };
    let told = actors::engine::Router::ask(house.engine.flights(), stream_of(flight), late).await;
    assert_eq!(told, Err(Unserved::Late));
    assert!(house.hold(flight, "1A", "bob").await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_is_no_departure_and_costs_no_owner() {
    let house = House::new().await;
    assert!(house.engine.room(sale(404).flight).await.unwrap().is_none());
    assert_eq!(house.engine.metrics().owners.get(), 0);
    let told = house.ask(sale(404).flight, None, Command::LapseDue).await.unwrap();
    assert!(matches!(told.verdict, Verdict::AlreadySo { .. }), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_departure_that_rests_leaves_memory_and_is_found_again() {
    let house = House::new().await;
    let flight = house.open(1).await;
    house.hold(flight, "1A", "ann").await.unwrap();
    house.engine.rest(flight).await;
    let other = house.open(2).await;
    house.engine.rest(other).await;
    eventually("the one without a hold leaves", async || house.engine.metrics().owners.get() == 1).await;
    assert!(house.hold(other, "1A", "ann").await.is_ok());
}
