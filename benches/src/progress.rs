//! One line that says what goes on, for whoever waits.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// How often the line moves.
const STEP: Duration = Duration::from_millis(500);

/// Waits until `until` and shows how far it is. Only a terminal sees it move.
pub async fn wait(what: &str, until: Instant) {
    let started = Instant::now();
    let whole = until.saturating_duration_since(started);
    if !stderr().is_terminal() {
        eprintln!("{what}, {:.0} s", whole.as_secs_f64());
        tokio::time::sleep_until(until.into()).await;
        return;
    }
    while Instant::now() < until {
        let passed = started.elapsed().as_secs_f64();
        // Nobody can be told that the terminal has gone.
        let _ = write!(stderr(), "\r\x1b[K{what} {passed:.0}/{:.0} s", whole.as_secs_f64());
        tokio::time::sleep_until((Instant::now() + STEP).min(until).into()).await;
    }
    let _ = write!(stderr(), "\r\x1b[K");
}

/// Says what begins now.
pub fn say(what: &str) {
    eprintln!("{what}");
}
