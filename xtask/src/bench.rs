//! `cargo xtask bench`: the micro-benchmarks of the crates that have some, and the scenarios of the load tool.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::tidy::manifest::Manifest;
use crate::workspace;

/// The crates whose inner loops are measured.
const MEASURED: [&str; 3] = ["domain", "persistence", "actors"];

/// What the load tool can measure.
const SCENARIOS: [&str; 5] = ["all", "hold-hot", "hold-spread", "read-map", "fanout"];

/// Runs every micro-benchmark, or those whose name contains one of `names`; or the scenario of that name.
pub fn run(root: &Path, names: &[String], options: &[String]) -> Result<()> {
    if let [name] = names
        && SCENARIOS.contains(&name.as_str())
    {
        return measure(root, name, options);
    }
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

/// Builds the engine and the load tool, and lets the one measure the other.
fn measure(root: &Path, scenario: &str, options: &[String]) -> Result<()> {
    workspace::run(workspace::cargo(root, ["build", "--release", "--package", "aisle"]))?;
    let benches = root.join("benches");
    workspace::run(workspace::cargo(&benches, ["build", "--release"]))?;
    let mut tool = Command::new(benches.join("target/release/aisle-bench"));
    tool.current_dir(root).arg(scenario).args(options);
    workspace::run(tool)
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
    fn every_measured_crate_has_a_manifest() {
        let root = workspace::root().unwrap();
        assert!(MEASURED.iter().all(|folder| targets(&root, folder).is_ok()));
    }
}
