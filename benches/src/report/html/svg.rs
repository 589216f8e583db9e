//! What drawings are made of: lines, words, and scales that turn numbers into places.

use std::fmt::Write;

use super::escape;

/// A drawing, in units of a pixel at its natural size. Its colours are the style sheet's.
#[derive(Debug)]
pub struct Drawing {
    /// From left to right.
    pub width: f64,
    height: f64,
    body: String,
}

/// A place in a drawing, from its upper left corner.
pub type Point = (f64, f64);

/// Where words stand relative to their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// They begin there.
    Start,
    /// They have it in their middle.
    Middle,
    /// They end there.
    End,
}

impl Drawing {
    /// An empty one.
    #[must_use]
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: Point, to: Point) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.put(&format!(r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#));
    }

    /// A box between two places.
    pub fn bar(&mut self, class: &str, from: Point, to: Point) {
        let (x, y) = (from.0.min(to.0), from.1.min(to.1));
        let (width, height) = ((to.0 - from.0).abs(), (to.1 - from.1).abs());
        self.put(&format!(
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#
        ));
    }

    /// A line from place to place.
    pub fn curve(&mut self, class: &str, points: &[Point]) {
        let mut path = String::new();
        for (step, (x, y)) in points.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(path, "{}{x:.1} {y:.1}", if step == 0 { 'M' } else { 'L' });
        }
        self.put(&format!(r#"<path class="{class}" d="{path}"/>"#));
    }

    /// A small sign, another one for each number, so that colours need not be told apart.
    pub fn sign(&mut self, class: &str, number: usize, (x, y): Point) {
        let shape = match number % 4 {
            0 => format!(r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="3.4"/>"#),
            1 => format!(r#"<path class="{class}" d="M{:.1} {:.1}h6v6h-6z"/>"#, x - 3.0, y - 3.0),
            2 => format!(r#"<path class="{class}" d="M{x:.1} {:.1}l4 7h-8z"/>"#, y - 4.2),
            _ => format!(r#"<path class="{class}" d="M{x:.1} {:.1}l4.2 4.2-4.2 4.2-4.2-4.2z"/>"#, y - 4.2),
        };
        self.put(&shape);
    }

    /// Words.
    pub fn words(&mut self, class: &str, (x, y): Point, anchor: Anchor, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let words = escape(words);
        self.put(&format!(
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#
        ));
    }

    fn put(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// The element, when it says nothing that the words beside it do not.
    #[must_use]
    pub fn decoration(self) -> String {
        let Self { width, height, body } = self;
        let size =
            format!("viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\"");
        format!("<svg aria-hidden=\"true\" {size}>{body}</svg>")
    }

    /// The element, with a title and a description for those who do not see it. `id` is the only one of its
    /// kind on the page.
    #[must_use]
    pub fn finish(self, id: &str, title: &str, description: &str) -> String {
        let Self { width, height, body } = self;
        let (title, description) = (escape(title), escape(description));
        format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\">\n<title id=\"{id}-t\">{title}</title>\
             <desc id=\"{id}-d\">{description}</desc>\n{body}</svg>\n"
        )
    }
}

/// Turns numbers into places along one direction.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    is_log: bool,
    /// The lowest number.
    pub from: f64,
    /// The highest number.
    pub to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Equal differences are equally far apart; from zero to a round number that is not below `highest`.
    #[must_use]
    pub fn linear(highest: f64, start: f64, end: f64) -> Self {
        let step = step(highest);
        let to = if highest > 0.0 { (highest / step - 1e-9).ceil() * step } else { 1.0 };
        Self { is_log: false, from: 0.0, to, start, end }
    }

    /// Equal quotients are equally far apart; between two round numbers that have `lowest` and `highest`
    /// between them. Both are above zero.
    #[must_use]
    pub fn log(lowest: f64, highest: f64, start: f64, end: f64) -> Self {
        let from = rounds(lowest / 10.0).rev().find(|round| *round <= lowest * (1.0 + 1e-9));
        let to = rounds(highest).find(|round| *round >= highest * (1.0 - 1e-9));
        let (from, to) = (from.unwrap_or(lowest), to.unwrap_or(highest));
        let to = if to > from { to } else { from * 10.0 };
        Self { is_log: true, from, to, start, end }
    }

    /// Where a number is. One that is beyond an end is at the end.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let value = value.clamp(self.from, self.to);
        let part = if self.is_log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + part * (self.end - self.start)
    }

    /// Round numbers worth a line, from the lowest to the highest.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        /// More lines than that are noise.
        const TICKS_MAX: usize = 8;
        if !self.is_log {
            let step = step(self.to);
            let count = (self.to / step).round() as usize;
            return (0..=count).map(|tick| tick as f64 * step).collect();
        }
        let decades = (self.to / self.from).log10().ceil() as usize + 1;
        let all = || rounds_over(self.from, decades).filter(|round| self.has(*round));
        let leading = |digit: f64| move |round: &f64| is_power_of_ten(*round / digit);
        let ones_and_fives = || all().filter(|round| leading(1.0)(round) || leading(5.0)(round));
        let tens: Vec<_> = all().filter(leading(1.0)).collect();
        if all().count() <= TICKS_MAX || tens.len() < 2 {
            all().collect()
        } else if ones_and_fives().count() <= TICKS_MAX {
            ones_and_fives().collect()
        } else {
            tens
        }
    }

    fn has(&self, value: f64) -> bool {
        (self.from * (1.0 - 1e-9)..=self.to * (1.0 + 1e-9)).contains(&value)
    }
}

/// 1, 2 and 5 times the powers of ten, from that of `value` on, over two decades.
fn rounds(value: f64) -> impl DoubleEndedIterator<Item = f64> {
    let exponent = value.log10().floor() as i32;
    (0..6).map(move |step: usize| round_number(exponent, step))
}

fn rounds_over(value: f64, decades: usize) -> impl Iterator<Item = f64> {
    let exponent = value.log10().floor() as i32;
    (0..3 * decades + 3).map(move |step| round_number(exponent, step))
}

fn round_number(exponent: i32, step: usize) -> f64 {
    [1.0, 2.0, 5.0][step % 3] * 10_f64.powi(exponent + (step / 3) as i32)
}

fn is_power_of_ten(value: f64) -> bool {
    let exponent = value.log10();
    (exponent - exponent.round()).abs() < 1e-6
}

/// About a fifth of `highest`, rounded to 1, 2 or 5 times a power of ten.
fn step(highest: f64) -> f64 {
    let rough = if highest > 0.0 { highest / 5.0 } else { 0.2 };
    rounds(rough).find(|round| *round >= rough * (1.0 - 1e-9)).unwrap_or(rough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_scale_ends_at_a_round_number() {
        let scale = Scale::linear(20_909.0, 100.0, 0.0);
        assert_eq!((scale.to, scale.at(0.0), scale.at(25_000.0), scale.at(1e9)), (25_000.0, 100.0, 0.0, 0.0));
        assert_eq!(scale.ticks(), [0.0, 5_000.0, 10_000.0, 15_000.0, 20_000.0, 25_000.0]);
        assert_eq!(Scale::linear(0.0, 0.0, 1.0).ticks().len(), 6);
    }

    #[test]
    fn a_log_scale_has_its_numbers_between_round_ones() {
        let scale = Scale::log(0.34, 52.0, 0.0, 100.0);
        assert_eq!((scale.from, scale.to), (0.2, 100.0));
        assert!((scale.at(0.2), scale.at(100.0)) == (0.0, 100.0) && scale.at(1.0) < scale.at(10.0));
        assert_eq!(scale.ticks(), [0.5, 1.0, 5.0, 10.0, 50.0, 100.0]);
        assert_eq!(Scale::log(1.0, 1e5, 0.0, 1.0).ticks(), [1.0, 10.0, 100.0, 1e3, 1e4, 1e5]);
        let narrow = Scale::log(150.0, 900.0, 0.0, 1.0);
        assert_eq!(narrow.ticks(), [100.0, 200.0, 500.0, 1_000.0]);
        let point = Scale::log(100.0, 100.0, 0.0, 1.0);
        assert!(point.from <= 100.0 && point.to > point.from);
    }

    #[test]
    fn words_and_titles_are_escaped() {
        let mut drawing = Drawing::new(10.0, 10.0);
        drawing.words("k0", (0.0, 0.0), Anchor::Start, "<script>");
        let element = drawing.finish("id", "a & b", "\"<b>\"");
        assert!(!element.contains("<script>") && !element.contains("<b>"), "{element}");
        assert!(element.contains("a &amp; b") && element.contains("id-t id-d"), "{element}");
    }
}
