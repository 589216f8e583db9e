//! Where the repository is, and how cargo is called in it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The repository's root: the nearest folder upwards that holds the workspace and this crate.
pub fn root() -> Result<PathBuf> {
    let here = env::current_dir().context("cannot tell the current folder")?;
    let is_root =
        |folder: &&Path| folder.join("Cargo.toml").is_file() && folder.join("xtask/Cargo.toml").is_file();
    match here.ancestors().find(is_root) {
        Some(folder) => Ok(folder.to_owned()),
        None => bail!("{} is not inside the repository", here.display()),
    }
}

/// A cargo command in `root`: the same cargo that runs this program, and as if a person had typed it. What cargo
/// told this program about itself would make some packages build anew, and again when a person builds next.
pub fn cargo<'a>(root: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).args(arguments);
    for (name, _) in env::vars_os().filter(|(name, _)| is_about_this_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn is_about_this_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// The command as a person would type it.
pub fn as_typed(command: &Command) -> String {
    let settings = command.get_envs().filter_map(|(name, value)| {
        let value = value?.to_string_lossy();
        let quoted = if value.contains(' ') { format!("'{value}'") } else { value.into_owned() };
        Some(format!("{}={quoted}", name.to_string_lossy()))
    });
    let program =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    settings.chain([program]).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Runs a command that talks to the terminal itself.
pub fn run(mut command: Command) -> Result<()> {
    let typed = as_typed(&command);
    eprintln!("{typed}");
    let status = command.status().with_context(|| format!("cannot start `{typed}`"))?;
    if !status.success() {
        bail!("`{typed}` ended with {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_from_a_crate() {
        // Tests start in their crate's folder.
        assert!(root().unwrap().join("xtask/src/workspace.rs").is_file());
    }

    #[test]
    fn a_command_reads_as_it_is_typed() {
        let mut command = Command::new("/some/bin/cargo");
        command.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings").env_remove("CARGO_LOG");
        assert_eq!(as_typed(&command), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }
}
