//! Runs a command and reads what it says, line by line.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, PipeReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Screen;
use crate::workspace;

/// A failing test prints thousands of lines at most; a runaway one must not fill the memory.
const LINES_MAX: usize = 200_000;
/// Lines between the reader and us; a slow terminal slows the command.
const LINES_WAITING_MAX: usize = 1_024;
/// How often a silent command is asked whether it still runs.
const POLL_MS: u64 = 100;
/// How long the output of an ended command may stay open: a server that it left behind holds the pipe.
const LINGER_MS: u64 = 2_000;

/// How a command ended and what it said.
pub struct Captured {
    /// Zero is success.
    pub status: ExitStatus,
    /// Both outputs in their true order, the oldest first.
    pub lines: VecDeque<String>,
    /// How many of the oldest lines did not fit.
    pub dropped: usize,
}

/// Runs `command` to its end and hands each line of both its outputs to `on_line` as it comes.
pub fn capture(mut command: Command, mut on_line: impl FnMut(&str)) -> Result<Captured> {
    let typed = workspace::as_typed(&command);
    let (reader, writer) = io::pipe().context("cannot open a pipe")?;
    let second = writer.try_clone().context("cannot open a pipe")?;
    command.stdin(Stdio::null()).stdout(writer).stderr(second);
    let mut child = command.spawn().with_context(|| format!("cannot start `{typed}`"))?;
    // Our own ends of the pipe are in it, and the reader would wait for them.
    drop(command);

    let (sender, receiver) = sync_channel(LINES_WAITING_MAX);
    thread::spawn(move || read_lines(reader, &sender));
    let mut lines = VecDeque::new();
    let mut dropped = 0;
    while let Some(line) = next_line(&receiver, &mut child)? {
        on_line(&line);
        lines.push_back(line);
        if lines.len() > LINES_MAX {
            lines.pop_front();
            dropped += 1;
        }
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{typed}`"))?;
    Ok(Captured { status, lines, dropped })
}

/// Runs a command whose words only matter when it fails: then all of them are shown.
pub fn quietly(command: Command, screen: &Screen) -> Result<Vec<String>> {
    let typed = workspace::as_typed(&command);
    let captured = capture(command, |line| screen.glimpse(line))?;
    if !captured.status.success() {
        captured.lines.iter().for_each(|line| screen.tell(line));
        bail!("`{typed}` ended with {}", captured.status);
    }
    Ok(captured.lines.into())
}

/// `None` when no more will come.
fn next_line(receiver: &Receiver<String>, child: &mut Child) -> Result<Option<String>> {
    let mut ended: Option<Instant> = None;
    loop {
        match receiver.recv_timeout(Duration::from_millis(POLL_MS)) {
            Ok(line) => return Ok(Some(line)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended.is_none() && child.try_wait().context("cannot ask for the command's end")?.is_some() {
            ended = Some(Instant::now());
        }
        if ended.is_some_and(|at| at.elapsed() > Duration::from_millis(LINGER_MS)) {
            return Ok(None);
        }
    }
}

/// Ends with the pipe, or when nobody listens any more.
fn read_lines(reader: PipeReader, sender: &SyncSender<String>) {
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
        if sender.send(line).is_err() {
            return;
        }
        bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (Captured, Vec<String>) {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let mut seen = Vec::new();
        let captured = capture(command, |line| seen.push(line.to_owned())).unwrap();
        (captured, seen)
    }

    #[test]
    fn both_outputs_come_in_their_true_order() {
        let (captured, seen) = shell("echo a; echo b >&2; echo c; printf d; exit 3");
        assert_eq!(seen, ["a", "b", "c", "d"]);
        assert_eq!(captured.lines, seen);
        assert_eq!(captured.status.code(), Some(3));
    }

    #[test]
    fn a_server_left_behind_does_not_hold_us_up() {
        let started = Instant::now();
        let (captured, seen) = shell("sleep 30 & echo $!");
        // It is ours to end.
        Command::new("kill").arg(&seen[0]).status().unwrap();
        assert!(captured.status.success());
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
