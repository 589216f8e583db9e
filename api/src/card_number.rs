//! Finds the number of a card where none belongs.
//!
//! A number that is never taken in need not be kept safe (PCI DSS v4.0.1, 3.2): cards are entered with the provider, and we
//! know them by its names. So a body that carries one is refused before anything of it is read, kept or logged.

use serde_json::Value;

/// Digits of a card number (ISO/IEC 7812-1), fewest and most; shorter ones are not in use.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// So many spaces, dashes or dots at most stand between two groups of one number, like ` - `.
const BETWEEN_MAX: usize = 3;

/// Whether a number of a card stands in any text or number of it.
pub fn is_in(value: &Value) -> bool {
    match value {
        Value::String(text) => is_in_text(text),
        Value::Number(number) => number.as_u64().is_some_and(|number| is_card(&number.to_string())),
        Value::Array(values) => values.iter().any(is_in),
        Value::Object(members) => members.iter().any(|(name, value)| is_in_text(name) || is_in(value)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Digits, perhaps in groups with spaces, dashes or dots between them; what stands beside the number, like an expiry date, is a
/// group of its own. A telephone number in international form begins with a plus and is none.
fn is_in_text(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let groups = groups_from(&letters, &mut at);
        if (0..groups.len()).any(|first| begins_a_card(&groups[first..])) {
            return true;
        }
    }
    false
}

/// The groups of digits from here on that stand one beside the other; none that are part of a word or a telephone number.
fn groups_from(letters: &[char], at: &mut usize) -> Vec<String> {
    let before = at.checked_sub(1).map(|before| letters[before]);
    let mut groups = Vec::new();
    loop {
        let from = *at;
        while letters.get(*at).is_some_and(char::is_ascii_digit) {
            *at += 1;
        }
        groups.push(letters[from..*at].iter().collect());
        let between =
            letters[*at..].iter().take(BETWEEN_MAX + 1).take_while(|letter| separates(**letter)).count();
        let goes_on = letters.get(*at + between).is_some_and(char::is_ascii_digit);
        if !goes_on || !(1..=BETWEEN_MAX).contains(&between) {
            break;
        }
        *at += between;
    }
    let after = letters.get(*at);
    if after.is_some_and(|letter| letter.is_alphanumeric() || *letter == '_') {
        groups.pop();
    }
    if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '+' || letter == '_') {
        groups.clear();
    }
    groups
}

/// Whether people write it between the groups of one number: spaces of every width, dashes of every length, a dot. A slash
/// stands between the parts of dates.
fn separates(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '.')
}

/// Whether some of the groups, from the first on, are the number of a card together.
fn begins_a_card(groups: &[String]) -> bool {
    let mut digits = String::new();
    groups.iter().any(|group| {
        digits.push_str(group);
        is_card(&digits)
    })
}

/// As long as a card's number, of an industry that issues cards, and with the right last digit (ISO/IEC 7812-1, annex B).
fn is_card(digits: &str) -> bool {
    let issued = digits.starts_with(['2', '3', '4', '5', '6']);
    DIGITS.contains(&digits.len()) && issued && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let worth = |(at, digit): (usize, u8)| {
        let digit = u32::from(digit - b'0');
        match at % 2 {
            0 => digit,
            _ if digit > 4 => 2 * digit - 9,
            _ => 2 * digit,
        }
    };
    digits.bytes().rev().enumerate().map(worth).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_card_is_found_wherever_it_stands() {
        for body in [
            json!({ "paymentMethod": "4242424242424242" }),
            json!({ "card": { "number": "4242 4242 4242 4242" } }),
            json!({ "note": "mine is 5555-5555-5555-4444, thanks" }),
            json!({ "note": "4242 4242 4242 4242 12/27" }),
            json!({ "note": "12 4242424242424242 123" }),
            json!({ "note": "4242.4242.4242.4242" }),
            json!({ "note": "4242  4242 - 4242\n4242" }),
            json!({ "note": "4242\u{a0}4242\u{2009}4242\u{2013}4242" }),
            json!({ "number": 4_242_424_242_424_242_u64 }),
            json!([["378282246310005"]]),
            json!({ "4000056655665556": true }),
        ] {
            assert!(is_in(&body), "{body}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for body in [
            json!({ "paymentMethod": "pm_card_visa" }),
            json!({ "number": "4242424242424241" }),
            json!({ "phone": "+4915112345678901" }),
            json!({ "id": "booking_4242424242424242", "hex": "4242424242424242a" }),
            json!({ "id": "7b0c6f0e-6f0a-4d0e-9d55-0c7a7a3f6d11", "at": 1_767_225_600_000_u64 }),
            json!({ "short": "424242424242" }),
            json!({ "far": "4242 4242 4242    4242", "dates": "4242/4242/4242/4242" }),
            json!({ "dateOfBirth": "1990-01-01" }),
        ] {
            assert!(!is_in(&body), "{body}");
        }
    }
}
