//! A throw-away Redis server.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

use crate::{dies_with_us, directory};

const PROGRAM: &str = "redis-server";
/// The same program in Debian's `redis-tools`, which starts none for the whole machine. It is what it is called.
const TWIN: &str = "redis-check-rdb";
/// How long it may take until it answers. It has nothing to load.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How often we ask.
const LOOK: Duration = Duration::from_millis(10);

/// A Redis server on a free port of the loopback, with nothing in it. It writes what it did to its file once a
/// second, as its own default is where it keeps anything. Ends, and its directory goes, with the value; the process
/// also with us.
#[derive(Debug)]
pub struct Redis {
    child: Child,
    port: u16,
    _directory: TempDir,
}

impl Redis {
    /// Starts one.
    ///
    /// # Errors
    /// When Redis is not installed, and then the error names the package; when it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let directory = directory()?;
        let program = directory.path().join(PROGRAM);
        symlink(installed()?, &program).with_context(|| format!("cannot make {}", program.display()))?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on the loopback")?;
        let port = listener.local_addr().context("a listener has an address")?.port();
        drop(listener);
        let mut command = dies_with_us(&program);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
        command.args(["--appendonly", "yes", "--appendfsync", "everysec", "--daemonize", "no"]);
        command.arg("--dir").arg(directory.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut redis = Self { child, port, _directory: directory };
        redis.wait_until_ready()?;
        Ok(redis)
    }

    /// Where a client finds it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        while !self.answers() {
            if let Some(status) = self.child.try_wait().context("cannot wait for Redis")? {
                bail!("Redis ended with {status}");
            }
            ensure!(Instant::now() < deadline, "Redis does not answer after {START_TIMEOUT:?}");
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut said = [0; 7];
        let patient = stream.set_read_timeout(Some(START_TIMEOUT)).is_ok();
        let asked = patient && stream.write_all(b"PING\r\n").is_ok();
        asked && stream.read_exact(&mut said).is_ok() && said == *b"+PONG\r\n"
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended already; there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn installed() -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let found = [PROGRAM, TWIN].iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    found.into_iter().find(|program| program.is_file()).with_context(|| {
        format!("{PROGRAM} is not installed. Debian has it in redis-tools: apt-get install redis-tools")
    })
}
