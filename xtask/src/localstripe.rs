//! The payment adapter against a second server that speaks Stripe, which is not ours: localstripe.
//!
//! It runs as a process of its own on loopback and forgets everything when it ends. What it does otherwise than Stripe is no
//! part of the suite (decision 36).

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::python;
use crate::steps::{Screen, quietly};
use crate::workspace::cargo;

/// The server, of one version.
const SERVER: &str = "localstripe==1.15.10";

/// Its own command listens to the whole network; this does not.
const RUN: &str = "import sys\nfrom aiohttp import web\nfrom localstripe.server import app\n\
                   web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), print=None)\n";

/// How long it may take to start.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// Any key of the test mode will do there.
const KEY: &str = "sk_test_any";

/// Runs the suite that the simulator passes against it.
pub fn check(root: &Path, screen: &Screen) -> Result<String> {
    let server = Server::start(&python::programs(root, SERVER, screen)?.join("python"))?;
    let mut suite = cargo(root, ["test", "-p", "aisle-gateways", "--test", "payment", "contract"]);
    suite.env("AISLE_PAYMENT_BASE_URL", format!("http://127.0.0.1:{}", server.port));
    suite.env("AISLE_PAYMENT_KEY", KEY);
    let lines = quietly(suite, screen)?;
    let passed = lines.iter().rev().find(|line| line.starts_with("test result: ok."));
    let passed = passed.context("the suite does not say what it has tried")?;
    // A filter that fits no test passes as well.
    ensure!(!passed.contains(" 0 passed"), "the suite has tried nothing");
    Ok(passed.trim_start_matches("test result: ").to_owned())
}

/// The server. It ends when it is dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(python: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let port = port.context("there is no free port")?.port();
        let mut command = Command::new(python);
        command.args(["-c", RUN]).arg(port.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("cannot start localstripe")?;
        let server = Self { child, port };
        let until = Instant::now() + STARTS_WITHIN;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(Instant::now() < until, "localstripe is not there after {STARTS_WITHIN:?}");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
