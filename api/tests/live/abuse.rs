//! Words that cannot be taken, and pages that may not open sockets.

use serde_json::json;

use crate::house::House;
use crate::socket::{Heard, Socket};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_pages_open_no_socket() {
    let house = House::new().await;
    let own = format!("http://{}", house.authority);
    for (origin, refused) in [
        (own.as_str(), None),
        ("https://book.example", None),
        ("https://evil.example", Some(403)),
        ("null", Some(403)),
    ] {
        let opened = Socket::open(&house.authority, "aisle.v1", Some(origin)).await;
        assert_eq!(opened.err(), refused, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_cannot_be_taken_are_named_and_counted() {
    let house = House::new().await;
    let mut socket = house.socket().await;
    let subscribe = |flight: &str| json!({"op": "subscribe", "topic": "seat-map", "flightId": flight});
    for (text, code) in [
        ("garbage".to_owned(), "validation"),
        (json!({"op": "fly"}).to_string(), "validation"),
        (json!({"op": "ping", "extra": 1}).to_string(), "validation"),
        (json!({"op": "subscribe", "topic": "weather", "flightId": "x"}).to_string(), "validation"),
        (subscribe("no flight").to_string(), "validation"),
        (subscribe("B6-404-2026-12-01-JFK").to_string(), "not-found"),
        (json!({"op": "resume", "after": "17"}).to_string(), "validation"),
    ] {
        socket.say_text(&text).await;
        let frame = socket.frame().await;
        assert_eq!((&frame["type"], &frame["code"]), (&json!("error"), &json!(code)), "{text}");
        assert!(frame["serverTime"].is_string());
    }
    assert!(socket.until_pong().await.is_empty(), "it is still talked to");
    for _ in 0..3 {
        socket.say_bytes(&[0, 159, 146, 150]).await;
        assert_eq!(socket.frame().await["code"], "validation");
    }
    assert_eq!(socket.hear().await, Heard::Closed(1008));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_that_is_too_long_ends_the_session() {
    let house = House::new().await;
    let mut socket = house.socket().await;
    socket.say_text(&" ".repeat(16 * 1_024 + 1)).await;
    assert_eq!(socket.hear().await, Heard::Closed(1009));
    let mut socket = house.socket().await;
    socket.say_text(&format!("{}{}", json!({"op": "ping"}), " ".repeat(16 * 1_000))).await;
    assert_eq!(socket.frame().await["type"], "pong");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_socket_watches_so_many_departures_and_no_more() {
    let house = House::new().await;
    let mut socket = house.socket().await;
    let mut last = String::new();
    for number in 1..=33 {
        last = house.open(number).await.to_string();
        socket.subscribe(&last).await;
        let frame = socket.frame().await;
        assert_eq!(frame["type"], if number <= 32 { "snapshot" } else { "error" }, "{number}");
        if number == 33 {
            assert_eq!((&frame["code"], &frame["flightId"]), (&json!("subscription-limit"), &json!(last)));
        }
    }
    let first = "B6-1-2026-12-01-JFK";
    socket.subscribe(first).await;
    assert_eq!(socket.frame().await["type"], "snapshot", "who watches it already may begin again");
    socket.say(&json!({"op": "unsubscribe", "topic": "seat-map", "flightId": first})).await;
    socket.subscribe(&last).await;
    assert_eq!(socket.frame().await["type"], "snapshot", "there is room again");
}
