//! The end of a process at a named place.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::Context;
use persistence::store::{Failpoints, Point};

/// The environment's variable that names the place: `BeforeCommit:5`.
pub const VARIABLE: &str = "AISLE_KILL_AT";

/// Where a process ends itself: when it comes to a point for the n-th time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KillAt {
    point: Point,
    time: u64,
}

impl FromStr for KillAt {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, time) = text.split_once(':').context("name a point and a number, as BeforeCommit:5")?;
        let point = Point::ALL.into_iter().find(|point| format!("{point:?}") == name);
        let point = point.with_context(|| format!("there is no point {name}"))?;
        Ok(Self { point, time: time.parse().with_context(|| format!("{time} is no number"))? })
    }
}

impl KillAt {
    /// The failpoints that do it. The thread that comes to the point never leaves it.
    #[must_use]
    pub fn failpoints(self) -> Failpoints {
        let times = AtomicU64::new(0);
        Failpoints::new(move |point| {
            if point == self.point && times.fetch_add(1, Ordering::Relaxed) + 1 == self.time {
                die();
            }
        })
    }
}

fn die() -> ! {
    testbed::signal::kill(std::process::id()).expect("a process may kill itself");
    loop {
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_point_and_a_number() {
        let killed = KillAt { point: Point::AmidAcks, time: 17 };
        assert_eq!("AmidAcks:17".parse::<KillAt>().unwrap(), killed);
        for text in ["", "AmidAcks", "AmidAcks:", "Amid:1"] {
            assert!(text.parse::<KillAt>().is_err(), "{text}");
        }
    }
}
