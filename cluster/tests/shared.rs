//! What nodes share through Redis, with a real one: it counts and keeps for all of them, and its loss costs little.

use std::time::{Duration, Instant};

use cluster::Shared;
use testbed::Redis;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_count_together_and_keep_for_each_other() {
    let redis = Redis::start().unwrap();
    let (one, other) = (Shared::at(&redis.url()).unwrap(), Shared::at(&redis.url()).unwrap());
    let mut counts = Vec::new();
    for _ in 0..3 {
        counts.extend([one.count("rate:ann", MINUTE).await, other.count("rate:ann", MINUTE).await]);
    }
    assert_eq!(counts, (1..=6).map(Some).collect::<Vec<_>>());
    assert_eq!(one.count("rate:bob", MINUTE).await, Some(1));
    assert_eq!(other.get("answer").await, None);
    one.put("answer", b"\x00found", MINUTE).await;
    assert_eq!(other.get("answer").await.as_deref(), Some(&b"\x00found"[..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_counted_and_kept_ends_with_its_time() {
    let redis = Redis::start().unwrap();
    let shared = Shared::at(&redis.url()).unwrap();
    let short = Duration::from_millis(200);
    assert_eq!(shared.count("rate", short).await, Some(1));
    assert_eq!(shared.count("rate", MINUTE).await, Some(2), "a window does not move");
    shared.put("answer", b"x", short).await;
    tokio::time::sleep(2 * short).await;
    assert_eq!(shared.count("rate", short).await, Some(1));
    assert_eq!(shared.get("answer").await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_gone_or_hangs_costs_little_and_is_found_again() {
    let redis = Redis::start().unwrap();
    let shared = Shared::at(&redis.url()).unwrap();
    assert_eq!(shared.count("rate", MINUTE).await, Some(1));
    testbed::signal::pause(redis.pid()).unwrap();
    let began = Instant::now();
    assert_eq!(shared.count("rate", MINUTE).await, None);
    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    let began = Instant::now();
    for _ in 0..1_000 {
        assert_eq!(shared.count("rate", MINUTE).await, None, "it is left alone for a second");
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    testbed::signal::resume(redis.pid()).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while shared.count("other", MINUTE).await.is_none() {
        assert!(Instant::now() < until, "it is asked again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn nobody_is_at_a_wrong_address() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let shared = Shared::at(&format!("redis://{free}")).unwrap();
    assert_eq!(shared.get("answer").await, None);
    let error = Shared::at("http://example.com").unwrap_err().to_string();
    assert!(error.starts_with("REDIS_URL must be an address like redis://host:6379"), "{error}");
}
