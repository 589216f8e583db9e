//! Programs that Python brings, each package of one version in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::steps::{Screen, quietly};

/// Where the programs of a package like `name==1.2.3` are; it is brought when it is not there yet.
pub fn programs(root: &Path, package: &str, screen: &Screen) -> Result<PathBuf> {
    let name = package.split_once("==").map_or(package, |(name, _)| name);
    let home = root.join("target").join(name);
    let (programs, mark) = (home.join("bin"), home.join("version"));
    if fs::read_to_string(&mark).is_ok_and(|version| version == package) && programs.join("python").exists() {
        return Ok(programs);
    }
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(&home);
    quietly(make, screen)?;
    let mut install = Command::new(programs.join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", package]);
    quietly(install, screen)?;
    fs::write(&mark, package).with_context(|| format!("cannot write {}", mark.display()))?;
    Ok(programs)
}
