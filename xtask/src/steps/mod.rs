//! Numbered steps, one after the other, until one fails.
//!
//! Of a step that passes only the summary lines are shown, of one that fails everything it said. The
//! run closes with a table and the line `N passed, M failed`.

mod capture;
mod screen;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

pub use capture::{capture, quietly};
pub use screen::Screen;

use crate::workspace;

/// One thing to do, under the name that the table shows.
pub struct Step {
    name: &'static str,
    action: Action,
}

enum Action {
    Command(Command, Summary),
    Inside(PathBuf, fn(&Path, &Screen) -> Result<String>),
}

/// Which lines of a command's output are worth keeping when it passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// Each test target and cargo's line about it.
    TestResults,
    /// Only the last line that is not blank.
    LastLine,
}

enum Outcome {
    Passed,
    Failed,
    NotRun,
}

struct Row {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

impl Step {
    /// A command of its own.
    pub fn command(name: &'static str, command: Command, summary: Summary) -> Self {
        Self { name, action: Action::Command(command, summary) }
    }

    /// Something this program does itself; it returns its summary.
    pub fn inside(name: &'static str, root: &Path, work: fn(&Path, &Screen) -> Result<String>) -> Self {
        Self { name, action: Action::Inside(root.to_owned(), work) }
    }
}

/// Runs the steps in order and stops at the first that fails.
pub fn run_all(steps: Vec<Step>) -> ExitCode {
    let screen = Screen::new(steps.len());
    let mut rows: Vec<Row> = Vec::new();
    for (index, Step { name, action }) in steps.into_iter().enumerate() {
        if rows.iter().any(|row| !matches!(row.outcome, Outcome::Passed)) {
            rows.push(Row { name, outcome: Outcome::NotRun, took: Duration::ZERO });
            continue;
        }
        let started = Instant::now();
        screen.begin(index + 1, name, &action.typed());
        let outcome = match action.perform(&screen) {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                screen.tell(&format!("{name} failed: {error:#}"));
                Outcome::Failed
            }
        };
        rows.push(Row { name, outcome, took: started.elapsed() });
    }
    screen.end();
    print!("{}", closing(&rows));
    let failed = rows.iter().any(|row| matches!(row.outcome, Outcome::Failed));
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

impl Action {
    fn typed(&self) -> String {
        match self {
            Self::Command(command, _) => workspace::as_typed(command),
            Self::Inside(..) => String::new(),
        }
    }

    fn perform(self, screen: &Screen) -> Result<()> {
        match self {
            Self::Command(command, summary) => perform_command(command, summary, screen),
            Self::Inside(root, work) => {
                screen.say(&format!("  {}", work(&root, screen)?));
                Ok(())
            }
        }
    }
}

fn perform_command(command: Command, summary: Summary, screen: &Screen) -> Result<()> {
    let mut last = String::new();
    let captured = capture(command, |line| {
        screen.glimpse(line);
        if summary == Summary::TestResults && is_test_summary(line) {
            screen.say(line.trim_start());
        } else if !line.trim().is_empty() {
            last = line.trim().to_owned();
        }
    })?;
    if !captured.status.success() {
        if captured.dropped > 0 {
            screen.tell(&format!("({} earlier lines are lost)", captured.dropped));
        }
        for line in &captured.lines {
            screen.tell(line);
        }
        bail!("the command ended with {}", captured.status);
    }
    if summary == Summary::LastLine {
        screen.say(&format!("  {last}"));
    }
    Ok(())
}

/// What cargo and its test runner print about each target.
fn is_test_summary(line: &str) -> bool {
    let line = line.trim_start();
    ["test result: ", "Running ", "Doc-tests "].iter().any(|start| line.starts_with(start))
}

fn closing(rows: &[Row]) -> String {
    let widest = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut text = format!("\n{:widest$}  {:7}  {:>8}\n", "step", "result", "seconds");
    let (mut passed, mut failed) = (0, 0);
    for row in rows {
        let result = match row.outcome {
            Outcome::Passed => {
                passed += 1;
                "passed"
            }
            Outcome::Failed => {
                failed += 1;
                "FAILED"
            }
            Outcome::NotRun => "not run",
        };
        let seconds = row.took.as_secs_f64();
        writeln!(text, "{:widest$}  {result:7}  {seconds:8.1}", row.name)
            .expect("a String takes every write");
    }
    writeln!(text, "\n{passed} passed, {failed} failed").expect("a String takes every write");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(name: &'static str, script: &str) -> Step {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Step::command(name, command, Summary::LastLine)
    }

    #[test]
    fn the_run_closes_with_a_table_and_a_line_that_machines_read() {
        let row = |name, outcome, millis| Row { name, outcome, took: Duration::from_millis(millis) };
        let rows = [
            row("a", Outcome::Passed, 1_250),
            row("longer", Outcome::Failed, 60_000),
            row("c", Outcome::NotRun, 0),
        ];
        let expected = "
step    result    seconds
a       passed        1.2
longer  FAILED       60.0
c       not run       0.0

1 passed, 1 failed
";
        assert_eq!(closing(&rows), expected);
    }

    #[test]
    fn the_first_failure_stops_the_run() {
        let mark = std::env::temp_dir().join(format!("aisle-xtask-{}", std::process::id()));
        let touch = format!("touch {}", mark.display());
        let code = run_all(vec![shell("a", "echo x"), shell("b", "exit 1"), shell("c", &touch)]);
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
        assert!(!mark.exists());
    }

    #[test]
    fn steps_that_pass_are_a_success() {
        let code =
            run_all(vec![shell("a", "echo x"), Step::inside("b", Path::new("."), |_, _| Ok("y".to_owned()))]);
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
    }

    #[test]
    fn only_what_cargo_says_about_its_tests_is_a_test_summary() {
        assert!(is_test_summary("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured"));
        assert!(is_test_summary("     Running unittests src/lib.rs (target/debug/deps/a)"));
        assert!(!is_test_summary("test a_held_seat_cannot_be_held_again ... ok"));
    }
}
