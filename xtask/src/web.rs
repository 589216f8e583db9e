//! The web app's own tools, in `web/`: they bring their packages, check, test and build it, and try it in a browser.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};

use crate::server::{self, ADMIN, Build, PASSWORD, Server};
use crate::steps::{Screen, quietly};
use crate::workspace;

/// The oldest Node that its tools run on.
const NODE_MIN: (u32, u32) = (20, 19);

/// Days of the schedule that a browser finds on sale: enough for a day strip.
const DAYS: u16 = 8;

/// Where Debian has its browser.
const BROWSER: &str = "/usr/bin/chromium";

/// What the app is built from.
const SOURCES: [&str; 7] =
    ["index.html", "package-lock.json", "public", "src", "tsconfig.json", "vite", "vite.config.ts"];

/// What the lock file was when the packages were brought.
const MARK: &str = "node_modules/.brought";

/// Builds it, so that the engine's next build has it inside. What is built already stays as it is: the engine would
/// be built anew around it.
pub fn build(root: &Path) -> Result<()> {
    require_node()?;
    let folder = folder(root);
    if !is_brought(&folder)? {
        workspace::run(npm(&folder, BRING))?;
        mark(&folder)?;
    }
    if is_built(&folder) {
        return Ok(());
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
        let mut command = npm(&folder, ["run", "--silent", script]);
        command.env("NO_COLOR", "1");
        let lines = quietly(command, screen)?;
        let is_result = |line: &&String| line.trim().starts_with("Tests ") || line.contains(" kB gzip");
        if matches!(script, "test" | "size") {
            let result = lines.iter().rev().find(is_result);
            let result = result.with_context(|| format!("`npm run {script}` does not say what it found"))?;
            said.push(result.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    Ok(format!("types and rules hold; {}", said.join("; ")))
}

/// Journeys of people in a real browser, against a server that has the app inside.
pub fn journeys(root: &Path, screen: &Screen) -> Result<String> {
    server::build(root, Build::Debug)?;
    let server = Server::start(root, Build::Debug, DAYS)?;
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

/// Lighthouse over the pages that people meet first, served as people are served.
pub fn audit(root: &Path, screen: &Screen) -> Result<String> {
    build(root)?;
    server::build(root, Build::Release)?;
    let folder = folder(root).join("audit");
    if !is_brought(&folder)? {
        quietly(npm(&folder, BRING), screen)?;
        mark(&folder)?;
    }
    let server = Server::start(root, Build::Release, DAYS)?;
    let mut audit = npm(&folder, ["run", "--silent", "audit"]);
    audit.env("AISLE_URL", format!("http://127.0.0.1:{}", server.port)).env("CHROME_PATH", BROWSER);
    let lines = quietly(audit, screen)?;
    let scores: Vec<_> = lines.iter().filter(|line| line.contains("performance ")).cloned().collect();
    ensure!(scores.len() == AUDITED, "the audit says nothing of some page: {scores:?}");
    Ok(scores.join("; "))
}

/// Pages that are audited: the landing page, results, the seat map.
const AUDITED: usize = 3;

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

/// Whether what is built is younger than everything that it is built from.
fn is_built(folder: &Path) -> bool {
    let built = fs::metadata(folder.join("dist/index.html")).and_then(|index| index.modified());
    built.is_ok_and(|built| SOURCES.iter().all(|source| !is_younger(&folder.join(source), built)))
}

/// Whether a file, a folder or anything in it was changed after that. What cannot be read counts as changed.
fn is_younger(path: &Path, than: SystemTime) -> bool {
    let Ok(about) = fs::metadata(path) else { return true };
    let any_inside = || {
        let Ok(mut inside) = fs::read_dir(path) else { return true };
        inside.any(|entry| entry.map_or(true, |entry| is_younger(&entry.path(), than)))
    };
    about.modified().map_or(true, |changed| changed > than) || (about.is_dir() && any_inside())
}

fn is_brought(folder: &Path) -> Result<bool> {
    let lock = folder.join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_built_is_built_anew_when_any_source_is_younger() {
        let folder = std::env::temp_dir().join(format!("aisle-web-built-{}", std::process::id()));
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let put = |name: &str, seconds| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, "").expect("a file");
            fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(at(seconds)))
        };
        for name in ["index.html", "package-lock.json", "tsconfig.json", "vite.config.ts"] {
            put(name, 10).expect("a file");
        }
        put("public/icon.svg", 10).expect("a file");
        put("src/main.ts", 10).expect("a file");
        put("vite/pages.ts", 10).expect("a file");
        assert!(!is_built(&folder), "nothing is built yet");
        // The folders themselves are of now.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
        put("dist/index.html", now + 10).expect("a file");
        assert!(is_built(&folder));
        put("src/main.ts", now + 20).expect("a file");
        assert!(!is_built(&folder), "a source is younger");
        put("src/main.ts", 10).expect("a file");
        fs::remove_file(folder.join("vite.config.ts")).expect("gone");
        assert!(!is_built(&folder), "a source is gone");
        fs::remove_dir_all(&folder).expect("gone");
    }

    #[test]
    fn a_version_is_its_first_two_numbers() {
        assert_eq!(version("v20.20.2"), Some((20, 20)));
        assert_eq!((version("20.20.2"), version("v20"), version("")), (None, None, None));
    }
}
