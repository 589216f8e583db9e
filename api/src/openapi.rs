//! The contract as a document, and a page to read it.

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde_json::json;
use tower_http::compression::CompressionLayer;
use utoipa::openapi::path::{Operation, ParameterBuilder};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response};
use utoipa::{Modify, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::edge::Kind;
use crate::{State, routes};

/// Where the document is.
pub const DOCUMENT: &str = "/api/v1/openapi.json";

/// Paths that the document does not name.
pub const PAGES: [&str; 3] = [DOCUMENT, "/docs", "/docs/{*page}"];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Aisle",
        description = "A booking engine for departures that cannot oversell. Every answer to a hold is durable before it is sent; \
            a request that is repeated with its `Idempotency-Key` gets its first answer, refusals included. Errors are RFC 9457 \
            `application/problem+json` with a stable `code`.",
        license(name = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem)),
    modifiers(&Bearer),
    tags(
        (name = "Flights", description = "Departures, their seats, and what can be had on them"),
        (name = "Holds", description = "Places that are promised for a while"),
        (name = "Bookings", description = "Departures booked for travellers: all of it or nothing"),
        (name = "Payments", description = "Money: set aside, taken, given back"),
        (name = "Operations", description = "What an airline's agents do"),
        (name = "Live", description = "Seat maps as they change"),
        (name = "Auth", description = "Who asks"),
        (name = "Users", description = "Accounts, for those who run the house"),
        (name = "Figures", description = "How the business goes, and how the node is at work"),
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

/// What a client is told when it does not get what it asked for (RFC 9457).
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it documents what `problem` writes")]
struct Problem {
    /// What kind of problem: a reference that ends with its code.
    #[schema(rename = "type", example = "/docs#seat-taken")]
    kind: String,
    /// The status in words.
    #[schema(example = "Conflict")]
    title: String,
    /// The status.
    #[schema(example = 409)]
    status: u16,
    /// What happened and what to do, for people.
    #[schema(example = "12A is held")]
    detail: String,
    /// The stable code to program against.
    #[schema(example = "seat-taken")]
    code: String,
    /// Names the request in the server's logs.
    #[schema(example = "v2cJ0oQ2Yy1Xl0kCw1m8Qz7R")]
    request_id: String,
    /// With `validation`: every field that cannot be taken.
    errors: Option<Vec<BadField>>,
    /// The seats that it is about: with `seat-taken` what has become of each, otherwise their names.
    #[schema(example = json!([{"seat": "12A", "state": "HELD"}]))]
    seats: Option<Vec<RefusedSeat>>,
    /// With `seat-taken`: open seats near by.
    #[schema(example = json!(["12C"]))]
    alternatives: Option<Vec<String>>,
}

/// A seat that cannot be had.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it documents what `refusals` writes")]
enum RefusedSeat {
    /// Its name, like `12A`.
    Name(String),
    /// What has become of it.
    Taken {
        /// Its name.
        #[schema(example = "12A")]
        seat: String,
        /// Where it stands.
        #[schema(example = "HELD")]
        state: String,
        /// Until when, if that is so for a while; RFC 3339.
        until: Option<String>,
    },
}

/// A field that cannot be taken.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents what `problem` writes")]
struct BadField {
    /// Where it stands; empty for the request as a whole.
    #[schema(example = "travellers[1].type")]
    field: String,
    /// `missing`, `unknown` or `invalid`.
    #[schema(example = "invalid")]
    code: String,
    /// What would do.
    #[schema(example = "it must be ADULT, CHILD or INFANT")]
    message: String,
}

/// What every operation has in common, said once.
fn complete(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            describe_parameters(operation);
            refuse_always(&method, path, operation);
            let responses = operation.responses.responses.iter_mut();
            responses.for_each(|(status, response)| show_problem(status, response));
        }
    }
}

/// What parameters with one name mean everywhere.
fn describe_parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let (meaning, example) = match parameter.name.as_str() {
            "flightId" => ("The departure: `<carrier>-<number>-<date>-<origin>`", "B6-523-2026-12-01-JFK"),
            "bookingId" => ("The booking, as its maker was told", "7f3a0c9e51d24b8f9a6be0c41d2f8a37"),
            "pnr" => ("The record locator, in capitals or small letters", "K7QX2M"),
            "key" => ("The `Idempotency-Key` that the request had", "7b0c6f0e-6f0a-4d0e-9d55-0c7a7a3f6d11"),
            "paymentId" => ("The payment, as its maker was told", "pay_7f3a0c9e51d24b8f9a6be0c41d2f8a37"),
            "userId" => ("The account, as lists name it", "usr_v2cJ0oQ2Yy1Xl0kCw1m8Qz7R"),
            "holdId" => ("The hold, as its maker was told", "B6-523-2026-12-01-JFK.17"),
            "Idempotency-Key" => {
                let meaning =
                    "Names the request, so that it is answered once; at most 255 printable characters";
                (meaning, "7b0c6f0e-6f0a-4d0e-9d55-0c7a7a3f6d11")
            }
            _ => continue,
        };
        let described = ParameterBuilder::from(std::mem::take(parameter));
        *parameter = described.description(Some(meaning)).example(Some(example.into())).build();
    }
}

/// What any operation may answer, whatever it does.
fn refuse_always(method: &Method, path: &str, operation: &mut Operation) {
    let mut refusals = Vec::new();
    if operation.request_body.is_some() {
        refusals.push(("408", "The body took too long to arrive: `too-slow`"));
        refusals.push(("413", "The body is longer than 64 KiB: `too-large`"));
        refusals.push(("415", "The body is said to be something else than JSON: `unsupported-media-type`"));
    }
    if Kind::of(method, path).is_some() {
        refusals.push(("429", "Too many requests; `RateLimit` says what is left: `rate-limited`"));
    }
    if path.starts_with("/api/") {
        refusals.push(("503", "Come back after `Retry-After`: `overloaded`"));
    }
    for (status, description) in refusals {
        let response = RefOr::T(Response::new(description));
        operation.responses.responses.entry(status.to_owned()).or_insert(response);
    }
}

/// A refusal's body, with the first of the codes that its description names.
fn show_problem(status: &str, response: &mut RefOr<Response>) {
    let RefOr::T(response) = response else { return };
    let code = response.description.split_once(": `").and_then(|(_, codes)| codes.split('`').next());
    let (Some(code), Ok(number)) = (code, status.parse::<u16>()) else { return };
    let example = json!({
        "type": format!("/docs#{code}"), "title": StatusCode::from_u16(number).ok().and_then(|s| s.canonical_reason()),
        "status": number, "detail": response.description, "code": code, "requestId": "v2cJ0oQ2Yy1Xl0kCw1m8Qz7R",
    });
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(example)).build();
    response.content.insert("application/problem+json".to_owned(), content.into());
}

/// Every documented route, the document itself, and the page.
pub fn documented() -> (Router<Arc<State>>, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .merge(routes::api())
        .merge(routes::outside())
        .split_for_parts();
    complete(&mut document);
    let page = Router::from(SwaggerUi::new("/docs").url(DOCUMENT, document.clone()));
    (router.merge(page.layer(CompressionLayer::new())), document)
}
