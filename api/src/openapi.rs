//! The contract as a document, and a page to read it.

use std::sync::Arc;

use axum::Router;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::{State, routes};

/// Where the document is.
pub const DOCUMENT: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Aisle",
        description = "A booking engine for departures that cannot oversell. Every answer to a hold is durable before it is sent; \
            a request that is repeated with its `Idempotency-Key` gets its first answer, refusals included. Errors are RFC 9457 \
            `application/problem+json` with a stable `code`.",
        license(name = "MIT OR Apache-2.0"),
    ),
    modifiers(&Bearer),
    tags(
        (name = "Flights", description = "Departures, their seats, and what can be had on them"),
        (name = "Holds", description = "Places that are promised for a while"),
        (name = "Operations", description = "What an airline's agents do"),
        (name = "Auth", description = "Who asks"),
        (name = "Node", description = "How the node is"),
    )
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// Every documented route, the document itself, and the page.
pub fn documented() -> (Router<Arc<State>>, utoipa::openapi::OpenApi) {
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", routes::api())
        .merge(routes::outside())
        .split_for_parts();
    let page = SwaggerUi::new("/docs").url(DOCUMENT, document.clone());
    (router.merge(page), document)
}
