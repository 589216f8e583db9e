//! The report: as text, as JSON, as a page; and what the tool ends with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bench::report::{Goal, Operation, Outcome, Ratio, Report, Row, Setting, html};
use bench::thresholds::{self, Requirement};

use super::stand_in::{self, Fault};

const SIDES: [&str; 3] = ["limit", "one <script>flight</script>", "select \"for update\" & wait"];

fn row(side: &str, reference: bool, slower: u64) -> Row {
    let curve = [0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0];
    Row {
        side: side.to_owned(),
        reference,
        unit: "holds/s".to_owned(),
        rate: 20_909.0 / slower as f64,
        samples: 5_000,
        p50_us: 850 * slower,
        p99_us: 3_420 * slower,
        cpu_us: Some(30.5),
        store_cpu_us: Some(5.75),
        others: Some(0.125),
        rss_mib: Some(96.5),
        client_cpu_us: Some(22.25),
        refused: [("409 seats-taken".to_owned(), 12), ("no answer".to_owned(), 1)].into(),
        unsent: 3,
        rates: vec![20_000.0, 21_000.0],
        curve: curve.map(|quantile| (quantile, slower * (100.0 + quantile * 900.0) as u64)).into(),
        timeline: (0..40).map(|slice| 20_000.0 + f64::from(slice) * 10.0).collect(),
        operations: [("find <flights>".to_owned(), Operation { count: 9, p50_us: 5, p99_us: 7 })].into(),
        more: [("releaseP99Us".to_owned(), 1_500.0)].into(),
        ..Row::default()
    }
}

fn outcome() -> Outcome {
    let [limit, ours, other] = SIDES;
    let ratios = vec![
        Ratio { rounds: Some((0.25, 0.5)), ..Ratio::of("flight / limit", 0.375, 1.0) }
            .with_goal(Goal::AtLeast(0.7)),
        Ratio::of("flight / <other>", 62.5, 1.0).with_goal(Goal::AtLeast(50.0)),
        Ratio::of("idle subscriber, KiB", 6.25, 1.0).with_goal(Goal::AtMost(8.0)),
    ];
    Outcome {
        scenario: "hold-hot, <SQLite>".to_owned(),
        times: "request to 201".to_owned(),
        rows: vec![row(limit, true, 1), row(ours, false, 3), row(other, true, 60)],
        ratios,
        checked: true,
        violations: Vec::new(),
        notes: vec!["No <b>frequent flyers</b>.".to_owned()],
    }
}

fn report(outcomes: Vec<Outcome>) -> Report {
    let require: Requirement = "p99<=5ms".parse().unwrap();
    Report {
        command: ["aisle-bench", "hold-hot", "--json", "<a>"].map(str::to_owned).into(),
        version: "0.1.0".to_owned(),
        began: "2026-01-31T12:00:00Z".to_owned(),
        setting: Setting {
            load: "closed loop".to_owned(),
            connections: 512,
            rounds: 2,
            seconds: 4,
            warm_up: 1,
        },
        required: thresholds::check(&[require], &outcomes),
        outcomes,
        ..Report::default()
    }
}

fn page(outcomes: Vec<Outcome>) -> String {
    let report = report(outcomes);
    html::page(std::slice::from_ref(&report), &report.required)
}

/// As `html` must show it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn a_report_reads_back_as_it_was_written() {
    let report = report(vec![outcome(), Outcome { violations: vec!["sold twice".to_owned()], ..outcome() }]);
    let json = serde_json::to_string_pretty(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    for name in ["p50Us", "clientCpuUs", "atLeast", "warmUp", "loadBefore", "began", "\"required\""] {
        assert!(json.contains(name), "{name} in {json}");
    }
}

#[test]
fn a_report_of_an_older_version_can_be_read() {
    let old =
        r#"{"machine": {"cores": 2}, "outcomes": [{"scenario": "read-map", "rows": [{"side": "limit"}]}]}"#;
    let report: Report = serde_json::from_str(old).unwrap();
    assert_eq!((report.machine.cores, report.outcomes[0].rows[0].side.as_str()), (2, "limit"));
    assert!(html::page(&[report], &[]).contains("read-map"));
}

#[test]
fn a_page_shows_everything_and_escapes_it() {
    let page = page(vec![outcome()]);
    let report = report(vec![outcome()]);
    let outcome = &report.outcomes[0];
    let mut shown = vec![outcome.scenario.as_str(), "find <flights>", "409 seats-taken", "no answer"];
    shown.extend(SIDES);
    shown.extend(outcome.ratios.iter().map(|ratio| ratio.what.as_str()));
    shown.extend(outcome.notes.iter().map(String::as_str));
    shown.extend(["0.375", "62.5", "6.25", "0.250 to 0.500", "≥ 0.7", "≤ 8", "release p99", "1.50 ms"]);
    shown.extend(["2026-01-31, 12:00 UTC", "512 clients", "--json '<a>'", "p99<=5ms", "12 %", "96.5 MiB"]);
    for text in shown {
        assert!(page.contains(&escaped(text).replace('\'', "&#39;")), "{text}");
    }
    for raw in ["<script", "<b>", "<SQLite", "<other", "<flights", "<a>"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert!(page.contains("All promises were kept") && !page.contains("Void."));
    // One of three goals is missed, and the threshold is met.
    assert!(page.contains("1 of 3 missed") && page.contains("all 1 met"));
}

#[test]
fn a_broken_promise_is_shown_in_words_and_no_goal_counts_then() {
    let told = "B6-1 1D: acknowledged to client 1 while <script>client 0</script> has it";
    let page = page(vec![Outcome { violations: vec![told.to_owned()], ..outcome() }]);
    assert!(page.contains(&escaped(told)));
    assert!(page.contains("Void.") && page.contains("1 broken: the result is void"));
    assert!(page.contains("3 of 3 missed") && !page.contains("All promises were kept"));
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    let page = page(vec![outcome()]);
    for elsewhere in ["http:", "https:", "src=", "url(", "@import", "<script", "<link", "<img", "<iframe"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.matches("href=\"").count() == page.matches("href=\"#").count());
}

#[test]
fn drawings_are_told_to_those_who_do_not_see_them() {
    let page = page(vec![outcome(), outcome()]);
    let drawings = page.matches("<svg role=\"img\"").count();
    // Ratios once, times, throughput and costs for each outcome; each for two widths.
    assert_eq!(drawings, (1 + 2 * 3) * 2);
    assert_eq!((page.matches("<title id=").count(), page.matches("<desc id=").count()), (drawings, drawings));
    let mut ids: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is there twice");
}

#[test]
fn elements_are_closed() {
    let page = page(vec![outcome(), Outcome::default()]);
    for element in
        ["section", "table", "tr", "td", "th", "ul", "li", "dl", "div", "figure", "svg", "span", "p"]
    {
        let opened =
            page.matches(&format!("<{element} ")).count() + page.matches(&format!("<{element}>")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf"), "a number is none");
}

/// Runs the tool for a second against a server that is there already.
async fn run(directory: &Path, fault: Fault, more: &[&str]) -> Output {
    let address = stand_in::start(fault).await;
    let tokens = directory.join("tokens");
    fs::write(&tokens, "token\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aisle-bench"));
    command.args(["hold-hot", "--seconds", "1", "--warm-up", "0", "--connections", "4", "--rounds", "2"]);
    command.arg("--target").arg(address.to_string()).arg("--tokens").arg(tokens);
    command.arg("--limits").arg(env!("CARGO_BIN_EXE_limits")).args(more);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn ended(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_saved_drawn_and_judged() {
    let directory = testbed::directory().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (json, page, again) = (at("a.json"), at("a.html"), at("b.html"));
    let files = ["--json", &json, "--html", &page, "--require", "p99<=60s", "--require", "hold-hot:rate>=1"];
    let output = run(directory.path(), Fault::Nothing, &files).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("promises kept") && text.contains("met    p99<=60s"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 140), "{text}");
    let report: Report = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert!(report.required.len() == 2 && report.required.iter().all(|verdict| verdict.met), "{report:?}");
    assert_eq!(report.outcomes[0].rows.iter().map(|row| row.reference).collect::<Vec<_>>(), [true, false]);
    assert!(fs::read_to_string(&page).unwrap().contains("hold-hot"));

    let draw = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aisle-bench"));
        command.args(["report", "--from", &json, "--from", &json, "--html", &again]).args(more);
        command.output().unwrap()
    };
    assert_eq!(draw(&[]).status.code(), Some(0));
    assert!(fs::read_to_string(&again).unwrap().contains("aisle-bench: 2 scenarios"));
    let (status, words) = ended(&draw(&["--require", "read-map:rate>=1"]));
    assert_eq!(status, Some(4), "{words}");
    assert!(words.contains("there is nothing that it applies to"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_threshold_a_broken_promise_and_a_failure_end_differently() {
    let directory = testbed::directory().unwrap();
    let of = async |fault, more: &[&str]| ended(&run(directory.path(), fault, more).await);
    let (status, words) = of(Fault::Nothing, &["--require", "max<=1us"]).await;
    assert_eq!(status, Some(4), "{words}");
    assert!(words.contains("max<=1us was missed: hold-hot, one flight:"), "{words}");
    // A broken promise is worse than a missed threshold.
    let (status, words) = of(Fault::SellsTwice, &["--require", "max<=1us"]).await;
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("a promise was broken"), "{words}");
    let (status, words) = of(Fault::RateLimits, &[]).await;
    assert_eq!(status, Some(1), "{words}");
    let (status, words) = of(Fault::Nothing, &["--require", "p99<=5"]).await;
    assert_eq!(status, Some(2), "{words}");
    assert!(words.contains("a time is written 800us, 5ms or 1.5s"), "{words}");
}

#[test]
fn what_is_no_report_is_said_to_be_none() {
    let from = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_aisle-bench"));
    let (status, words) = ended(&command.arg("report").arg("--from").arg(from).output().unwrap());
    assert_eq!(status, Some(1));
    assert!(words.contains("Cargo.toml is no report"), "{words}");
}

#[test]
fn the_help_tells_exit_statuses_and_thresholds() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aisle-bench"));
    let help = String::from_utf8(command.arg("--help").output().unwrap().stdout).unwrap();
    for words in
        ["Exit status:", "a promise was broken", "a threshold was missed", "--require goals", "--html"]
    {
        assert!(help.contains(words), "{words}");
    }
}
