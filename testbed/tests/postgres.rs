//! The server starts, serves, and leaves nothing behind.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testbed::{Durability, Postgres};

/// Set in the child that a test starts from its own binary.
const CHILD: &str = "AISLE_TESTBED_CHILD";

fn is_alive(pid: u32) -> bool {
    // A process that has ended and was not waited for has no memory map.
    std::fs::read_to_string(format!("/proc/{pid}/statm")).is_ok_and(|map| !map.starts_with("0 "))
}

fn directory_of(pid: u32) -> PathBuf {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    let words: Vec<_> = line.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
    let at = words.iter().position(|word| word == "-D").unwrap();
    Path::new(words[at + 1].as_ref()).parent().unwrap().to_owned()
}

fn address(url: &str) -> &str {
    url.split(['@', '/']).nth(3).unwrap()
}

#[test]
fn a_dropped_server_leaves_no_process_and_no_directory() {
    let server = Postgres::start(Durability::None).unwrap();
    TcpStream::connect(address(&server.url())).unwrap();
    let one = server.new_database().unwrap();
    assert_ne!(one, server.new_database().unwrap());
    let (pid, directory) = (server.pid(), directory_of(server.pid()));
    assert!(directory.exists());
    drop(server);
    assert!(!is_alive(pid));
    assert!(!directory.exists(), "{}", directory.display());
}

#[test]
fn a_killed_starter_leaves_no_process_and_no_directory() {
    if std::env::var_os(CHILD).is_some() {
        let server = Postgres::shared();
        println!("\nserver {}", server.pid());
        std::io::stdout().flush().unwrap();
        // Until we are killed.
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["a_killed_starter_leaves_no_process_and_no_directory", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let pid = lines.filter_map(|line| line.strip_prefix("server ")?.parse().ok()).next();
    let pid: u32 = pid.unwrap();
    let directory = directory_of(pid);
    testbed::signal::kill(child.id()).unwrap();
    child.wait().unwrap();
    wait_until(|| !is_alive(pid) && !directory.exists());
}

/// Watches for something that another process does in its own time.
fn wait_until(done: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !done() {
        assert!(started.elapsed().as_secs() < 20, "it never happened");
        std::thread::yield_now();
    }
}
