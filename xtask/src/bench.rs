//! `cargo xtask bench`: the micro-benchmarks of the crates that have some, and the scenarios of the load tool.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::tidy::manifest::Manifest;
use crate::{tools, workspace};

/// The crates whose inner loops are measured.
const MEASURED: [&str; 3] = ["domain", "persistence", "actors"];

/// What the load tool measures, in the order of the report.
const SCENARIOS: [&str; 14] = [
    "hold-hot",
    "hold-spread",
    "read-map",
    "fanout",
    "idle",
    "paced",
    "rush",
    "slow",
    "activate",
    "restart",
    "book",
    "seats",
    "peers",
    "peers-fanout",
];

/// Runs the scenarios of these names, or all; or, after the word `micro`, the micro-benchmarks.
pub fn run(root: &Path, names: &[String], options: &[String]) -> Result<()> {
    match names.split_first() {
        Some((word, patterns)) if word == "micro" => micro(root, patterns),
        _ => measure(root, &chosen(names)?, options),
    }
}

/// The scenarios of these names; all of them without a name, or by the name `all`.
fn chosen(names: &[String]) -> Result<Vec<&'static str>> {
    if names.is_empty() || names == ["all"] {
        return Ok(SCENARIOS.to_vec());
    }
    let known = |name: &String| {
        let found = SCENARIOS.into_iter().find(|scenario| scenario == name);
        found.ok_or_else(|| {
            anyhow!("there is no scenario {name}; there are {}, and micro", SCENARIOS.join(", "))
        })
    };
    names.iter().map(known).collect()
}

/// Builds the engine, the load tool and the peers, measures one scenario after the other, and draws one page of what
/// came out. A scenario that cannot be measured, or a promise that was broken, is an error, but not before all others
/// were measured too.
fn measure(root: &Path, scenarios: &[&str], options: &[String]) -> Result<()> {
    tools::provide_for_benches()?;
    build(root, scenarios)?;
    let benches = root.join("benches");
    workspace::run(workspace::cargo(&benches, ["build", "--release", "--workspace"]))?;
    let results = root.join("target/bench");
    fs::create_dir_all(&results).with_context(|| format!("cannot make {}", results.display()))?;
    let tool = || {
        let mut tool = Command::new(benches.join("target/release/aisle-bench"));
        tool.current_dir(root);
        tool
    };
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        let report = results.join(format!("{scenario}.json"));
        // What is drawn in the end must be of this run.
        remove(&report)?;
        let mut run = tool();
        run.arg(scenario).arg("--json").arg(&report);
        run.args(if options.is_empty() { &BOTH_STORES[..] } else { &[] }).args(options);
        if let Err(error) = workspace::run(run) {
            failures.push(format!("{scenario}: {error:#}"));
        }
        if report.is_file() {
            reports.push(report);
        }
    }
    let page = results.join("report.html");
    if !reports.is_empty() {
        let mut draw = tool();
        draw.arg("report").arg("--html").arg(&page);
        for report in &reports {
            draw.arg("--from").arg(report);
        }
        if let Err(error) = workspace::run(draw) {
            failures.push(format!("the report: {error:#}"));
        }
        println!("\nThe report is {}", page.display());
    }
    if failures.is_empty() { Ok(()) } else { bail!("{}", failures.join("\n")) }
}

/// Builds the engine; and, where it is a reference, once more with nobody behind its door.
fn build(root: &Path, scenarios: &[&str]) -> Result<()> {
    let engine = ["build", "--release", "--package", "aisle"];
    if scenarios.contains(&"hold-hot") {
        workspace::run(workspace::cargo(root, engine.into_iter().chain(["--features", "hollow"])))?;
        let built = root.join("target/release/aisle");
        let hollow = built.with_file_name("aisle-hollow");
        fs::copy(&built, &hollow).with_context(|| format!("cannot write {}", hollow.display()))?;
    }
    workspace::run(workspace::cargo(root, engine))
}

/// Without options of the caller's own, everything is measured on both stores.
const BOTH_STORES: [&str; 1] = ["--postgres"];

fn remove(report: &Path) -> Result<()> {
    match fs::remove_file(report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", report.display()))
        }
        _ => Ok(()),
    }
}

/// Runs every micro-benchmark, or those whose name contains one of `names`.
fn micro(root: &Path, names: &[String]) -> Result<()> {
    let mut ran = false;
    for folder in MEASURED {
        let targets = targets(root, folder)?;
        if targets.is_empty() {
            eprintln!("{folder} has no benchmarks");
            continue;
        }
        workspace::run(command(root, folder, &targets, names))?;
        ran = true;
    }
    if !ran {
        bail!("no crate has benchmarks");
    }
    Ok(())
}

/// Only the declared targets: the others have the test runner's `main`, which knows no benchmarks.
fn targets(root: &Path, folder: &str) -> Result<Vec<String>> {
    let path = root.join(folder).join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let manifest =
        Manifest::parse(&text).map_err(|(line, message)| anyhow!("{}:{line}: {message}", path.display()))?;
    Ok(manifest.benches)
}

fn command(root: &Path, folder: &str, targets: &[String], names: &[String]) -> Command {
    let mut command = workspace::cargo(root, ["bench", "-p", &format!("aisle-{folder}")]);
    for target in targets {
        command.args(["--bench", target]);
    }
    if !names.is_empty() {
        // The runner takes one pattern.
        command.arg("--").arg(names.join("|"));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_one_pattern() {
        let typed = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            workspace::as_typed(&command(Path::new("."), "domain", &["decide".to_owned()], &names))
        };
        assert!(typed(&[]).ends_with("bench -p aisle-domain --bench decide"), "{}", typed(&[]));
        assert!(
            typed(&["hold", "sell"]).ends_with("--bench decide -- hold|sell"),
            "{}",
            typed(&["hold", "sell"])
        );
    }

    #[test]
    fn scenarios_are_chosen_by_name() {
        let chosen =
            |names: &[&str]| chosen(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(chosen(&[]).unwrap(), SCENARIOS);
        assert_eq!(chosen(&["all"]).unwrap(), SCENARIOS);
        assert_eq!(chosen(&["seats", "rush"]).unwrap(), ["seats", "rush"]);
        let error = chosen(&["seat"]).unwrap_err().to_string();
        assert!(error.contains("there is no scenario seat; there are hold-hot, "), "{error}");
    }

    #[test]
    fn the_load_tool_knows_every_scenario() {
        let options = fs::read_to_string(workspace::root().unwrap().join("benches/src/options.rs")).unwrap();
        let (_, each) = options.split_once("pub const EACH: [Self; ").unwrap();
        assert!(each.starts_with(&format!("{}]", SCENARIOS.len())), "the load tool has others");
    }

    #[test]
    fn every_measured_crate_has_a_manifest() {
        let root = workspace::root().unwrap();
        assert!(MEASURED.iter().all(|folder| targets(&root, folder).is_ok()));
    }
}
