//! The process that outlives us for as long as it takes to clean up.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use anyhow::{Context, ensure};

const SCRIPT: &str = include_str!("keeper.sh");

/// A server, the process that watches over it, and the directory that goes with it.
#[derive(Debug)]
pub struct Keeper {
    /// The keeper. Its standard input is our sign of life: it closes with us.
    child: Child,
    /// The server's process.
    server: u32,
}

impl Keeper {
    /// Starts a server and gives it to a keeper, together with `directory`, which nobody else removes from
    /// now on. What the server complains about comes out of the second value.
    pub fn start(directory: &Path, server: &Command) -> anyhow::Result<(Self, ChildStderr)> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "keeper"]).arg(directory);
        command.arg(server.get_program()).args(server.get_args());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A signal to our group, as from a terminal, must not reach it before it has cleaned up.
        command.process_group(0);
        let mut child = command.spawn().context("cannot start sh")?;
        let complaints = child.stderr.take().context("the keeper has no standard error")?;
        let output = child.stdout.take().context("the keeper has no standard output")?;
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number).context("the keeper says nothing")?;
        let server = number.trim().parse().context("the keeper does not name the server's process")?;
        ensure!(server > 1, "the keeper started no server");
        Ok((Self { child, server }, complaints))
    }

    /// The number of the server's process.
    pub fn server(&self) -> u32 {
        self.server
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself now; there is nobody to tell when it cannot be waited for.
        let _ = self.child.wait();
    }
}
