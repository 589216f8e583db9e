//! Headers of every answer: what browsers must not do with it, and who else may read it.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// An answer is data: nothing in it runs, and no page shows it inside another.
const OF_AN_ANSWER: &str = "default-src 'none'; frame-ancestors 'none'";

/// The documentation's page brings its own scripts and styles.
const OF_A_PAGE: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
                    base-uri 'none'; frame-ancestors 'none'";

/// A year. Browsers heed it only over TLS, which a proxy in front ends.
const ONLY_TLS: &str = "max-age=31536000; includeSubDomains";

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Which of our headers a page elsewhere may read.
const EXPOSED: &str = "etag, idempotency-key, idempotent-replayed, ratelimit, ratelimit-policy, retry-after, \
                       server-time, x-request-id";

/// Which headers a page elsewhere may send.
const ALLOWED: &str = "authorization, content-type, idempotency-key, if-none-match, x-client, x-request-id";

/// Which methods it may use.
const METHODS: &str = "GET, POST, PATCH, DELETE";

/// How long a browser need not ask again, in seconds.
const ASKED_FOR: &str = "600";

/// Puts them in. Nobody keeps an answer unless it says itself that it may be kept.
pub fn guard(headers: &mut HeaderMap, is_page: bool) {
    let policy = if is_page { OF_A_PAGE } else { OF_AN_ANSWER };
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_TLS));
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The page that a browser asks for, if it is one of the `origins` that may (Fetch standard, CORS protocol).
#[must_use]
pub fn origin(headers: &HeaderMap, origins: &[String]) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let listed = origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes());
    listed.then(|| origin.clone())
}

/// Whether a browser only asks what a page elsewhere may do.
#[must_use]
pub fn is_preflight(request: &Request) -> bool {
    let has = |name| request.headers().contains_key(name);
    request.method() == Method::OPTIONS && has(header::ORIGIN) && has(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a page elsewhere may do: nothing unless it is listed.
#[must_use]
pub fn preflight(is_listed: bool) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    if !is_listed {
        return answer;
    }
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(ASKED_FOR));
    answer
}

/// Lets a listed page read an answer, with its cookies.
pub fn share(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}
