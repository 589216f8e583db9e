//! How the node is at this moment.

use serde::Serialize;
use utoipa::ToSchema;

/// How this node is at this moment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveOps {
    /// When; RFC 3339.
    #[schema(example = "2026-12-01T12:00:00.000Z")]
    pub at: String,
    /// Who is connected.
    pub connections: Connections,
    /// Requests under way.
    #[schema(example = 3)]
    pub requests_under_way: usize,
    /// Holds that were granted.
    pub holds: Holds,
    /// The departures with the most holds in the last minute, the hottest first.
    pub hot_flights: Vec<HotFlight>,
}

/// Who is connected.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connections {
    /// Over HTTP, sockets that are about to open included.
    #[schema(example = 12)]
    pub http: i64,
    /// Live sockets.
    #[schema(example = 40)]
    pub sockets: i64,
    /// Those of them that have signed in.
    #[schema(example = 31)]
    pub signed_in: i64,
}

/// Holds that were granted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Holds {
    /// In the last whole second.
    #[schema(example = 120)]
    pub last_second: u64,
    /// In the last whole minute.
    #[schema(example = 5400)]
    pub last_minute: u64,
}

/// A departure that many want.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HotFlight {
    /// Which.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// Holds on it in the last whole minute.
    #[schema(example = 840)]
    pub holds: u32,
    /// How many watch its seat map here.
    #[schema(example = 310)]
    pub viewers: usize,
}
