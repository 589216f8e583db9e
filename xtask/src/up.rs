//! `cargo xtask up`: from a fresh clone to a running engine.

use std::path::Path;

use anyhow::Result;

use crate::workspace::{self, cargo};

/// Builds the engine and starts it; returns when it has stopped.
pub fn run(root: &Path, options: &[String]) -> Result<()> {
    let arguments = ["run", "--release", "--package", "aisle", "--", "serve", "--dev"];
    let mut command = cargo(root, arguments);
    command.args(options);
    eprintln!(
        "building; then the engine listens on http://127.0.0.1:3000 (AISLE_PORT), its interface is at /docs"
    );
    workspace::run(command)
}
