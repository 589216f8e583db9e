//! Signals to a process, by its number.

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// Stops a process where it stands, until [`resume`].
///
/// # Errors
/// When there is no such process.
pub fn pause(pid: u32) -> anyhow::Result<()> {
    send(pid, Signal::STOP)
}

/// Lets a stopped process go on.
///
/// # Errors
/// When there is no such process.
pub fn resume(pid: u32) -> anyhow::Result<()> {
    send(pid, Signal::CONT)
}

/// Ends a process at once; it has no say in it.
///
/// # Errors
/// When there is no such process.
pub fn kill(pid: u32) -> anyhow::Result<()> {
    send(pid, Signal::KILL)
}

fn send(pid: u32, signal: Signal) -> anyhow::Result<()> {
    // Zero and negative numbers name groups of processes, and 1 is the system's own.
    ensure!(pid > 1, "{pid} is not a process of ours");
    let target = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let target = target.with_context(|| format!("{pid} is not the number of a process"))?;
    kill_process(target, signal).with_context(|| format!("cannot signal process {pid}"))
}
