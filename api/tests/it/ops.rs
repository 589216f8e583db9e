//! The node at work.

use std::time::{Duration, Instant};

use api::Role;

use crate::stage::{PATIENCE, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_sees_where_it_is_hot() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.token(Role::Customer, "ann");
    for seat in ["10A", "10B"] {
        stage.held(&flight, &ann, &[seat]).await;
    }
    let admin = stage.token(Role::Admin, "root");
    let until = Instant::now() + PATIENCE;
    // The second under way is not counted yet.
    let seen = loop {
        let seen = stage.ask("GET", "/api/v1/ops/live").by(&admin).send().await.json();
        if seen["holds"]["lastMinute"] == 2 {
            break seen;
        }
        assert!(Instant::now() < until, "{seen}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let hot = &seen["hotFlights"][0];
    assert_eq!((&hot["holds"], &hot["viewers"]), (&2.into(), &0.into()));
    assert!(flight.ends_with(hot["flightId"].as_str().expect("a name")), "{seen}");
    assert_eq!(seen["connections"]["signedIn"], 0);
}
