//! All peers that hold seats, with their servers beside them, against one suite; and the one that tells of them.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod contract;
mod fanout;
mod house;
mod kills;
mod races;

/// The suite over every peer, and over those that may leave the departure alone in both ways.
macro_rules! suite {
    ($($name:ident: $peer:ident $arguments:expr, $versions:ident;)*) => { $(
        mod $name {
            use bench::peer::Peer;

            use crate::house::{House, Versions};

            async fn house() -> House {
                House::start(Peer::$peer, &$arguments, Versions::$versions).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn it_speaks_the_contract() {
                crate::contract::check(&mut house().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn ten_of_two_hundred_get_the_ten_seats() {
                crate::races::check(&mut house().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn what_it_acknowledged_survives_a_kill() {
                crate::kills::check(house().await).await;
            }
        }
    )* };
}

suite! {
    locking: Locking [], Counted;
    locking_seats: Locking ["--seat-locks"], None;
    optimistic: Optimistic [], Counted;
    optimistic_seats: Optimistic ["--seat-locks"], None;
    redis: Redis [], Counted;
    redis_seats: Redis ["--seat-locks"], None;
    actix: Actix [], Counted;
}
