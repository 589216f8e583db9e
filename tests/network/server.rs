//! A server process on a free port, over a directory that outlives it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::web::Web;

/// How long a server may take to become ready, on a busy machine with a journal to read.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A directory with a store, and the server that runs over it.
pub struct Server {
    directory: TempDir,
    port: u16,
    settings: Vec<(&'static str, String)>,
    child: Option<Child>,
    /// What spoils its system calls. It ends with the process that it watches.
    spoiler: Option<Child>,
}

/// A server that was killed has not been told to stop: its child must be waited for all the same.
impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Server {
    /// A server over an empty directory, with nothing on sale, ready.
    pub async fn start(settings: &[(&'static str, &str)]) -> Self {
        let mut server = Self {
            directory: TempDir::new().expect("a temporary directory"),
            port: free_port(),
            settings: settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            child: None,
            spoiler: None,
        };
        server.launch(&[]);
        server.ready().await;
        server
    }

    /// Starts it, with further settings for this life.
    pub fn launch(&mut self, more: &[(&str, &str)]) {
        self.kill();
        let log = File::options().create(true).append(true).open(self.log()).expect("a log file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_aisle"));
        command
            .args(["serve", "--dev", "--no-demo"])
            .env("AISLE_PORT", self.port.to_string())
            .env("AISLE_DATA_DIR", self.directory.path().join("data"))
            .env("AISLE_LOG", "info")
            .env_remove("DATABASE_URL")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log file again"))
            .stderr(log);
        self.child = Some(command.spawn().expect("the server's binary was built with the tests"));
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&mut self) {
        let until = Instant::now() + READY_WITHIN;
        loop {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().expect("a child")) {
                panic!("the server ended with {status}:\n{}", self.said());
            }
            if let Ok(mut web) = Web::connect(self.port).await
                && web.get("/readyz", None).await.is_ok_and(|answer| answer.status == 200)
            {
                return;
            }
            assert!(Instant::now() < until, "the server is not ready in time:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // SIGKILL, by its own pid. One that has ended already is only waited for.
            let _ = child.kill();
            child.wait().expect("a child of ours");
        }
        if let Some(mut spoiler) = self.spoiler.take() {
            spoiler.wait().expect("a child of ours");
        }
    }

    /// Tells it to stop, and waits until it has; the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let mut child = self.child.take()?;
        let pid = child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is a command");
        assert!(told.success());
        child.wait().expect("a child of ours").code()
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> Option<i32> {
        let until = Instant::now() + READY_WITHIN;
        loop {
            let child = self.child.as_mut().expect("it was launched");
            if let Some(status) = child.try_wait().expect("a child of ours") {
                self.child = None;
                return status.code();
            }
            assert!(Instant::now() < until, "it does not end:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Makes the `after`-th and every later such system call of the running server fail, as a bad disk would.
    pub fn spoil(&mut self, call: &str, error: &str, after: u32) {
        let inject = format!("{call}:error={error}:when={after}+");
        let pid = self.pid().to_string();
        let spoiler = Command::new("strace")
            .args([
                "-qq",
                "-f",
                "-p",
                &pid,
                "-e",
                &format!("trace={call}"),
                "-e",
                &format!("inject={inject}"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("strace was provided");
        self.spoiler = Some(spoiler);
        let status = format!("/proc/{pid}/status");
        let until = Instant::now() + READY_WITHIN;
        while std::fs::read_to_string(&status).is_ok_and(|status| status.contains("TracerPid:\t0\n")) {
            assert!(Instant::now() < until, "strace does not attach");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().expect("a child").is_none())
    }

    /// A token of this server.
    pub fn token(&self, role: &str, subject: &str) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_aisle"))
            .args(["token", "--role", role, "--subject", subject, "--ttl", "7200"])
            .env("AISLE_DATA_DIR", self.directory.path().join("data"))
            .output()
            .expect("the binary was built with the tests");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a token is ASCII").trim().to_owned()
    }

    /// Runs the command beside the server; whether it succeeded, and what it said.
    pub fn command(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_aisle"))
            .args(arguments)
            .env("AISLE_PORT", self.port.to_string())
            .env("AISLE_DATA_DIR", self.directory.path().join("data"))
            .env_remove("DATABASE_URL")
            .output()
            .expect("the binary was built with the tests");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).expect("it speaks UTF-8"))
    }

    /// Starts the command beside the server, and goes on.
    pub fn start_command(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_aisle"))
            .args(arguments)
            .env("AISLE_PORT", self.port.to_string())
            .env("AISLE_DATA_DIR", self.directory.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary was built with the tests")
    }

    /// Everything that its embedded store has on disk, as bytes that are text as far as they are. The server must not run.
    pub fn stored(&self) -> String {
        assert!(self.child.is_none(), "a store is read at rest");
        let files = std::fs::read_dir(self.directory.path().join("data")).expect("the data directory");
        let mut stored = String::new();
        for file in files {
            let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
            stored.push_str(&String::from_utf8_lossy(&bytes));
        }
        stored
    }

    /// Proves the promises over what is stored. The server must not run.
    pub fn check(&mut self) {
        assert!(self.child.is_none(), "check needs the directory for itself");
        let output = Command::new(env!("CARGO_BIN_EXE_aisle"))
            .arg("check")
            .env("AISLE_DATA_DIR", self.directory.path().join("data"))
            .env_remove("DATABASE_URL")
            .envs(
                self.settings
                    .iter()
                    .filter(|(name, _)| *name == "DATABASE_URL")
                    .map(|(name, value)| (name, value)),
            )
            .output()
            .expect("the binary was built with the tests");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    pub async fn web(&self) -> Web {
        Web::connect(self.port).await.expect("the server listens")
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    /// What it said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }
}

/// A port that nobody listens on. Somebody else may take it first; then the server says so and the test fails.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
