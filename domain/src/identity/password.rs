//! Passwords, before they are hashed.

use std::fmt;

/// Characters at least. Rules about digits and capitals are none of ours: they make passwords alike, not better
/// (NIST SP 800-63B, section 5.1.1.2).
const CHARS_MIN: usize = 8;

/// Characters at most: more than anybody types, and hashing it costs nothing to speak of.
const CHARS_MAX: usize = 128;

/// What everybody tries first, in lower case and in the order of its bytes.
const FREQUENT: &str = include_str!("passwords.txt");

/// A password that may be chosen. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPassword {
    /// It is too short or too long.
    #[error("it must have 8 to 128 characters")]
    Length,
    /// It stands in the list of those that are tried first.
    #[error("it is one of the passwords that are tried first; choose another one")]
    Frequent,
}

impl Password {
    /// A password that somebody wants to have.
    ///
    /// # Errors
    /// When it is too short, too long, or one that everybody tries first.
    pub fn choose(text: &str) -> Result<Self, UnfitPassword> {
        if !(CHARS_MIN..=CHARS_MAX).contains(&text.chars().count()) {
            return Err(UnfitPassword::Length);
        }
        if is_frequent(&text.to_lowercase()) {
            return Err(UnfitPassword::Frequent);
        }
        Ok(Self(text.to_owned()))
    }

    /// The password itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn is_frequent(lower: &str) -> bool {
    FREQUENT.lines().any(|line| line == lower)
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_all_that_is_asked_of_a_password() {
        for text in ["Test123!", "kühlesweißbier", "        a", &"x1".repeat(64)] {
            assert_eq!(Password::choose(text).unwrap().expose(), text);
        }
        for text in ["", "short", "1234567", &"x1".repeat(65)] {
            assert_eq!(Password::choose(text), Err(UnfitPassword::Length), "{text}");
        }
    }

    #[test]
    fn what_everybody_tries_first_is_refused_in_any_case() {
        for text in ["password", "PassWord", "12345678", "qwertyuiop", "iloveyou1", "football"] {
            assert_eq!(Password::choose(text), Err(UnfitPassword::Frequent), "{text}");
        }
    }

    #[test]
    fn the_list_is_sorted_long_enough_and_holds_nothing_that_is_refused_anyway() {
        let lines: Vec<&str> = FREQUENT.lines().collect();
        assert!(lines.len() >= 300, "{}", lines.len());
        assert!(lines.windows(2).all(|two| two[0] < two[1]), "sorted, and each once");
        for line in lines {
            assert!(line.chars().count() >= CHARS_MIN && line == line.to_lowercase(), "{line}");
        }
        assert!(!is_frequent("test123!"), "the interface's own example may be pasted");
    }

    #[test]
    fn a_password_is_never_printed() {
        assert!(!format!("{:?}", Password::choose("correct horse").unwrap()).contains("horse"));
    }
}
