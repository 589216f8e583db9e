//! A supplier that is slow or down costs its own offers and nobody else's.

use std::sync::Arc;
use std::time::Duration;

use gateways::{FAILURES_MAX, Inventory, Market, Status, Supplier};
use tokio::task::JoinSet;

use crate::world::{Habit, Other, Place, departure, now, wish};

fn own() -> Arc<Inventory> {
    let own = Inventory::new("aisle", now);
    own.take_in([departure((18, "JFK", "BOS"), "2026-12-01T15:00:00Z", 0)]);
    own.mark_filled();
    Arc::new(own)
}

fn market(others: &[&Arc<Other>]) -> Market {
    let mut suppliers: Vec<Arc<dyn Supplier>> = vec![own()];
    suppliers.extend(others.iter().map(|other| Arc::clone(other) as Arc<dyn Supplier>));
    Market::of(suppliers)
}

#[tokio::test(start_paused = true)]
async fn each_is_waited_for_until_its_own_deadline_and_said_what_became_of_it() {
    let quick = Other::new("quick", Habit::Answers(Duration::from_millis(100)));
    let (slow, down, buggy) = (
        Other::new("slow", Habit::Hangs),
        Other::new("down", Habit::Fails),
        Other::new("buggy", Habit::Panics),
    );
    let began = tokio::time::Instant::now();
    let offers = market(&[&quick, &slow, &down, &buggy]).search(&wish("2026-12-01", None)).await;
    assert_eq!(began.elapsed(), Duration::from_millis(500), "side by side: the slowest one's deadline");
    let became: Vec<(&str, Status, u64)> =
        offers.answer.reports.iter().map(|report| (&*report.name, report.status, report.offers)).collect();
    let expected = [
        ("aisle", Status::Answered, 1),
        ("quick", Status::Answered, 0),
        ("slow", Status::TimedOut, 0),
        ("down", Status::Failed, 0),
        ("buggy", Status::Failed, 0),
    ];
    assert_eq!(became, expected);
    assert!(!offers.answer.is_whole());
    assert_eq!(offers.fans[0].out.len(), 1, "ours came all the same");
}

#[tokio::test(start_paused = true)]
async fn who_fails_again_and_again_is_not_asked_for_a_while() {
    for habit in [Habit::Fails, Habit::Hangs, Habit::Panics] {
        let other = Other::new("other", habit);
        let market = market(&[&other]);
        for day in 1..=FAILURES_MAX + 3 {
            let offers = market.search(&wish(&format!("2026-12-{day:02}"), None)).await;
            let status = offers.answer.reports[1].status;
            assert_eq!(status == Status::Skipped, day > FAILURES_MAX, "{habit:?}, search {day}: {status:?}");
        }
        assert_eq!(other.asked(), FAILURES_MAX as usize, "{habit:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_searches_wait_for_one_answer() {
    let other = Other::new("other", Habit::Answers(Duration::from_millis(200)));
    let market = Arc::new(market(&[&other]));
    let mut searches = JoinSet::new();
    for _ in 0..32 {
        let market = market.clone();
        searches.spawn(async move { market.search(&wish("2026-12-01", None)).await });
    }
    let answers = searches.join_all().await;
    assert_eq!(other.asked(), 1);
    assert!(answers.iter().all(|offers| offers.fans == answers[0].fans));
    assert_eq!(answers.iter().filter(|offers| !offers.is_kept).count(), 1, "one of them asked");
    let again = market.search(&wish("2026-12-01", None)).await;
    assert!(again.is_kept && again.age >= Duration::ZERO && other.asked() == 1);
    let another = market.search(&wish("2026-12-02", None)).await;
    assert!(!another.is_kept && other.asked() == 2, "another day is another search");
}

#[tokio::test]
async fn whoever_gives_up_waiting_leaves_the_others_their_answer() {
    let other = Other::new("other", Habit::Answers(Duration::from_millis(100)));
    let market = Arc::new(market(&[&other]));
    let first = tokio::spawn({
        let market = market.clone();
        async move { market.search(&wish("2026-12-01", None)).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let second = tokio::spawn({
        let market = market.clone();
        async move { market.search(&wish("2026-12-01", None)).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.abort();
    let offers = second.await.expect("the second search goes on");
    assert!(offers.answer.is_whole());
    assert_eq!(offers.fans[0].out.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_has_found_another_need_not_ask_for() {
    let place = Arc::new(Place::default());
    let other = Other::new("other", Habit::Answers(Duration::from_millis(1)));
    let (one, two) = (market(&[&other]).shared(place.clone()), market(&[&other]).shared(place.clone()));
    let first = one.search(&wish("2026-12-01", None)).await;
    assert!(!first.is_kept && other.asked() == 1);
    place.was_given(1).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let second = two.search(&wish("2026-12-01", None)).await;
    assert!(second.is_kept && other.asked() == 1, "asked {} times", other.asked());
    assert!(
        second.age >= Duration::from_millis(20) && second.age < Duration::from_secs(60),
        "{:?}",
        second.age
    );
    assert_eq!((&second.fans, &second.answer.reports), (&first.fans, &first.answer.reports));
    assert!(two.search(&wish("2026-12-01", None)).await.is_kept, "and keeps it itself");
    assert!(!two.search(&wish("2026-12-02", None)).await.is_kept, "another day is another search");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_or_is_old_is_as_if_it_were_not_there() {
    let place = Arc::new(Place::default());
    let other = Other::new("other", Habit::Answers(Duration::from_millis(1)));
    market(&[&other]).shared(place.clone()).search(&wish("2026-12-01", None)).await;
    place.was_given(1).await;
    let found = place.taken();
    let old = String::from_utf8(found.clone()).unwrap().replace("\"found_ms\":1", "\"found_ms\":");
    let spoilt = [b"no JSON".to_vec(), b"{}".to_vec(), found[..found.len() / 2].to_vec(), old.into_bytes()];
    for (given, spoilt) in (2..).zip(spoilt) {
        place.spoil(&spoilt);
        let asked = other.asked();
        let market = market(&[&other]).shared(place.clone());
        let offers = market.search(&wish("2026-12-01", None)).await;
        assert!(!offers.is_kept && other.asked() == asked + 1, "{}", String::from_utf8_lossy(&spoilt));
        place.was_given(given).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_in_which_somebody_is_missing_is_not_kept_for_others() {
    let place = Arc::new(Place::default());
    let down = Other::new("down", Habit::Fails);
    market(&[&down]).shared(place.clone()).search(&wish("2026-12-01", None)).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(place.len(), 0);
}
