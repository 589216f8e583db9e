//! A report as people read it.

use std::fmt::{self, Write};

use super::{Goal, Operation, Outcome, Ratio, Report, Row};
use crate::machine::Machine;

impl Report {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let Machine { cores, cpu, kernel, load_before, commit_us } = &self.machine;
        let mut text = format!("{cores} cores, {cpu}, Linux {kernel}, load before {load_before}, ");
        // Writing to a string cannot fail; so below.
        let _ = writeln!(text, "4 KiB commit {}", time(*commit_us));
        for outcome in &self.outcomes {
            outcome.write(&mut text);
        }
        text
    }
}

impl Outcome {
    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "\n{} (times: {})", self.scenario, self.times);
        if self.rows.is_empty() {
            return self.write_ratios(text);
        }
        let _ = writeln!(
            text,
            "  {:<14}{:>9} {:<9}{:>9}{:>10}{:>10}{:>12}{:>11}{:>9}{:>8}",
            "", "rate", "", "samples", "p50", "p99", "server CPU", "store CPU", "RSS", "others"
        );
        for row in &self.rows {
            row.write(text);
        }
        self.write_ratios(text);
    }

    fn write_ratios(&self, text: &mut String) {
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
            Some(goal @ Goal::AtLeast(bound)) => write!(f, "  goal >= {bound}{}", verdict(goal, self.value)),
            Some(goal @ Goal::AtMost(bound)) => write!(f, "  goal <= {bound}{}", verdict(goal, self.value)),
        }
    }
}

fn verdict(goal: Goal, value: f64) -> &'static str {
    if goal.is_met(value) { "" } else { ", missed" }
}

impl Row {
    fn write(&self, text: &mut String) {
        let each = |cpu: Option<f64>| cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{cpu:.1} us"));
        let others = self.others.map_or_else(|| "-".to_owned(), |part| format!("{:.0} %", part * 100.0));
        let rss = self.rss_mib.map_or_else(|| "-".to_owned(), |rss| format!("{rss:.0} MiB"));
        let _ = writeln!(
            text,
            "  {:<14}{:>9.0} {:<9}{:>9}{:>10}{:>10}{:>12}{:>11}{:>9}{:>8}",
            self.side,
            self.rate,
            self.unit,
            self.samples,
            time(self.p50_us),
            time(self.p99_us),
            each(self.cpu_us),
            each(self.store_cpu_us),
            rss,
            others
        );
        if !self.more.is_empty() {
            let more: Vec<_> = self.more.iter().map(|(what, value)| format!("{what} {value:.0}")).collect();
            let _ = writeln!(text, "    {}", more.join(", "));
        }
        for (name, Operation { count, p50_us, p99_us }) in &self.operations {
            let _ = writeln!(text, "    {name:<22}{count:>9}  p50 {}, p99 {}", time(*p50_us), time(*p99_us));
        }
        for (reason, count) in &self.refused {
            let _ = writeln!(text, "    {count} refused: {reason}");
        }
        if self.unsent > 0 {
            let _ = writeln!(text, "    {} due and never sent: every client was busy", self.unsent);
        }
    }
}

fn time(us: u64) -> String {
    if us < 10_000 { format!("{us} us") } else { format!("{:.1} ms", us as f64 / 1_000.0) }
}
