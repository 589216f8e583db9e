//! All ratios in one drawing.

use super::Section;
use super::figure::{Figure, Size};
use super::svg::{Anchor, Drawing, Scale};
use crate::report::{Goal, Outcome, Ratio, numbers};

/// The height of a scenario's name, of a ratio, and of the axis below.
const NAME: f64 = 26.0;
const ENTRY: f64 = 44.0;
/// The height of a line of words, and of a bar.
const LINE: f64 = 16.0;
const BAR: f64 = 14.0;
const AXIS: f64 = 26.0;
/// Between the drawing's edge and the ends of the axis: half of a number's width.
const MARGIN: f64 = 16.0;
/// When the highest is so many times the lowest, equal distances are equal quotients.
const LOG_FROM: f64 = 12.0;

/// The drawing; nothing when there are no ratios.
#[must_use]
pub fn write(sections: &[Section<'_>]) -> String {
    let sections: Vec<_> = sections.iter().filter(|section| !section.outcome.ratios.is_empty()).collect();
    let values: Vec<_> = sections.iter().flat_map(|section| quotients(section)).flat_map(ends).collect();
    if sections.is_empty() {
        return String::new();
    }
    let is_log = is_log(&values);
    let caption = if is_log {
        "Each bar begins at 1, where both sides are equal; equal distances are equal factors. The thin line is \
         from the lowest to the highest round, the tick is the goal."
    } else {
        "The thin line is from the lowest to the highest round, the tick is the goal."
    };
    let figure = Figure {
        id: "ratios".to_owned(),
        title: "All ratios.",
        description: description(&sections),
        caption,
        legend: String::new(),
    };
    format!("<section id=\"overview\">\n{}</section>\n", figure.draw(|size| draw(&sections, &values, size)))
}

/// Those that divide one thing by another. The rest has a unit, and no place on a common axis.
fn quotients<'a>(section: &Section<'a>) -> impl Iterator<Item = &'a Ratio> + use<'a> {
    section.outcome.ratios.iter().filter(|ratio| is_quotient(ratio))
}

fn is_quotient(ratio: &Ratio) -> bool {
    ratio.what.contains(" / ") && ratio.value > 0.0
}

fn ends(ratio: &Ratio) -> impl Iterator<Item = f64> + use<> {
    let goal = ratio.goal.map(Goal::bound);
    let rounds = ratio.rounds.map(|(lowest, highest)| [lowest, highest]);
    let all = std::iter::once(ratio.value).chain(goal).chain(rounds.into_iter().flatten());
    all.filter(|value| *value > 0.0 && value.is_finite())
}

fn is_log(values: &[f64]) -> bool {
    let (lowest, highest) = bounds(values);
    highest / lowest >= LOG_FROM
}

fn bounds(values: &[f64]) -> (f64, f64) {
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(0.0, f64::max);
    if values.is_empty() { (1.0, 1.0) } else { (lowest, highest) }
}

fn description(sections: &[&Section<'_>]) -> String {
    let mut words = Vec::new();
    for section in sections {
        for ratio in &section.outcome.ratios {
            words.push(format!(
                "{}: {} is {}.",
                section.outcome.scenario,
                ratio.what,
                in_words(section.outcome, ratio)
            ));
        }
    }
    words.join(" ")
}

/// `0.342, goal ≥ 0.7 missed`.
fn in_words(outcome: &Outcome, ratio: &Ratio) -> String {
    let value = numbers::number(ratio.value);
    let Some(goal) = ratio.goal else { return value };
    let verdict = match goal.is_met(ratio.value) {
        _ if outcome.is_void() => "void",
        true => "met",
        false => "missed",
    };
    format!("{value}, goal {} {verdict}", goal.written())
}

fn draw(sections: &[&Section<'_>], values: &[f64], size: Size) -> Drawing {
    let ratios: usize = sections.iter().map(|section| section.outcome.ratios.len()).sum();
    let height = sections.len() as f64 * NAME + ratios as f64 * entry(size) + AXIS;
    let mut drawing = Drawing::new(size.width(), height);
    let (start, end) = (MARGIN, size.width() - MARGIN);
    let (lowest, highest) = bounds(values);
    let scale = if is_log(values) {
        Scale::log(lowest.min(1.0), highest.max(1.0), start, end)
    } else {
        Scale::linear(highest, start, end)
    };
    let bottom = height - AXIS;
    for tick in scale.ticks() {
        let x = scale.at(tick);
        drawing.line(if tick == 1.0 { "grid one" } else { "grid" }, (x, 0.0), (x, bottom));
        drawing.words("tick", (x, bottom + 16.0), Anchor::Middle, &numbers::round(tick));
    }
    let mut y = 0.0;
    for section in sections {
        drawing.words("name", (0.0, y + 18.0), Anchor::Start, &section.outcome.scenario);
        y += NAME;
        for ratio in &section.outcome.ratios {
            let bar = words(&mut drawing, section.outcome, ratio, (y, size));
            if is_quotient(ratio) {
                let class = class(section.outcome, ratio);
                draw_bar(&mut drawing, ratio, class, (&scale, bar));
            }
            y += entry(size);
        }
    }
    drawing
}

/// On a narrow screen name and value stand below each other.
fn entry(size: Size) -> f64 {
    size.choose(ENTRY, ENTRY + LINE)
}

fn class(outcome: &Outcome, ratio: &Ratio) -> &'static str {
    match ratio.goal {
        _ if outcome.is_void() => "missed",
        None => "free",
        Some(goal) if goal.is_met(ratio.value) => "met",
        Some(_) => "missed",
    }
}

/// Writes what a ratio is and what came of it. Returns where its bar may begin, from above.
fn words(drawing: &mut Drawing, outcome: &Outcome, ratio: &Ratio, (y, size): (f64, Size)) -> f64 {
    let class = class(outcome, ratio);
    let sign = match class {
        "met" => "✓ ",
        "missed" => "✗ ",
        _ => "",
    };
    let value = format!("{sign}{}", in_words(outcome, ratio));
    let (anchor, x, below) = size.choose((Anchor::End, drawing.width, 0.0), (Anchor::Start, 0.0, LINE));
    drawing.words("label", (0.0, y + 12.0), Anchor::Start, &ratio.what);
    drawing.words(&format!("label value {class}"), (x, y + 12.0 + below), anchor, &value);
    let bar = y + below + 18.0;
    if !is_quotient(ratio) {
        drawing.words(
            "tick",
            (0.0, bar + 10.0),
            Anchor::Start,
            "not a quotient, so without a place on the axis",
        );
    }
    bar
}

fn draw_bar(drawing: &mut Drawing, ratio: &Ratio, class: &str, (scale, top): (&Scale, f64)) {
    let bottom = top + BAR;
    let (base, at) = (if scale.from > 0.0 { 1.0 } else { 0.0 }, scale.at(ratio.value));
    let middle = f64::midpoint(top, bottom);
    drawing.bar(&format!("bar {class}"), (scale.at(base), top), (at, bottom));
    // A bar of no length would not be seen.
    drawing.bar(&format!("end {class}"), (at - 1.5, top), (at + 1.5, bottom));
    if let Some((lowest, highest)) = ratio.rounds {
        let (lowest, highest) = (scale.at(lowest), scale.at(highest));
        drawing.line("whisker", (lowest, middle), (highest, middle));
        for end in [lowest, highest] {
            drawing.line("whisker", (end, middle - 4.0), (end, middle + 4.0));
        }
    }
    if let Some(goal) = ratio.goal {
        let x = scale.at(goal.bound());
        drawing.line("goal", (x, top - 4.0), (x, bottom + 4.0));
    }
}
