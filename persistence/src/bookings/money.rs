//! The ledger of bookings' money. It is written with the rows that move it, and only read here.

use domain::ids::{BookingId, Version};
use domain::ledger::{Account, Line};
use domain::money::{Currency, Money};

use super::{Bookings, sql, stream};
use crate::journal::{LedgerRow, StreamId};
use crate::store::columns::{self, Unreadable};
use crate::store::{Corrupt, PlainError};

/// Where a line of the ledger stands: its booking, the row, and which of the row's it is.
pub type LedgerKey = (StreamId, Version, u16);

/// The columns of a line.
type Columns = (String, i64, i64, i64, String, String, i64);

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
        let found: Vec<Columns> = self.read(sql::LEDGER_OF, &[stream(booking).as_str().into()]).await?;
        found.into_iter().map(|line| Ok(row(line)?)).collect()
    }

    /// The lines of the whole ledger after one of them, by booking and row.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ledger_after(
        &self,
        after: Option<&LedgerKey>,
        most: u32,
    ) -> Result<Vec<LedgerRow>, PlainError> {
        let none = (String::new(), 0, 0);
        let (name, version, ordinal) = after.map_or(none, |(stream, version, ordinal)| {
            let version = i64::try_from(version.number()).unwrap_or(i64::MAX);
            (stream.as_str().to_owned(), version, i64::from(*ordinal))
        });
        let values = [name.as_str().into(), version.into(), ordinal.into(), i64::from(most).into()];
        let found: Vec<Columns> = self.read(sql::LEDGER_AFTER, &values).await?;
        found.into_iter().map(|line| Ok(row(line)?)).collect()
    }

    /// What each account has, in each currency.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn balances(&self) -> Result<Vec<Balance>, PlainError> {
        let found: Vec<(String, String, i64)> = self.read(sql::BALANCES, &[]).await?;
        let balance = |(account, currency, minor): (String, String, i64)| {
            let line = line(&account, &currency, minor).map_err(|unreadable| unreadable.of("ledger"))?;
            Ok(Balance { account: line.account, amount: line.amount })
        };
        found.into_iter().map(balance).collect()
    }
}

fn row((name, version, ordinal, at, account, currency, minor): Columns) -> Result<LedgerRow, Corrupt> {
    let stream = columns::stream(&name)?;
    let read = || {
        Ok(LedgerRow {
            stream,
            version: columns::version(version)?,
            ordinal: columns::ordinal(ordinal)?,
            at: columns::instant(at)?,
            line: line(&account, &currency, minor)?,
        })
    };
    read().map_err(|unreadable: Unreadable| unreadable.of(&name))
}

fn line(account: &str, currency: &str, minor: i64) -> Result<Line, Unreadable> {
    let account = columns::word("the account", account)?;
    let currency: Currency = columns::word("the currency", currency)?;
    Ok(Line { account, amount: Money::from_minor(minor, currency) })
}
