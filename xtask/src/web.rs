//! The web app's own tools, in `web/`: they bring their packages, check, test and build it, and try it in a browser.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::server::{self, ADMIN, PASSWORD, Server};
use crate::steps::{Screen, quietly};
use crate::workspace;

/// The oldest Node that its tools run on.
const NODE_MIN: (u32, u32) = (20, 19);

/// Days of the schedule that a browser finds on sale: enough for a day strip.
const DAYS: u16 = 8;

/// Where Debian has its browser.
const BROWSER: &str = "/usr/bin/chromium";

/// What the lock file was when the packages were brought.
const MARK: &str = "node_modules/.brought";

/// Builds it, so that the engine's next build has it inside.
pub fn build(root: &Path) -> Result<()> {
    require_node()?;
    let folder = folder(root);
    if !is_brought(&folder)? {
        workspace::run(npm(&folder, BRING))?;
        mark(&folder)?;
    }
    workspace::run(npm(&folder, ["run", "build"]))
}

/// Types, rules, the tests of its logic, and a build that is small enough.
pub fn check(root: &Path, screen: &Screen) -> Result<String> {
    require_node()?;
    let folder = folder(root);
    if !is_brought(&folder)? {
        quietly(npm(&folder, BRING), screen)?;
        mark(&folder)?;
    }
    let mut said = Vec::new();
    for script in ["check", "lint", "test", "build", "size"] {
        let lines = quietly(npm(&folder, ["run", "--silent", script]), screen)?;
        let last = lines.iter().rev().find(|line| !line.trim().is_empty()).cloned();
        if matches!(script, "test" | "size") {
            said.extend(last.map(|last| last.trim().to_owned()));
        }
    }
    Ok(format!("types and rules hold; {}", said.join("; ")))
}

/// Journeys of people in a real browser, against a server that has the app inside.
pub fn journeys(root: &Path, screen: &Screen) -> Result<String> {
    server::build(root)?;
    let server = Server::start(root, DAYS)?;
    server.make_admin()?;
    let mut journeys = npm(&folder(root), ["run", "--silent", "e2e"]);
    journeys.env("AISLE_URL", format!("http://127.0.0.1:{}", server.port)).env("CHROME_PATH", BROWSER);
    journeys.env("AISLE_ADMIN", ADMIN).env("AISLE_PASSWORD", PASSWORD).env("CI", "1");
    let lines = quietly(journeys, screen)?;
    let passed = lines.iter().rev().find(|line| line.contains(" passed"));
    // A run that tries nothing is no proof.
    let passed = passed.context("the browser's run does not say what it has tried")?;
    Ok(passed.trim().to_owned())
}

/// Brings exactly what the lock file names.
const BRING: [&str; 4] = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];

fn folder(root: &Path) -> PathBuf {
    root.join("web")
}

fn npm<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(arguments);
    npm
}

fn is_brought(folder: &Path) -> Result<bool> {
    let lock = fs::read(folder.join("package-lock.json")).context("web/package-lock.json cannot be read")?;
    Ok(fs::read(folder.join(MARK)).is_ok_and(|mark| mark == lock))
}

fn mark(folder: &Path) -> Result<()> {
    fs::copy(folder.join("package-lock.json"), folder.join(MARK)).context("cannot mark what was brought")?;
    Ok(())
}

fn require_node() -> Result<()> {
    let (major, minor) = NODE_MIN;
    let wanted =
        format!("the web app is built with Node {major}.{minor} or later and npm: https://nodejs.org");
    let Ok(told) = Command::new("node").arg("--version").output() else { bail!("node is missing: {wanted}") };
    let told = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    ensure!(version(&told).is_some_and(|version| version >= NODE_MIN), "node is {told}: {wanted}");
    Ok(())
}

/// The two numbers of a text like `v20.20.2`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_its_first_two_numbers() {
        assert_eq!(version("v20.20.2"), Some((20, 20)));
        assert_eq!((version("20.20.2"), version("v20"), version("")), (None, None, None));
    }
}
