//! The classes of service that a cabin is sold in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A class of service, from the front of the aircraft to the back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CabinClass {
    /// Letter F.
    First,
    /// Letter J.
    Business,
    /// Letter W.
    PremiumEconomy,
    /// Letter Y.
    Economy,
}

/// A text that names no class of service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a cabin class: {0:?}")]
pub struct UnknownClass(String);

impl CabinClass {
    /// Every class, from the front of the aircraft to the back.
    pub const ALL: [Self; 4] = [Self::First, Self::Business, Self::PremiumEconomy, Self::Economy];

    /// The letter that layouts and tickets write for it: F, J, W or Y.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::First => 'F',
            Self::Business => 'J',
            Self::PremiumEconomy => 'W',
            Self::Economy => 'Y',
        }
    }

    /// The class with this letter, if one has it.
    #[must_use]
    pub fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.letter() == letter)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::First => "FIRST",
            Self::Business => "BUSINESS",
            Self::PremiumEconomy => "PREMIUM_ECONOMY",
            Self::Economy => "ECONOMY",
        }
    }
}

impl fmt::Display for CabinClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CabinClass {
    type Err = UnknownClass;
    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        let found = Self::ALL.into_iter().find(|class| class.name() == text);
        found.ok_or_else(|| UnknownClass(text.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_prints_as_it_is_stored_and_reads_back() {
        for class in CabinClass::ALL {
            assert_eq!(class.to_string().parse(), Ok(class));
            assert_eq!(serde_json::to_string(&class).unwrap(), format!("\"{class}\""));
            assert_eq!(CabinClass::from_letter(class.letter()), Some(class));
        }
        assert!("economy".parse::<CabinClass>().is_err());
        assert_eq!(CabinClass::from_letter('C'), None);
    }
}
