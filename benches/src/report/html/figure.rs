//! A figure: the same drawing for a wide and a narrow screen, with a legend of sides.

use super::svg::Drawing;
use super::{escape, keys};
use crate::report::{Outcome, Row};

/// How wide drawings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For desks and paper.
    Wide,
    /// For telephones.
    Narrow,
}

impl Size {
    /// In pixels.
    #[must_use]
    pub fn width(self) -> f64 {
        match self {
            Self::Wide => 832.0,
            Self::Narrow => 326.0,
        }
    }

    /// One of two, by size.
    #[must_use]
    pub fn choose<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }
}

/// What a figure shows.
#[derive(Debug)]
pub struct Figure<'a> {
    /// The only one of its kind on the page.
    pub id: String,
    /// Stands above it.
    pub title: &'a str,
    /// For those who do not see it.
    pub description: String,
    /// Stands below the title: how to read it.
    pub caption: &'a str,
    /// Its sides in words and signs; may be empty.
    pub legend: String,
}

impl Figure<'_> {
    /// The element. Only one of the two drawings is shown at a time.
    pub fn draw(&self, drawing: impl Fn(Size) -> Drawing) -> String {
        let Self { id, title, description, caption, legend } = self;
        let wide = drawing(Size::Wide).finish(&format!("{id}w"), title, description);
        let narrow = drawing(Size::Narrow).finish(&format!("{id}n"), title, description);
        let (title, caption) = (escape(title), escape(caption));
        format!(
            "<figure><figcaption><strong>{title}</strong> {caption}</figcaption>{legend}\
             <div class=\"wide\">{wide}</div><div class=\"narrow\">{narrow}</div></figure>\n"
        )
    }
}

/// How the sides of an outcome are told apart: those with a line of their own.
#[must_use]
pub fn legend(outcome: &Outcome, is_shown: impl Fn(&Row) -> bool, has_signs: bool) -> String {
    let mut items = String::new();
    for (row, key) in outcome.rows.iter().zip(keys(outcome)).filter(|(row, _)| is_shown(row)) {
        let mut sample = Drawing::new(34.0, 12.0);
        sample.line(&key.line(), (0.0, 6.0), (34.0, 6.0));
        if has_signs {
            sample.sign(&key.fill(), key.number, (17.0, 6.0));
        }
        let sample = sample.decoration();
        items.push_str(&format!("<li>{sample}{}</li>", escape(&row.side)));
    }
    format!("<ul class=\"legend\">{items}</ul>\n")
}
