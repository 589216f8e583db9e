//! Shows what is going on: a moving line where a person watches, plain lines elsewhere.
//!
//! Progress goes to stderr. What a machine may read, the summary lines and the closing table, goes to
//! stdout.

use std::cell::Cell;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often the moving line is drawn when nothing else happens.
const TICK_MS: u64 = 100;
/// A log without a word for so long looks dead.
const SILENCE_SECS: u64 = 300;

/// Where a run of steps is shown.
pub struct Screen {
    /// `None` where nobody watches.
    bar: Option<ProgressBar>,
    total: usize,
    /// When the step in hand began.
    began: Cell<Instant>,
    /// When something was last shown; only kept where nobody watches.
    shown: Cell<Instant>,
}

impl Screen {
    /// For a run of `total` steps.
    pub fn new(total: usize) -> Self {
        let bar = stderr().is_terminal().then(|| moving_line(total));
        let now = Instant::now();
        Self { bar, total, began: Cell::new(now), shown: Cell::new(now) }
    }

    /// Announces step `number`, from 1.
    pub fn begin(&self, number: usize, name: &str, typed: &str) {
        self.began.set(Instant::now());
        let colon = if typed.is_empty() { "" } else { ": " };
        self.tell(&format!("[{number}/{}] {name}{colon}{typed}", self.total));
        if let Some(bar) = &self.bar {
            bar.set_position(number as u64 - 1);
            bar.set_prefix(name.to_owned());
            bar.set_message("");
            bar.reset_elapsed();
        }
    }

    /// Shows the latest line of a step's output where it will be overwritten.
    pub fn glimpse(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(line.trim().to_owned()),
            None if self.shown.get().elapsed() > Duration::from_secs(SILENCE_SECS) => {
                self.tell(&format!("  after {} s: {}", self.began.get().elapsed().as_secs(), line.trim()));
            }
            None => {}
        }
    }

    /// A line for people.
    pub fn tell(&self, line: &str) {
        self.shown.set(Instant::now());
        self.without_bar(|| eprintln!("{line}"));
    }

    /// A line that a machine may read as well.
    pub fn say(&self, line: &str) {
        self.shown.set(Instant::now());
        self.without_bar(|| println!("{line}"));
    }

    /// Takes the moving line away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn without_bar(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

fn moving_line(total: usize) -> ProgressBar {
    let template = "{spinner} [{pos}/{len} done] {bar:12} {prefix} {elapsed_precise} {wide_msg}";
    let style = ProgressStyle::with_template(template).expect("the template is ours and a test draws it");
    let bar = ProgressBar::new(total as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(TICK_MS));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moving_line_can_be_drawn() {
        let bar = moving_line(3);
        bar.set_prefix("tidy");
        bar.finish_and_clear();
    }
}
