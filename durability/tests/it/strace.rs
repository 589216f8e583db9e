//! A driver under strace, which counts its system calls and spoils one of them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::life::{Life, Place, Way};

/// The system calls that change what is on the disk, and the one by which a driver speaks.
const WATCHED: &str = "pwrite64,write,fsync,fdatasync,ftruncate,unlink";

/// How to spoil a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The process is killed before the call does anything.
    Kill,
    /// The disk reports an error.
    Error(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill => f.write_str("SIGKILL"),
            Self::Error(error) => f.write_str(error),
        }
    }
}

impl Fault {
    /// As strace writes it. Each thread counts for itself.
    fn expression(self, call: &str, time: u64) -> String {
        match self {
            Self::Kill => format!("inject={call}:signal=SIGKILL:when={time}"),
            Self::Error(error) => format!("inject={call}:error={error}:when={time}"),
        }
    }
}

/// One line of a trace: a call that began, that ended, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub thread: u32,
    pub name: String,
    /// The file, and what follows it; empty where a line only ends a call.
    pub file: String,
    pub rest: String,
    pub begins: bool,
    pub ends: bool,
}

impl Call {
    /// Reads `17 fsync(8</store/aisle.db-wal>) = 0`; `None` for lines that are about no call.
    fn read(line: &str) -> Option<Self> {
        let (thread, call) = line.split_once(' ')?;
        let (thread, call) = (thread.parse().ok()?, call.trim_start());
        if let Some(resumed) = call.strip_prefix("<... ") {
            let (name, rest) = resumed.split_once(" resumed>")?;
            let (name, rest, file) = (name.to_owned(), rest.to_owned(), String::new());
            return Some(Self { thread, name, file, rest, begins: false, ends: true });
        }
        let (name, rest) = call.split_once('(')?;
        let (file, rest) = rest.split_once('>').unwrap_or(("", rest));
        let file = file.split_once('<').map_or("", |(_, file)| file).to_owned();
        let ends = !rest.ends_with("<unfinished ...>");
        Some(Self { thread, name: name.to_owned(), file, rest: rest.to_owned(), begins: true, ends })
    }

    pub fn is_of(&self, name: &str, file_ends: &str) -> bool {
        self.name == name && self.file.ends_with(file_ends)
    }

    pub fn is_injected(&self) -> bool {
        self.rest.contains("(INJECTED)")
    }
}

/// A life under strace.
pub struct Traced {
    pub life: Life,
    pub calls: Vec<Call>,
}

impl Traced {
    /// How often one thread makes a call, until the work is done: what its k-th one is counted by. How much a
    /// process still does on its way out is a matter of luck.
    pub fn most(&self, name: &str) -> u64 {
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        let finished = |call: &&Call| call.is_of("write", "/said") && call.rest.contains("Finished");
        let work = self.calls.iter().take_while(|call| !finished(call));
        for call in work.filter(|call| call.begins && call.name == name) {
            *counts.entry(call.thread).or_default() += 1;
        }
        counts.values().copied().max().unwrap_or(0)
    }

    /// The call that was spoiled with an error, as it began, and what its thread had done before.
    pub fn spoiled(&self) -> Option<Spoiled<'_>> {
        let at = self.calls.iter().position(Call::is_injected)?;
        let thread = self.calls[at].thread;
        let mut own = self.calls[..=at].iter().filter(|call| call.thread == thread && call.begins);
        let call = own.next_back()?;
        Some(Spoiled { call, before: own.collect(), after: &self.calls[at + 1..] })
    }
}

/// A call that failed because we said so.
pub struct Spoiled<'a> {
    pub call: &'a Call,
    /// What its thread had called before.
    pub before: Vec<&'a Call>,
    /// What any thread called after.
    pub after: &'a [Call],
}

/// Lives a life under strace, with one call spoiled or with none.
pub fn trace(place: &mut Place, way: &Way, spoil: Option<(&str, Fault, u64)>) -> Traced {
    let log = place.beside("trace");
    let life = place.start(command(&log, &place.store(), way, spoil)).wait();
    place.checker.hear(&life.said);
    let log = fs::read_to_string(log).expect("strace writes a log");
    Traced { life, calls: log.lines().filter_map(Call::read).collect() }
}

fn command(log: &Path, store: &Path, way: &Way, spoil: Option<(&str, Fault, u64)>) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-y", "-s", "24", "-e"]).arg(format!("trace={WATCHED}")).arg("-o").arg(log);
    match spoil {
        Some((call, fault, time)) => command.arg("-e").arg(fault.expression(call, time)),
        None => &mut command,
    };
    // Only the calls that are watched stop the process. Up to version 6.1 at least, strace then sends no signals.
    if !matches!(spoil, Some((_, Fault::Kill, _))) {
        command.arg("--seccomp-bpf");
    }
    let driver = way.command(store);
    command.arg(driver.get_program()).args(driver.get_args());
    command
}

/// Fails with the command that installs it, when it is not there.
pub fn require() {
    let found = Command::new("strace").arg("--version").output();
    let found = found.is_ok_and(|found| found.status.success());
    assert!(found, "strace is needed to spoil system calls; install it: apt-get install strace");
}

#[test]
fn a_line_of_a_trace_is_read() {
    let call =
        Call::read("17  fsync(8</store/aisle.db-wal>) = -1 EIO (Input/output error) (INJECTED)").unwrap();
    assert!(call.is_of("fsync", "-wal") && call.begins && call.ends && call.is_injected());
    let call = Call::read("17  pwrite64(8</store/aisle.db>, \"a\"..., 8, 0 <unfinished ...>").unwrap();
    assert!(call.is_of("pwrite64", "aisle.db") && call.begins && !call.ends);
    let call = Call::read("17  <... fsync resumed>)  = 0").unwrap();
    assert!(call.name == "fsync" && !call.begins && call.ends);
    assert_eq!(Call::read("17  +++ killed by SIGKILL +++"), None);
}
