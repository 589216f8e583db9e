//! Numbers as people read them: three digits that mean something, and a unit.

/// A time in microseconds: `850 µs`, `3.42 ms`, `1.2 s`.
#[must_use]
pub fn time(us: f64) -> String {
    // What would be rounded up to a thousand belongs to the next unit.
    match us {
        us if us < 999.5 => format!("{} µs", digits(us)),
        us if us < 999_500.0 => format!("{} ms", digits(us / 1e3)),
        us => format!("{} s", digits(us / 1e6)),
    }
}

/// A number without a unit: `0.342`, `12.5`, `20,909`.
#[must_use]
pub fn number(value: f64) -> String {
    trimmed(value)
}

/// A round number, for axes: `0.2`, `2.5`, `20,000`.
#[must_use]
pub fn round(value: f64) -> String {
    let text = digits(value);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A time in microseconds, for axes: `500 µs`, `1 ms`, `2.5 s`.
#[must_use]
pub fn round_time(us: f64) -> String {
    match us {
        us if us < 1e3 => format!("{} µs", round(us)),
        us if us < 1e6 => format!("{} ms", round(us / 1e3)),
        us => format!("{} s", round(us / 1e6)),
    }
}

/// A count: `1,234,567`.
#[must_use]
pub fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// A part of a whole, from 0 to 1: `0.3 %`, `19 %`.
#[must_use]
pub fn share(part: f64) -> String {
    let percent = part * 100.0;
    if percent == 0.0 || percent >= 9.95 {
        format!("{percent:.0} %")
    } else if percent < 0.1 {
        "< 0.1 %".to_owned()
    } else {
        format!("{percent:.1} %")
    }
}

/// Memory in MiB: `3.7 KiB`, `412 MiB`.
#[must_use]
pub fn memory(mib: f64) -> String {
    match mib {
        mib if mib > 0.0 && mib < 1.0 => format!("{} KiB", digits(mib * 1_024.0)),
        mib if mib < 1_000.0 => format!("{} MiB", digits(mib)),
        mib => format!("{} GiB", digits(mib / 1_024.0)),
    }
}

/// How far values lie from the middle between the lowest and the highest, as a part of it; `None` when there
/// are not two.
#[must_use]
pub fn spread(values: &[f64]) -> Option<f64> {
    let lowest = values.iter().copied().min_by(f64::total_cmp)?;
    let highest = values.iter().copied().max_by(f64::total_cmp)?;
    (values.len() > 1 && highest > 0.0).then(|| (highest - lowest) / (highest + lowest))
}

/// A number whose name ends with its unit, such as `releaseP99Us`: the name in words, and the number with the
/// unit.
#[must_use]
pub fn named(name: &str, value: f64) -> (String, String) {
    let mut words = words(name);
    let text = match words.last().map(String::as_str) {
        Some("us") => time(value),
        Some("ms") => time(value * 1e3),
        Some("bytes") if words.len() == 1 => return ("size".to_owned(), format!("{} bytes", trimmed(value))),
        Some("bytes") => format!("{} bytes", trimmed(value)),
        Some("kib") => format!("{} KiB", digits(value)),
        Some("mib") => memory(value),
        _ => return (words.join(" "), trimmed(value)),
    };
    if words.len() > 1 {
        words.pop();
    }
    (words.join(" "), text)
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter.is_uppercase() && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// What stands for a number that was not measured.
pub const NONE: &str = "–";

/// The number, or the sign that there is none.
#[must_use]
pub fn or_none<T>(value: Option<T>, write: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), write)
}

/// Three digits, or as many as stand before the point.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 => 2,
        0.0 => 0,
        _ => 3,
    };
    grouped(&format!("{value:.decimals$}"))
}

/// The same, without zeros that say nothing.
fn trimmed(value: f64) -> String {
    if value.fract() == 0.0 { grouped(&format!("{value:.0}")) } else { digits(value) }
}

/// With a comma between thousands.
fn grouped(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut text = String::with_capacity(number.len() * 4 / 3);
    for (place, digit) in number.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_keeps_them_short() {
        for (us, text) in [
            (0.0, "0 µs"),
            (0.42, "0.420 µs"),
            (30.52, "30.5 µs"),
            (850.0, "850 µs"),
            (999.6, "1.00 ms"),
            (3_420.0, "3.42 ms"),
            (10_049.0, "10.0 ms"),
            (342_000.0, "342 ms"),
            (1_234_567.0, "1.23 s"),
            (600e6, "600 s"),
        ] {
            assert_eq!(time(us), text);
        }
    }

    #[test]
    fn numbers_have_three_digits_or_more_before_the_point() {
        for (value, text) in
            [(0.0, "0"), (0.3418, "0.342"), (1.0, "1"), (1.378, "1.38"), (52.1, "52.1"), (20_909.4, "20,909")]
        {
            assert_eq!(number(value), text);
        }
        assert_eq!((count(999), count(1_234_567)), ("999".to_owned(), "1,234,567".to_owned()));
        assert_eq!(number(-1_234.0), "-1,234");
        assert_eq!(number(-123.0), "-123");
        assert_eq!([0.0, 0.2, 2.5, 20.0, 25_000.0].map(round), ["0", "0.2", "2.5", "20", "25,000"]);
        assert_eq!([2_000.0, 2_500_000.0].map(round_time), ["2 ms", "2.5 s"]);
    }

    #[test]
    fn shares_and_memory_are_told_in_their_units() {
        let shares = [0.0, 0.000_1, 0.003, 0.19, 1.0].map(share);
        assert_eq!(shares, ["0 %", "< 0.1 %", "0.3 %", "19 %", "100 %"]);
        let sizes = [0.0, 3.7 / 1_024.0, 412.3, 2_048.0].map(memory);
        assert_eq!(sizes, ["0 MiB", "3.70 KiB", "412 MiB", "2.00 GiB"]);
    }

    #[test]
    fn the_end_of_a_name_tells_the_unit() {
        let named = |name, value| {
            let (name, value) = named(name, value);
            format!("{name} {value}")
        };
        assert_eq!(named("releaseP99Us", 1_500.0), "release p99 1.50 ms");
        assert_eq!(named("frameBytes", 1_311.0), "frame 1,311 bytes");
        assert_eq!(named("bytes", 64_000.0), "size 64,000 bytes");
        assert_eq!(
            (named("idleKib", 3.7), named("resyncs", 2.0)),
            ("idle 3.70 KiB".into(), "resyncs 2".into())
        );
    }

    #[test]
    fn a_spread_needs_two_rounds() {
        assert_eq!(spread(&[95.0, 105.0, 100.0]), Some(0.05));
        assert_eq!((spread(&[95.0]), spread(&[]), spread(&[0.0, 0.0])), (None, None, None));
        assert_eq!((or_none(Some(1), |one| one.to_string()), or_none(None::<u8>, |_| String::new())), {
            ("1".to_owned(), "–".to_owned())
        });
    }
}
