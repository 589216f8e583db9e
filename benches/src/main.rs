//! `aisle-bench`: the numbers of Aisle, each beside its physical limit.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use bench::machine::Machine;
use bench::options::{Cli, Draw, Options, Verb};
use bench::report::{Report, html};
use bench::scenario;
use bench::thresholds::{self, Verdict};
use clap::Parser;

/// The client is lean, and the server needs the cores more.
const CLIENT_THREADS: usize = 2;
/// A promise was broken.
const VOID: u8 = 3;
/// A threshold was missed.
const MISSED: u8 = 4;

fn main() -> ExitCode {
    let done = match Cli::parse() {
        Cli { verb: Some(Verb::Report(draw)), .. } => redraw(&draw),
        Cli { options: Some(options), .. } => measure(&options),
        Cli { verb: None, options: None } => unreachable!("clap asks for a scenario when there is no verb"),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// Measures and reports.
fn measure(options: &Options) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CLIENT_THREADS)
        .enable_all()
        .build()
        .context("cannot start the client's threads")?;
    // Every client has a connection, and both servers are open to it in turns.
    bench::machine::allow_open_files(u64::from(options.connections) * 2 + 200)?;
    let machine = Machine::look(testbed::directory()?.path())?;
    let began = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let outcomes = runtime.block_on(scenario::run(options))?;
    let report = Report {
        machine,
        command: std::env::args().collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        began,
        setting: options.setting(),
        required: thresholds::check(&options.require, &outcomes),
        outcomes,
    };
    print!("{}", report.text());
    if options.null {
        println!("\nOnly limits were measured. No promise was checked.");
    }
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&report).context("cannot write the report as JSON")?;
        write(path, &(json + "\n"))?;
    }
    if let Some(path) = &options.html {
        write(path, &html::page(std::slice::from_ref(&report), &report.required))?;
    }
    Ok(judge(report.is_valid(), &report.required))
}

/// Draws what was measured before, and judges it again.
fn redraw(draw: &Draw) -> anyhow::Result<ExitCode> {
    let reports = draw.from.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let outcomes: Vec<_> = reports.iter().flat_map(|report| report.outcomes.clone()).collect();
    let mut required: Vec<_> = reports.iter().flat_map(|report| report.required.clone()).collect();
    required.extend(thresholds::check(&draw.require, &outcomes));
    match &draw.html {
        Some(path) => write(path, &html::page(&reports, &required))?,
        None => reports.iter().for_each(|report| print!("{}", report.text())),
    }
    Ok(judge(reports.iter().all(Report::is_valid), &required))
}

/// Says what was wrong with a run that could be measured.
fn judge(is_valid: bool, required: &[Verdict]) -> ExitCode {
    if !is_valid {
        eprintln!("error: a promise was broken, so the result is void");
        return VOID.into();
    }
    for missed in required.iter().filter(|verdict| !verdict.met) {
        let Verdict { require, place, actual, .. } = missed;
        eprintln!("error: {require} was missed: {place}: {actual}");
    }
    if required.iter().all(|verdict| verdict.met) { ExitCode::SUCCESS } else { MISSED.into() }
}

fn read(path: &Path) -> anyhow::Result<Report> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", path.display()))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
