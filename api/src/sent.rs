//! A request with its body, as handlers that change something take it.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::problem::Problem;

/// What was sent.
#[derive(Debug)]
pub struct Sent {
    /// By which method.
    pub method: Method,
    /// To which path, as the client wrote it.
    pub path: Uri,
    /// With which headers; taken out of the request, not copied.
    pub headers: HeaderMap,
    /// The whole body, of at most as many bytes as the router allows.
    pub body: Bytes,
}

/// Bytes in a body at most: many times what any request of the contract needs.
const BODY_MAX: usize = 64 * 1024;

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        let body = Limited::new(body, BODY_MAX).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "send at most 64 KiB");
            }
            Problem::invalid("", "the body broke off; send the request again")
        })?;
        Ok(Self { method: head.method, path: head.uri, headers: head.headers, body: body.to_bytes() })
    }
}
