//! Who asks, and what they may: roles, accounts, and the one question that guards every door.
//!
//! * [`authorize`]: whether a principal may do something to something; no, unless a line says yes.
//! * [`Role`], [`Status`]: what an account is.
//! * [`EmailAddress`], [`Password`], [`PersonName`]: checked values, with what would do when one cannot be taken.

mod access;
mod account;
mod email;
mod name;
mod password;
mod role;
mod status;

pub use access::{Action, Denial, Principal, Resource, authorize};
pub use account::{account_id, is_account};
pub use email::{EmailAddress, InvalidEmail};
pub use name::{InvalidName, PersonName};
pub use password::{Password, UnfitPassword};
pub use role::{Role, UnknownRole};
pub use status::{Status, UnknownStatus};
