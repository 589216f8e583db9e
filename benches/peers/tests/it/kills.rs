//! `kill -9`, in the middle of the work.

use std::collections::{BTreeMap, BTreeSet};

use bench::client::Connection;
use bench::contract::{self, Held};
use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::house::House;

const CLIENTS: usize = 16;
/// How many holds there are before the kill.
const HOLDS: usize = 200;

pub async fn check(mut house: House) {
    let released = house.hold("84D").await;
    assert_eq!(house.release(&released.hold_id).await.status, StatusCode::NO_CONTENT);
    let acknowledged = hold_until_it_dies(&mut house).await;
    assert!(acknowledged.len() >= HOLDS);
    house.server.start_again().await.unwrap();
    house.door = Connection::open(&house.server.address, None).await.unwrap();
    let shown: BTreeSet<_> = house.held().await.0.into_iter().collect();
    for (seat, held) in &acknowledged {
        assert!(shown.contains(seat), "{seat} was acknowledged and is lost");
        let (status, hold) = house.read(&held.hold_id).await;
        assert_eq!(
            (status, &hold["seats"], &hold["version"]),
            (StatusCode::OK, &json!([seat]), &json!(held.version))
        );
        assert_eq!(house.ask(seat).await.status, StatusCode::CONFLICT);
    }
    // Of each client's last request nobody knows what became of it.
    assert!(shown.len() <= acknowledged.len() + CLIENTS, "{} are held", shown.len());
    let (status, problem) = house.read(&released.hold_id).await;
    assert_eq!((status, &problem["code"]), (StatusCode::GONE, &json!("hold-released")));
    for held in acknowledged.values() {
        assert_eq!(house.release(&held.hold_id).await.status, StatusCode::NO_CONTENT);
    }
    // What was under way at the kill may have been written later.
    let left = house.held().await.0;
    assert!(left.iter().all(|seat| !acknowledged.contains_key(seat)), "{left:?}");
}

/// Holds one seat after the other with all clients, kills the server in the middle, and gives what was acknowledged.
async fn hold_until_it_dies(house: &mut House) -> BTreeMap<String, Held> {
    let (said, mut hear) = tokio::sync::mpsc::channel(contract::SEATS);
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let mut door = Connection::open(&house.server.address, None).await.unwrap();
        let (path, said) = (contract::holds_path(&house.flight), said.clone());
        clients.spawn(async move {
            for seat in (client..contract::SEATS).step_by(CLIENTS) {
                let body = contract::hold_body(seat);
                let Ok(answer) = door.send(hyper::Method::POST, &path, body).await else { return };
                let Ok(body) = answer.expect(StatusCode::CREATED) else { return };
                said.send(serde_json::from_slice::<Held>(&body).unwrap()).await.unwrap();
            }
        });
    }
    drop(said);
    let mut acknowledged = BTreeMap::new();
    while let Some(held) = hear.recv().await {
        acknowledged.insert(held.seats[0].clone(), held);
        if acknowledged.len() == HOLDS {
            house.server.kill().unwrap();
        }
    }
    acknowledged
}
