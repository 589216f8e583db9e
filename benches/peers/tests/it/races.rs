//! Many clients at once.

use std::collections::BTreeSet;

use bench::client::Connection;
use bench::contract::{self, Held};
use hyper::StatusCode;
use tokio::task::JoinSet;

use crate::house::{House, Versions, ask};

const CLIENTS: usize = 200;
const SEATS: usize = 10;

pub async fn check(house: &mut House) {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let mut door = Connection::open(&house.server.address, None).await.unwrap();
        let (path, seat) = (contract::holds_path(&house.flight), contract::seat_name(client % SEATS));
        clients.spawn(async move { ask(&mut door, &path, &seat, 600).await });
    }
    let (mut winners, mut versions) = (BTreeSet::new(), BTreeSet::new());
    for answer in clients.join_all().await {
        if answer.status != StatusCode::CREATED {
            assert_eq!((answer.status, answer.code().as_deref()), (StatusCode::CONFLICT, Some("seat-taken")));
            continue;
        }
        let held: Held = serde_json::from_slice(&answer.body).unwrap();
        assert!(winners.insert(held.seats[0].clone()), "{} is sold twice", held.seats[0]);
        versions.insert(held.version);
    }
    let every: BTreeSet<_> = (0..SEATS).map(contract::seat_name).collect();
    assert_eq!(winners, every);
    let (shown, version) = house.held().await;
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), every);
    assert_eq!(house.counts().await, (990, 10));
    if house.versions == Versions::Counted {
        assert_eq!((versions, version), ((2..=11).collect(), 11), "one version each, without a gap");
    }
}
