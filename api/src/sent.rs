//! A request with its body, as handlers that change something take it.

use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// What was sent.
#[derive(Debug)]
pub struct Sent {
    /// By which method.
    pub method: Method,
    /// To which path, as the client wrote it.
    pub path: String,
    /// With which headers; taken out of the request, not copied.
    pub headers: HeaderMap,
    /// The whole body, of at most as many bytes as the router allows.
    pub body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Response> {
        let whole = request.extensions().get::<OriginalUri>().map(|OriginalUri(uri)| uri.path().to_owned());
        let path = whole.unwrap_or_else(|| request.uri().path().to_owned());
        let method = request.method().clone();
        let headers = std::mem::take(request.headers_mut());
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { method, path, headers, body })
    }
}
