//! Lives of a driver on one directory, and what is left after each.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use durability::checker::{Checker, Tally};
use durability::line::{Line, heard};
use persistence::sqlite::Sqlite;
use tempfile::TempDir;

/// The process that is killed.
pub const DRIVER: &str = env!("CARGO_BIN_EXE_driver");

/// The signal that nothing survives.
pub const SIGKILL: i32 = 9;

/// What SQLite keeps in the directory. The third one, `-shm`, only mirrors the second.
const DATABASE: [&str; 2] = ["aisle.db", "aisle.db-wal"];

/// How long a life may take at most; more means that it hangs.
const LIFE_MAX: Duration = Duration::from_secs(60);

/// How a life is lived: options of the driver, and what stands in its environment.
#[derive(Debug, Clone, Default)]
pub struct Way {
    pub options: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
}

impl Way {
    /// The options, as on a command line.
    pub fn of(options: &str) -> Self {
        let options = options.split_whitespace().map(str::to_owned).collect();
        Self { options, environment: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// The command of a life on this directory.
    pub fn command(&self, directory: &Path) -> Command {
        let mut command = Command::new(DRIVER);
        command.arg(directory).args(&self.options);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A directory in which one driver lives after the other, and the checker that follows them.
pub struct Place {
    directory: TempDir,
    pub checker: Checker,
}

/// A life that is over.
#[derive(Debug)]
pub struct Life {
    pub status: ExitStatus,
    pub said: Vec<Line>,
    /// What it complained about.
    pub complaints: String,
}

impl Life {
    pub fn was_killed(&self) -> bool {
        self.status.signal() == Some(SIGKILL)
    }

    /// How many answers it gave.
    pub fn told(&self) -> usize {
        self.said.iter().filter(|line| matches!(line, Line::Told(_))).count()
    }

    /// How long it took until all departures were live, in milliseconds.
    pub fn recovery(&self) -> Option<u64> {
        let live = |line: &Line| if let Line::Live { millis } = line { Some(*millis) } else { None };
        self.said.iter().find_map(live)
    }

    /// How many times owners rebuilt, and the most entries that were acknowledged at once, if it ended well.
    pub fn finished(&self) -> Option<(u64, u64)> {
        let finished = |line: &Line| match line {
            Line::Finished { rebuilt, largest } => Some((*rebuilt, *largest)),
            Line::Live { .. } | Line::Told(_) | Line::Done { .. } => None,
        };
        self.said.iter().find_map(finished)
    }
}

/// A driver that runs, or a tracer that runs one.
pub struct Running {
    child: Child,
    said: PathBuf,
    complaints: PathBuf,
}

impl Place {
    pub fn new() -> Self {
        Self { directory: testbed::directory().unwrap(), checker: Checker::new() }
    }

    /// A place with the same database and notes, and with what was heard until now.
    pub fn like(other: &Self) -> Self {
        let place = Self { checker: other.checker.clone(), ..Self::new() };
        if other.store().exists() {
            copy(&other.store(), &place.store());
        }
        place
    }

    /// Where the store is. What a life says lies beside it.
    pub fn store(&self) -> PathBuf {
        self.directory.path().join("store")
    }

    pub fn beside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Begins a life.
    pub fn start(&self, mut command: Command) -> Running {
        let (said, complaints) = (self.beside("said"), self.beside("complaints"));
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&said).unwrap())
            .stderr(File::create(&complaints).unwrap())
            .spawn()
            .unwrap();
        Running { child, said, complaints }
    }

    /// Lives a life to its end, whatever that is, and hears what it said.
    pub fn live(&mut self, way: &Way) -> Life {
        let life = self.start(way.command(&self.store())).wait();
        self.checker.hear(&life.said);
        life
    }

    /// What is wrong with what is left. The checker reads a copy: the next life must find what the last one
    /// left, and not what a reader tidied up.
    pub fn wrong(&mut self) -> Vec<String> {
        let copied = testbed::directory().unwrap();
        copy(&self.store(), copied.path());
        check(&mut self.checker, copied.path())
    }

    /// What is wrong with what is left after a life that must end well.
    pub fn recover(&mut self, way: &Way) -> Vec<String> {
        let life = self.live(way);
        assert!(life.status.success(), "it did not recover: {}\n{}", life.status, life.complaints);
        assert!(life.finished().is_some(), "it ended before it had finished");
        self.wrong()
    }

    pub fn tally(&self) -> Tally {
        self.checker.tally()
    }
}

/// Copies a database and the clients' notes.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in DATABASE.into_iter().chain([durability::driver::NOTES]) {
        let file = from.join(name);
        if file.exists() {
            fs::copy(&file, to.join(name)).unwrap();
        }
    }
}

/// What is wrong with the journal in a directory.
pub fn check(checker: &mut Checker, directory: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Sqlite::open(directory).await.unwrap();
        checker.check(&store).await.unwrap()
    })
}

impl Running {
    /// Waits until it has said something: then all departures are live.
    pub fn wait_until_live(&mut self) {
        let begun = Instant::now();
        while fs::metadata(&self.said).unwrap().len() == 0 {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended early: {}", fs::read_to_string(&self.complaints).unwrap());
            assert!(begun.elapsed() < LIFE_MAX, "it never went live");
            sleep(Duration::from_millis(1));
        }
    }

    /// Kills it after a while.
    pub fn kill_after(&self, wait: Duration) {
        sleep(wait);
        // It is not reaped before `wait`, so its number is still its own, also when it has ended.
        testbed::signal::kill(self.child.id()).unwrap();
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Life {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > LIFE_MAX {
                self.child.kill().unwrap();
                panic!("it hangs: {}", fs::read_to_string(&self.complaints).unwrap());
            }
            sleep(Duration::from_millis(2));
        };
        let said = heard(&fs::read_to_string(&self.said).unwrap()).unwrap();
        Life { status, said, complaints: fs::read_to_string(&self.complaints).unwrap() }
    }
}

/// A number from the environment.
pub fn number_from(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().expect("the variable is a number"))
}

/// Whether tests may take long.
pub fn is_long() -> bool {
    std::env::var_os("AISLE_LONG").is_some()
}
