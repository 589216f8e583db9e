//! The web app, as it was built: part of the binary, served beside the API.
//!
//! A file of `web/dist` is served under its own name; a page that somebody opens in a browser, whatever its address, is the app's
//! first page, which finds its way itself. Everything else is nothing. The app gets no more from the server than any
//! client: it only comes from the same place.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Problem;

/// What `npm run build` made. A build without it knows no app.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

/// The first page, which is every page.
const INDEX: &str = "index.html";

/// Where files are whose names change with what is in them.
const HASHED: &str = "assets/";

/// Paths that are the API's, or the node's: there an unknown name is a problem, and no page.
const NOT_PAGES: [&str; 6] = ["/api/", "/docs", "/healthz", "/readyz", "/metrics", "/.well-known/"];

/// What is kept for a year.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// What is asked for again each time.
const AFRESH: &str = "no-cache";

/// The app runs its own files and nothing else, inline code and styles included; it talks to where it came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
                      frame-ancestors 'none'";

/// The same with the payment provider's own form in it, where there is one.
const POLICY_WITH_FORM: &str = "default-src 'none'; script-src 'self' https://js.stripe.com; style-src 'self'; \
                                img-src 'self' data:; font-src 'self'; connect-src 'self' https://api.stripe.com; \
                                frame-src https://js.stripe.com https://hooks.stripe.com; manifest-src 'self'; \
                                form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// What a build without the app shows.
const UNBUILT: &str =
    "This build has no web app. Build it with `cargo xtask up`, or read the API at /docs.\n";

/// Answers whatever has no route. `has_form` says whether the provider's own form may be shown.
pub fn answer(request: &Request, has_form: bool) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD)
        || NOT_PAGES.iter().any(|not| path.starts_with(not))
    {
        return Problem::not_found().into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = Dist::get(name).filter(|_| name != INDEX) {
        let keep = if name.starts_with(HASHED) { FOR_EVER } else { AFRESH };
        return shown(file, keep, request, has_form);
    }
    if !opens_a_page(request) {
        return Problem::not_found().into_response();
    }
    match Dist::get(INDEX) {
        Some(page) => shown(page, AFRESH, request, has_form),
        None => (StatusCode::NOT_FOUND, UNBUILT).into_response(),
    }
}

/// Whether a browser asks for a page to show, and not for a part of one.
fn opens_a_page(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

fn shown(file: EmbeddedFile, keep: &'static str, request: &Request, has_form: bool) -> Response {
    let etag = etag(&file);
    let known = request.headers().get(header::IF_NONE_MATCH);
    let policy = if has_form { POLICY_WITH_FORM } else { POLICY };
    let mut response = if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_str(file.metadata.mimetype());
        let mut response = Response::new(Body::from(file.data));
        let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::ETAG, etag);
    response
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let digits: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{digits}\"")).expect("digits make a header's value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: Method, path: &str, accept: &str) -> Response {
        let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
        answer(&request.body(Body::empty()).expect("a request"), false)
    }

    #[test]
    fn only_a_page_that_a_browser_opens_is_the_app() {
        let is_problem = |response: &Response| response.extensions().get::<Problem>().is_some();
        assert!(is_problem(&ask(Method::GET, "/api/v1/nothing", "text/html")));
        assert!(is_problem(&ask(Method::POST, "/trips", "text/html")));
        assert!(is_problem(&ask(Method::GET, "/trips", "application/json")));
        assert!(is_problem(&ask(Method::GET, "/assets/gone.js", "*/*")));
        let page = ask(Method::GET, "/trips", "text/html,application/xhtml+xml");
        assert!(!is_problem(&page), "{page:?}");
    }
}
