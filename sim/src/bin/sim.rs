//! `sim run` and `sim planted`: the simulation on the command line.

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::bail;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use sim::planted::Planted;
use sim::run::{self, Life, Tally};

#[derive(Parser)]
#[command(about = "Lives thousands of crashed, torn and delayed lives of the engine's heart.")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lives many seeds, or replays one in words.
    Run {
        /// How many seeds.
        #[arg(long, default_value_t = 200_000)]
        seeds: u64,
        /// The first seed of many.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// Replays this one seed and prints its life.
        #[arg(long)]
        seed: Option<u64>,
        /// With a bug planted.
        #[arg(long)]
        planted: Option<String>,
        /// Threads; all cores unless said otherwise.
        #[arg(long)]
        threads: Option<usize>,
    },
    /// Plants each bug in turn and looks for it.
    Planted {
        /// How many seeds each bug may take to be found.
        #[arg(long, default_value_t = 4_000)]
        seeds: u64,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    // A panic in a life is caught and reported as a broken promise.
    std::panic::set_hook(Box::new(|_| {}));
    match Arguments::parse().verb {
        Verb::Run { seed: Some(seed), planted, .. } => Ok(replay(seed, bug(planted.as_deref())?)),
        Verb::Run { seeds, first, planted, threads, .. } => {
            Ok(many(first, seeds, bug(planted.as_deref())?, threads))
        }
        Verb::Planted { seeds } => Ok(plant_all(seeds)),
    }
}

fn bug(name: Option<&str>) -> anyhow::Result<Option<Planted>> {
    let Some(name) = name else { return Ok(None) };
    let found = Planted::ALL.into_iter().find(|bug| bug.name() == name);
    if found.is_none() {
        bail!("no bug is called {name}; there are {}", Planted::ALL.map(Planted::name).join(", "));
    }
    Ok(found)
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn replay(seed: u64, planted: Option<Planted>) -> ExitCode {
    let life = run::life(seed, planted, true);
    life.record.lines.iter().flatten().for_each(|line| println!("{line}"));
    println!("seed {seed}: {}", life.scenario);
    println!(
        "trace {:016x}, {} events, {} crashes",
        life.record.trace, life.record.events, life.record.crashes
    );
    report(&life)
}

fn report(life: &Life) -> ExitCode {
    life.broken.iter().for_each(|what| println!("BROKEN {what}"));
    if life.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn many(first: u64, seeds: u64, planted: Option<Planted>, cores: Option<usize>) -> ExitCode {
    let bar = bar(seeds, "lives");
    let (began, cores) = (Instant::now(), cores.unwrap_or_else(threads));
    let (tally, found) = run::many(first, seeds, cores, planted, |tally| show(&bar, tally));
    bar.finish_and_clear();
    if let Some(life) = &found {
        println!("seed {}: {}", life.seed, life.scenario);
        report(life);
        let with = planted.map_or(String::new(), |bug| format!(" --planted {}", bug.name()));
        println!("replay it: cargo xtask sim --seed {}{with} (trace {:016x})", life.seed, life.record.trace);
    }
    let seconds = began.elapsed().as_secs_f64();
    summary(&tally, seconds, cores, u32::from(found.is_some()));
    if found.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(bar: &ProgressBar, tally: &Tally) {
    bar.inc(1);
    if bar.position().is_multiple_of(512) {
        bar.set_message(format!("{} crashes", tally.crashes.load(Ordering::Relaxed)));
    }
}

#[expect(clippy::cast_precision_loss, reason = "rates for people")]
fn summary(tally: &Tally, seconds: f64, cores: usize, violations: u32) {
    let of = |sum: &std::sync::atomic::AtomicU64| sum.load(Ordering::Relaxed);
    let (lives, crashes) = (of(&tally.lives), of(&tally.crashes));
    println!(
        "{} takeovers, {} unknown commits, {} fenced, {} refused, {} torn frames, {} definite answers, {:.1} virtual years",
        of(&tally.takeovers),
        of(&tally.unknowns),
        of(&tally.fenced),
        of(&tally.refused),
        of(&tally.torn),
        of(&tally.answers),
        of(&tally.virtual_ms) as f64 / 1_000.0 / 86_400.0 / 365.0,
    );
    println!(
        "{lives} lives, {} of them with payments, {crashes} crashes, {:.0} lives and {:.0} crashes a second and core, {violations} violations",
        of(&tally.paid),
        lives as f64 / seconds / cores as f64,
        crashes as f64 / seconds / cores as f64,
    );
}

fn plant_all(seeds: u64) -> ExitCode {
    let mut missed = 0;
    for bug in Planted::ALL {
        let bar = bar(seeds, &bug.name());
        let (tally, found) = run::many(0, seeds, threads(), Some(bug), |_| bar.inc(1));
        bar.finish_and_clear();
        let lives = tally.lives.load(Ordering::Relaxed);
        match found {
            Some(life) => {
                println!(
                    "found   {:24} at seed {:5}: {}",
                    bug.name(),
                    life.seed,
                    first_line(&life.broken[0])
                );
            }
            None => {
                missed += 1;
                println!("MISSED  {:24} in {lives} lives", bug.name());
            }
        }
    }
    println!(
        "{} of {} planted bugs found within {seeds} seeds",
        Planted::ALL.len() - missed,
        Planted::ALL.len()
    );
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The beginning of what is wrong, for one line of a terminal.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(100).collect()
}

fn bar(length: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:24} {wide_bar} {pos}/{len} {msg} {eta}")
        .expect("a sound template");
    ProgressBar::new(length).with_style(style).with_prefix(what.to_owned())
}
