//! How a requirement is read.

use std::str::FromStr;

use anyhow::{Context, bail, ensure};

use super::quantity::{Ending, Quantity, Whose};
use super::{Bound, Demand, Operator, Requirement};

/// What can be required, for those who wrote something else.
const ALLOWED: &str = "p50, p90, p95, p99, p99.9, p99.99, max, rate, refused, errors, unsent, ratio, ratio(NAME), cpu, \
     store-cpu, client-cpu, rss, spread, others";

impl FromStr for Requirement {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (scenario, demand) = match scenario_end(text) {
            Some(end) => (Some(text[..end].trim()), text[end + 1..].trim()),
            None => (None, text.trim()),
        };
        ensure!(scenario != Some(""), "before the colon stands the name of a scenario");
        let demand = if demand == "goals" { Demand::Goals } else { Demand::read(demand)? };
        Ok(Self { text: text.trim().to_owned(), scenario: scenario.map(str::to_owned), demand })
    }
}

/// A colon after that is part of a ratio's name.
fn scenario_end(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    (!text[..colon].contains(['(', '<', '>'])).then_some(colon)
}

impl Demand {
    fn read(text: &str) -> anyhow::Result<Self> {
        let (what, operator, bound) = split(text).context(
            "write goals, or what, one of <= >= < > and a bound, in quotes: 'p99<=5ms' or 'hold-hot:rate>=20000'",
        )?;
        if let Some(name) = ratio_name(what)? {
            return Ok(Self::OfRatio(name, Bound { what: (), operator, value: plain(bound)? }));
        }
        let (what, value) = of_sides(what, bound)?;
        Ok(Self::OfSides(Bound { what, operator, value }))
    }
}

fn split(text: &str) -> Option<(&str, Operator, &str)> {
    // A ratio's name may be anything.
    let from = text.find(')').unwrap_or(0);
    let at = from + text[from..].find(['<', '>'])?;
    let (what, rest) = (text[..at].trim(), &text[at..]);
    let signs =
        [("<=", Operator::AtMost), (">=", Operator::AtLeast), ("<", Operator::Below), (">", Operator::Above)];
    let found = signs.into_iter().find_map(|(sign, operator)| Some((operator, rest.strip_prefix(sign)?)));
    found.map(|(operator, bound)| (what, operator, bound.trim()))
}

/// `None` when it is no ratio, `Some(None)` when it is the scenario's first.
fn ratio_name(what: &str) -> anyhow::Result<Option<Option<String>>> {
    let Some(rest) = what.strip_prefix("ratio") else { return Ok(None) };
    if rest.is_empty() {
        return Ok(Some(None));
    }
    let name = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    Ok(Some(Some(name.context("a part of a ratio's name is written ratio(limit)")?.to_owned())))
}

fn of_sides(what: &str, bound: &str) -> anyhow::Result<(Quantity, f64)> {
    let timed = |quantile| Ok((Quantity::Time(quantile), time(bound)?));
    let ended = |ending| match bound.strip_suffix('%') {
        Some(_) => Ok((Quantity::Share(ending), share(bound)?)),
        None => Ok((Quantity::Count(ending), plain(bound).context("a count or a share is written 0 or 1%")?)),
    };
    match what {
        "p50" => timed(0.5),
        "p90" => timed(0.9),
        "p95" => timed(0.95),
        "p99" => timed(0.99),
        "p99.9" => timed(0.999),
        "p99.99" => timed(0.9999),
        "max" => timed(1.0),
        "rate" => Ok((Quantity::Rate, plain(bound).context("a rate is written 20000")?)),
        "refused" => ended(Ending::Refused),
        "errors" => ended(Ending::Error),
        "unsent" => ended(Ending::Unsent),
        "cpu" => Ok((Quantity::Cpu(Whose::Server), time(bound)?)),
        "store-cpu" => Ok((Quantity::Cpu(Whose::Store), time(bound)?)),
        "client-cpu" => Ok((Quantity::Cpu(Whose::Client), time(bound)?)),
        "rss" => Ok((Quantity::Rss, memory(bound)?)),
        "spread" => Ok((Quantity::Spread, share(bound)?)),
        "others" => Ok((Quantity::Others, share(bound)?)),
        _ => bail!("{what:?} is nothing that can be required: {ALLOWED}, or goals"),
    }
}

/// In microseconds.
fn time(text: &str) -> anyhow::Result<f64> {
    with_unit(text, &[("us", 1.0), ("µs", 1.0), ("ms", 1e3), ("s", 1e6)])
        .context("a time is written 800us, 5ms or 1.5s")
}

/// In MiB.
fn memory(text: &str) -> anyhow::Result<f64> {
    with_unit(text, &[("KiB", 1.0 / 1_024.0), ("MiB", 1.0), ("GiB", 1_024.0)])
        .context("memory is written 500MiB, or with KiB or GiB")
}

/// From 0 to 1.
fn share(text: &str) -> anyhow::Result<f64> {
    with_unit(text, &[("%", 0.01)]).context("a share is written 1%")
}

fn with_unit(text: &str, units: &[(&str, f64)]) -> anyhow::Result<f64> {
    let found = units.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?, size)));
    let (number, size) = found.with_context(|| format!("{text:?} has no unit of its kind"))?;
    Ok(plain(number)? * size)
}

fn plain(text: &str) -> anyhow::Result<f64> {
    let text = text.trim();
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.with_context(|| format!("{text:?} is no number from zero on"))
}
