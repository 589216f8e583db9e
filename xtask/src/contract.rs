//! Whether the running server keeps its own document, whatever it is sent: schemathesis, once a role.
//!
//! It reads `/api/v1/openapi.json` and sends every operation its examples, the edges of every field, and garbage. No
//! answer may be a 5xx, and each must be one that the document names, of the type and the shape that it says.
//! Every role signs in with an account of its own; a run without a token comes first.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::steps::{Screen, capture};
use crate::workspace;

/// The tool, of one version, so that a run of today is one of tomorrow.
const TOOL: &str = "schemathesis==4.32.5";

/// What is asked of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,response_headers_conformance,unsupported_method";

/// Requests to an operation for each role, beside its examples and its edges.
const TRIES: &str = "12";

/// The same requests in every run.
const SEED: &str = "20261127";

/// How long the server may take to start.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Operations that may end the sign-in of whoever asks, since the tool learns names from answers. They come last.
const ENDS_SIGN_INS: [&str; 5] = ["logout", "endSessions", "endSession", "setUserStatus", "closeUser"];

/// None of the document's examples.
const PASSWORD: &str = "four plain words here";

/// Every role, as accounts have it.
const ROLES: [&str; 5] = ["CUSTOMER", "AIRLINE_AGENT", "TRAVEL_AGENT", "BUSINESS_OWNER", "ADMIN"];

/// Builds the server, starts it, and lets the tool try it.
pub fn check(root: &Path, screen: &Screen) -> Result<String> {
    let tool = tool(root, screen)?;
    let mut build = workspace::cargo(root, ["build", "--package", "aisle"]);
    build.stderr(Stdio::null());
    ensure!(build.status().context("cannot start cargo")?.success(), "the server cannot be built");
    let server = Server::start(root)?;
    let mut tried = Vec::new();
    for (who, token) in server.everybody()? {
        screen.glimpse(&format!("as {who}"));
        let but = ENDS_SIGN_INS.iter().flat_map(|name| ["--exclude-operation-id", name]);
        let but = but.filter(|_| token.is_some()).collect::<Vec<_>>();
        tried.push(format!("{who} {}", run(&tool, &server, token.as_deref(), &but, screen)?));
        // Or everything after the end of the sign-in would have been asked by nobody.
        ensure!(
            token.as_ref().is_none_or(|token| server.knows(token)),
            "the sign-in of {who} ended on the way"
        );
        if who == "ADMIN" {
            let only = ENDS_SIGN_INS.iter().flat_map(|name| ["--include-operation-id", name]);
            let cases = run(&tool, &server, token.as_deref(), &only.collect::<Vec<_>>(), screen)?;
            tried.push(format!("and what ends sign-ins {cases}"));
        }
    }
    Ok(format!("no 5xx and no breach of the document: {}", tried.join(", ")))
}

/// The tool, in an environment of its own.
fn tool(root: &Path, screen: &Screen) -> Result<PathBuf> {
    let home = root.join("target/schemathesis");
    let (program, mark) = (home.join("bin/schemathesis"), home.join("version"));
    if fs::read_to_string(&mark).is_ok_and(|version| version == TOOL) && program.is_file() {
        return Ok(program);
    }
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(&home);
    quietly(make, screen)?;
    let mut install = Command::new(home.join("bin/pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", TOOL]);
    quietly(install, screen)?;
    fs::write(&mark, TOOL).with_context(|| format!("cannot write {}", mark.display()))?;
    Ok(program)
}

fn quietly(command: Command, screen: &Screen) -> Result<()> {
    let typed = workspace::as_typed(&command);
    let captured = capture(command, |line| screen.glimpse(line))?;
    if !captured.status.success() {
        captured.lines.iter().for_each(|line| screen.tell(line));
        bail!("`{typed}` ended with {}", captured.status);
    }
    Ok(())
}

/// Sends everything that the tool thinks of, and says how much that was.
fn run(tool: &Path, server: &Server, token: Option<&str>, which: &[&str], screen: &Screen) -> Result<String> {
    let mut command = Command::new(tool);
    command.arg("run").arg(format!("http://127.0.0.1:{}/api/v1/openapi.json", server.port));
    command.args(["--checks", CHECKS, "--max-examples", TRIES, "--seed", SEED, "--continue-on-failure"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--no-shrink", "--warnings", "off"]);
    command.args(["--request-timeout", "20", "--suppress-health-check", "all", "--no-color"]);
    // It is no HTTP after its first answer.
    command.args(["--exclude-path", "/api/v1/ws"]).args(which);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization:Bearer {token}")]);
    }
    command.current_dir(server.directory.path());
    let captured = capture(command, |line| screen.glimpse(line))?;
    if !captured.status.success() {
        captured.lines.iter().for_each(|line| screen.tell(line));
        bail!("the server does not keep its document");
    }
    let cases = captured.lines.iter().rev().find_map(|line| {
        let (before, _) = line.split_once(" generated")?;
        before.split_whitespace().last()?.parse::<u32>().ok()
    });
    let cases = cases.context("the tool does not say how much it has tried")?;
    ensure!(cases > 0, "the tool has tried nothing");
    Ok(cases.to_string())
}

/// A server of our own, with an empty store.
struct Server {
    child: Child,
    port: u16,
    program: PathBuf,
    directory: Scratch,
}

/// A directory that goes with us.
struct Scratch(PathBuf);

impl Scratch {
    fn path(&self) -> &Path {
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
    fn start(root: &Path) -> Result<Self> {
        let directory = std::env::temp_dir().join(format!("aisle-contract-{}", std::process::id()));
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let directory = Scratch(directory);
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let port = port.context("there is no free port")?.port();
        let program = root.join("target/debug/aisle");
        let log = fs::File::create(directory.path().join("log")).context("cannot write the server's log")?;
        let mut command = Command::new(&program);
        command.args(["serve", "--dev"]).env("AISLE_PORT", port.to_string()).env("AISLE_DEMO_DAYS", "1");
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

    /// Nobody, and one of every role, with a token of theirs.
    fn everybody(&self) -> Result<Vec<(&'static str, Option<String>)>> {
        let mut admin = Command::new(&self.program);
        admin.args(["admin", "create", "--email", "admin@example.com", "--password", PASSWORD]);
        admin.env("AISLE_DATA_DIR", self.directory.path()).env("AISLE_PORT", self.port.to_string());
        let made = admin.output().context("cannot start the server's command line")?;
        ensure!(made.status.success(), "no administrator: {}", String::from_utf8_lossy(&made.stderr));
        let admin = self.sign_in("admin@example.com")?;
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

    fn knows(&self, token: &str) -> bool {
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
