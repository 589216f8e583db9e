//! Who did what to whom: a table that only grows.

use domain::ids::PrincipalId;
use domain::time::Timestamp;

use super::{Accounts, IdentityError, instant, principal, sql};
use crate::plain::Turn;

/// Who does something, when, and in which request.
#[derive(Debug, Clone, Copy)]
pub struct Audited<'a> {
    /// Who; for somebody who signs in, they themselves.
    pub actor: &'a PrincipalId,
    /// When.
    pub at: Timestamp,
    /// The request's name, as its answer and the logs have it.
    pub request: &'a str,
}

/// A line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: PrincipalId,
    /// What, in one word: `role-set`.
    pub action: String,
    /// To whom.
    pub subject: PrincipalId,
    /// From what to what; never a name, an address or a password.
    pub detail: String,
    /// In which request.
    pub request: String,
}

impl Turn<'_> {
    /// Writes down what this transaction does.
    pub(super) async fn audit(
        &mut self,
        by: &Audited<'_>,
        action: &'static str,
        subject: &str,
        detail: &str,
    ) -> Result<(), IdentityError> {
        let values = [
            by.at.millis().into(),
            by.actor.as_str().into(),
            action.into(),
            subject.into(),
            detail.into(),
            by.request.into(),
        ];
        self.execute(sql::AUDIT, &values).await.map(|_| ())
    }
}

impl Accounts {
    /// Writes down what was done elsewhere in this store: its own record says it as well, and here it is found by whom it concerns.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn note(
        &self,
        by: &Audited<'_>,
        action: &'static str,
        subject: &PrincipalId,
        detail: &str,
    ) -> Result<(), IdentityError> {
        let mut turn = self.place.turn().await?;
        turn.audit(by, action, subject.as_str(), detail).await?;
        self.place.commit(turn).await?;
        Ok(())
    }

    /// What was done to somebody, in order; the first `most` lines.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn audit_of(&self, subject: &PrincipalId, most: u32) -> Result<Vec<AuditLine>, IdentityError> {
        type Line = (i64, String, String, String, String, String);
        let values = [subject.as_str().into(), i64::from(most).into()];
        let lines: Vec<Line> = self.place.read(sql::AUDIT_OF, &values).await?;
        let line = |(at, actor, action, subject, detail, request): Line| {
            let (at, actor) = (instant(&subject, at)?, principal(&actor)?);
            Ok(AuditLine { at, actor, action, subject: principal(&subject)?, detail, request })
        };
        lines.into_iter().map(line).collect()
    }
}
