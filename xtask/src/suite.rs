//! What `cargo xtask test` and `cargo xtask ci` consist of.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::contract;
use crate::localstripe;
use crate::sim;
use crate::steps::{Screen, Step, Summary};
use crate::tidy;
use crate::tools;
use crate::web;
use crate::workspace::cargo;

/// How long and how hard the tests try.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    seeds: u32,
    kill_rounds: &'static str,
    /// How many watch one seat map while it changes.
    viewers: &'static str,
    /// How many connections do nothing.
    connections: &'static str,
    is_long: bool,
}

/// For every change: minutes.
pub const CHANGE: Effort = Effort {
    seeds: sim::SEEDS_FOR_A_CHANGE,
    kill_rounds: "50",
    viewers: "1000",
    connections: "10000",
    is_long: false,
};
/// For a night.
pub const ALL: Effort =
    Effort { seeds: 2_000_000, kill_rounds: "500", viewers: "10000", connections: "14000", is_long: true };

/// Everything a change must pass.
pub fn test(root: &Path, effort: Effort) -> Vec<Step> {
    let seeds = effort.seeds.to_string();
    let planted_seeds = sim::SEEDS_FOR_PLANTED.to_string();
    // The simulation turns on the planted bugs of the other crates. Built together with them, its
    // features would be theirs: so it is tested by itself.
    let crates = cargo(root, ["test", "--workspace", "--exclude", "aisle-sim"]);
    let simulation = cargo(root, ["test", "-p", "aisle-sim", "--profile", "sim"]);
    let mut steps = vec![
        Step::inside("tools", root, tools::provide),
        Step::inside("tidy", root, tidy_step),
        Step::inside("web", root, web::check),
        Step::command("crates", with_effort(crates, effort), Summary::TestResults),
        Step::inside("contract", root, contract::check),
        Step::inside("journeys", root, web::journeys),
        Step::command(
            "load tool's tests",
            cargo(&root.join("benches"), ["test", "--workspace"]),
            Summary::TestResults,
        ),
        Step::command("simulation's tests", with_effort(simulation, effort), Summary::TestResults),
        Step::command("simulation", sim::command(root, &["run", "--seeds", &seeds]), Summary::LastLine),
        Step::command(
            "planted bugs",
            sim::command(root, &["planted", "--seeds", &planted_seeds]),
            Summary::LastLine,
        ),
    ];
    if effort.is_long {
        steps.push(Step::inside("localstripe", root, localstripe::check));
        steps.push(Step::inside("lighthouse", root, web::audit));
    }
    steps
}

/// What CI runs on every change: the compilers' and linters' word first, then [`fn@test`].
pub fn ci(root: &Path) -> Vec<Step> {
    let lint = |name, scope: &[&'static str]| {
        let arguments = [&["clippy"], scope, &["--all-targets", "--", "-D", "warnings"]].concat();
        Step::command(name, cargo(root, arguments), Summary::LastLine)
    };
    let mut doc = cargo(root, ["doc", "--no-deps", "--workspace"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    let mut steps = vec![
        Step::command("format", cargo(root, ["fmt", "--all", "--check"]), Summary::LastLine),
        lint("clippy, crates", &["--workspace", "--exclude", "aisle-sim"]),
        lint("clippy, simulation", &["-p", "aisle-sim"]),
        Step::command(
            "clippy, load tool",
            cargo(&root.join("benches"), ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
            Summary::LastLine,
        ),
        Step::command("documentation", doc, Summary::LastLine),
    ];
    steps.extend(test(root, CHANGE));
    steps
}

/// Tells the tests how hard to try.
fn with_effort(mut command: Command, effort: Effort) -> Command {
    command.env("AISLE_KILL_ROUNDS", effort.kill_rounds);
    command.env("AISLE_VIEWERS", effort.viewers).env("AISLE_CONNECTIONS", effort.connections);
    if effort.is_long {
        command.env("AISLE_LONG", "1");
    }
    command
}

fn tidy_step(root: &Path, screen: &Screen) -> Result<String> {
    let verdict = tidy::run(root)?;
    for violation in &verdict.violations {
        screen.tell(&violation.to_string());
    }
    if !verdict.violations.is_empty() {
        bail!("{} violations in {} files", verdict.violations.len(), verdict.files);
    }
    Ok(format!("{} files are tidy", verdict.files))
}
