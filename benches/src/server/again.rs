//! Servers that start in a way of their own, are killed, and start again on the same store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::Running;
use crate::options::Options;

/// How often a server that starts again is asked whether it is ready: how coarse the time is that it took.
const LOOK: Duration = Duration::from_millis(1);

/// How the product is started, beyond what every scenario needs.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Environment variables.
    pub environment: Vec<(&'static str, String)>,
    /// Without the demo schedule: the store holds what the scenario puts there, and nothing else.
    pub bare: bool,
}

impl Start {
    /// Says no where there is nothing that we could start so: `what` is what the scenario would do to it.
    ///
    /// # Errors
    /// With `--target`, and with `--null`.
    pub fn require_our_own(options: &Options, what: &str) -> anyhow::Result<()> {
        ensure!(
            options.target.is_none(),
            "this scenario {what}, so it starts the server itself: no --target"
        );
        ensure!(!options.null, "this scenario {what}, and the limits server has none: no --null");
        Ok(())
    }

    pub(super) fn apply(&self, command: &mut Command) {
        if self.bare {
            command.arg("--no-demo");
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }
}

impl Running {
    /// Ends it as `kill -9` does, and waits until it is gone.
    ///
    /// # Errors
    /// When it is none of our processes, or has ended before.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        let spawned = self.process.as_mut().context("this server is none of our processes")?;
        let ended = spawned.child.try_wait().context("cannot look at the server")?;
        ensure!(ended.is_none(), "the server ended before it was killed:\n{}", spawned.last_words());
        spawned.child.kill().context("cannot kill the server")?;
        spawned.child.wait().context("cannot wait for the server")?;
        Ok(())
    }

    /// Starts it again after [`Running::kill`], at the same address and on the same store. Gives the time from
    /// then until it was ready, to a millisecond or two.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_again(&mut self) -> anyhow::Result<Duration> {
        let spawned = self.process.as_mut().context("this server is none of our processes")?;
        let began = Instant::now();
        spawned.child = spawned.command.spawn().context("cannot start the server again")?;
        self.wait_until_ready(LOOK, super::START_TIMEOUT).await?;
        Ok(began.elapsed())
    }

    /// How many bytes the files of its store have: everything in the data directory, or all databases of the
    /// PostgreSQL server without its write-ahead log. `None` when it is none of our processes.
    ///
    /// # Errors
    /// When they cannot be looked at.
    pub fn store_bytes(&self) -> anyhow::Result<Option<u64>> {
        let path: PathBuf = match (&self.store, &self.directory) {
            // It works in the directory of its cluster.
            (Some(postgres), _) => format!("/proc/{}/cwd/base", postgres.pid()).into(),
            (None, Some(directory)) => directory.path().join("store"),
            (None, None) => return Ok(None),
        };
        bytes_below(&path).with_context(|| format!("cannot look at {}", path.display())).map(Some)
    }
}

fn bytes_below(directory: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // A file may be removed while we look: a checkpoint is nobody's mistake.
        let Ok(metadata) = entry.metadata() else { continue };
        sum += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn a_server_of_somebody_else_is_not_treated_so() {
        let no = |arguments: &[&str]| {
            let options =
                Options::parse_from(["aisle-bench", "hold-hot"].into_iter().chain(arguments.to_vec()));
            Start::require_our_own(&options, "kills its server")
        };
        assert!(no(&[]).is_ok());
        let error = no(&["--target", "localhost:1"]).unwrap_err().to_string();
        assert_eq!(error, "this scenario kills its server, so it starts the server itself: no --target");
        assert!(no(&["--null"]).unwrap_err().to_string().contains("no --null"));
    }

    #[test]
    fn files_are_counted_with_those_further_down() {
        let directory = testbed::directory().unwrap();
        fs::create_dir(directory.path().join("deep")).unwrap();
        fs::write(directory.path().join("a"), "123").unwrap();
        fs::write(directory.path().join("deep/b"), "4567").unwrap();
        assert_eq!(bytes_below(directory.path()).unwrap(), 7);
    }
}
