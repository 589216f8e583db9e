//! Where, when and how it was measured, so that somebody can do it again.

use super::{escape, plural};
use crate::report::{Report, numbers};

/// A fact and what it is about. Both are HTML.
type Fact = (&'static str, String);

/// The facts of all reports: first what they have in common, then what each has alone.
#[must_use]
pub fn write(reports: &[Report]) -> String {
    let all: Vec<_> = reports.iter().map(of).collect();
    let Some(first) = all.first() else { return String::new() };
    let is_common = |fact: &Fact| all.iter().all(|facts| facts.contains(fact));
    let told_once: Vec<_> = first.iter().filter(|fact| is_common(fact)).collect();
    let mut html = format!("<section id=\"facts\">\n<h2>Where and how</h2>\n{}", list(&told_once));
    for (place, facts) in all.iter().enumerate() {
        let own: Vec<_> = facts.iter().filter(|fact| !is_common(fact)).collect();
        if !own.is_empty() {
            html.push_str(&format!("<h3>Run {} of {}</h3>\n{}", place + 1, all.len(), list(&own)));
        }
    }
    html + "</section>\n"
}

fn of(report: &Report) -> Vec<Fact> {
    let Report { machine, setting, .. } = report;
    let rounds = plural(setting.rounds as usize, "round", "rounds");
    let way = format!(
        "{}, {} clients, {} s a side in {rounds}, each after {} s of warm-up; scenarios may differ",
        setting.load, setting.connections, setting.seconds, setting.warm_up
    );
    let scenarios: Vec<_> = report.outcomes.iter().map(|outcome| outcome.scenario.as_str()).collect();
    let command: Vec<_> = report.command.iter().map(|word| quoted(word)).collect();
    let words = [
        ("Scenarios", scenarios.join("; ")),
        ("When", moment(&report.began)),
        ("Machine", format!("{}, {}", plural(machine.cores, "core", "cores"), machine.cpu)),
        ("System", format!("Linux {}", machine.kernel)),
        ("Load before", format!("{} (averages of 1, 5 and 15 minutes)", machine.load_before)),
        ("Disk", format!("{} to write 4 KiB and sync", numbers::time(machine.commit_us as f64))),
        ("Load", way),
        ("Tool", format!("aisle-bench {}", report.version)),
    ];
    let mut facts: Vec<Fact> = words.into_iter().map(|(what, fact)| (what, escape(&fact))).collect();
    facts.push(("To repeat it", format!("<code>{}</code>", escape(&command.join(" ")))));
    facts
}

fn list(facts: &[&Fact]) -> String {
    let items: String =
        facts.iter().map(|(what, fact)| format!("<div><dt>{what}</dt><dd>{fact}</dd></div>\n")).collect();
    format!("<dl class=\"facts\">\n{items}</dl>\n")
}

/// `2026-01-31T12:00:00Z` as `2026-01-31, 12:00 UTC`.
#[must_use]
pub fn moment(began: &str) -> String {
    let Some((date, time)) = began.split_once('T') else { return "at an unknown time".to_owned() };
    format!("{date}, {} UTC", time.get(..5).unwrap_or(time))
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:=,%+@".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let words = ["target/aisle-bench", "hold-hot", "--require", "p99<=5ms", "it's", ""].map(quoted);
        assert_eq!(words.join(" "), r"target/aisle-bench hold-hot --require 'p99<=5ms' 'it'\''s' ''");
    }

    #[test]
    fn a_moment_is_told_to_the_minute() {
        assert_eq!(moment("2026-01-31T12:00:59Z"), "2026-01-31, 12:00 UTC");
        assert_eq!(moment(""), "at an unknown time");
    }

    #[test]
    fn what_runs_have_in_common_is_told_once() {
        let run = |kernel: &str, began: &str| {
            let machine = Machine { kernel: kernel.to_owned(), ..Machine::default() };
            Report { machine, began: began.to_owned(), ..Report::default() }
        };
        let html = write(&[run("6.1", "2026-01-31T12:00:00Z"), run("6.1", "2026-01-31T13:00:00Z")]);
        assert_eq!((html.matches("Linux 6.1").count(), html.matches("Run ").count()), (1, 2));
        assert!(html.contains("12:00 UTC") && html.contains("13:00 UTC"));
        let html = write(&[run("6.1", "2026-01-31T12:00:00Z")]);
        assert_eq!((html.matches("Linux 6.1").count(), html.matches("Run ").count()), (1, 0));
    }
}
