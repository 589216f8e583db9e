//! Texts as they are compared: without case, accents and punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` in small letters without accents, its words one space apart. Apostrophes vanish (`O'Hare` is one
/// word), all other punctuation parts words.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfd().flat_map(char::to_lowercase) {
        if is_combining_mark(letter) || is_apostrophe(letter) {
            continue;
        }
        if let Some(plain) = plain(letter) {
            folded.push_str(plain);
        } else if letter.is_alphanumeric() {
            folded.push(letter);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

const fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '`' | '´' | '‘' | '’' | 'ʻ' | 'ʼ')
}

/// What a letter becomes that Unicode does not take apart into a plain one and an accent.
const fn plain(letter: char) -> Option<&'static str> {
    match letter {
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ß' => Some("ss"),
        'ø' => Some("o"),
        'ł' => Some("l"),
        'đ' | 'ð' => Some("d"),
        'þ' => Some("th"),
        'ı' => Some("i"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        for (text, folded) in [
            ("São Paulo", "sao paulo"),
            ("Sa\u{303}o Paulo", "sao paulo"),
            ("ZÜRICH", "zurich"),
            ("Chicago O’Hare", "chicago ohare"),
            ("  St. Louis / Lambert-  ", "st louis lambert"),
            ("Łódź", "lodz"),
            ("Tromsø", "tromso"),
            ("Đà Nẵng", "da nang"),
            ("İstanbul Diyarbakır", "istanbul diyarbakir"),
            ("Þórshöfn", "thorshofn"),
            ("京都", "京都"),
            ("--", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(folded), folded);
        }
    }

    #[test]
    fn every_bundled_name_can_be_typed_on_a_plain_keyboard() {
        for airport in Reference::bundled().airports() {
            for text in [Some(&airport.name), airport.city.as_ref()].into_iter().flatten() {
                let folded = fold(text);
                assert!(!folded.is_empty() && folded.is_ascii(), "{text:?} becomes {folded:?}");
            }
        }
    }
}
