//! Forms: what requests to Stripe carry.

use std::collections::BTreeMap;

/// Writes pairs as a form.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut form = String::new();
    for (name, value) in pairs {
        if !form.is_empty() {
            form.push('&');
        }
        escape(name, &mut form);
        form.push('=');
        escape(value, &mut form);
    }
    form
}

fn escape(text: &str, form: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            form.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// Reads a form; nothing when it is none. Of a name that comes twice the last one counts.
pub fn decode(form: &str) -> Option<BTreeMap<String, String>> {
    let pairs = form.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(n, v)| Some((unescape(n)?, unescape(v)?)))
        .collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next()?)? << 4 | digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(plain).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_back() {
        let pairs = [("amount", "1099"), ("metadata[key]", "a:b&c=d +%é\n"), ("empty", "")];
        let form = encode(pairs);
        assert_eq!(form, "amount=1099&metadata%5Bkey%5D=a%3Ab%26c%3Dd%20%2B%25%C3%A9%0A&empty=");
        let read = decode(&form).expect("a form");
        assert_eq!(read, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }

    #[test]
    fn what_is_no_form_is_refused_without_a_panic() {
        for form in ["%", "a=%4", "a=%zz", "%ff=1", "a=%é"] {
            assert_eq!(decode(form), None, "{form}");
        }
        assert_eq!(decode("&&"), Some(BTreeMap::new()));
    }
}
