//! What a client says that it takes, and that it has already.

use axum::http::{HeaderMap, HeaderValue, header};

/// Whether a client takes an encoding, by its name: named without a weight of nothing (RFC 9110, section 12.5.3).
pub fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let taken = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    taken.flat_map(|value| value.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        name.trim().eq_ignore_ascii_case(encoding)
            && !weight.trim().trim_end_matches(['0', '.']).ends_with("q=")
    })
}

/// Whether an `If-None-Match` names this tag (RFC 9110, section 13.1.2).
pub fn names(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    known.split(',').map(str::trim).any(|one| one == "*" || weak(one) == weak(tag))
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
