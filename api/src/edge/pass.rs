//! What every request passes on its way in and out.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use tokio::time::timeout;
use tower_service::Service as _;
use tracing::Instrument as _;

use super::headers;
use super::rates::Kind;
use crate::State;
use crate::auth::caller::{RequestName, is_asked_at};
use crate::metrics::Route;
use crate::problem::Problem;

/// The header that names a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a request's name from outside may be.
const REQUEST_ID_MAX: usize = 64;

/// How long a request may take beyond its command's deadline. What is left is for its body: 64 KiB come in a
/// second over any line of today, and a client that lets them trickle keeps a place from others.
const BODY_ARRIVES_WITHIN: Duration = Duration::from_secs(10);

/// Lets a request in or turns it away, names it, counts it, and writes out whatever problem comes back. It came over a
/// line to a route, which is its path's template.
pub async fn pass(
    state: &State,
    router: Router,
    (route, line): (Arc<str>, IpAddr),
    request: Request,
) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let method = name(request.method());
    let is_page = request.uri().path().starts_with("/docs");
    let origin = headers::origin(request.headers(), &state.options.origins);
    let response = if headers::is_preflight(&request) {
        headers::preflight(origin.is_some())
    } else {
        counted(state, router, request, &id, (&route, line)).await
    };
    let mut response = written_out(response, &id);
    headers::guard(response.headers_mut(), is_page);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    if let Some(origin) = origin {
        headers::share(response.headers_mut(), origin);
    }
    state.metrics.duration.observe(began.elapsed().as_secs_f64());
    let counted = Route { route, method, status: class(response.status()) };
    state.metrics.requests.get_or_create(&counted).inc();
    response
}

/// Lets a request in whose client has not sent too many.
async fn counted(
    state: &State,
    router: Router,
    request: Request,
    id: &str,
    (route, line): (&str, IpAddr),
) -> Response {
    let kind = Kind::of(request.method(), route).filter(|kind| state.rates.counts(*kind));
    let Some(kind) = kind else { return enter(state, router, request, id, route).await };
    let principal =
        if kind.is_by_principal() { crate::auth::speaker(state, request.headers()) } else { None };
    let (left, mut response) = match state.rates.count(kind, principal.as_deref(), line).await {
        Ok(left) => (left, enter(state, router, request, id, route).await),
        Err((left, problem)) => {
            state.metrics.limited.inc();
            (Some(left), problem.into_response())
        }
    };
    if let Some(left) = left {
        left.write(response.headers_mut());
    }
    response
}

async fn enter(state: &State, mut router: Router, request: Request, id: &str, route: &str) -> Response {
    let is_probe = matches!(route, "/healthz" | "/readyz" | "/metrics");
    let entered = if is_probe { None } else { Some(state.load.enter(request.method())) };
    if matches!(entered, Some(None)) {
        state.metrics.shed.inc();
        return Problem::overloaded("too many requests are under way; come back shortly").into_response();
    }
    let is_read = request.method().is_safe();
    let mut request = request;
    if is_asked_at(route) {
        request.extensions_mut().insert(RequestName(id.into()));
    }
    // Of debugging, because it would be written for every request. What is logged about one names it itself.
    let span =
        tracing::debug_span!("request", request.id = id, http.route = route, http.method = %request.method());
    let handled = AssertUnwindSafe(router.call(request)).catch_unwind().instrument(span);
    match timeout(state.options.deadline + BODY_ARRIVES_WITHIN, handled).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Err(_)) => {
            tracing::error!(request.id = id, http.route = route, "a handler panicked");
            let detail = "something went wrong here; the request's id helps to find out what";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail).into_response()
        }
        Err(_) if is_read => {
            Problem::overloaded("the answer took too long; come back shortly").into_response()
        }
        Err(_) => {
            let detail = "the request's body took too long to arrive; send it again, faster";
            Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", detail).into_response()
        }
    }
}

/// A name that the client gave, when it is one that logs can bear; else one that is drawn.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let given = given.filter(|text| {
        let fits = (1..=REQUEST_ID_MAX).contains(&text.len());
        fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    });
    given.map_or_else(|| crate::chance::name().unwrap_or_else(|| "unnamed".to_owned()), str::to_owned)
}

/// Writes a problem's body, which needs the request's name; and gives a body to what the framework refused.
fn written_out(mut response: Response, id: &str) -> Response {
    let status = response.status();
    let problem =
        response.extensions_mut().remove::<Problem>().or_else(|| refused_by_the_framework(&response));
    let Some(problem) = problem else { return response };
    let body = problem.document(id).to_string();
    let mut headers = std::mem::take(response.headers_mut());
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(secs) = problem.retry_after_secs {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let mut written = Response::new(Body::from(body));
    *written.status_mut() = problem.status;
    *written.headers_mut() = headers;
    written
}

fn refused_by_the_framework(response: &Response) -> Option<Problem> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_plain = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !status.is_client_error() || !is_plain {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "method-not-allowed", "this path takes other methods; `allow` names them")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too-large", "send at most 64 KiB"),
        _ => Problem::invalid("", "the request cannot be read; see /docs for what this path takes"),
    })
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use actors::engine::Engine;
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use persistence::any::Any;
    use persistence::journal::NodeId;
    use persistence::memory::Memory;
    use persistence::writer;

    use super::*;
    use crate::auth::Keys;
    use crate::edge::Face;

    async fn state() -> Arc<State> {
        let store = Memory::new();
        let lane = store.lane(NodeId::new(1));
        let (journal, _writer) = writer::start(vec![lane], &writer::Options::default()).unwrap();
        let keys = persistence::people::Keys::drawn(&mut |bytes: &mut [u8]| {
            bytes.fill(7);
            true
        });
        let travellers = store.travellers(keys.unwrap()).await.unwrap();
        let stores = crate::Stores { accounts: store.people(), travellers, bookings: store.bookings() };
        let engine = Engine::start(Any::Memory(store), journal, &actors::engine::Options::default()).await;
        State::new(cluster::Door::new(engine), stores, Keys::drawn().unwrap(), crate::Options::default())
    }

    async fn falls() -> &'static str {
        panic!("the secret reason")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_says_nothing_of_its_reason() {
        let state = state().await;
        let face = Face::new(Router::new().route("/falls", get(falls)), state.clone(), ["/falls"]);
        for _ in 0..3 {
            let request = Request::builder().uri("/falls").body(Body::empty()).unwrap();
            let answer = face.answer(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert!(body.contains("\"internal\"") && !body.contains("secret"), "{body}");
        }
        assert_eq!(state.load.under_way(), 0, "its place is free again");
    }
}
