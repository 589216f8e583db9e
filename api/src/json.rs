//! Answers as JSON.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Room for most answers: a hold takes some five hundred bytes.
const BYTES: usize = 640;

/// A body as JSON. It is written in one piece of memory; axum's own grows a buffer with every word.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(BYTES);
        serde_json::to_writer(&mut body, &self.0).expect("our own types have text keys and no failing parts");
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
    }
}
