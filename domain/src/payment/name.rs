//! Names of payments, of means to pay, and of who takes them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest name of anything at a provider, in bytes.
pub const NAME_BYTES_MAX: usize = 255;

/// A text that is no name for a thing at a provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a name: it must have 1 to 255 letters, digits, underscores and dashes, and be no number")]
pub struct InvalidName;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str(text: &str) -> Result<Self, InvalidName> {
                is_name(text).then(|| Self(text.into())).ok_or(InvalidName)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;
            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

/// A name has a letter in it: what is digits and dashes alone might be the number of a card, and is never taken in.
fn is_name(text: &str) -> bool {
    let admitted = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=NAME_BYTES_MAX).contains(&text.len())
        && text.bytes().all(admitted)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

name!(
    /// What a provider calls a payment, e.g. `pi_3Q9x`.
    PaymentName
);
name!(
    /// What a provider calls a card, or another means to pay, that a customer has entered with it, e.g. `pm_card_visa`. Never
    /// the number of a card.
    MethodName
);
name!(
    /// What clients know a provider by, e.g. `stripe`.
    ProviderName
);

/// A refund within a booking: 1, 2, 3 … in the order in which they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RefundNumber(u16);

impl RefundNumber {
    /// The `number`-th refund of a booking.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for RefundNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_card_is_no_name() {
        for text in ["", "4242424242424242", "4242-4242-4242-4242", "pm 1", "pm/1", "pm.1", &"p".repeat(256)]
        {
            assert_eq!(text.parse::<MethodName>(), Err(InvalidName), "{text}");
        }
        assert_eq!(
            "pm_card_visa".parse::<MethodName>().map(|name| name.to_string()).as_deref(),
            Ok("pm_card_visa")
        );
    }

    #[test]
    fn a_name_is_stored_as_its_text() {
        let name: PaymentName = serde_json::from_str("\"pi_1\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"pi_1\"");
        assert!(serde_json::from_str::<PaymentName>("\"pi 1\"").is_err());
    }
}
