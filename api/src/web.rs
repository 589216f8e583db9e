//! The web app, as it was built: part of the binary, served beside the API.
//!
//! A file of `web/dist` is served under its own name; a page that somebody opens in a browser, whatever its address, is the app's
//! first page, which finds its way itself. Where many people come first, the build wrote that page once more, with the names of
//! what its address will need. Everything else is nothing. The app gets no more from the server than any client: it only
//! comes from the same place.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::negotiation;
use crate::problem::Problem;

/// What `npm run build` made. A build without it knows no app.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

/// The first page, which is every page.
const INDEX: &str = "index.html";

/// Where the same page is for addresses that begin with its name: `pages/search.html`, and `pages/index.html` for `/`.
const PAGES: &str = "pages/";

/// How the build compressed what is worth it, best first: the encoding, and what the file's name got at its end.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

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
    answer_from::<Dist>(request, has_form)
}

fn answer_from<Files: RustEmbed>(request: &Request, has_form: bool) -> Response {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD)
        || NOT_PAGES.iter().any(|not| path.starts_with(not))
    {
        return Problem::not_found().into_response();
    }
    let name = path.trim_start_matches('/');
    if has_own_name(name)
        && let Some(file) = Encoded::find::<Files>(name, request.headers())
    {
        let keep = if name.starts_with(HASHED) { FOR_EVER } else { AFRESH };
        return file.shown(keep, request, has_form);
    }
    if !opens_a_page(request) {
        return Problem::not_found().into_response();
    }
    let page = Encoded::find::<Files>(&page_at(name), request.headers());
    match page.or_else(|| Encoded::find::<Files>(INDEX, request.headers())) {
        Some(page) => page.shown(AFRESH, request, has_form),
        None => (StatusCode::NOT_FOUND, UNBUILT).into_response(),
    }
}

/// Whether a file is asked for by its name: pages have addresses, and encodings are agreed on.
fn has_own_name(name: &str) -> bool {
    name != INDEX && !name.starts_with(PAGES) && !ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending))
}

/// The name of the page for an address, if there is one.
fn page_at(address: &str) -> String {
    let first = address.split('/').next().unwrap_or_default();
    format!("{PAGES}{}.html", if first.is_empty() { "index" } else { first })
}

/// Whether a browser asks for a page to show, and not for a part of one.
fn opens_a_page(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// A file as whoever asks for it takes it.
struct Encoded {
    file: EmbeddedFile,
    /// What it is when nothing is encoded.
    kind: String,
    encoding: Option<&'static str>,
}

impl Encoded {
    fn find<Files: RustEmbed>(name: &str, headers: &HeaderMap) -> Option<Self> {
        let plain = Files::get(name)?;
        let kind = plain.metadata.mimetype().to_owned();
        let taken = ENCODINGS.iter().filter(|(encoding, _)| negotiation::takes(headers, encoding));
        let mut smaller =
            taken.filter_map(|(encoding, ending)| Some((Files::get(&format!("{name}{ending}"))?, *encoding)));
        Some(match smaller.next() {
            Some((file, encoding)) => Self { file, kind, encoding: Some(encoding) },
            None => Self { file: plain, kind, encoding: None },
        })
    }

    fn shown(self, keep: &'static str, request: &Request, has_form: bool) -> Response {
        let tag = tag(&self.file);
        let known = request.headers().get(header::IF_NONE_MATCH);
        let policy = if has_form { POLICY_WITH_FORM } else { POLICY };
        let mut response = if known.is_some_and(|known| negotiation::names(known, &tag)) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.whole()
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::ETAG, HeaderValue::from_str(&tag).expect("digits make a header's value"));
        response
    }

    fn whole(self) -> Response {
        let kind = HeaderValue::from_str(&self.kind);
        let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
        let mut response = Response::new(Body::from(self.file.data));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(encoding) = self.encoding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// The digest of the very bytes: each encoding of a file has its own.
fn tag(file: &EmbeddedFile) -> String {
    let digits: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{digits}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a build could have made.
    #[derive(RustEmbed)]
    #[folder = "tests/site"]
    struct Site;

    fn ask(method: Method, path: &str, accept: &str) -> Response {
        let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
        answer_from::<Site>(&request.body(Body::empty()).expect("a request"), false)
    }

    fn bring(path: &str, named: &[(header::HeaderName, &str)]) -> Response {
        let request = Request::builder().uri(path).header(header::ACCEPT, "text/html");
        let request = named.iter().fold(request, |request, (name, value)| request.header(name, *value));
        answer_from::<Site>(&request.body(Body::empty()).expect("a request"), false)
    }

    async fn text(response: Response) -> String {
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.expect("a body");
        String::from_utf8(body.to_vec()).expect("a text").trim().to_owned()
    }

    fn said<'a>(response: &'a Response, name: &header::HeaderName) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    #[test]
    fn only_a_page_that_a_browser_opens_is_the_app() {
        let is_problem = |response: &Response| response.extensions().get::<Problem>().is_some();
        assert!(is_problem(&ask(Method::GET, "/api/v1/nothing", "text/html")));
        assert!(is_problem(&ask(Method::POST, "/trips", "text/html")));
        assert!(is_problem(&ask(Method::GET, "/trips", "application/json")));
        assert!(is_problem(&ask(Method::GET, "/assets/gone.js", "*/*")));
        assert!(is_problem(&ask(Method::GET, "/pages/search.html", "*/*")));
        assert!(is_problem(&ask(Method::GET, "/assets/app.js.br", "*/*")));
        let page = ask(Method::GET, "/trips", "text/html,application/xhtml+xml");
        assert!(!is_problem(&page), "{page:?}");
    }

    #[tokio::test]
    async fn an_address_has_its_own_page_or_the_first() {
        for (path, page) in [
            ("/", "home"),
            ("/search?from=JFK", "search"),
            ("/search/deeper", "search"),
            ("/searches", "any"),
            ("/trips/7", "any"),
            ("/index.html", "any"),
            ("/../index", "any"),
        ] {
            let response = bring(path, &[]);
            assert_eq!(said(&response, &header::CACHE_CONTROL), AFRESH, "{path}");
            assert_eq!(text(response).await, page, "{path}");
        }
    }

    #[tokio::test]
    async fn a_file_comes_as_its_asker_takes_it() {
        let taken = header::ACCEPT_ENCODING;
        for (accepted, encoding, body) in [
            ("", "", "plain"),
            ("deflate, zstd", "", "plain"),
            ("gzip, deflate, br", "br", "brotli"),
            ("br;q=0, gzip", "gzip", "gzipped"),
            ("GZIP;q=0.5", "gzip", "gzipped"),
        ] {
            let response = bring("/assets/app.js", &[(taken.clone(), accepted)]);
            assert_eq!(said(&response, &header::CONTENT_ENCODING), encoding, "{accepted}");
            assert_eq!(said(&response, &header::VARY), "accept-encoding", "{accepted}");
            assert_eq!(said(&response, &header::CONTENT_TYPE), "text/javascript", "{accepted}");
            assert_eq!(said(&response, &header::CACHE_CONTROL), FOR_EVER, "{accepted}");
            assert_eq!(text(response).await, body, "{accepted}");
        }
    }

    #[test]
    fn what_is_known_in_one_encoding_is_not_known_in_another() {
        let (taken, known) = (header::ACCEPT_ENCODING, header::IF_NONE_MATCH);
        let first = bring("/assets/app.js", &[(taken.clone(), "br")]);
        let tag = said(&first, &header::ETAG);
        let again = bring("/assets/app.js", &[(taken.clone(), "br"), (known.clone(), tag)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(said(&again, &header::ETAG), tag);
        assert_eq!(said(&again, &header::VARY), "accept-encoding");
        let other = bring("/assets/app.js", &[(taken, "gzip"), (known, tag)]);
        assert_eq!(other.status(), StatusCode::OK);
    }
}
