//! Where a number was measured: without that it means little.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

/// The machine, as far as it explains a number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Machine {
    /// How many cores client and server share.
    pub cores: usize,
    /// What the processor calls itself.
    pub cpu: String,
    /// The kernel's release.
    pub kernel: String,
    /// The load averages before the first measurement. Above zero, somebody else took part.
    pub load_before: String,
    /// The median time of an append of 4 KiB with `fdatasync`, in microseconds, where the stores are.
    pub commit_us: u64,
}

/// How many commits are timed: enough for a median, over in a moment.
const COMMITS: usize = 101;

impl Machine {
    /// Looks at this machine. `directory` is where the stores will be.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn look(directory: &Path) -> anyhow::Result<Self> {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let cpuinfo = read("/proc/cpuinfo");
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let load = read("/proc/loadavg");
        Ok(Self {
            cores: cores(),
            cpu: model.map_or_else(|| "unknown processor".to_owned(), |(_, model)| model.trim().to_owned()),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load_before: load.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
            commit_us: u64::try_from(commit_time(directory)?.as_micros()).unwrap_or(u64::MAX),
        })
    }
}

/// How many cores there are.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn commit_time(directory: &Path) -> anyhow::Result<Duration> {
    let mut file =
        File::create(directory.join("commit-time")).context("cannot write where the stores will be")?;
    let mut times = Vec::with_capacity(COMMITS);
    for _ in 0..COMMITS {
        let started = Instant::now();
        file.write_all(&[1; 4_096]).and_then(|()| file.sync_data()).context("cannot commit to the disk")?;
        times.push(started.elapsed());
    }
    times.sort();
    Ok(times[COMMITS / 2])
}

/// Allows this process, and those that it starts, as many open files as the system grants.
///
/// # Errors
/// When `needed` are more than that.
pub fn allow_open_files(needed: u64) -> anyhow::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let granted = limit.maximum.unwrap_or(u64::MAX);
    anyhow::ensure!(
        granted >= needed,
        "{needed} open files are needed and {granted} granted: see `ulimit -Hn`"
    );
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
        .context("cannot raise the limit of open files")
}
