//! Throughput over time.

use super::figure::{Figure, Size, legend};
use super::svg::{Anchor, Drawing, Point, Scale};
use super::{Key, Section, keys};
use crate::load::tally::SLICE;
use crate::report::{Row, numbers};

const LEFT: f64 = 56.0;
const BOTTOM: f64 = 40.0;
const TOP: f64 = 20.0;
const RIGHT: f64 = 10.0;

/// The figure; nothing when no side has a timeline.
#[must_use]
pub fn write(section: &Section<'_>) -> String {
    let outcome = section.outcome;
    let rows: Vec<_> = outcome.rows.iter().zip(keys(outcome)).filter(|(row, _)| has_timeline(row)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let words = rows.iter().map(|(row, _)| {
        let lowest = row.timeline.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = row.timeline.iter().copied().fold(0.0, f64::max);
        format!("{}: from {} to {}.", row.side, numbers::number(lowest), numbers::number(highest))
    });
    let figure = Figure {
        id: format!("{}-timeline", section.id()),
        title: "Throughput over time.",
        description: words.collect::<Vec<_>>().join(" "),
        caption: "In slices of 100 ms or, where they would be too narrow to see, of several. The sides took turns; here each side’s \
                  rounds stand one after the other, with a line between them.",
        legend: legend(outcome, has_timeline, false),
    };
    figure.draw(|size| draw(&rows, &outcome.units(), size))
}

fn has_timeline(row: &Row) -> bool {
    row.timeline.len() > 1
}

fn draw(rows: &[(&Row, Key)], units: &str, size: Size) -> Drawing {
    let height = size.choose(260.0, 220.0);
    let mut drawing = Drawing::new(size.width(), height);
    let slices_max = size.choose(380, 150);
    let longest = rows.iter().map(|(row, _)| row.timeline.len()).max().unwrap_or(1);
    let seconds = longest as f64 * SLICE.as_secs_f64();
    let (left, right) = (LEFT, drawing.width - RIGHT);
    let across = |seconds_in: f64| left + seconds_in / seconds * (right - left);
    let lines: Vec<_> =
        rows.iter().map(|(row, key)| (joined(row, longest.div_ceil(slices_max)), *key)).collect();
    let highest = lines
        .iter()
        .flat_map(|(rounds, _)| rounds.iter().flatten())
        .map(|(_, rate)| *rate)
        .fold(0.0, f64::max);
    let scale = Scale::linear(highest, height - BOTTOM, TOP);
    drawing.words("tick", (0.0, 10.0), Anchor::Start, units);
    for tick in scale.ticks() {
        let y = scale.at(tick);
        drawing.line("grid", (left, y), (right, y));
        drawing.words("tick", (left - 6.0, y + 4.0), Anchor::End, &numbers::round(tick));
    }
    time_axis(&mut drawing, seconds, &across, height, size);
    boundaries(&mut drawing, rows, &across, height);
    for (rounds, key) in &lines {
        for round in rounds {
            let points: Vec<Point> = round.iter().map(|(at, rate)| (across(*at), scale.at(*rate))).collect();
            drawing.curve(&format!("{} thin", key.line()), &points);
        }
    }
    drawing
}

fn time_axis(drawing: &mut Drawing, seconds: f64, across: &impl Fn(f64) -> f64, height: f64, size: Size) {
    let ticks = Scale::linear(seconds, 0.0, 1.0).ticks();
    let every = size.choose(1, 2);
    for tick in ticks.into_iter().step_by(every).filter(|tick| *tick <= seconds * 1.001) {
        drawing.words("tick", (across(tick), height - BOTTOM + 16.0), Anchor::Middle, &numbers::round(tick));
    }
    let middle = f64::midpoint(LEFT, drawing.width - RIGHT);
    drawing.words("tick", (middle, height - 4.0), Anchor::Middle, "seconds measured");
}

/// A line where a round ends, if all sides agree.
fn boundaries(drawing: &mut Drawing, rows: &[(&Row, Key)], across: &impl Fn(f64) -> f64, height: f64) {
    let shapes: Vec<_> = rows.iter().map(|(row, _)| (row.timeline.len(), row.rates.len().max(1))).collect();
    let Some((slices, rounds)) = shapes.first().copied() else { return };
    if shapes.iter().any(|shape| *shape != (slices, rounds)) {
        return;
    }
    let length = slices as f64 / rounds as f64 * SLICE.as_secs_f64();
    for round in 0..rounds {
        let x = across(round as f64 * length);
        if round > 0 {
            drawing.line("boundary", (x, TOP), (x, height - BOTTOM));
        }
        if rounds > 1 && across(length) - across(0.0) > 24.0 {
            let middle = f64::midpoint(x, across((round + 1) as f64 * length));
            drawing.words("tick", (middle, TOP - 6.0), Anchor::Middle, &format!("{}", round + 1));
        }
    }
}

/// Its rounds, each a line of times and rates, with `together` slices in one point.
fn joined(row: &Row, together: usize) -> Vec<Vec<(f64, f64)>> {
    let each = (row.timeline.len() / row.rates.len().max(1)).max(1);
    let mut from = 0;
    let mut rounds = Vec::new();
    for round in row.timeline.chunks(each) {
        let mut line = Vec::new();
        for slices in round.chunks(together) {
            let middle = (from as f64 + slices.len() as f64 / 2.0) * SLICE.as_secs_f64();
            line.push((middle, slices.iter().sum::<f64>() / slices.len() as f64));
            from += slices.len();
        }
        rounds.push(line);
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_joined_within_their_round_only() {
        let timeline = vec![10.0, 20.0, 30.0, 100.0, 200.0, 300.0];
        let row = Row { timeline, rates: vec![20.0, 200.0], ..Row::default() };
        let rates = |together| {
            let rounds = joined(&row, together);
            rounds.iter().map(|round| round.iter().map(|(_, rate)| *rate).collect()).collect::<Vec<Vec<_>>>()
        };
        assert_eq!(rates(1), [[10.0, 20.0, 30.0], [100.0, 200.0, 300.0]]);
        assert_eq!(rates(2), [[15.0, 30.0], [150.0, 300.0]]);
        assert!((joined(&row, 2)[1][0].0 - 0.4).abs() < 1e-9);
    }
}
