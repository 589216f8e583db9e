//! A PostgreSQL cluster.

mod installation;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ChildStderr, Command};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::keeper::Keeper;
use installation::{Installation, checked};

/// How long a server may take until it accepts connections. A slow disk needs a few seconds.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How often another port is tried when somebody took ours between choosing and binding it.
const PORTS_TRIED: u32 = 3;

/// Whether what the server calls durable is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in production: a commit waits for the disk.
    Full,
    /// A commit does not wait. For tests that are about something else.
    None,
}

/// A running PostgreSQL server with one superuser, `postgres`, who needs no password.
#[derive(Debug)]
pub struct Postgres {
    keeper: Keeper,
    installation: Installation,
    socket: PathBuf,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// A server on a free loopback port, with nothing in it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, and then the error names the package; when it does not start.
    pub fn start(durability: Durability) -> anyhow::Result<Self> {
        let installation = Installation::find()?;
        let mut tried = 1;
        loop {
            match start_on(&installation, free_port()?, durability) {
                Err(error) if tried < PORTS_TRIED && format!("{error:#}").contains("could not bind") => {
                    tried += 1;
                }
                done => return done,
            }
        }
    }

    /// One server without durability for all tests of this process.
    ///
    /// # Panics
    /// When it does not start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| match Self::start(Durability::None) {
            Ok(server) => server,
            Err(error) => panic!("{error:#}"),
        })
    }

    /// Where a client finds the database that is always there.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Makes an empty database and says where a client finds it.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn new_database(&self) -> anyhow::Result<String> {
        let name = format!("aisle_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut command = Command::new(self.installation.program("createdb"));
        command.arg("-h").arg(&self.socket).args(["-p", &self.port.to_string(), "-U", "postgres", &name]);
        checked(command)?;
        Ok(self.url_of(&name))
    }

    /// The number of the server's first process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.keeper.server()
    }

    fn url_of(&self, database: &str) -> String {
        // The server has no certificate: asking for one would cost each connection a round trip.
        format!("postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }
}

fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on the loopback")?;
    Ok(listener.local_addr()?.port())
}

fn start_on(installation: &Installation, port: u16, durability: Durability) -> anyhow::Result<Postgres> {
    let directory = crate::directory()?;
    installation.give_to_server(directory.path())?;
    let cluster = directory.path().join("cluster");
    checked(installation.initdb(&cluster))?;
    let mut server = installation.server(&cluster);
    server.args(settings(directory.path(), port, durability));
    let (keeper, complaints) = Keeper::start(directory.path(), &server)?;
    let socket = directory.keep();
    let server =
        Postgres { keeper, installation: installation.clone(), socket, port, databases: AtomicU32::new(0) };
    wait_until_ready(complaints)?;
    Ok(server)
}

fn settings(directory: &Path, port: u16, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={}", directory.display()),
        "max_connections=200".to_owned(),
        "shared_buffers=128MB".to_owned(),
        "max_wal_size=2GB".to_owned(),
        // What a test provokes on purpose is not worth a line in its output.
        "log_min_messages=log".to_owned(),
        "log_min_error_statement=panic".to_owned(),
    ];
    if durability == Durability::None {
        settings.extend(["fsync=off", "full_page_writes=off"].map(str::to_owned));
    }
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// Reads the server's log on a thread of its own, for as long as it lives, until it says that it is ready.
fn wait_until_ready(log: ChildStderr) -> anyhow::Result<()> {
    let (said, hear) = mpsc::channel();
    thread::Builder::new()
        .name("postgres-log".to_owned())
        .spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                // Nobody listens once it is ready; the log is still read, or the server would block on it.
                let _ = said.send(line);
            }
        })
        .context("cannot start a thread")?;
    let mut seen = Vec::new();
    while let Ok(line) = hear.recv_timeout(START_TIMEOUT) {
        if line.contains("database system is ready to accept connections") {
            return Ok(());
        }
        let is_last = line.contains("database system is shut down") || line.contains("FATAL");
        seen.push(line);
        if is_last {
            break;
        }
    }
    bail!("PostgreSQL did not start:\n{}", seen.join("\n"))
}
