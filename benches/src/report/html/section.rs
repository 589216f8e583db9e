//! One scenario.

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::Column::{self, Numbers, Words};
use super::{Section, costs, curves, escape, table, timeline, verdict};
use crate::options::Choice;
use crate::report::{Outcome, Row, numbers};

/// The section.
#[must_use]
pub fn write(section: &Section<'_>) -> String {
    let outcome = section.outcome;
    let mut html = format!("<section id=\"{}\">\n<h2>{}</h2>\n", section.id(), escape(&outcome.scenario));
    if let Some(about) = about(&outcome.scenario) {
        html.push_str(&format!("<p class=\"about\">{}.</p>\n", escape(&about)));
    }
    html.push_str(&promises(outcome));
    if !outcome.rows.is_empty() {
        let caption = format!("Rates and times ({})", outcome.times);
        html.push_str(&table(&caption, &RATES, &rates(outcome)));
    }
    html.push_str(&ratios(outcome));
    html.push_str(&curves::write(section));
    html.push_str(&timeline::write(section));
    html.push_str(&operations(outcome));
    html.push_str(&refusals(outcome));
    html.push_str(&more(outcome));
    html.push_str(&costs::write(section));
    html.push_str(&notes(outcome));
    html.push_str("</section>\n");
    html
}

/// What the command line says of it.
fn about(scenario: &str) -> Option<String> {
    let choices = Choice::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let chosen = choices.filter(|choice| {
        let rest = scenario.strip_prefix(choice.get_name());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ' ']))
    });
    chosen.filter_map(|choice| Some(choice.get_help()?.to_string())).next()
}

fn promises(outcome: &Outcome) -> String {
    if !outcome.is_void() {
        let words = if outcome.checked {
            verdict(true, "All promises were kept.", "")
        } else {
            "No promise was checked.".to_owned()
        };
        return format!("<p>{words}</p>\n");
    }
    let items: String =
        outcome.violations.iter().map(|violation| format!("<li>{}</li>", escape(violation))).collect();
    format!(
        "<div class=\"void\"><p><strong>Void.</strong> Promises were broken, so no number below counts:</p><ul>{items}</ul></div>\n"
    )
}

const RATES: [Column<'_>; 9] = [
    Words("side"),
    Numbers("rate"),
    Numbers("± rounds"),
    Numbers("samples"),
    Numbers("p50"),
    Numbers("p90"),
    Numbers("p99"),
    Numbers("p99.9"),
    Numbers("max"),
];

fn rates(outcome: &Outcome) -> Vec<Vec<String>> {
    let row = |row: &Row| {
        let time = |quantile| numbers::or_none(row.backed_time(quantile), numbers::time);
        vec![
            side(row),
            format!("{} <small>{}</small>", numbers::number(row.rate), escape(&row.unit)),
            numbers::or_none(numbers::spread(&row.rates), numbers::share),
            numbers::count(row.samples),
            time(0.5),
            time(0.9),
            time(0.99),
            time(0.999),
            time(1.0),
        ]
    };
    outcome.rows.iter().map(row).collect()
}

/// Its name, and whether it is there for comparison only.
fn side(row: &Row) -> String {
    let kind = if row.reference { " <small>(reference)</small>" } else { "" };
    format!("{}{kind}", escape(&row.side))
}

fn ratios(outcome: &Outcome) -> String {
    let row = |ratio: &crate::report::Ratio| {
        let rounds =
            |(lowest, highest)| format!("{} to {}", numbers::number(lowest), numbers::number(highest));
        let goal = numbers::or_none(ratio.goal, |goal| escape(&goal.written()));
        let met = ratio.goal.map(|goal| verdict_of(outcome, goal.is_met(ratio.value))).unwrap_or_default();
        vec![
            escape(&ratio.what),
            numbers::number(ratio.value),
            goal,
            met,
            numbers::or_none(ratio.rounds, rounds),
        ]
    };
    let rows: Vec<_> = outcome.ratios.iter().map(row).collect();
    if rows.is_empty() {
        String::new()
    } else {
        table(
            "Ratios",
            &[Words("what"), Numbers("value"), Numbers("goal"), Words(""), Numbers("rounds")],
            &rows,
        )
    }
}

fn verdict_of(outcome: &Outcome, is_met: bool) -> String {
    if outcome.is_void() { verdict(false, "", "void") } else { verdict(is_met, "met", "missed") }
}

/// Counts and times of each operation on each side.
fn operations(outcome: &Outcome) -> String {
    let names: BTreeSet<_> = outcome.rows.iter().flat_map(|row| row.operations.keys()).collect();
    let mut rows = Vec::new();
    for name in names {
        for row in &outcome.rows {
            let Some(operation) = row.operations.get(name) else { continue };
            let [p50, p99] = [operation.p50_us, operation.p99_us].map(|us| numbers::time(us as f64));
            rows.push(vec![escape(name), side(row), numbers::count(operation.count), p50, p99]);
        }
    }
    if rows.is_empty() {
        String::new()
    } else {
        table(
            "Operations",
            &[Words("operation"), Words("side"), Numbers("count"), Numbers("p50"), Numbers("p99")],
            &rows,
        )
    }
}

fn refusals(outcome: &Outcome) -> String {
    let mut rows = Vec::new();
    for row in &outcome.rows {
        let all = row.samples + row.refusals() + row.unsent;
        let line = |reason: &str, count: u64| {
            vec![
                escape(reason),
                side(row),
                numbers::count(count),
                numbers::share(count as f64 / all.max(1) as f64),
            ]
        };
        rows.extend(row.refused.iter().map(|(reason, count)| line(reason, *count)));
        if row.unsent > 0 {
            rows.push(line("due and never sent: every client was busy", row.unsent));
        }
    }
    if rows.is_empty() {
        return "<p class=\"fine\">Nothing was refused, and everything that was due was sent.</p>\n"
            .to_owned();
    }
    table("Refused, by reason", &[Words("reason"), Words("side"), Numbers("count"), Numbers("share")], &rows)
}

/// What only this scenario has to say: a line for each number, a column for each side.
fn more(outcome: &Outcome) -> String {
    let names: BTreeSet<_> = outcome.rows.iter().flat_map(|row| row.more.keys()).collect();
    if names.is_empty() {
        return String::new();
    }
    let line = |name: &String| {
        let told = |row: &Row| row.more.get(name).map(|value| numbers::named(name, *value));
        let head = escape(&numbers::named(name, 0.0).0);
        let cells = outcome.rows.iter().map(|row| numbers::or_none(told(row), |(_, value)| escape(&value)));
        std::iter::once(head).chain(cells).collect::<Vec<_>>()
    };
    let rows: Vec<_> = names.into_iter().map(line).collect();
    let heads: Vec<_> =
        std::iter::once(Words("what")).chain(outcome.rows.iter().map(|row| Numbers(&row.side))).collect();
    table("Also measured", &heads, &rows)
}

fn notes(outcome: &Outcome) -> String {
    let items: String = outcome.notes.iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
    if items.is_empty() {
        items
    } else {
        format!("<div class=\"notes\"><h3>Notes</h3><ul>{items}</ul></div>\n")
    }
}
