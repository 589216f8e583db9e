//! Who may sign in, where they are signed in, and who did what to whom.
//!
//! Plain tables. Every change is one transaction together with its line of the audit, and is durable when it returns.
//!
//! * [`Accounts`]: the repository. `accounts`: people. `sessions`: sign-ins and refresh tokens. `audit`: who did what.

mod accounts;
mod audit;
mod rows;
mod sessions;
mod sql;

use domain::ids::PrincipalId;
use domain::time::Timestamp;

pub use accounts::{
    Account, AccountFilter, AccountKind, Changed, Created, Credentials, Description, NewAccount, Page,
    Redescription,
};
pub use audit::{AuditLine, Audited};
pub use sessions::{NewSession, Revoked, Rotated, Rotation, Session, Standing};
pub use sql::STATEMENTS;

use crate::plain::Place;
use crate::store::Corrupt;
pub use crate::store::PlainError as IdentityError;

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

/// Names of sessions and accounts as the tables write them.
fn principal(text: &str) -> Result<PrincipalId, Corrupt> {
    text.parse().map_err(|error| Corrupt::new(text, "the name of an account", Some(Box::new(error))))
}

fn instant(of: &str, millis: i64) -> Result<Timestamp, Corrupt> {
    Timestamp::from_millis(millis).map_err(|error| Corrupt::new(of, "a time", Some(Box::new(error))))
}
