//! Who may open a socket, and how it is opened (RFC 6455, section 4).

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::problem::Problem;

/// What is spoken on our sockets.
pub const PROTOCOL: &str = "aisle.v1";

/// A second protocol that a client offers begins so, and goes on with a ticket: browsers can send no header.
const TICKET: &str = "ticket.";

/// A socket that is about to open.
#[derive(Debug)]
pub struct Opening {
    /// The connection, once our answer is on its way.
    pub upgrade: OnUpgrade,
    /// The ticket that came along.
    pub ticket: Option<Box<str>>,
    accept: HeaderValue,
    /// Whether the client named protocols, and must be told which one it is.
    names_protocols: bool,
}

/// Whether a page of this origin may open sockets: one of ours, or one that was listed. Who sends no origin is
/// no browser, and has no cookies of somebody else either.
pub fn is_welcome(headers: &HeaderMap, listed: &[String]) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    if listed.iter().any(|listed| listed.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    match (origin.split_once("://"), host) {
        (Some((_, authority)), Some(host)) => authority.eq_ignore_ascii_case(host),
        (Some(_) | None, _) => false,
    }
}

/// Reads the request for a socket.
///
/// # Errors
/// When it asks for none, or for one that speaks something else.
pub fn read(request: &mut Request) -> Result<Opening, Problem> {
    let headers = request.headers();
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| {
        names(headers, &CONNECTION, "upgrade")
            && names(headers, &UPGRADE, "websocket")
            && names(headers, &SEC_WEBSOCKET_VERSION, "13")
    });
    let accept = key.map(|key| derive_accept_key(key.as_bytes()));
    let offered: Vec<&str> = listed(headers, &SEC_WEBSOCKET_PROTOCOL).collect();
    let names_protocols = !offered.is_empty();
    if names_protocols && !offered.contains(&PROTOCOL) {
        let detail = "offer the subprotocol `aisle.v1`";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "unknown-subprotocol", detail));
    }
    let ticket = offered.iter().find_map(|offered| offered.strip_prefix(TICKET)).map(Box::from);
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let (Some(upgrade), Some(accept)) = (upgrade, accept) else {
        let detail = "this address speaks WebSocket, version 13, over HTTP/1.1";
        return Err(Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade-required", detail));
    };
    let accept = HeaderValue::from_str(&accept).expect("base64 is printable");
    Ok(Opening { upgrade, ticket, accept, names_protocols })
}

/// What a header lists between its commas.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|word| !word.is_empty())
}

fn names(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    listed(headers, name).any(|listed| listed.eq_ignore_ascii_case(word))
}

impl Opening {
    /// The answer after which the connection is a socket.
    pub fn response(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept.clone());
        if self.names_protocols {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn welcome(origin: Option<&str>, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        is_welcome(&headers, &["https://book.example".to_owned()])
    }

    #[test]
    fn pages_of_ours_and_listed_ones_are_welcome() {
        for (origin, is_so) in [
            (None, true),
            (Some("http://localhost:3000"), true),
            (Some("https://LOCALHOST:3000"), true),
            (Some("https://book.example"), true),
            (Some("http://localhost"), false),
            (Some("http://localhost:3000.evil.example"), false),
            (Some("http://evil.example"), false),
            (Some("http://book.example"), false),
            (Some("null"), false),
            (Some(""), false),
        ] {
            assert_eq!(welcome(origin, "localhost:3000"), is_so, "{origin:?}");
        }
    }

    #[test]
    fn two_origins_are_none() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "a.example".parse().unwrap());
        headers.append(ORIGIN, "http://a.example".parse().unwrap());
        headers.append(ORIGIN, "http://b.example".parse().unwrap());
        assert!(!is_welcome(&headers, &[]));
    }
}
