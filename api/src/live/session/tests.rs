//! What concerns one session alone: its size and its patience.

use std::sync::Arc;
use std::time::Duration;

use actors::engine::Engine;
use cluster::Door;
use futures_util::StreamExt as _;
use persistence::any::Any;
use persistence::journal::NodeId;
use persistence::memory::Memory;
use persistence::writer;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::*;
use crate::auth::Keys;

/// What an async function's future takes, without one.
fn bytes_of<A, B, C, F>(_: impl Fn(A, B, C) -> F) -> usize {
    size_of::<F>()
}

#[test]
fn an_idle_socket_costs_little_memory() {
    let (future, watched) = (bytes_of(open), size_of::<Watched>());
    println!("a session's future: {future} bytes, a watched departure: {watched} bytes");
    assert!(future <= 2_304, "a session's future has {future} bytes");
    assert!(watched <= 128, "a watched departure has {watched} bytes");
}

const IMPATIENT: Pace = Pace {
    ping_every: Duration::from_millis(20),
    pings_unanswered_max: 2,
    send_within: Duration::from_millis(50),
};

async fn state() -> Arc<State> {
    let store = Memory::new();
    let lane = store.lane(NodeId::new(1));
    let (journal, _writer) = writer::start(vec![lane], &writer::Options::default()).unwrap();
    let keys = persistence::people::Keys::drawn(&mut |bytes: &mut [u8]| {
        bytes.fill(7);
        true
    });
    let travellers = store.travellers(keys.unwrap()).await.unwrap();
    let stores = crate::Stores { accounts: store.people(), travellers, bookings: store.bookings() };
    let engine = Engine::start(Any::Memory(store), journal, &actors::engine::Options::default()).await;
    State::new(Door::new(engine), stores, Keys::drawn().unwrap(), crate::Options::default())
}

#[tokio::test]
async fn a_client_that_gives_no_sign_of_life_is_given_up() {
    let state = state().await;
    let (ours, _theirs) = tokio::io::duplex(4_096);
    serve(ours, None, state.clone(), IMPATIENT).await;
    assert_eq!((state.metrics.sockets.get(), state.metrics.slow.get()), (0, 0));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_counted_as_slow() {
    let state = state().await;
    // Not even a ping fits.
    let (ours, _theirs) = tokio::io::duplex(1);
    serve(ours, None, state.clone(), IMPATIENT).await;
    assert_eq!((state.metrics.sockets.get(), state.metrics.slow.get()), (0, 1));
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let state = state().await;
    let (ours, theirs) = tokio::io::duplex(4_096);
    // More patient than a slow machine is slow.
    let pace = Pace { pings_unanswered_max: 100, ..IMPATIENT };
    let serving = tokio::spawn(serve(ours, None, state.clone(), pace));
    let mut client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
    for _ in 0..150 {
        assert!(client.next().await.unwrap().unwrap().is_ping());
    }
    assert_eq!(state.metrics.sockets.get(), 1);
    client.close(None).await.unwrap();
    serving.await.unwrap();
    assert_eq!((state.metrics.sockets.get(), state.metrics.slow.get()), (0, 0));
}
