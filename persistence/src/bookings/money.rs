//! The ledger of bookings' money. It is written with the rows that move it, and only read here.

use domain::ids::BookingId;
use domain::ledger::Account;
use domain::money::Money;

use super::{Bookings, sql, stream};
use crate::journal::LedgerRow;
use crate::store::PlainError;
use crate::store::columns::{self, LedgerColumns};

/// What an account has in a currency. All accounts of a currency together have nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The account.
    pub account: Account,
    /// What it has.
    pub amount: Money,
}

impl Bookings {
    /// What a booking's rows moved, in order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ledger(&self, booking: BookingId) -> Result<Vec<LedgerRow>, PlainError> {
        let found: Vec<LedgerColumns> = self.read(sql::LEDGER_OF, &[stream(booking).as_str().into()]).await?;
        found.into_iter().map(|line| Ok(columns::ledger_row(line)?)).collect()
    }

    /// What each account has, in each currency.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn balances(&self) -> Result<Vec<Balance>, PlainError> {
        let found: Vec<(String, String, i64)> = self.read(sql::BALANCES, &[]).await?;
        let balance = |(account, currency, minor): (String, String, i64)| {
            let line = columns::ledger_line(&account, &currency, minor)
                .map_err(|unreadable| unreadable.of("ledger"))?;
            Ok(Balance { account: line.account, amount: line.amount })
        };
        found.into_iter().map(balance).collect()
    }
}
