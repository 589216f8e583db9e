//! A report as one page that needs nothing else: no network, no script, no font.
//!
//! It is written for somebody who knows neither the tool nor the product. What is said in colour is also said
//! in words or signs. Everything that comes from outside is escaped.

mod costs;
mod curves;
mod facts;
mod figure;
mod overview;
mod section;
mod summary;
mod svg;
mod timeline;
mod words;

use super::{Outcome, Report};
use crate::thresholds::Verdict;

/// What one scenario found, and where on the page.
#[derive(Debug, Clone, Copy)]
struct Section<'a> {
    /// Its place among all, from 1.
    number: usize,
    outcome: &'a Outcome,
}

/// Forbids whatever a page could fetch: so that nobody has to take our word for it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page of one report, or of several that are read together, with what was required of them.
#[must_use]
pub fn page(reports: &[Report], required: &[Verdict]) -> String {
    let outcomes = reports.iter().flat_map(|report| &report.outcomes).enumerate();
    let sections: Vec<_> = outcomes.map(|(place, outcome)| Section { number: place + 1, outcome }).collect();
    let mut body = summary::write(reports, &sections, required);
    body.push_str(&overview::write(&sections));
    body.push_str(&summary::thresholds(required));
    body.push_str(&facts::write(reports));
    body.push_str(words::HOW_TO_READ);
    for section in &sections {
        body.push_str(&section::write(section));
    }
    body.push_str("</main>\n");
    let (style, title) = (include_str!("style.css"), summary::title(&sections));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <title>{}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(&title)
    )
}

impl Section<'_> {
    /// What links to it.
    fn id(&self) -> String {
        format!("s{}", self.number)
    }
}

/// How a side is told apart from the others: by colour, by the dashes of its line, by a sign.
#[derive(Debug, Clone, Copy)]
struct Key {
    /// Among all sides.
    number: usize,
    /// Which colour.
    colour: usize,
    /// References are dashed.
    dashes: Option<usize>,
}

/// How many colours the style sheet has for each kind of side.
const COLOURS: usize = 4;
/// How many kinds of dashes it has.
const DASHES: usize = 3;

fn keys(outcome: &Outcome) -> Vec<Key> {
    let (mut ours, mut references) = (0, 0);
    let mut key = |number, is_reference: bool| {
        let of_its_kind = if is_reference { &mut references } else { &mut ours };
        let place = *of_its_kind;
        *of_its_kind += 1;
        let dashes = is_reference.then_some(place % DASHES);
        Key { number, colour: place % COLOURS + if is_reference { COLOURS } else { 0 }, dashes }
    };
    outcome.rows.iter().enumerate().map(|(number, row)| key(number, row.reference)).collect()
}

impl Key {
    /// The class of its line.
    fn line(self) -> String {
        let dashes = self.dashes.map(|dashes| format!(" d{dashes}")).unwrap_or_default();
        format!("line k{}{dashes}", self.colour)
    }

    /// The class of its signs and bars.
    fn fill(self) -> String {
        format!("fill k{}", self.colour)
    }
}

/// Text as HTML shows it, in elements and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A word about what is as it should be, or not; the sign says it too.
fn verdict(is_good: bool, good: &str, bad: &str) -> String {
    let (class, sign, word) = if is_good { ("good", '✓', good) } else { ("bad", '✗', bad) };
    format!("<span class=\"{class}\">{sign} {}</span>", escape(word))
}

/// `1 goal`, `2 goals`.
fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// The head of a column, which says what stands in it.
#[derive(Debug, Clone, Copy)]
enum Column<'a> {
    /// They begin at the same place.
    Words(&'a str),
    /// They end at the same place.
    Numbers(&'a str),
}

/// A table that scrolls by itself when the screen is narrow. Its cells are HTML already; the first of each row
/// heads it.
fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<String>]) -> String {
    let class =
        |column: &Column<'_>| if matches!(column, Column::Words(_)) { " class=\"words\"" } else { "" };
    let mut heads = String::new();
    for column in columns {
        let (Column::Words(head) | Column::Numbers(head)) = column;
        heads.push_str(&format!("<th scope=\"col\"{}>{}</th>", class(column), escape(head)));
    }
    let mut lines = String::new();
    for row in rows {
        let Some((first, others)) = row.split_first() else { continue };
        let cells = others.iter().zip(columns.iter().skip(1));
        let cells: String = cells.map(|(cell, column)| format!("<td{}>{cell}</td>", class(column))).collect();
        lines.push_str(&format!("<tr><th scope=\"row\">{first}</th>{cells}</tr>\n"));
    }
    format!(
        "<h3>{0}</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>{lines}</tbody></table></div>\n",
        escape(caption)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Row;

    #[test]
    fn no_letter_gets_out_of_its_place() {
        assert_eq!(escape("<a href=\"'x'\">&"), "&lt;a href=&quot;&#39;x&#39;&quot;&gt;&amp;");
    }

    #[test]
    fn sides_differ_and_references_are_dashed() {
        let row = |reference| Row { reference, ..Row::default() };
        let outcome =
            Outcome { rows: vec![row(true), row(false), row(false), row(true)], ..Outcome::default() };
        let lines: Vec<_> = keys(&outcome).into_iter().map(Key::line).collect();
        assert_eq!(lines, ["line k4 d0", "line k0", "line k1", "line k5 d1"]);
    }
}
