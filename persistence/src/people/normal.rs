//! The normal form of what may be looked for.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A surname as people at a desk type it: without accents, spaces, hyphens and apostrophes, in capitals.
pub fn surname(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter) && letter.is_alphanumeric());
    letters.flat_map(char::to_uppercase).collect()
}

/// An address in lower case.
pub fn email(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_surname_has_one_form() {
        for (text, form) in [
            ("Müller", "MULLER"),
            ("O'Neil-Smith III", "ONEILSMITHIII"),
            ("  straße ", "STRASSE"),
            ("Nguye\u{302}\u{303}n", "NGUYEN"),
            ("Nguyễn", "NGUYEN"),
            ("李", "李"),
            ("'", ""),
        ] {
            assert_eq!(surname(text), form);
        }
        assert_eq!(email(" Ann@Example.COM"), "ann@example.com");
    }
}
