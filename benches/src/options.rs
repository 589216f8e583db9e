//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::load::arrivals::Arrivals;
use crate::load::{Load, Window};
use crate::report::Setting;
use crate::thresholds::{self, Requirement};
use crate::wire::Address;

/// Measures Aisle against its physical limits, and checks its promises while doing so.
#[derive(Debug, Clone, Parser)]
#[command(name = "aisle-bench", version, after_help = thresholds::HELP)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Cli {
    /// Something else than to measure.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// What to measure, when there is no verb.
    #[command(flatten)]
    pub options: Option<Options>,
}

/// What else the tool can do.
#[derive(Debug, Clone, Subcommand)]
pub enum Verb {
    /// Draw reports that were saved as JSON, as one page
    Report(Draw),
}

/// Which reports, and where to.
#[derive(Debug, Clone, Args)]
pub struct Draw {
    /// What `--json` wrote, once for each report
    #[arg(long, value_name = "FILE", required = true)]
    pub from: Vec<PathBuf>,
    /// The page to write; without it, the reports are printed
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Fail unless this is so, for all reports together
    #[arg(long, value_name = "EXPR")]
    pub require: Vec<Requirement>,
}

/// Measures Aisle against its physical limits, and checks its promises while doing so.
#[derive(Debug, Clone, Parser)]
#[command(name = "aisle-bench", version)]
pub struct Options {
    /// What to measure
    pub scenario: Choice,
    /// How long each side is measured, after the warm-ups
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub seconds: u32,
    /// How long each round warms up
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=600))]
    pub warm_up: u32,
    /// How many clients have one request under way each
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub connections: u32,
    /// Over how many departures `hold-spread` spreads
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..=2_000))]
    pub flights: u32,
    /// How many sockets watch the seat map in `fanout`
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub subscribers: u32,
    /// How many changes `fanout` measures on each side
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub changes: u32,
    /// How often the writer of `fanout` changes a seat
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub changes_per_second: u32,
    /// How many sockets watch a seat map that does not change in `idle`
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(8..=15_000))]
    pub idlers: u32,
    /// How many clients `rush` has, and `slow` up to 1,024: more than the server lets in at a time
    #[arg(long, value_name = "N", default_value_t = 6_000, value_parser = clap::value_parser!(u32).range(16..=9_000))]
    pub crowd: u32,
    /// How many departures go on sale in each round of `rush`
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub sale_flights: u32,
    /// How many departures `activate` and `restart` fill
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    pub store_flights: u32,
    /// And with how many rows each
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub store_rows: u32,
    /// How large the world of `seats` is: at 1 it has 78,000 departures and 100,000 customers
    #[arg(long, value_name = "F", default_value_t = 0.01, value_parser = scale)]
    pub scale: f64,
    /// How often each operation of `seats` comes
    #[arg(long, value_name = "MIX", default_value = "both")]
    pub mix: Mixes,
    /// The product's release build
    #[arg(long, value_name = "PATH", default_value = "target/release/aisle")]
    pub aisle: PathBuf,
    /// Measure a server that runs already, and print no costs of it
    #[arg(long, value_name = "URL", conflicts_with = "postgres")]
    pub target: Option<Address>,
    /// Tokens of agents of an airline that may sign in at `--target`, for `seats` of administrators, one a line;
    /// clients share them in turn
    #[arg(long, value_name = "FILE", requires = "target", conflicts_with = "data_dir")]
    pub tokens: Option<PathBuf>,
    /// Or the data directory of `--target`, whose key then signs the clients' tokens
    #[arg(long, value_name = "DIR", requires = "target")]
    pub data_dir: Option<PathBuf>,
    /// Send requests when they are due, in this rhythm, instead of one after the other
    #[arg(long, value_name = "RHYTHM", requires = "rate")]
    pub arrivals: Option<Arrivals>,
    /// How many steps of the scenario a second are due
    #[arg(long, value_name = "N", requires = "arrivals", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,
    /// In how many rounds each side is measured. The sides take turns, so that a machine that slows down or
    /// speeds up does so for both
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
    /// Measure the limits against themselves: how far a ratio is from 1 is the noise of this machine
    #[arg(long, conflicts_with_all = ["target", "postgres"])]
    pub null: bool,
    /// Measure everything again with the product on a throw-away PostgreSQL server
    #[arg(long)]
    pub postgres: bool,
    /// Only these peers of `peers`, e.g. "locking" and "redis, seats only"
    #[arg(long, value_name = "NAME")]
    pub peers: Vec<String>,
    /// How many connections to its database a peer has, instead of as many as were measured to be best
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=150))]
    pub peer_pool: Option<u32>,
    /// Also write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Also write the report as a page that needs no network
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Fail unless this is so; may be given more than once. See below
    #[arg(long, value_name = "EXPR")]
    pub require: Vec<Requirement>,
    /// The product built with `--features hollow`: its facade with nobody behind the door
    #[arg(long, value_name = "PATH", default_value = "target/release/aisle-hollow")]
    pub hollow: PathBuf,
    /// The limits server [default: beside this program]
    #[arg(long, value_name = "PATH", hide = true)]
    pub limits: Option<PathBuf>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// Everything below, one after the other
    All,
    /// Durable holds on one departure
    HoldHot,
    /// Durable holds over a thousand departures, beside one
    HoldSpread,
    /// Reads of one seat map
    ReadMap,
    /// From a seat change to the last of many subscribers
    Fanout,
    /// Memory of subscribers to whom nothing happens
    Idle,
    /// Durable holds at half of the peak rate
    Paced,
    /// A sale opens, and far too many come
    Rush,
    /// Overload on a slow store
    Slow,
    /// The first request to a sleeping departure
    Activate,
    /// From `kill -9` to ready
    Restart,
    /// From a search to a confirmed booking, step by step
    Book,
    /// The airline benchmark SEATS
    Seats,
    /// Durable holds beside other ways to write the same
    Peers,
    /// Fan-out beside socket.io
    PeersFanout,
}

impl Choice {
    /// What `all` is, in its order.
    pub const EACH: [Self; 14] = [
        Self::HoldHot,
        Self::HoldSpread,
        Self::ReadMap,
        Self::Fanout,
        Self::Idle,
        Self::Paced,
        Self::Rush,
        Self::Slow,
        Self::Activate,
        Self::Restart,
        Self::Book,
        Self::Seats,
        Self::Peers,
        Self::PeersFanout,
    ];

    /// What the command line calls it.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Whose weights of the operations of `seats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mixes {
    /// BenchBase's: more changes
    #[value(name = "benchbase")]
    BenchBase,
    /// H-Store's: more reads
    HStore,
    /// The one and the other, in turns
    Both,
}

fn scale(text: &str) -> Result<f64, String> {
    let scale: f64 = text.parse().map_err(|_| "it must be a number".to_owned())?;
    if (0.001..=1.0).contains(&scale) { Ok(scale) } else { Err("it must be from 0.001 to 1".to_owned()) }
}

impl Options {
    /// How long a round warms up and how long it then measures.
    #[must_use]
    pub fn window(&self) -> Window {
        let whole = Duration::from_secs(self.seconds.into());
        Window { warm_up: Duration::from_secs(self.warm_up.into()), measure: whole / self.rounds }
    }

    /// How the requests come, where a scenario leaves that to its caller.
    #[must_use]
    pub fn load(&self) -> Load {
        match (self.arrivals, self.rate) {
            (Some(arrivals), Some(rate)) => Load::Open { arrivals, rate: rate.into() },
            _ => Load::Closed,
        }
    }

    /// What all scenarios have in common, for the report.
    #[must_use]
    pub fn setting(&self) -> Setting {
        let load = match (self.arrivals, self.rate) {
            (Some(arrivals), Some(rate)) => {
                format!("open loop, {arrivals:?}, {rate} a second").to_lowercase()
            }
            _ => "closed loop".to_owned(),
        };
        let Self { connections, rounds, seconds, warm_up, .. } = *self;
        Setting { load, connections, rounds, seconds, warm_up }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_scenario_is_measured_and_a_report_drawn() {
        let parse = |line: &str| Cli::try_parse_from(line.split_whitespace());
        let cli = parse("aisle-bench read-map --seconds 3 --require p99<=5ms --require goals").unwrap();
        let options = cli.options.unwrap();
        assert_eq!((options.scenario, options.seconds, options.require.len()), (Choice::ReadMap, 3, 2));
        assert!(cli.verb.is_none());
        let cli = parse("aisle-bench report --from a.json --from b.json --html c.html").unwrap();
        let Some(Verb::Report(draw)) = cli.verb else { panic!("no verb") };
        assert_eq!((draw.from.len(), draw.html.is_some(), cli.options.is_none()), (2, true, true));
        for wrong in ["aisle-bench", "aisle-bench report", "aisle-bench report --from a --seconds 3"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
