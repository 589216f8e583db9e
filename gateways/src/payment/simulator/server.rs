//! The simulator's HTTP side.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::faults::Fault;
use super::reply::Reply;
use super::{KEY, Shared, request};

/// Bytes of a request that are read.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// More than anybody should read of an answer.
const FLOOD_BYTES: usize = 4 * 1024 * 1024;

/// How long to wait when no connection can be taken, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends here, as was asked for")]
struct Cut;

/// Serves until it is dropped, and its connections with it.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let shared = shared.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| respond(shared.clone(), request));
            // A connection that breaks is the client's matter.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn respond(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, REQUEST_BYTES_MAX).collect().await.map_err(|_| Cut)?.to_bytes();
    let key = head.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let read = std::str::from_utf8(&body).map_err(|_| Reply::invalid("parameter_invalid", "body")).and_then(
        |body| {
            let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
            request::Request::read(head.method.as_str(), path, query, body, key)
        },
    );
    match read {
        _ if !is_authorised(&head.headers) => Ok(json(&Reply::unauthorised())),
        Err(reply) => Ok(json(&reply)),
        Ok(request) => carry_out(&shared, request).await,
    }
}

fn is_authorised(headers: &HeaderMap) -> bool {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    given.and_then(|value| value.strip_prefix("Bearer ")) == Some(KEY)
}

/// Carries out a request, and whatever is to go wrong with it.
async fn carry_out(shared: &Shared, request: request::Request) -> Result<Response<Full<Bytes>>, Cut> {
    let fault = shared.state().faults.next(request.order.asked());
    let Some(fault) = fault else { return Ok(json(&shared.answer(&request))) };
    match fault {
        Fault::Delay(span) => {
            tokio::time::sleep(span).await;
            Ok(json(&shared.answer(&request)))
        }
        Fault::LoseRequest => Err(Cut),
        Fault::LoseAnswer => {
            shared.answer(&request);
            Err(Cut)
        }
        Fault::Hang => Ok(never().await),
        Fault::HangAfter => {
            shared.answer(&request);
            Ok(never().await)
        }
        Fault::Late => {
            shared.state().late.push(request);
            Ok(never().await)
        }
        Fault::RateLimit => Ok(json(&Reply::rate_limited())),
        Fault::InProgress => Ok(json(&Reply::in_progress())),
        Fault::Fail => Ok(json(&failed(shared, &request, |_| None))),
        Fault::FailAfter => Ok(json(&failed(shared, &request, |shared| Some(shared.answer(&request))))),
        Fault::Garble => {
            shared.answer(&request);
            Ok(Response::new(Full::new(Bytes::from_static(b"<html>It works!</html>"))))
        }
        Fault::Flood => {
            shared.answer(&request);
            Ok(Response::new(Full::new(Bytes::from(vec![b' '; FLOOD_BYTES]))))
        }
    }
}

/// Answers with 500, now and to every repeat; but a key that was answered before is answered so again.
fn failed(
    shared: &Shared,
    request: &request::Request,
    first: impl FnOnce(&Shared) -> Option<Reply>,
) -> Reply {
    let recalled = shared.state().book.recalled(request);
    if let Some(reply) = recalled {
        return reply;
    }
    match first(shared) {
        Some(reply) if reply.unbegun => reply,
        Some(_) | None => shared.answer_failed(request),
    }
}

/// The client gives up, and with it the connection ends.
async fn never() -> Response<Full<Bytes>> {
    pending::<Infallible>().await;
    Response::default()
}

fn json(reply: &Reply) -> Response<Full<Bytes>> {
    let mut response = Response::builder()
        .status(reply.status)
        .header("content-type", "application/json")
        .header("stripe-version", crate::payment::API_VERSION);
    if reply.replayed {
        response = response.header("idempotent-replayed", "true");
    }
    let body = Full::new(Bytes::from(reply.body.to_string()));
    response.body(body).expect("these headers are well formed")
}
