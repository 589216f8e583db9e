//! Signing in, staying signed in, and the end.

use std::time::{Duration, Instant};

use actors::engine::clock;
use domain::identity::{EmailAddress, PersonName};
use persistence::identity::{Audited, Description, NewAccount, NewSession};
use serde_json::{Value, json};

use crate::house::House;
use crate::socket::{Heard, Socket};
use crate::viewer::Viewer;

fn auth(ticket: &str) -> Value {
    json!({"op": "auth", "ticket": ticket})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_protocol_is_answered_and_never_the_ticket() {
    let house = House::new().await;
    assert_eq!(house.socket().await.protocol.as_deref(), Some("aisle.v1"));
    assert_eq!(house.socket_of("ann").await.protocol.as_deref(), Some("aisle.v1"));
    let plain = Socket::open(&house.authority, "", None).await.expect("a socket");
    assert_eq!(plain.protocol, None);
    assert_eq!(Socket::open(&house.authority, "chat, soap", None).await.err(), Some(400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_is_good_for_one_use() {
    let house = House::new().await;
    let protocols = format!("aisle.v1, ticket.{}", house.ticket("ann", 3_600));
    let mut first = Socket::open(&house.authority, &protocols, None).await.expect("a socket");
    assert!(first.until_pong().await.is_empty());
    let mut second = Socket::open(&house.authority, &protocols, None).await.expect("a socket");
    assert_eq!(second.frame().await["code"], "unauthenticated");
    assert_eq!(second.hear().await, Heard::Closed(4401));
    assert!(first.until_pong().await.is_empty(), "the first goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_by_a_frame_is_told_what_is_theirs() {
    let house = House::new().await;
    let flight = house.open(1).await;
    house.hold(flight, "10A", "ann").await;
    let mut viewer = house.viewer(flight).await;
    viewer.socket.say(&auth(&house.ticket("ann", 3_600))).await;
    viewer.step().await;
    assert_eq!(viewer.yours[0]["holds"][0]["seats"], json!(["10A"]));
    viewer.socket.say(&auth("nonsense")).await;
    assert_eq!(viewer.socket.frame().await["code"], "unauthenticated", "and the session goes on");
    assert!(viewer.socket.until_pong().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_stays_its_first_principals() {
    let house = House::new().await;
    let mut socket = house.socket_of("ann").await;
    socket.say(&auth(&house.ticket("bob", 3_600))).await;
    assert_eq!(socket.hear().await, Heard::Closed(4403));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_with_its_token_unless_it_is_renewed() {
    let house = House::new().await;
    let (mut ends, mut stays) = (house.socket().await, house.socket().await);
    ends.say(&auth(&house.ticket("ann", 2))).await;
    stays.say(&auth(&house.ticket("ann", 2))).await;
    stays.say(&auth(&house.ticket("ann", 3_600))).await;
    assert_eq!(ends.hear().await, Heard::Closed(4401));
    assert!(stays.until_pong().await.is_empty());
    let mut over = house.socket().await;
    over.say(&auth(&house.ticket("ann", 0))).await;
    assert_eq!(over.frame().await["code"], "unauthenticated", "the token has ended before the ticket");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_suspended_is_cut_off_at_once_and_nobody_else() {
    let house = House::new().await;
    let (mut ann, mut bob) = (house.socket_of("usr_ann").await, house.socket_of("usr_bob").await);
    let ticket = house.ticket("usr_ann", 3_600);
    assert!(ann.until_pong().await.is_empty() && bob.until_pong().await.is_empty());
    house.state.tokens.revoked.void(&"usr_ann".parse().unwrap(), 2);
    assert_eq!(ann.hear().await, Heard::Closed(4401));
    assert!(bob.until_pong().await.is_empty());
    let mut again = house.socket().await;
    again.say(&auth(&ticket)).await;
    assert_eq!(again.frame().await["code"], "unauthenticated", "a ticket is as good as its token");
    assert_eq!(again.hear().await, Heard::Closed(4401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_out_closes_their_sockets() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let mut viewer = Viewer::watching(house.socket_of("usr_ann").await, flight).await;
    house.state.tokens.revoke(&"usr_ann".parse().unwrap(), "another sign-in");
    assert!(viewer.socket.until_pong().await.is_empty(), "it is another one");
    house.state.tokens.revoke(&"usr_ann".parse().unwrap(), "a sign-in");
    assert_eq!(viewer.socket.hear().await, Heard::Closed(4401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_ends_on_another_node_closes_its_sockets_here() {
    let house = House::new().await;
    // As another node over the same store would.
    let (people, ann) = (house.store.people(), "usr_ann".parse().unwrap());
    let (names, email): ([PersonName; 2], EmailAddress) =
        (["Ann", "Example"].map(|name| name.parse().unwrap()), "ann@example.com".parse().unwrap());
    let by = Audited { actor: &ann, at: clock::now(), request: "elsewhere" };
    let description = Description { email: &email, first_name: &names[0], last_name: &names[1] };
    let (role, is_first_admin) = (api::Role::Customer, false);
    let new = NewAccount { id: &ann, description, password: "$", role, is_first_admin, request: None };
    people.create(&new, &by).await.unwrap();
    let (sid, expires) = ("a sign-in", clock::now() + Duration::from_secs(60));
    let session = NewSession { sid, account: &ann, client: "a test", expires, digest: &[7; 32] };
    people.open_session(&session, &by).await.unwrap();
    let mut socket = house.socket_of("usr_ann").await;
    assert!(socket.until_pong().await.is_empty());
    let began = Instant::now();
    people.end_session(&ann, sid, &by).await.unwrap();
    assert_eq!(socket.hear().await, Heard::Closed(4401));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_node_tells_its_viewers_to_come_back() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let mut viewer = house.viewer(flight).await;
    let (state, ()) = (house.state.clone(), house.state.stop());
    assert_eq!(viewer.socket.hear().await, Heard::Closed(1012));
    house.stop().await;
    assert_eq!(state.metrics.sockets.get(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_departures_are_watched_on_one_socket() {
    let house = House::new().await;
    let (one, two) = (house.open(1).await, house.open(2).await);
    let mut socket = house.socket().await;
    for flight in [one, two] {
        socket.subscribe(&flight.to_string()).await;
        assert_eq!(socket.frame().await["flightId"], flight.to_string());
    }
    for (row, flight) in (10..).zip([two, one, two]) {
        house.hold(flight, &format!("{row}A"), "ann").await;
        let delta = socket.frame().await;
        assert_eq!((&delta["type"], &delta["flightId"]), (&json!("delta"), &json!(flight.to_string())));
    }
    socket.say(&json!({"op": "unsubscribe", "topic": "seat-map", "flightId": one.to_string()})).await;
    assert!(socket.until_pong().await.is_empty());
    house.hold(one, "2A", "ann").await;
    house.hold(two, "2A", "ann").await;
    assert_eq!(socket.frame().await["flightId"], two.to_string());
    assert!(socket.until_pong().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_subscribes_again_begins_again() {
    let house = House::new().await;
    let flight = house.open(1).await;
    house.hold(flight, "10A", "ann").await;
    let mut viewer = Viewer::watching(house.socket_of("ann").await, flight).await;
    viewer.step().await;
    viewer.socket.subscribe(&flight.to_string()).await;
    viewer.step().await;
    viewer.step().await;
    assert_eq!((viewer.maps, viewer.yours.len()), (2, 2));
    house.hold(flight, "10B", "bob").await;
    viewer.follow_to(house.version(flight).await).await;
    assert_eq!(viewer.deltas, 1, "and is not told twice");
    assert!(viewer.socket.until_pong().await.is_empty());
}
