//! What an agent does about a customer's account.

use std::time::Instant;

use hyper::{Method, StatusCode};

use super::{Agent, Operation};
use crate::contract::people::{self, Account};
use crate::load::Tally;
use crate::scenario::seats::customers;

/// How often somebody is found by their address instead of their account's id, in percent.
const BY_ADDRESS_PERCENT: u32 = 20;

/// How an answer is read that shows an account, if there is one.
type Reader = fn(&[u8]) -> anyhow::Result<Option<Account>>;

impl Agent {
    /// Reads somebody's account and gives them other names: two requests.
    pub(super) async fn update_customer(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let customer = self.random.below(self.ledger.customers.count());
        if !self.read_account(customer, tally).await? {
            return Ok(());
        }
        let sent = Instant::now();
        if self.rename(customer, tally).await? {
            tally.operation(Operation::UpdateCustomer.name(), due);
            tally.other(sent);
        }
        Ok(())
    }

    /// Reads an account, and tells whether it was shown.
    async fn read_account(&mut self, customer: usize, tally: &mut Tally) -> anyhow::Result<bool> {
        let (path, read): (_, Reader) = match self.random.comes_true(BY_ADDRESS_PERCENT) {
            true => (people::customer_path(&customers::email(customer)), people::found),
            false => (people::user_path(self.ledger.customers.id(customer)), people::shown),
        };
        let reading = self.ledger.customers.reading(customer);
        let Ok(answer) = self.connection.get(&path).await else {
            tally.unanswered();
            return Ok(false);
        };
        if answer.status != StatusCode::OK {
            tally.refused(&answer)?;
            return Ok(false);
        }
        let account = read(&answer.body)?;
        self.ledger.customers.read(customer, &reading, account.as_ref());
        Ok(account.is_some())
    }

    /// Gives a customer other names, and tells whether that is certain.
    async fn rename(&mut self, customer: usize, tally: &mut Tally) -> anyhow::Result<bool> {
        let path = people::user_path(self.ledger.customers.id(customer));
        let change = self.ledger.customers.change(customer);
        let wish = people::names_body(&change.names);
        let Ok(answer) = self.connection.send(Method::PATCH, &path, wish).await else {
            tally.unanswered();
            return Ok(false);
        };
        if answer.status == StatusCode::OK {
            self.ledger.customers.acknowledged(customer, &change, &people::account(&answer.body)?);
            return Ok(true);
        }
        tally.refused(&answer)?;
        if !answer.status.is_server_error() {
            self.ledger.customers.refused(customer, &change);
        }
        Ok(false)
    }
}
