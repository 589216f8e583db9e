//! Names of people.

use std::fmt;
use std::str::FromStr;

/// Characters of a name: more than any passport prints.
const CHARS_MAX: usize = 80;

/// A first or a last name: 1–80 characters without control characters, without spaces around it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonName(String);

/// A text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must have 1 to 80 characters, and none that controls a terminal")]
pub struct InvalidName;

impl PersonName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim();
        if !(1..=CHARS_MAX).contains(&text.chars().count()) || text.chars().any(is_hidden) {
            return Err(InvalidName);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Controls, and those that turn the direction of what follows: they make one name look like another.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PersonName {
    /// Names do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_people_are_called() {
        for (text, name) in
            [("Ann", "Ann"), (" Ann ", "Ann"), ("Nguyễn", "Nguyễn"), ("O'Neil-Smith III", "O'Neil-Smith III")]
        {
            assert_eq!(text.parse::<PersonName>().unwrap().as_str(), name);
        }
        for text in ["", "  ", "a\nb", "a\0", "a\u{202e}b", &"x".repeat(81)] {
            assert_eq!(text.parse::<PersonName>(), Err(InvalidName), "{text:?}");
        }
        assert_eq!(format!("{:?}", "Ann".parse::<PersonName>().unwrap()), "PersonName(…)");
    }
}
