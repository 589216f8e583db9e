//! `peers` and `peers-fanout`: Aisle beside what one would write instead.
//!
//! `peers` is `hold-hot` on PostgreSQL, with one peer after the other beside Aisle and the limit. They take turns, and
//! the same checks end it for both. Aisle and the peer have a PostgreSQL server each, new and as durable as in
//! production; of three servers only the one whose turn it is has anything to do.
//!
//! `peers-fanout` is `fanout` with socket.io beside Aisle. What is compared is the server's CPU time for each frame
//! that arrived: socket.io has one thread, and no commit to wait for.

use anyhow::ensure;

use super::closing;
use super::fanout::{self, OTHER_FILES, Writer};
use super::holder::Side;
use super::stage::Stage;
use crate::client::Connection;
use crate::contract;
use crate::machine;
use crate::options::Options;
use crate::peer::{self, Peer, socket_io};
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Running, StoreKind};
use crate::socket::Dialect;

const UNIT: &str = "holds/s";

/// One way of one peer.
#[derive(Debug, Clone, Copy)]
struct Contender {
    peer: Peer,
    /// What the report calls it.
    name: &'static str,
    arguments: &'static [&'static str],
    goal: Option<Goal>,
}

const SEATS_ONLY: &[&str] = &["--seat-locks"];
const CONTENDERS: [Contender; 7] = [
    Contender { peer: Peer::Locking, name: "locking", arguments: &[], goal: Some(Goal::AtLeast(50.0)) },
    Contender { peer: Peer::Locking, name: "locking, seats only", arguments: SEATS_ONLY, goal: None },
    Contender { peer: Peer::Optimistic, name: "optimistic", arguments: &[], goal: None },
    Contender { peer: Peer::Optimistic, name: "optimistic, seats only", arguments: SEATS_ONLY, goal: None },
    Contender { peer: Peer::Redis, name: "redis", arguments: &[], goal: None },
    Contender { peer: Peer::Redis, name: "redis, seats only", arguments: SEATS_ONLY, goal: None },
    Contender { peer: Peer::Actix, name: "actix", arguments: &[], goal: None },
];

impl Contender {
    async fn start(self, options: &Options) -> anyhow::Result<Running> {
        let mut arguments = self.arguments.to_vec();
        let pool = options.peer_pool.map(|pool| pool.to_string());
        if let Some(pool) = &pool {
            arguments.extend(["--pool", pool]);
        }
        self.peer.start(&peer::beside_us()?, &arguments).await
    }
}

/// Durable holds on one departure, beside each peer that holds seats.
pub async fn holds(options: &Options) -> anyhow::Result<Vec<Outcome>> {
    require_ours(options)?;
    let is_wanted = |contender: &Contender| {
        options.peers.is_empty() || options.peers.iter().any(|name| name == contender.name)
    };
    let names = CONTENDERS.map(|contender| contender.name);
    let unknown = options.peers.iter().find(|name| !names.contains(&name.as_str()));
    ensure!(unknown.is_none(), "the peers are: {}", names.join("; "));
    let mut outcomes = Vec::new();
    for contender in CONTENDERS.into_iter().filter(is_wanted) {
        outcomes.push(beside(options, contender).await?);
    }
    Ok(outcomes)
}

fn require_ours(options: &Options) -> anyhow::Result<()> {
    ensure!(options.target.is_none() && !options.null, "peers stand beside an Aisle that we start ourselves");
    Ok(())
}

async fn beside(options: &Options, contender: Contender) -> anyhow::Result<Outcome> {
    let scenario = format!("peers, {}", contender.name);
    let mut stage = Stage::set(options, StoreKind::Postgres, 1).await?;
    let limits = Running::limits(options, &[("hold-bytes", stage.hold_bytes().await?)]).await?;
    progress::say(&format!("starting {}", contender.name));
    let server = contender.start(options).await?;
    let mut door = Connection::open(&server.address, None).await?;
    let flights = contract::open_flights(&mut door, 0, 1).await?;
    let tokens = stage.product.agents(options.connections)?;
    let mut limit = Side::new("limit", &limits, stage.flights.clone(), &tokens);
    let mut aisle = Side::new("Aisle", &stage.product.server, stage.flights.clone(), &tokens);
    let mut peer = Side::new(contender.name, &server, flights, &tokens);
    for _ in 0..options.rounds {
        limit.round(&scenario, options).await?;
        aisle.round(&scenario, options).await?;
        peer.round(&scenario, options).await?;
    }
    progress::say("checking the promises");
    closing::check(&mut stage.door, &mut aisle).await?;
    closing::check(&mut door, &mut peer).await?;
    let rows = vec![
        Row::of(limit.name, UNIT, &limit.measured).as_reference(),
        Row::of(aisle.name, UNIT, &aisle.measured),
        Row::of(peer.name, UNIT, &peer.measured).as_reference(),
    ];
    let by = Ratio::of_rates(&format!("Aisle / {}", contender.name), &aisle.measured, &peer.measured);
    let ratios = vec![
        Ratio { goal: contender.goal, ..by },
        Ratio::of_rates("Aisle / limit", &aisle.measured, &limit.measured),
    ];
    let mut violations = aisle.ledger.violations();
    violations.extend(stage.end().await);
    let (times, mut notes) = ("request to 201".to_owned(), notes(contender));
    notes.extend(broken(contender.name, &peer.ledger.violations()));
    Ok(Outcome { scenario, times, rows, ratios, checked: true, violations, notes })
}

/// What the same checks found of a peer. That is told, and does not void what Aisle did.
fn broken(name: &str, violations: &[String]) -> Vec<String> {
    match violations {
        [] => vec![format!("{name} kept what was checked: no double sale, and acknowledged = stored.")],
        some => some.iter().map(|violation| format!("{name} BROKE A PROMISE: {violation}")).collect(),
    }
}

fn notes(contender: Contender) -> Vec<String> {
    let Contender { peer, name, arguments, .. } = contender;
    let mut lacks = peer.lacks().to_vec();
    if arguments == SEATS_ONLY {
        lacks.push("P6: a departure has no version, so nobody can follow its changes without a gap");
    }
    vec![
        format!("{name} is {}.", peer.what()),
        format!("It does not promise {}.", lacks.join("; ")),
        "In its favour nobody signs in there, and a repeated request is not recognised.".to_owned(),
    ]
}

/// One writer and many subscribers, on Aisle and on socket.io.
pub async fn fanout(options: &Options) -> anyhow::Result<Outcome> {
    require_ours(options)?;
    machine::allow_open_files(u64::from(options.subscribers) + OTHER_FILES)?;
    let mut stage = Stage::set(options, StoreKind::Sqlite, 1).await?;
    let (frame_bytes, hold_bytes) = (fanout::frame_bytes(&mut stage).await?, stage.hold_bytes().await?);
    let server = socket_io::start(&peer::beside_us()?, hold_bytes, frame_bytes).await?;
    let servers = [&server, &stage.product.server];
    let mut sides = [
        fanout::Side::nothing("socket.io", Dialect::SocketIo),
        fanout::Side::nothing("Aisle", Dialect::Aisle),
    ];
    for round in 0..options.rounds as usize {
        for turn in 0..servers.len() {
            let place = (round + turn) % servers.len();
            let writer = Writer::open(&servers[place].address, &stage.token, &stage.flights[0]).await?;
            sides[place].round(servers[place], writer, options).await?;
        }
    }
    let mut rows = sides.iter().map(fanout::Side::row).collect::<Vec<_>>();
    for row in &mut rows {
        row.more.insert("frameBytes".to_owned(), frame_bytes as f64);
    }
    rows[0].reference = true;
    let [peer, aisle] = &sides;
    let ratios = vec![
        aisle.by(peer, "server CPU a frame / socket.io", fanout::Side::cpu_us).with_goal(Goal::AtMost(0.5)),
        aisle.by(peer, "last subscriber, p99 / socket.io", |side| side.time(0.99)),
        aisle.by(peer, "last subscriber, p50 / socket.io", |side| side.time(0.5)),
    ];
    let mut violations = aisle.violations.clone();
    violations.extend(stage.end().await);
    let mut notes = vec![
        format!("socket.io is {}.", Peer::SocketIo.what()),
        format!("It does not promise {}.", Peer::SocketIo.lacks().join("; ")),
        "Aisle commits each change to SQLite before it tells anybody; socket.io commits nothing.".to_owned(),
    ];
    notes.extend(peer.violations.iter().map(|violation| format!("socket.io BROKE A PROMISE: {violation}")));
    let scenario = format!("peers-fanout, {} subscribers", options.subscribers);
    let times = "request sent to the last subscriber".to_owned();
    Ok(Outcome { scenario, times, rows, ratios, checked: true, violations, notes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[tokio::test]
    async fn a_peer_that_is_none_is_refused_before_anything_starts() {
        let options =
            Options::parse_from(["aisle-bench", "peers", "--peers", "locking", "--peers", "lockin"]);
        let error = holds(&options).await.unwrap_err().to_string();
        assert!(error.starts_with("the peers are: locking; locking, seats only; optimistic;"), "{error}");
    }

    #[test]
    fn everybody_who_holds_seats_is_measured_and_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> =
            CONTENDERS.iter().map(|contender| contender.name).collect();
        assert_eq!(names.len(), CONTENDERS.len());
        for peer in Peer::HOLDING {
            assert!(CONTENDERS.iter().any(|contender| contender.peer == peer), "{}", peer.name());
            assert!(!peer.lacks().is_empty());
        }
        let with_a_goal: Vec<_> = CONTENDERS.iter().filter(|contender| contender.goal.is_some()).collect();
        assert_eq!(with_a_goal.len(), 1, "the design sets one");
    }
}
