//! How a store fails.

use std::error::Error;
use std::path::PathBuf;

use crate::journal::StreamId;

type Source = Box<dyn Error + Send + Sync>;

/// The store does not answer, or not in time. What is in it is as good as ever; ask again later.
#[derive(Debug, thiserror::Error)]
#[error("the store does not answer: cannot {task}")]
pub struct Unavailable {
    task: &'static str,
    #[source]
    source: Source,
}

/// The store may have lost what it was given. Only a new process, which reads what is really there, may go on.
#[derive(Debug, thiserror::Error)]
#[error("the store can no longer be trusted: cannot {task}")]
pub struct Fatal {
    task: &'static str,
    #[source]
    source: Source,
}

/// A stored value that no version of the software writes. A person has to look.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {what} of {stream}")]
pub struct Corrupt {
    /// The stream that it belongs to, as stored.
    stream: String,
    what: &'static str,
    #[source]
    source: Option<Source>,
}

/// Why nothing is known to be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Ask again later.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// End the process.
    #[error(transparent)]
    Fatal(#[from] Fatal),
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Ask again later.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Do not activate the stream; raise the alarm.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

/// Why nothing is known to be read or written of a plain table.
#[derive(Debug, thiserror::Error)]
pub enum PlainError {
    /// Ask again later.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The store can no longer be trusted.
    #[error(transparent)]
    Fatal(#[from] Fatal),
    /// A stored value that nobody can read.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

impl From<WriteError> for PlainError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Unavailable(error) => error.into(),
            WriteError::Fatal(error) => error.into(),
        }
    }
}

/// Why a store cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the directory.
    #[error("another process is using {}", .0.display())]
    InUse(PathBuf),
    /// A file of ours cannot be made, opened or made durable.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The database does not pass its own check. Restore it from a copy.
    #[error("{} is damaged: {what}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What the check says.
        what: String,
    },
    /// The address is not one of a database.
    #[error("not the address of a database")]
    Address(#[source] Source),
    /// The database is set up so that a commit that it reports may be lost.
    #[error("the database does not keep what it commits: {0}")]
    NotDurable(String),
    /// The tables cannot be brought up to date.
    #[error("cannot bring the tables up to date")]
    Migration(#[source] Source),
    /// The database does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl Unavailable {
    /// The store did not answer when it was asked to do this: `"read"`, `"raise epochs"`.
    pub fn to(task: &'static str, source: impl Into<Source>) -> Self {
        Self { task, source: source.into() }
    }
}

impl Fatal {
    /// The store failed at this: `"commit"`.
    pub fn to(task: &'static str, source: impl Into<Source>) -> Self {
        Self { task, source: source.into() }
    }
}

impl Corrupt {
    pub(crate) fn new(stream: impl Into<String>, what: &'static str, source: Option<Source>) -> Self {
        Self { stream: stream.into(), what, source }
    }

    /// Whose value it is, unless even the name is not one of ours.
    #[must_use]
    pub fn stream(&self) -> Option<StreamId> {
        self.stream.parse().ok()
    }
}

/// An error with everything that led to it, on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
