//! Where a browser keeps its refresh token: in a cookie that no script reads and that goes to no other host.
//!
//! The prefix `__Host-` makes browsers refuse it without `Secure`, with a domain, or for a part of our paths only. Browsers take
//! it from `http://localhost` as well.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::live::is_welcome;

/// The cookie's name.
const NAME: &str = "__Host-aisle-refresh";

/// The refresh token that a browser sent along.
#[must_use]
pub fn find(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == NAME).map(|(_, value)| value)
}

/// Whether a request with cookies comes from a page of ours, and says so: browsers always do.
#[must_use]
pub fn is_ours(headers: &HeaderMap, origins: &[String]) -> bool {
    headers.contains_key(header::ORIGIN) && is_welcome(headers, origins)
}

/// Gives a browser its token to keep for so many seconds.
#[must_use]
pub fn keep(token: &str, secs: u64) -> HeaderValue {
    let text = format!("{NAME}={token}; Path=/; Max-Age={secs}; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).expect("tokens are base64url")
}

/// Takes it away.
#[must_use]
pub fn forget() -> HeaderValue {
    HeaderValue::from_static("__Host-aisle-refresh=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(find(&headers), None);
        headers.append(header::COOKIE, "a=b; x__Host-aisle-refresh=no".parse().unwrap());
        assert_eq!(find(&headers), None);
        headers.append(header::COOKIE, "c=d; __Host-aisle-refresh=yes;e=f".parse().unwrap());
        assert_eq!(find(&headers), Some("yes"));
        assert!(keep("yes", 9).to_str().unwrap().starts_with("__Host-aisle-refresh=yes; Path=/; Max-Age=9;"));
    }

    #[test]
    fn a_page_of_somebody_else_is_not_ours_and_neither_is_who_says_nothing() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "aisle.example".parse().unwrap());
        assert!(!is_ours(&headers, &[]));
        headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
        assert!(!is_ours(&headers, &[]));
        headers.insert(header::ORIGIN, "https://aisle.example".parse().unwrap());
        assert!(is_ours(&headers, &[]));
    }
}
