//! `cargo xtask up`: from a fresh clone to a running engine.

use std::path::Path;

use anyhow::Result;

use crate::web;
use crate::workspace::{self, cargo};

/// Builds the web app and the engine around it, and starts that; returns when it has stopped.
pub fn run(root: &Path, options: &[String]) -> Result<()> {
    web::build(root)?;
    let arguments = ["run", "--release", "--package", "aisle", "--", "serve", "--dev"];
    let mut command = cargo(root, arguments);
    command.args(options);
    eprintln!(
        "building; then open http://127.0.0.1:3000 (AISLE_PORT); the interface for programs is at /docs"
    );
    workspace::run(command)
}
