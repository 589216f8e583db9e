//! `cargo xtask sim`: the seeded simulation, built as the tests build it.

use std::path::Path;
use std::process::Command;

use crate::workspace::cargo;

/// Enough that a bug which shows in one life of ten thousand is met about twenty times.
pub const SEEDS_FOR_A_CHANGE: u32 = 200_000;
/// A planted bug that hides longer than this would be missed by the seeds for a change too often.
pub const SEEDS_FOR_PLANTED: u32 = 4_000;

/// What to simulate.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// How many lives to live, from seed 0 on [default: 200000; with --planted 4000]
    #[arg(long, value_name = "N")]
    seeds: Option<u32>,
    /// Replay the one life of this seed and print its trace
    #[arg(long, value_name = "S", conflicts_with = "seeds")]
    seed: Option<String>,
    /// Plant each known bug in turn and prove that it is found, or plant the named one
    #[arg(long, value_name = "BUG", num_args = 0..=1, default_missing_value = EVERY_BUG)]
    planted: Option<String>,
}

/// What `--planted` without a name means.
const EVERY_BUG: &str = "each in turn";

/// The simulation's program with `arguments`. Building it is part of the command.
pub fn command(root: &Path, arguments: &[&str]) -> Command {
    let program = ["run", "--profile", "sim", "-p", "aisle-sim", "--bin", "sim", "--"];
    cargo(root, program.into_iter().chain(arguments.iter().copied()))
}

/// The command that the options ask for.
pub fn chosen(root: &Path, options: &Options) -> Command {
    let bug = options.planted.as_deref();
    let (verb, usual) =
        if bug == Some(EVERY_BUG) { ("planted", SEEDS_FOR_PLANTED) } else { ("run", SEEDS_FOR_A_CHANGE) };
    let seeds = options.seeds.unwrap_or(usual).to_string();
    let mut arguments = match &options.seed {
        Some(seed) => vec!["run", "--seed", seed],
        None => vec![verb, "--seeds", &seeds],
    };
    if let Some(bug) = bug.filter(|bug| *bug != EVERY_BUG) {
        arguments.extend(["--planted", bug]);
    }
    command(root, &arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: &Options, expected: &str) {
        let typed = crate::workspace::as_typed(&chosen(Path::new("."), options));
        assert!(
            typed.ends_with(&format!("run --profile sim -p aisle-sim --bin sim -- {expected}")),
            "{typed}"
        );
    }

    #[test]
    fn the_options_choose_what_the_simulation_does() {
        let options = |seeds, seed: Option<&str>, planted: Option<&str>| Options {
            seeds,
            seed: seed.map(str::to_owned),
            planted: planted.map(str::to_owned),
        };
        check(&options(None, None, None), "run --seeds 200000");
        check(&options(Some(7), None, None), "run --seeds 7");
        check(&options(None, Some("41"), None), "run --seed 41");
        check(&options(None, None, Some(EVERY_BUG)), "planted --seeds 4000");
        check(&options(Some(7), None, Some(EVERY_BUG)), "planted --seeds 7");
        check(&options(None, Some("41"), Some("timer-lost")), "run --seed 41 --planted timer-lost");
    }
}
