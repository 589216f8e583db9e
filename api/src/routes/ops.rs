//! The node at work, for whoever runs it.

use std::sync::Arc;

use axum::extract::State as Shared;
use domain::identity::{Action, Resource};

use crate::State;
use crate::auth::Signed;
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::ops::{Connections, Holds, HotFlight, LiveOps};
use crate::state::now;

/// Departures that are named: a screen's worth.
const FLIGHTS_SHOWN: usize = 20;

/// Shows who is connected to this node, how many holds it grants, and which departures are hot.
#[utoipa::path(get, path = "/api/v1/ops/live", operation_id = "showLiveOps", tag = "Figures", security(("bearer" = [])), responses(
    (status = 200, body = LiveOps),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
))]
pub async fn live(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
) -> Result<Json<LiveOps>, Problem> {
    principal.may(Action::Read, Resource::Operations)?;
    let now = now();
    let heat = state.heat.picture(now, FLIGHTS_SHOWN);
    let mut hot_flights = Vec::with_capacity(heat.flights.len());
    for (flight, holds) in heat.flights {
        let room = state.door.room(flight).await?;
        let viewers = room.map_or(0, |room| room.viewers());
        hot_flights.push(HotFlight { flight_id: flight.to_string(), holds, viewers });
    }
    let metrics = &state.metrics;
    Ok(Json(LiveOps {
        at: now.to_string(),
        connections: Connections {
            http: metrics.connections.get(),
            sockets: metrics.sockets.get(),
            signed_in: metrics.signed_in.get(),
        },
        requests_under_way: state.load.under_way(),
        holds: Holds { last_second: heat.last_second, last_minute: heat.last_minute },
        hot_flights,
    }))
}
