//! What a request costs: processor time, stacked, and memory.

use super::Column::{Numbers, Words};
use super::figure::{Figure, Size};
use super::svg::{Anchor, Drawing, Scale};
use super::{Section, escape, table};
use crate::report::{Outcome, Row, numbers};

/// The height of a side, its name included, and of the axis below.
const SIDE: f64 = 46.0;
const AXIS: f64 = 24.0;
const MARGIN: f64 = 26.0;

/// Who spends processor time, and the class of their part of a bar.
const PARTS: [(&str, &str); 3] = [("server", "cpu0"), ("database", "cpu1"), ("client (this tool)", "cpu2")];

/// The figure and the table; nothing when the servers are none of our processes.
#[must_use]
pub fn write(section: &Section<'_>) -> String {
    let outcome = section.outcome;
    let rows: Vec<_> = outcome.rows.iter().filter(|row| row.cpu_us.is_some()).collect();
    if rows.is_empty() {
        return String::new();
    }
    let words = rows.iter().map(|row| format!("{}: {}.", row.side, in_words(row)));
    let figure = Figure {
        id: format!("{}-cpu", section.id()),
        title: "Processor time a request.",
        description: words.collect::<Vec<_>>().join(" "),
        caption: "What this tool itself spends is no cost of the server, but takes cores from it.",
        legend: legend(&rows),
    };
    figure.draw(|size| draw(&rows, size)) + &memory(outcome)
}

/// How much of each part.
fn parts(row: &Row) -> impl Iterator<Item = (&'static str, &'static str, f64)> {
    let costs = [row.cpu_us, row.store_cpu_us, row.client_cpu_us];
    PARTS
        .into_iter()
        .zip(costs)
        .filter_map(|((name, class), cost)| Some((name, class, cost.filter(|cost| *cost > 0.0)?)))
}

fn in_words(row: &Row) -> String {
    let parts: Vec<_> = parts(row).map(|(name, _, cost)| format!("{name} {}", numbers::time(cost))).collect();
    parts.join(", ")
}

fn legend(rows: &[&Row]) -> String {
    let mut items = String::new();
    for (name, class) in PARTS {
        if rows.iter().any(|row| parts(row).any(|(part, ..)| part == name)) {
            let mut sample = Drawing::new(18.0, 12.0);
            sample.bar(class, (1.0, 1.0), (17.0, 11.0));
            items.push_str(&format!("<li>{}{name}</li>", sample.decoration()));
        }
    }
    format!("<ul class=\"legend\">{items}</ul>\n")
}

fn draw(rows: &[&Row], size: Size) -> Drawing {
    let height = rows.len() as f64 * SIDE + AXIS;
    let mut drawing = Drawing::new(size.width(), height);
    let sums = rows.iter().map(|row| parts(row).map(|(_, _, cost)| cost).sum::<f64>());
    let scale = Scale::linear(sums.fold(0.0, f64::max), 1.0, drawing.width - MARGIN);
    for (place, tick) in scale.ticks().into_iter().enumerate() {
        let (x, bottom) = (scale.at(tick), height - AXIS);
        drawing.line("grid", (x, 0.0), (x, bottom));
        let anchor = if place == 0 { Anchor::Start } else { Anchor::Middle };
        if place % size.choose(1, 2) == 0 {
            drawing.words("tick", (x, bottom + 16.0), anchor, &numbers::round_time(tick));
        }
    }
    for (place, row) in rows.iter().enumerate() {
        let y = place as f64 * SIDE;
        drawing.words("label strong", (0.0, y + 14.0), Anchor::Start, &row.side);
        drawing.words("label", (drawing.width, y + 14.0), Anchor::End, &short(row));
        let mut from = 0.0;
        for (_, class, cost) in parts(row) {
            drawing.bar(class, (scale.at(from), y + 20.0), (scale.at(from + cost), y + 36.0));
            from += cost;
        }
    }
    drawing
}

/// Numbers only: the legend has the names.
fn short(row: &Row) -> String {
    let parts: Vec<_> = parts(row).map(|(_, _, cost)| numbers::time(cost)).collect();
    parts.join(" + ")
}

fn memory(outcome: &Outcome) -> String {
    let row = |row: &Row| {
        let memory = |mib: Option<f64>| numbers::or_none(mib, numbers::memory);
        let others = numbers::or_none(row.others, numbers::share);
        vec![escape(&row.side), memory(row.rss_mib), memory(row.client_rss_mib), others]
    };
    let rows: Vec<_> = outcome.rows.iter().map(row).collect();
    table(
        "Memory at the end, and others",
        &[Words("side"), Numbers("server"), Numbers("client (this tool)"), Numbers("others on the machine")],
        &rows,
    )
}
