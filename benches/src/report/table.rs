//! A report as people read it in a terminal: no line is wider than 140 columns.

use std::fmt::{self, Write};

use super::numbers::{self, or_none};
use super::{Goal, Operation, Outcome, Ratio, Report, Row};
use crate::machine::Machine;
use crate::thresholds::Verdict;

/// The names of sides are cut off there.
const SIDE_CHARACTERS_MAX: usize = 23;

impl Report {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let Machine { cores, cpu, kernel, load_before, commit_us } = &self.machine;
        let mut text = format!("{cores} cores, {cpu}, Linux {kernel}, load before {load_before}, ");
        // Writing to a string cannot fail; so below.
        let _ = writeln!(text, "4 KiB commit {}", numbers::time(*commit_us as f64));
        for outcome in &self.outcomes {
            outcome.write(&mut text);
        }
        if !self.required.is_empty() {
            text.push_str("\nthresholds\n");
        }
        for verdict in &self.required {
            let _ = writeln!(text, "  {verdict}");
        }
        text
    }
}

impl Outcome {
    fn write(&self, text: &mut String) {
        let units = self.units();
        let units = if units.is_empty() { units } else { format!("{units}; ") };
        let _ = writeln!(text, "\n{} ({units}times: {})", self.scenario, self.times);
        if !self.rows.is_empty() {
            self.write_rows(text);
        }
        for ratio in &self.ratios {
            let _ = writeln!(text, "  {ratio}");
        }
        if self.violations.is_empty() {
            let _ =
                writeln!(text, "  {}", if self.checked { "promises kept" } else { "no promise was checked" });
        }
        for violation in &self.violations {
            let _ = writeln!(text, "  VOID: {violation}");
        }
        for note in &self.notes {
            let _ = writeln!(text, "  note: {note}");
        }
    }

    fn write_rows(&self, text: &mut String) {
        let longest = self.rows.iter().map(|row| row.side.chars().count()).max().unwrap_or(0);
        let width = longest.clamp(10, SIDE_CHARACTERS_MAX);
        let indent = " ".repeat(width + 2);
        let _ = writeln!(text, "{indent}{:>68}{:>25}", "", "CPU a request:");
        let _ = writeln!(
            text,
            "{indent}{:>10}{:>8}{:>12}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}{:>8}{:>9}{:>8}",
            "rate",
            "±",
            "samples",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "max",
            "server",
            "store",
            "client",
            "RSS",
            "others"
        );
        for row in &self.rows {
            row.write(text, width);
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<34}{:>8.3}", self.what, self.value)?;
        if let Some((lowest, highest)) = self.rounds {
            write!(f, "  (rounds {lowest:.3} to {highest:.3})")?;
        }
        match self.goal {
            None => Ok(()),
            Some(goal) => write!(f, "  goal {goal}{}", if goal.is_met(self.value) { "" } else { ", missed" }),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, ">= {bound}"),
            Self::AtMost(bound) => write!(f, "<= {bound}"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { require, place, actual, met } = self;
        write!(f, "{} {require:<24} {place}: {actual}", if *met { "met   " } else { "MISSED" })
    }
}

impl Row {
    fn write(&self, text: &mut String, width: usize) {
        let side: String = self.side.chars().take(SIDE_CHARACTERS_MAX).collect();
        let time = |quantile| or_none(self.backed_time(quantile), numbers::time);
        let each = |cpu: Option<f64>| or_none(cpu, numbers::time);
        let _ = writeln!(
            text,
            "  {side:<width$}{:>10}{:>8}{:>12}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}{:>8}{:>9}{:>8}",
            numbers::number(self.rate),
            or_none(numbers::spread(&self.rates), numbers::share),
            numbers::count(self.samples),
            time(0.5),
            time(0.9),
            time(0.99),
            time(0.999),
            time(1.0),
            each(self.cpu_us),
            each(self.store_cpu_us),
            each(self.client_cpu_us),
            or_none(self.rss_mib, numbers::memory),
            or_none(self.others, numbers::share),
        );
        self.write_more(text);
    }

    fn write_more(&self, text: &mut String) {
        if !self.more.is_empty() {
            let more: Vec<_> = self.more.iter().map(|(name, value)| numbers::named(name, *value)).collect();
            let more: Vec<_> = more.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let _ = writeln!(text, "    {}", more.join(", "));
        }
        for (name, Operation { count, p50_us, p99_us }) in &self.operations {
            let [p50, p99] = [p50_us, p99_us].map(|us| numbers::time(*us as f64));
            let _ = writeln!(text, "    {name:<22}{:>11}  p50 {p50}, p99 {p99}", numbers::count(*count));
        }
        for (reason, count) in &self.refused {
            let _ = writeln!(text, "    {} refused: {reason}", numbers::count(*count));
        }
        if self.unsent > 0 {
            let unsent = numbers::count(self.unsent);
            let _ = writeln!(text, "    {unsent} due and never sent: every client was busy");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_line_fits_and_columns_are_aligned() {
        let row = Row {
            side: "a server with a very long name".to_owned(),
            rate: 1_234_567.0,
            rates: vec![1.0, 3.0],
            samples: 123_456_789,
            curve: [0.5, 0.9, 0.99, 0.999, 1.0].map(|quantile| (quantile, 599_500)).into(),
            cpu_us: Some(31.25),
            store_cpu_us: Some(5.5),
            client_cpu_us: Some(123.4),
            rss_mib: Some(1_023.9),
            others: Some(1.0),
            ..Row::default()
        };
        let short = Row { side: "limit".to_owned(), samples: 3, ..Row::default() };
        let outcome = Outcome { rows: vec![short, row], ..Outcome::default() };
        let mut text = String::new();
        outcome.write(&mut text);
        let widths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width <= 140), "{text}");
        // The header and both rows.
        assert!(widths[3] == widths[4] && widths[4] == widths[5], "{text}");
        assert!(text.contains(" 50 % "), "{text}");
        for time in ["600 ms", "31.2 µs", "5.50 µs", "123 µs", "1.00 GiB"] {
            assert!(text.contains(time), "{time} in {text}");
        }
    }
}
