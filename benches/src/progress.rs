//! One line that says what goes on, for whoever waits.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::load::Live;

/// How often the line moves.
const STEP: Duration = Duration::from_millis(500);

/// Waits until `until` and shows how far it is and what came of it lately. Only a terminal sees it move.
pub async fn wait(what: &str, until: Instant, live: &Live) {
    let started = Instant::now();
    let whole = until.saturating_duration_since(started);
    if !stderr().is_terminal() {
        eprintln!("{what}, {:.0} s", whole.as_secs_f64());
        tokio::time::sleep_until(until.into()).await;
        return;
    }
    let mut before = (started, look(live));
    while Instant::now() < until {
        tokio::time::sleep_until((Instant::now() + STEP).min(until).into()).await;
        let now = (Instant::now(), look(live));
        let passed = (now.0 - before.0).as_secs_f64();
        let rate = |now: u64, before: u64| (now - before) as f64 / passed;
        let (counted, refused) = (rate(now.1.0, before.1.0), rate(now.1.1, before.1.1));
        // Nobody can be told that the terminal has gone.
        let _ = write!(
            stderr(),
            "\r\x1b[K{what} {:.0}/{:.0} s, {counted:.0}/s, {refused:.0}/s refused",
            started.elapsed().as_secs_f64(),
            whole.as_secs_f64()
        );
        before = now;
    }
    let _ = write!(stderr(), "\r\x1b[K");
}

fn look(live: &Live) -> (u64, u64) {
    (live.counted.load(Ordering::Relaxed), live.refused.load(Ordering::Relaxed))
}

/// Says what begins now.
pub fn say(what: &str) {
    eprintln!("{what}");
}
