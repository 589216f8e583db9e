//! A running server for steps that try one from outside.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace;

/// How long it may take to start: an unoptimised build puts a day's departures on sale in some seconds.
const STARTS_WITHIN: Duration = Duration::from_secs(120);

/// The first administrator.
pub const ADMIN: &str = "admin@example.com";

/// Everybody's password; none of the document's examples.
pub const PASSWORD: &str = "four plain words here";

/// Every role, as accounts have it.
const ROLES: [&str; 5] = ["CUSTOMER", "AIRLINE_AGENT", "TRAVEL_AGENT", "BUSINESS_OWNER", "ADMIN"];

/// How the server is built.
#[derive(Clone, Copy, Debug)]
pub enum Build {
    /// As the crates' tests build it.
    Debug,
    /// As people run it.
    Release,
}

impl Build {
    fn program(self, root: &Path) -> PathBuf {
        root.join("target").join(if matches!(self, Self::Debug) { "debug" } else { "release" }).join("aisle")
    }
}

/// Builds it.
pub fn build(root: &Path, how: Build) -> Result<()> {
    let release = matches!(how, Build::Release).then_some("--release");
    let mut build = workspace::cargo(root, ["build", "--package", "aisle"].into_iter().chain(release));
    build.stderr(Stdio::null());
    ensure!(build.status().context("cannot start cargo")?.success(), "the server cannot be built");
    Ok(())
}

/// A server of our own, with a store of its own. It ends when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub port: u16,
    program: PathBuf,
    /// Where its data is, and its log.
    pub directory: Scratch,
}

/// A directory that goes with us.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left there harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts what `build` built, with the schedule of so many days on sale.
    pub fn start(root: &Path, how: Build, days: u16) -> Result<Self> {
        let directory = std::env::temp_dir().join(format!("aisle-tried-{}", std::process::id()));
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let directory = Scratch(directory);
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let port = port.context("there is no free port")?.port();
        let program = how.program(root);
        let log = fs::File::create(directory.path().join("log")).context("cannot write the server's log")?;
        let mut command = Command::new(&program);
        command
            .args(["serve", "--dev"])
            .env("AISLE_PORT", port.to_string())
            .env("AISLE_DEMO_DAYS", days.to_string());
        command.env("AISLE_DATA_DIR", directory.path()).env_remove("DATABASE_URL").env_remove("REDIS_URL");
        command.env("AISLE_LOG", "warn").stdout(Stdio::null()).stderr(log);
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let server = Self { child, port, program, directory };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Result<()> {
        let until = Instant::now() + STARTS_WITHIN;
        while !self.ask("GET /readyz", None, "").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            if Instant::now() > until {
                let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
                bail!("the server is not ready after {STARTS_WITHIN:?}:\n{log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Makes the first administrator, [`ADMIN`] with [`PASSWORD`].
    pub fn make_admin(&self) -> Result<()> {
        let mut admin = Command::new(&self.program);
        admin.args(["admin", "create", "--email", ADMIN, "--password", PASSWORD]);
        admin.env("AISLE_DATA_DIR", self.directory.path()).env("AISLE_PORT", self.port.to_string());
        let made = admin.output().context("cannot start the server's command line")?;
        ensure!(made.status.success(), "no administrator: {}", String::from_utf8_lossy(&made.stderr));
        Ok(())
    }

    /// Nobody, and one of every role, with a token of theirs.
    pub fn everybody(&self) -> Result<Vec<(&'static str, Option<String>)>> {
        self.make_admin()?;
        let admin = self.sign_in(ADMIN)?;
        let mut everybody = vec![("nobody", None)];
        for role in ROLES.into_iter().filter(|role| *role != "ADMIN") {
            let email = format!("{}@example.com", role.to_lowercase());
            let body = format!(
                r#"{{"email":"{email}","password":"{PASSWORD}","firstName":"A","lastName":"B","role":"{role}"}}"#
            );
            let answer = self.ask("POST /api/v1/users", Some(&admin), &body)?;
            ensure!(answer.starts_with("HTTP/1.1 201"), "no account for {role}: {answer}");
            everybody.push((role, Some(self.sign_in(&email)?)));
        }
        everybody.push(("ADMIN", Some(admin)));
        Ok(everybody)
    }

    fn sign_in(&self, email: &str) -> Result<String> {
        let body = format!(r#"{{"email":"{email}","password":"{PASSWORD}"}}"#);
        let answer = self.ask("POST /api/v1/auth/login", None, &body)?;
        let (_, after) = answer.split_once(r#""accessToken":""#).with_context(|| answer.clone())?;
        Ok(after.split('"').next().unwrap_or_default().to_owned())
    }

    /// Whether a token is good.
    pub fn knows(&self, token: &str) -> bool {
        let asked = self.ask("GET /api/v1/auth/profile", Some(token), "");
        asked.is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    /// One request over a connection of its own, and the whole answer as text.
    fn ask(&self, what: &str, token: Option<&str>, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).context("cannot connect")?;
        stream.set_read_timeout(Some(STARTS_WITHIN)).context("cannot set a time limit")?;
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!("{what} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{token}");
        let head = format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body.as_bytes()))
            .context("cannot ask")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).context("no answer")?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}
