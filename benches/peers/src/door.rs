//! The routes that the load tool knows.

use std::net::Ipv4Addr;

use anyhow::Context;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use domain::ids::FlightId;
use domain::view::SeatMap;
use tokio::net::TcpSocket;
use tokio::signal::unix::{SignalKind, signal};

use crate::desk::Desk;
use crate::problem::Problem;
use crate::wire::{HoldAsked, HoldShown, NewFlight, Opened};

/// Connections that may wait to be accepted, as in Aisle.
const WAITING_MAX: u32 = 4_096;

/// Serves on the loopback until the process is asked to end.
///
/// # Errors
/// When the port is taken or the listener breaks.
pub async fn serve<D: Desk>(port: u16, desk: D) -> anyhow::Result<()> {
    let mut end = signal(SignalKind::terminate()).context("cannot listen to signals")?;
    let socket = TcpSocket::new_v4().context("cannot open a socket")?;
    socket.set_reuseaddr(true).context("cannot share the port with connections that end")?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into()).context("cannot listen")?;
    let listener = socket.listen(WAITING_MAX).context("cannot listen")?;
    let listener = listener.tap_io(|stream| {
        // It is only slower without.
        let _ = stream.set_nodelay(true);
    });
    tokio::select! {
        served = axum::serve(listener, router(desk)) => served.context("cannot serve"),
        // What is under way was not acknowledged.
        _ = end.recv() => Ok(()),
    }
}

fn router<D: Desk>(desk: D) -> Router {
    Router::new()
        .route("/readyz", get(|| async { StatusCode::OK }))
        .route("/api/v1/flights", post(open::<D>))
        .route("/api/v1/flights/{flight}/holds", post(hold::<D>))
        .route("/api/v1/flights/{flight}/holds/{hold}", get(show::<D>).delete(release::<D>))
        .route("/api/v1/flights/{flight}/seat-map", get(seat_map::<D>))
        .with_state(desk)
}

async fn open<D: Desk>(
    State(desk): State<D>,
    Json(flight): Json<NewFlight>,
) -> Result<(StatusCode, Json<Opened>), Problem> {
    let sale = flight.sale()?;
    let flight_id = sale.flight.to_string();
    let version = desk.open(sale).await?;
    Ok((StatusCode::CREATED, Json(Opened { flight_id, version })))
}

async fn hold<D: Desk>(
    State(desk): State<D>,
    Path(flight): Path<String>,
    Json(asked): Json<HoldAsked>,
) -> Result<(StatusCode, Json<HoldShown>), Problem> {
    let held = desk.hold(asked.on(flight_id(&flight)?)?).await?;
    Ok((StatusCode::CREATED, Json(held.into())))
}

async fn show<D: Desk>(
    State(desk): State<D>,
    Path((flight, hold)): Path<(String, String)>,
) -> Result<Json<HoldShown>, Problem> {
    let held = desk.show(flight_id(&flight)?, &hold).await?;
    Ok(Json(held.into()))
}

async fn release<D: Desk>(
    State(desk): State<D>,
    Path((flight, hold)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    desk.release(flight_id(&flight)?, &hold).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn seat_map<D: Desk>(
    State(desk): State<D>,
    Path(flight): Path<String>,
) -> Result<Json<SeatMap>, Problem> {
    desk.seat_map(flight_id(&flight)?).await.map(Json)
}

fn flight_id(text: &str) -> Result<FlightId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
