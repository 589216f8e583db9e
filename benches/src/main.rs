//! `aisle-bench`: the numbers of Aisle, each beside its physical limit.

use std::fs;
use std::process::ExitCode;

use anyhow::Context;
use bench::machine::Machine;
use bench::options::Options;
use bench::report::Report;
use bench::scenario;
use clap::Parser;

/// The client is lean, and the server needs the cores more.
const CLIENT_THREADS: usize = 2;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("error: a promise was broken, so the result is void");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and reports; tells whether every promise was kept.
fn run(options: &Options) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CLIENT_THREADS)
        .enable_all()
        .build()
        .context("cannot start the client's threads")?;
    // Every client has a connection, and both servers are open to it in turns.
    bench::machine::allow_open_files(u64::from(options.connections) * 2 + 200)?;
    let machine = Machine::look(testbed::directory()?.path())?;
    let outcomes = runtime.block_on(scenario::run(options))?;
    let report = Report { machine, command: std::env::args().collect(), outcomes };
    print!("{}", report.text());
    if options.null {
        println!("\nOnly limits were measured. No promise was checked.");
    }
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&report).context("cannot write the report as JSON")?;
        fs::write(path, json + "\n").with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(report.is_valid())
}
