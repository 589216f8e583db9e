//! How the node is: alive, ready, and in numbers.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cluster::Readiness;

use crate::State;
use crate::problem::Problem;

/// Says that the process is alive.
#[utoipa::path(get, path = "/healthz", operation_id = "isAlive", tag = "Node", responses((status = 200, description = "It is alive")))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether the node can serve.
#[utoipa::path(get, path = "/readyz", operation_id = "isReady", tag = "Node", responses(
    (status = 200, description = "It serves"),
    (status = 503, description = "It starts, or it stops"),
))]
pub async fn readyz(Shared(state): Shared<Arc<State>>) -> Response {
    let (status, word) = match state.door.readiness() {
        Readiness::Ready => (StatusCode::OK, "ready\n"),
        Readiness::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
        Readiness::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
    };
    (status, word).into_response()
}

/// Shows the node's counts, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", operation_id = "readMetrics", tag = "Node", responses((status = 200, description = "OpenMetrics text")))]
pub async fn metrics(Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, state.registry())
        .map_err(|_| Problem::overloaded("the counts cannot be written"))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
