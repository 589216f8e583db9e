//! The peer on Node: its files, its packages and its process.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::progress;
use crate::server::{Running, free_port};

/// What the program consists of, so that the tool needs no source tree.
const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("../../peers/socket-io/package.json")),
    ("package-lock.json", include_str!("../../peers/socket-io/package-lock.json")),
    ("server.mjs", include_str!("../../peers/socket-io/server.mjs")),
];
/// The lock file that the packages in a directory were installed from.
const INSTALLED: &str = "node_modules/installed-from.json";

/// Starts it, with answers and frames of these sizes. Its files go below `programs`; the first time, npm fetches the
/// packages that its lock file names.
///
/// # Errors
/// When Node is not there, npm cannot fetch the packages, or it does not start.
pub async fn start(programs: &Path, hold_bytes: usize, frame_bytes: usize) -> anyhow::Result<Running> {
    let directory = programs.join("peer-socket-io");
    install(&directory)?;
    let port = free_port()?;
    let mut command = testbed::dies_with_us(Path::new("node"));
    command.arg(directory.join("server.mjs")).env("NODE_ENV", "production");
    for (name, value) in [
        ("--port", port.to_string()),
        ("--hold-bytes", hold_bytes.to_string()),
        ("--frame-bytes", frame_bytes.to_string()),
    ] {
        command.arg(name).arg(value);
    }
    Running::start(command, port, testbed::directory()?, None).await
}

fn install(directory: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    for (name, text) in FILES {
        fs::write(directory.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    let lock = directory.join("package-lock.json");
    let stamp = directory.join(INSTALLED);
    if fs::read(&stamp).ok() == Some(fs::read(&lock).context("cannot read what was just written")?) {
        return Ok(());
    }
    progress::say("npm fetches the packages of the socket.io peer");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--omit=dev", "--no-audit", "--no-fund"]).current_dir(directory);
    let output = npm.output().context("cannot start npm; it comes with Node: apt-get install nodejs npm")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "npm ended with {}:\n{errors}", output.status);
    fs::copy(&lock, &stamp).context("cannot note what was installed")?;
    Ok(())
}
