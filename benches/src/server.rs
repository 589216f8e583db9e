//! The processes that are measured.

mod again;

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use hyper::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use testbed::{Durability, Postgres, Redis};

use crate::client::Connection;
use crate::contract::READY_PATH;
use crate::disk::Watch;
use crate::load::Cost;
use crate::options::Options;
use crate::usage;
use crate::wire::Address;

pub use again::Start;

/// How long a server may take until it serves: the first start loads the demo schedule.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long one that runs already may take until it answers.
const THEIR_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a server may take to end what is under way.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
/// How often we look whether it has started or stopped.
const LOOK: Duration = Duration::from_millis(20);
/// Longer than any run.
const TOKEN_TTL_SECONDS: &str = "14400";

/// A server that answers requests.
#[derive(Debug)]
pub struct Running {
    /// Where it is.
    pub address: Address,
    /// `None` when somebody else runs it.
    process: Option<Spawned>,
    /// The database server beside it.
    store: Option<Postgres>,
    /// The Redis server beside that, where a peer needs one.
    pub(crate) redis: Option<Redis>,
    /// Where its log and its data directory are; removed at the end.
    directory: Option<TempDir>,
}

#[derive(Debug)]
struct Spawned {
    child: Child,
    log: PathBuf,
    /// Starts it once more, with the same log.
    command: Command,
}

/// The product, and whatever is needed to be its client.
#[derive(Debug)]
pub struct Product {
    /// The server.
    pub server: Running,
    keys: Keys,
}

/// Whom a client's token speaks for.
#[derive(Debug, Clone, Copy)]
enum Role {
    /// An agent of an airline.
    Agent,
    /// An administrator.
    Administrator,
}

/// Where clients' tokens come from.
#[derive(Debug)]
enum Keys {
    /// The limits server stands in for the product, and looks at no token.
    NotNeeded,
    /// We have the product's key and sign them with its own command line.
    Ours { program: PathBuf, directory: PathBuf },
    /// Somebody gave us these.
    Given(Vec<String>),
}

/// Where the product keeps its journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// The embedded default.
    Sqlite,
    /// A throw-away server, as durable as in production.
    Postgres,
}

impl StoreKind {
    /// What the report calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Running {
    /// Starts the limits server with these options.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn limits(options: &Options, sizes: &[(&str, usize)]) -> anyhow::Result<Self> {
        let beside =
            std::env::current_exe().context("cannot tell where this program is")?.with_file_name("limits");
        let mut command = testbed::dies_with_us(options.limits.as_ref().unwrap_or(&beside));
        for (name, size) in sizes {
            command.arg(format!("--{name}")).arg(size.to_string());
        }
        let port = free_port()?;
        command.arg("--port").arg(port.to_string());
        Self::start(command, port, testbed::directory()?, None).await
    }

    /// Starts a server that will listen on `port`, with its log in `directory`.
    pub(crate) async fn start(
        mut command: Command,
        port: u16,
        directory: TempDir,
        store: Option<Postgres>,
    ) -> anyhow::Result<Self> {
        let log = directory.path().join("server.log");
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = output.try_clone().context("cannot write the log from two places")?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut server = Self {
            address: Address::local(port),
            process: Some(Spawned { child, log, command }),
            store,
            redis: None,
            directory: Some(directory),
        };
        server.wait_until_ready(LOOK, START_TIMEOUT).await?;
        Ok(server)
    }

    /// Waits until it is ready, and asks that every `look`.
    async fn wait_until_ready(&mut self, look: Duration, within: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + within;
        while !is_ready(&self.address).await {
            if let Some(process) = &mut self.process
                && let Some(status) = process.child.try_wait().context("cannot wait for the server")?
            {
                bail!("the server ended with {status}:\n{}", process.last_words());
            }
            ensure!(Instant::now() < deadline, "{} is not ready after {within:?}", self.address);
            tokio::time::sleep(look).await;
        }
        Ok(())
    }

    /// What it has cost so far; `None` when it is none of our processes.
    ///
    /// # Errors
    /// When it has gone.
    pub fn usage(&self) -> anyhow::Result<Option<Cost>> {
        let Some(process) = &self.process else { return Ok(None) };
        let own = usage::of(process.child.id()).context("the server has gone")?;
        let store_cpu = self.store.as_ref().map(|store| usage::cpu_of_family(store.pid())).transpose()?;
        let redis_cpu =
            self.redis.as_ref().map(|redis| usage::of(redis.pid())).transpose()?.map(|used| used.cpu);
        let store_cpu = store_cpu.unwrap_or_default() + redis_cpu.unwrap_or_default();
        let client = usage::of(std::process::id())?;
        let foreign_cpu = usage::busy()?.saturating_sub(own.cpu + store_cpu + client.cpu);
        Ok(Some(Cost {
            cpu: own.cpu,
            store_cpu,
            client_cpu: client.cpu,
            foreign_cpu,
            rss_bytes: own.rss_bytes,
            client_rss_bytes: client.rss_bytes,
        }))
    }

    /// Begins to watch the disk that its files are on; `None` when it is none of our processes.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn watch_disk(&self) -> anyhow::Result<Option<Watch>> {
        let directory = self.directory.as_ref().map(TempDir::path);
        directory.map(Watch::begin).transpose().context("cannot write where the server does")
    }

    /// The memory that only it takes, with its part of what it shares, in bytes; `None` when it is none of our
    /// processes.
    ///
    /// # Errors
    /// When it has gone.
    pub fn memory_bytes(&self) -> anyhow::Result<Option<u64>> {
        self.process.as_ref().map(|process| usage::memory_bytes(process.child.id())).transpose()
    }

    /// Asks it to end and waits for it.
    ///
    /// # Errors
    /// When it does not end, or ends with an error.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let Some(process) = &mut self.process else { return Ok(()) };
        let pid = i32::try_from(process.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process has a number")?, Signal::TERM)
            .context("cannot stop the server")?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        loop {
            if let Some(status) = process.child.try_wait().context("cannot wait for the server")? {
                ensure!(status.success(), "the server ended with {status}:\n{}", process.last_words());
                return Ok(());
            }
            ensure!(Instant::now() < deadline, "the server does not end:\n{}", process.last_words());
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Spawned {
    fn last_words(&self) -> String {
        /// About a screen.
        const LINES: usize = 30;
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LINES)..].join("\n")
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        // It may have ended already; there is nobody to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Product {
    /// Starts the product with an empty store, or takes the one that the options name.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(options: &Options, store: StoreKind) -> anyhow::Result<Self> {
        Self::start_with(options, store, &Start::default()).await
    }

    /// The same with a start of its own, which only a server that we start can have.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_with(options: &Options, store: StoreKind, start: &Start) -> anyhow::Result<Self> {
        if options.null {
            return Ok(Self { server: Running::limits(options, &[]).await?, keys: Keys::NotNeeded });
        }
        let program = options.aisle.clone();
        if let Some(address) = options.target.clone() {
            let mut server = Running { address, process: None, store: None, redis: None, directory: None };
            server.wait_until_ready(LOOK, THEIR_TIMEOUT).await?;
            return Ok(Self { server, keys: Keys::of_target(options)? });
        }
        ensure!(program.is_file(), "there is no {}: build it, or name it with --aisle", program.display());
        let ours = testbed::directory()?;
        let directory = ours.path().join("store");
        fs::create_dir(&directory).context("cannot make the data directory")?;
        let postgres = match store {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => Some(Postgres::start(Durability::Full)?),
        };
        let port = free_port()?;
        let mut command = testbed::dies_with_us(&program);
        command.args(["serve", "--dev"]).env("AISLE_PORT", port.to_string()).env("AISLE_BIND", "127.0.0.1");
        command.env("AISLE_DATA_DIR", &directory).env_remove("DATABASE_URL").env_remove("REDIS_URL");
        start.apply(&mut command);
        if let Some(postgres) = &postgres {
            command.env("DATABASE_URL", postgres.new_database()?);
        }
        let server = Running::start(command, port, ours, postgres).await?;
        Ok(Self { server, keys: Keys::Ours { program, directory } })
    }

    /// Tokens of this many agents, each another one.
    ///
    /// # Errors
    /// When the product's command line refuses.
    pub fn agents(&self, count: u32) -> anyhow::Result<Vec<String>> {
        (0..count).map(|agent| self.token(Role::Agent, agent)).collect()
    }

    /// Tokens of this many administrators, who may do what agents may and change accounts too. That given tokens are
    /// some, whoever gave them says.
    ///
    /// # Errors
    /// When the product's command line refuses.
    pub fn administrators(&self, count: u32) -> anyhow::Result<Vec<String>> {
        (0..count).map(|number| self.token(Role::Administrator, number)).collect()
    }

    /// Whether there are promises that it could keep.
    #[must_use]
    pub fn is_real(&self) -> bool {
        !matches!(self.keys, Keys::NotNeeded)
    }

    fn token(&self, role: Role, number: u32) -> anyhow::Result<String> {
        match &self.keys {
            Keys::NotNeeded => Ok("none".to_owned()),
            Keys::Given(tokens) => Ok(tokens[number as usize % tokens.len()].clone()),
            Keys::Ours { program, directory } => sign((program, directory), role, number),
        }
    }
}

impl Keys {
    fn of_target(options: &Options) -> anyhow::Result<Self> {
        if let Some(directory) = options.data_dir.clone() {
            return Ok(Self::Ours { program: options.aisle.clone(), directory });
        }
        let path =
            options.tokens.as_ref().context("say with --tokens or --data-dir how the clients sign in")?;
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let tokens: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        ensure!(!tokens.is_empty(), "{} has no token: write one a line", path.display());
        Ok(Self::Given(tokens))
    }
}

impl Role {
    /// The product's word for it, and how its subjects' names begin.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Agent => ("AIRLINE_AGENT", "bench-agent"),
            Self::Administrator => ("ADMIN", "bench-administrator"),
        }
    }
}

fn sign((program, directory): (&Path, &Path), role: Role, number: u32) -> anyhow::Result<String> {
    let (role, name) = role.words();
    let mut command = Command::new(program);
    command.args(["token", "--role", role, "--subject", &format!("{name}-{number}")]);
    command.args(["--ttl", TOKEN_TTL_SECONDS]);
    command.env("AISLE_DATA_DIR", directory);
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`aisle token` ended with {}: {errors}", output.status);
    Ok(String::from_utf8(output.stdout).context("a token is text")?.trim().to_owned())
}

async fn is_ready(address: &Address) -> bool {
    let Ok(mut connection) = Connection::open(address, None).await else { return false };
    connection.get(READY_PATH).await.is_ok_and(|answer| answer.status == StatusCode::OK)
}

pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on the loopback")?;
    Ok(listener.local_addr().context("a listener has an address")?.port())
}
