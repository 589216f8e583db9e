//! The head of the page: what was measured, when, where, and what came of it.

use super::Column::{Numbers, Words};
use super::facts::moment;
use super::{Section, escape, plural, table, verdict};
use crate::report::{Outcome, Report, numbers};
use crate::thresholds::Verdict;

/// Above this part of the machine, others are worth a warning.
const OTHERS_MAX: f64 = 0.05;

/// What the page is called.
#[must_use]
pub fn title(sections: &[Section<'_>]) -> String {
    match sections {
        [only] => format!("aisle-bench: {}", only.outcome.scenario),
        all => format!("aisle-bench: {}", plural(all.len(), "scenario", "scenarios")),
    }
}

/// The head.
#[must_use]
pub fn write(reports: &[Report], sections: &[Section<'_>], required: &[Verdict]) -> String {
    let mut head = format!(
        "<header>\n<p class=\"kicker\">Load test report</p>\n<h1>{}</h1>\n",
        escape(&title(sections))
    );
    head.push_str(&format!("<p class=\"lead\">{}</p>\n", lead(reports)));
    head.push_str(&format!("<ul class=\"tiles\">{}</ul>\n", tiles(sections, required)));
    head.push_str(&violations(sections));
    head.push_str("</header>\n<main>\n");
    head.push_str(&scenarios(sections));
    head
}

/// One sentence: what, when, where.
fn lead(reports: &[Report]) -> String {
    let Some(first) = reports.first() else { return "Nothing was measured.".to_owned() };
    let machine = &first.machine;
    let cores = plural(machine.cores, "core", "cores");
    let when =
        if reports.len() == 1 { moment(&first.began) } else { format!("{} and later", moment(&first.began)) };
    format!(
        "The booking engine Aisle, measured beside its physical limits in the same run: {}, on {cores} of {}.",
        escape(&when),
        escape(&machine.cpu)
    )
}

fn tiles(sections: &[Section<'_>], required: &[Verdict]) -> String {
    let outcomes = || sections.iter().map(|section| section.outcome);
    let broken: usize = outcomes().map(|outcome| outcome.violations.len()).sum();
    let checked = outcomes().any(|outcome| outcome.checked);
    let promises = match (broken, checked) {
        (0, true) => verdict(true, "all kept", ""),
        (0, false) => "<span class=\"none\">none was checked</span>".to_owned(),
        _ => verdict(false, "", &format!("{broken} broken: the result is void")),
    };
    let mut tiles = tile("Promises", &promises);
    let goals = |outcome: &Outcome| {
        let is_void = outcome.is_void();
        let met = outcome.ratios.iter().filter_map(|ratio| Some(ratio.goal?.is_met(ratio.value)));
        met.map(|met| met && !is_void).collect::<Vec<_>>()
    };
    let goals: Vec<_> = outcomes().flat_map(goals).collect();
    if !goals.is_empty() {
        tiles.push_str(&tile("Goals", &share_of(&goals)));
    }
    let required: Vec<_> = required.iter().map(|verdict| verdict.met).collect();
    if !required.is_empty() {
        tiles.push_str(&tile("Thresholds", &share_of(&required)));
    }
    let others = outcomes().flat_map(|outcome| &outcome.rows).filter_map(|row| row.others);
    if let Some(others) = others.max_by(f64::total_cmp) {
        let (share, is_quiet) = (numbers::share(others), others <= OTHERS_MAX);
        let disturbed = format!("up to {share}: read with care");
        tiles.push_str(&tile(
            "Others on the machine",
            &verdict(is_quiet, &format!("at most {share}"), &disturbed),
        ));
    }
    tiles
}

fn tile(what: &str, html: &str) -> String {
    format!("<li><span class=\"what\">{what}</span>{html}</li>")
}

fn share_of(met: &[bool]) -> String {
    let (count, all) = (met.iter().filter(|met| **met).count(), met.len());
    verdict(count == all, &format!("all {all} met"), &format!("{} of {all} missed", all - count))
}

fn violations(sections: &[Section<'_>]) -> String {
    let broken = sections.iter().filter(|section| section.outcome.is_void());
    let links: Vec<_> = broken
        .map(|section| format!("<a href=\"#{}\">{}</a>", section.id(), escape(&section.outcome.scenario)))
        .collect();
    if links.is_empty() {
        return String::new();
    }
    format!(
        "<p class=\"void\"><strong>Void.</strong> A promise was broken in {}. No number there counts.</p>\n",
        links.join(", ")
    )
}

/// A line for each side that is no reference.
fn scenarios(sections: &[Section<'_>]) -> String {
    let mut rows = Vec::new();
    for section in sections {
        let outcome = section.outcome;
        let link = format!("<a href=\"#{}\">{}</a>", section.id(), escape(&outcome.scenario));
        let promises = match (!outcome.is_void(), outcome.checked) {
            (true, true) => verdict(true, "kept", ""),
            (true, false) => "not checked".to_owned(),
            (false, _) => verdict(false, "", "broken"),
        };
        let sides: Vec<_> = outcome.rows.iter().filter(|row| !row.reference).collect();
        for row in &sides {
            let head = if sides.len() == 1 { link.clone() } else { format!("{link}, {}", escape(&row.side)) };
            let rate = format!("{} <small>{}</small>", numbers::number(row.rate), escape(&row.unit));
            let time = |quantile| numbers::or_none(row.backed_time(quantile), numbers::time);
            let cpu = numbers::or_none(row.cpu_us, numbers::time);
            rows.push(vec![head, promises.clone(), rate, time(0.5), time(0.99), cpu]);
        }
        if sides.is_empty() {
            let none = || numbers::NONE.to_owned();
            rows.push(vec![link, promises, none(), none(), none(), none()]);
        }
    }
    table(
        "What was measured",
        &[
            Words("scenario"),
            Words("promises"),
            Numbers("rate"),
            Numbers("p50"),
            Numbers("p99"),
            Numbers("server CPU a request"),
        ],
        &rows,
    )
}

/// What was required, and what became of it.
#[must_use]
pub fn thresholds(required: &[Verdict]) -> String {
    if required.is_empty() {
        return String::new();
    }
    let row = |required: &Verdict| {
        let Verdict { require, place, actual, met } = required;
        let require = format!("<code>{}</code>", escape(require));
        vec![require, verdict(*met, "met", "missed"), escape(actual), escape(place)]
    };
    let rows: Vec<_> = required.iter().map(row).collect();
    let table = table("Thresholds", &[Words("required"), Words(""), Numbers("measured"), Words("of")], &rows);
    format!(
        "{table}<p class=\"fine\">The tool ends with 4 when a threshold is missed, with 3 when a promise is broken, with 1 \
             when it cannot measure, and with 0 when all is well.</p>\n"
    )
}
