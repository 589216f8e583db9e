//! The numbers of a side that can be required.

use crate::load::tally::NO_ANSWER;
use crate::report::{Row, numbers};

/// A number of a side, and in which unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// The time at a quantile, in microseconds.
    Time(f64),
    /// A second.
    Rate,
    /// How many requests ended so.
    Count(Ending),
    /// Which part of all requests ended so.
    Share(Ending),
    /// CPU time a request, in microseconds.
    Cpu(Whose),
    /// The server's memory, in MiB.
    Rss,
    /// How far rounds lie apart, as a part.
    Spread,
    /// Which part of the machine went to others.
    Others,
}

/// How a request can end, other than wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The server said something else, or nothing.
    Refused,
    /// It was the server's fault.
    Error,
    /// An open loop could not send it.
    Unsent,
}

/// Who spent CPU time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The server.
    Server,
    /// The database server beside it.
    Store,
    /// The tool.
    Client,
}

impl Quantity {
    /// What was measured; `None` when nothing was.
    pub fn of(self, row: &Row) -> Option<f64> {
        match self {
            Self::Time(quantile) => row.time(quantile),
            Self::Rate => Some(row.rate),
            Self::Count(ending) => Some(ending.count(row) as f64),
            Self::Share(ending) => {
                let all = row.samples + row.refusals() + row.unsent;
                (all > 0).then(|| ending.count(row) as f64 / all as f64)
            }
            Self::Cpu(Whose::Server) => row.cpu_us,
            Self::Cpu(Whose::Store) => row.store_cpu_us,
            Self::Cpu(Whose::Client) => row.client_cpu_us,
            Self::Rss => row.rss_mib,
            Self::Spread => numbers::spread(&row.rates),
            Self::Others => row.others,
        }
    }

    /// A value of it, for people.
    pub fn written(self, value: f64) -> String {
        match self {
            Self::Time(_) | Self::Cpu(_) => numbers::time(value),
            Self::Rate | Self::Count(_) => numbers::number(value),
            Self::Share(_) | Self::Spread | Self::Others => numbers::share(value),
            Self::Rss => numbers::memory(value),
        }
    }
}

impl Ending {
    fn count(self, row: &Row) -> u64 {
        match self {
            Self::Refused => row.refusals(),
            Self::Unsent => row.unsent,
            Self::Error => {
                let errors = row.refused.iter().filter(|(reason, _)| is_error(reason));
                errors.map(|(_, count)| count).sum()
            }
        }
    }
}

fn is_error(reason: &str) -> bool {
    let status = reason.get(..3).and_then(|status| status.parse::<u16>().ok());
    reason == NO_ANSWER || status.is_some_and(|status| status >= 500)
}
