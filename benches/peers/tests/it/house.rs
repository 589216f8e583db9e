//! A peer with a departure on sale, and a client.

use std::path::Path;

use bench::client::{Answer, Connection};
use bench::contract::{self, Held};
use bench::peer::Peer;
use bench::server::Running;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

/// Whether a departure has a version, and thereby holds one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    Counted,
    None,
}

pub struct House {
    pub server: Running,
    pub door: Connection,
    pub flight: String,
    pub versions: Versions,
}

impl House {
    pub async fn start(peer: Peer, arguments: &[&str], versions: Versions) -> Self {
        let programs = Path::new(env!("CARGO_BIN_EXE_peer-locking")).parent().unwrap();
        let server = peer.start(programs, arguments).await.unwrap();
        let mut door = Connection::open(&server.address, None).await.unwrap();
        let flight = contract::open_flights(&mut door, 0, 1).await.unwrap().remove(0);
        Self { server, door, flight, versions }
    }

    pub async fn ask(&mut self, seat: &str) -> Answer {
        self.ask_for(seat, 600).await
    }

    pub async fn ask_for(&mut self, seat: &str, ttl_secs: u32) -> Answer {
        let path = contract::holds_path(&self.flight);
        ask(&mut self.door, &path, seat, ttl_secs).await
    }

    pub async fn hold(&mut self, seat: &str) -> Held {
        let body = self.ask(seat).await.expect(StatusCode::CREATED).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    pub async fn read(&mut self, hold: &str) -> (StatusCode, Value) {
        let answer = self.door.get(&contract::hold_path(&self.flight, hold)).await.unwrap();
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    pub async fn release(&mut self, hold: &str) -> Answer {
        let path = contract::hold_path(&self.flight, hold);
        self.door.send(Method::DELETE, &path, Bytes::new()).await.unwrap()
    }

    /// The seats that are not available, and the version.
    pub async fn held(&mut self) -> (Vec<String>, u64) {
        let map = contract::seat_map(&mut self.door, &self.flight).await.unwrap();
        assert_eq!(map.seats().count(), contract::SEATS);
        let held = map.seats().filter(|seat| seat.state != "AVAILABLE");
        let held = held.inspect(|seat| assert_eq!(seat.state, "HELD")).map(|seat| seat.seat.clone());
        (held.collect(), map.version)
    }

    /// The counts of the only cabin: available and held.
    pub async fn counts(&mut self) -> (u64, u64) {
        let answer = self.door.get(&contract::seat_map_path(&self.flight)).await.unwrap();
        let map: Value = serde_json::from_slice(&answer.body).unwrap();
        let counts = &map["cabins"][0]["counts"];
        (counts["available"].as_u64().unwrap(), counts["held"].as_u64().unwrap())
    }
}

pub async fn ask(door: &mut Connection, path: &str, seat: &str, ttl_secs: u32) -> Answer {
    let travellers = [json!({"type": "ADULT"})];
    let wish = json!({
        "cabinClass": "ECONOMY", "seats": [seat], "travellers": travellers, "ttlSeconds": ttl_secs,
    });
    door.send(Method::POST, path, wish.to_string().into()).await.unwrap()
}
