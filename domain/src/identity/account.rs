//! Names of accounts, told from those of programs.

use crate::ids::PrincipalId;

/// With this begins the name of every account, and of nothing else: a subject without it is a program that the operator gave a
/// token to.
const PREFIX: &str = "usr_";

/// The account that is called `name` in its own house; `None` when that is no name.
#[must_use]
pub fn account_id(name: &str) -> Option<PrincipalId> {
    format!("{PREFIX}{name}").parse().ok()
}

/// Whether the subject is an account.
#[must_use]
pub fn is_account(subject: &PrincipalId) -> bool {
    subject.as_str().starts_with(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_told_from_a_program() {
        assert!(is_account(&account_id("aB3-_").unwrap()));
        assert!(!is_account(&"ann".parse().unwrap()));
        assert!(account_id("two words").is_none());
    }
}
