//! The latency curves of all sides.

use super::figure::{Figure, Size, legend};
use super::svg::{Anchor, Drawing, Point, Scale};
use super::{Key, Section, keys};
use crate::report::{Row, numbers};

/// Left of the axis: the longest time.
const LEFT: f64 = 56.0;
/// Below the axis: percentiles, and what they are.
const BOTTOM: f64 = 40.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 18.0;
/// Between the last percentile that stands behind enough times and the longest of all.
const TO_MAX: f64 = 0.5;
/// Where curves begin.
const FIRST: f64 = 0.1;
/// The percentiles that have a line.
const TICKS: [(f64, &str); 5] =
    [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9"), (0.9999, "p99.99")];

/// The figure; nothing when nothing was timed.
#[must_use]
pub fn write(section: &Section<'_>) -> String {
    let outcome = section.outcome;
    let rows: Vec<_> = outcome.rows.iter().zip(keys(outcome)).filter(|(row, _)| is_timed(row)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let words = rows.iter().map(|(row, _)| {
        let time = |quantile| numbers::or_none(row.backed_time(quantile), numbers::time);
        format!("{}: median {}, p99 {}, longest {}.", row.side, time(0.5), time(0.99), time(1.0))
    });
    let figure = Figure {
        id: format!("{}-latency", section.id()),
        title: "Times by percentile.",
        description: words.collect::<Vec<_>>().join(" "),
        caption: "Lower is better. From p90 to p99 is as far as from p99 to p99.9; the last point is the longest time.",
        legend: legend(outcome, is_timed, true),
    };
    figure.draw(|size| draw(&rows, size))
}

fn is_timed(row: &Row) -> bool {
    row.curve.iter().any(|(_, us)| *us > 0)
}

fn draw(rows: &[(&Row, Key)], size: Size) -> Drawing {
    let height = size.choose(300.0, 250.0);
    let mut drawing = Drawing::new(size.width(), height);
    let last = rows.iter().map(|(row, _)| last_nine(row)).fold(1.0, f64::max);
    let nines = Nines { start: LEFT, end: drawing.width - RIGHT, last };
    let times = || rows.iter().flat_map(|(row, _)| shown(row)).map(|(_, us)| us.max(1) as f64);
    let (lowest, highest) = (times().fold(f64::INFINITY, f64::min), times().fold(1.0, f64::max));
    let scale = Scale::log(lowest, highest, height - BOTTOM, TOP);
    grid(&mut drawing, &nines, &scale, height);
    for (row, key) in rows {
        let place = |(quantile, us): (f64, u64)| (nines.of(row, quantile), scale.at(us.max(1) as f64));
        drawing.curve(&key.line(), &shown(row).map(place).collect::<Vec<Point>>());
        for point in shown(row).filter(|(quantile, _)| has_sign(*quantile)) {
            drawing.sign(&key.fill(), key.number, place(point));
        }
    }
    drawing
}

fn grid(drawing: &mut Drawing, nines: &Nines, scale: &Scale, height: f64) {
    let bottom = height - BOTTOM;
    for tick in scale.ticks() {
        let y = scale.at(tick);
        drawing.line("grid", (LEFT, y), (drawing.width - RIGHT, y));
        drawing.words("tick", (LEFT - 6.0, y + 4.0), Anchor::End, &numbers::round_time(tick));
    }
    for (quantile, name) in TICKS.into_iter().filter(|(quantile, _)| nine(*quantile) <= nines.last) {
        let x = nines.at(quantile);
        drawing.line("grid", (x, TOP), (x, bottom));
        drawing.words("tick", (x, bottom + 16.0), Anchor::Middle, name);
    }
    let middle = f64::midpoint(LEFT, drawing.width - RIGHT);
    drawing.words("tick", (middle, height - 4.0), Anchor::Middle, "percentile of requests");
}

/// The points that are drawn: not the fastest few, which nobody waits for and which would take half of the
/// height, and none that too few times stand behind.
fn shown(row: &Row) -> impl Iterator<Item = (f64, u64)> {
    let points = row.curve.iter().copied();
    points.filter(|(quantile, _)| *quantile >= FIRST && (*quantile == 1.0 || row.backs(*quantile)))
}

/// Which percentiles have a sign, so that sides are told apart without colours.
fn has_sign(quantile: f64) -> bool {
    quantile == 1.0 || TICKS.iter().any(|(tick, _)| *tick == quantile)
}

/// How many nines a quantile has: 0.9 has one, 0.99 has two.
fn nine(quantile: f64) -> f64 {
    // Not -0, and not 1.9999999 for two.
    ((-(1.0 - quantile).log10() * 1e6).round() / 1e6).abs()
}

fn last_nine(row: &Row) -> f64 {
    let backed = row.curve.iter().map(|(quantile, _)| *quantile).filter(|quantile| row.backs(*quantile));
    backed.map(nine).fold(0.0, f64::max)
}

/// Where quantiles are: every nine is as far from the next.
struct Nines {
    start: f64,
    end: f64,
    last: f64,
}

impl Nines {
    fn at(&self, quantile: f64) -> f64 {
        self.at_nine(nine(quantile))
    }

    /// The longest time of a side stands right of its last percentile.
    fn of(&self, row: &Row, quantile: f64) -> f64 {
        if quantile == 1.0 { self.at_nine(last_nine(row) + TO_MAX) } else { self.at(quantile) }
    }

    fn at_nine(&self, nine: f64) -> f64 {
        self.start + nine / (self.last + TO_MAX) * (self.end - self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nine_is_as_wide() {
        let nines = Nines { start: 0.0, end: 45.0, last: 4.0 };
        let places = [0.0, 0.9, 0.99, 0.999, 0.9999].map(|quantile| nines.at(quantile));
        assert_eq!(places, [0.0, 10.0, 20.0, 30.0, 40.0]);
    }

    #[test]
    fn a_percentile_of_too_few_times_is_left_out() {
        let curve = vec![(0.0, 1), (0.5, 10), (0.9, 20), (0.99, 30), (0.999, 30), (1.0, 30)];
        let row = Row { samples: 100, curve, ..Row::default() };
        assert_eq!(last_nine(&row), 2.0);
        let nines = Nines { start: 0.0, end: 25.0, last: 2.0 };
        let places: Vec<_> = shown(&row).map(|(quantile, _)| nines.of(&row, quantile).round()).collect();
        assert_eq!(places, [3.0, 10.0, 20.0, 25.0]);
    }
}
