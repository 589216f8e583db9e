//! Who may sign in, where they are signed in, and who did what to whom.
//!
//! Plain tables, written once for both databases: the statements are the same text, `connection` hides whose they
//! are. Every change is one transaction together with its line of the audit, and is durable when it returns.
//!
//! * [`Accounts`]: the repository. `accounts`: people. `sessions`: sign-ins and refresh tokens. `audit`: who did what.

mod accounts;
mod audit;
mod connection;
mod rows;
mod sessions;
mod sql;

use domain::ids::PrincipalId;
use domain::time::Timestamp;

pub use accounts::{
    Account, AccountFilter, AccountKind, Changed, Created, Credentials, Description, NewAccount, Page,
};
pub use audit::{AuditLine, Audited};
pub use connection::LogSync;
pub use sessions::{NewSession, Revoked, Rotated, Rotation, Session, Standing};
pub use sql::STATEMENTS;

use crate::store::{Corrupt, Fatal, Unavailable, WriteError};
use connection::Place;

/// Why nothing is known to be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
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

impl From<WriteError> for IdentityError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Unavailable(error) => error.into(),
            WriteError::Fatal(error) => error.into(),
        }
    }
}

/// Accounts, sessions and their audit, in whichever store. Copies share it.
#[derive(Debug, Clone)]
pub struct Accounts {
    place: Place,
}

impl Accounts {
    pub(crate) const fn new(place: Place) -> Self {
        Self { place }
    }
}

pub(crate) use connection::Place as Where;

/// Names of sessions and accounts as the tables write them.
fn principal(text: &str) -> Result<PrincipalId, Corrupt> {
    text.parse().map_err(|error| Corrupt::new(text, "the name of an account", Some(Box::new(error))))
}

fn instant(of: &str, millis: i64) -> Result<Timestamp, Corrupt> {
    Timestamp::from_millis(millis).map_err(|error| Corrupt::new(of, "a time", Some(Box::new(error))))
}
