//! E-mail addresses: by which people sign in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Characters of a whole address (RFC 5321, section 4.5.3.1.3: a path of 256, with its brackets).
const CHARS_MAX: usize = 254;

/// Characters before the at sign (RFC 5321, section 4.5.3.1.1).
const LOCAL_CHARS_MAX: usize = 64;

/// Characters of one part of a domain (RFC 1035, section 2.3.4).
const LABEL_CHARS_MAX: usize = 63;

/// An e-mail address in its one normal form: lower case, without spaces around it.
///
/// Case before the at sign could matter by the letter of RFC 5321; no mail service that people use lets it, and two accounts that
/// differ by it would be one person's mistake or somebody else's trick. Only ASCII: addresses beyond it have several forms that
/// look alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(Arc<str>);

/// A text that is no e-mail address. It is not repeated: it may be anything, somebody's password for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be an e-mail address like ann@example.com, in ASCII, of at most 254 characters")]
pub struct InvalidEmail;

impl EmailAddress {
    /// The address in its normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;
    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim_matches(' ');
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        if text.len() > CHARS_MAX || !is_local(local) || !is_domain(domain) {
            return Err(InvalidEmail);
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }
}

/// Atoms with dots between them (RFC 5322, section 3.2.3). Quoted ones are allowed there and used by nobody.
fn is_local(text: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    text.len() <= LOCAL_CHARS_MAX && text.split('.').all(is_atom)
}

/// A name of a host with at least one dot, the last part of which is no number.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_CHARS_MAX).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && text.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    /// Addresses do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_form() {
        for text in ["ann@example.com", "Ann@Example.COM", " ANN@EXAMPLE.com "] {
            let address: EmailAddress = text.parse().unwrap();
            assert_eq!(address.as_str(), "ann@example.com");
            assert_eq!(address.to_string().parse(), Ok(address));
        }
        for text in ["a.b+c@x-y.example.co.uk", "o'neil@a.io", "1@2.com"] {
            assert_eq!(text.parse::<EmailAddress>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        let longer = format!("a@{}.com", vec!["a".repeat(60); 5].join("."));
        for text in [
            "",
            "@",
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "ann@@example.com",
            "ann smith@example.com",
            "ann@exam ple.com",
            ".ann@example.com",
            "ann.@example.com",
            "a..b@example.com",
            "ann@.com",
            "ann@example..com",
            "ann@-example.com",
            "ann@example-.com",
            "ann@127.0.0.1",
            "ann@[127.0.0.1]",
            "\"ann\"@example.com",
            "ann@example.com\n",
            "ann\0@example.com",
            "änn@example.com",
            "ann@exämple.com",
            &long,
            &longer,
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_not_printed_by_accident() {
        let address: EmailAddress = "ann@example.com".parse().unwrap();
        assert!(!format!("{address:?}").contains("ann"));
    }
}
