//! What the agents were told of the customers' accounts.
//!
//! The names of a customer carry the number of the change that gave them, so an account shows which one it has. A change
//! is entered *before* it is sent. Its answer strikes out those that were acknowledged before that: whatever the order in
//! which answers travel, they are overwritten. What is left may be stored: one change; several when they were under way
//! at the same time; and always one that nobody knows of what became.

use std::sync::Mutex;

use anyhow::Context;

use crate::contract::people::{Account, Names};
use crate::ledger::Violations;

/// All customers.
#[derive(Debug)]
pub struct Customers {
    customers: Vec<Customer>,
    violations: Violations,
}

#[derive(Debug)]
struct Customer {
    id: String,
    changes: Mutex<Changes>,
}

#[derive(Debug)]
struct Changes {
    /// The number that the next one will have.
    next: u64,
    /// Those that may be stored.
    perhaps: Vec<Perhaps>,
    /// Whether there was one in this run.
    is_touched: bool,
}

/// A change that may be stored.
#[derive(Debug, Clone, Copy)]
struct Perhaps {
    number: u64,
    is_acknowledged: bool,
}

/// A change under way.
#[derive(Debug)]
pub struct Change {
    /// The names that it gives.
    pub names: Names,
    number: u64,
    /// What it overwrites for certain, once it is acknowledged.
    overwrites: Vec<u64>,
}

/// What may be seen by whoever reads an account while others change it.
#[derive(Debug)]
pub struct Reading {
    perhaps: Vec<u64>,
    /// Or any that is begun meanwhile.
    next: u64,
}

impl Changes {
    /// Notes that a change was made; `false` when it cannot be stored.
    fn acknowledge(&mut self, number: u64) -> bool {
        let known = self.perhaps.iter_mut().find(|perhaps| perhaps.number == number);
        known.map(|perhaps| perhaps.is_acknowledged = true).is_some()
    }
}

/// The e-mail address of a customer: by it they are found, as in SEATS by their number as a text.
#[must_use]
pub fn email(customer: usize) -> String {
    format!("customer-{customer}@seats.example")
}

/// The names that a customer begins with.
#[must_use]
pub fn first_names(customer: usize) -> Names {
    names(customer, 0)
}

fn names(customer: usize, change: u64) -> Names {
    Names { first_name: format!("Kim {change}"), last_name: format!("Doe {customer}-{change}") }
}

/// The change that gave a customer these names; `None` when none did.
fn number(customer: usize, shown: &Names) -> Option<u64> {
    let number = shown.first_name.strip_prefix("Kim ")?.parse().ok()?;
    (names(customer, number) == *shown).then_some(number)
}

impl Customers {
    /// Customers with these accounts, as they are now.
    ///
    /// # Errors
    /// When one has names that we never gave.
    pub fn new(accounts: Vec<Account>) -> anyhow::Result<Self> {
        let customer = |(customer, account): (usize, Account)| {
            let number = number(customer, &account.names)
                .with_context(|| format!("somebody else has the account of {}", email(customer)))?;
            let changes = Changes {
                next: number + 1,
                perhaps: vec![Perhaps { number, is_acknowledged: true }],
                is_touched: false,
            };
            Ok(Customer { id: account.id, changes: Mutex::new(changes) })
        };
        let customers = accounts.into_iter().enumerate().map(customer).collect::<anyhow::Result<_>>()?;
        Ok(Self { customers, violations: Violations::default() })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.customers.len()
    }

    /// The id of a customer's account.
    #[must_use]
    pub fn id(&self, customer: usize) -> &str {
        &self.customers[customer].id
    }

    /// Notes that somebody is about to read an account.
    #[must_use]
    pub fn reading(&self, customer: usize) -> Reading {
        self.changes(customer, |changes| Reading {
            perhaps: changes.perhaps.iter().map(|perhaps| perhaps.number).collect(),
            next: changes.next,
        })
    }

    /// Checks what they have read, which is nothing when there was no account.
    pub fn read(&self, customer: usize, reading: &Reading, account: Option<&Account>) {
        let Some(shown) = self.shown(customer, account) else { return };
        let begun = reading.next..self.changes(customer, |changes| changes.next);
        if !reading.perhaps.contains(&shown) && !begun.contains(&shown) {
            self.overwritten(customer, shown);
        }
    }

    /// Enters a change. Call it before it is sent.
    #[must_use]
    pub fn change(&self, customer: usize) -> Change {
        self.changes(customer, |changes| {
            let (number, perhaps) = (changes.next, &mut changes.perhaps);
            let acknowledged = perhaps.iter().filter(|perhaps| perhaps.is_acknowledged);
            let overwrites = acknowledged.map(|perhaps| perhaps.number).collect();
            perhaps.push(Perhaps { number, is_acknowledged: false });
            changes.next += 1;
            changes.is_touched = true;
            Change { names: names(customer, number), number, overwrites }
        })
    }

    /// Enters that a change was acknowledged, with the account as it is then.
    pub fn acknowledged(&self, customer: usize, change: &Change, account: &Account) {
        if let Some(shown) = self.shown(customer, Some(account))
            && shown != change.number
        {
            let (who, number) = (email(customer), change.number);
            self.violations.note(format!("{who}: change {number} is acknowledged with the names of {shown}"));
        }
        self.changes(customer, |changes| {
            changes.perhaps.retain(|perhaps| !change.overwrites.contains(&perhaps.number));
            changes.acknowledge(change.number);
        });
    }

    /// Strikes out a change that was refused.
    pub fn refused(&self, customer: usize, change: &Change) {
        self.changes(customer, |changes| {
            changes.perhaps.retain(|perhaps| perhaps.number != change.number);
        });
    }

    /// Compares an account, read while nobody changes anything, with what the agents were told. From then on it must
    /// stay so: of several changes that were under way at the same time, one was the last.
    pub fn compare(&self, customer: usize, account: Option<&Account>) {
        let Some(shown) = self.shown(customer, account) else { return };
        let is_possible = self.changes(customer, |changes| {
            let is_possible = changes.acknowledge(shown);
            if is_possible {
                changes.perhaps.retain(|perhaps| perhaps.number == shown || !perhaps.is_acknowledged);
            }
            is_possible
        });
        if !is_possible {
            self.overwritten(customer, shown);
        }
    }

    /// The customers to be looked at in the end: all when there are few, else those that somebody changed.
    #[must_use]
    pub fn to_be_checked(&self) -> Vec<usize> {
        /// So many take a moment.
        const FEW: usize = 10_000;
        let all = 0..self.count();
        if all.len() <= FEW {
            return all.collect();
        }
        all.filter(|customer| self.changes(*customer, |changes| changes.is_touched)).collect()
    }

    /// All broken promises, the first of them in words.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.violations.in_words()
    }

    /// Which change an account shows; `None` when it shows none of this customer's, which is noted.
    fn shown(&self, customer: usize, account: Option<&Account>) -> Option<u64> {
        let who = email(customer);
        let Some(account) = account else {
            self.violations.note(format!("{who}: there is no such customer any more"));
            return None;
        };
        let shown = number(customer, &account.names);
        if account.id != self.id(customer) || shown.is_none() {
            self.violations.note(format!("{who}: shows {account:?}, which is somebody else"));
            return None;
        }
        shown
    }

    fn overwritten(&self, customer: usize, shown: u64) {
        let Reading { perhaps, .. } = self.reading(customer);
        self.violations
            .note(format!("{}: shows change {shown}, the ledger has {perhaps:?}", email(customer)));
    }

    fn changes<T>(&self, customer: usize, change: impl FnOnce(&mut Changes) -> T) -> T {
        change(&mut self.customers[customer].changes.lock().expect("nobody panics while holding it"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The account of customer 1 after a change.
    fn account(change: u64) -> Account {
        Account { id: "usr_1".to_owned(), names: names(1, change) }
    }

    /// Two customers as they begin.
    fn customers() -> Customers {
        Customers::new(vec![Account { id: "usr_0".to_owned(), names: first_names(0) }, account(0)]).unwrap()
    }

    /// Whether nothing is noted when the account of customer 1 shows one of these changes, and something when it
    /// shows any other of the first five.
    fn may_be(customers: impl Fn() -> Customers, changes: &[u64]) {
        for change in 0..5 {
            let customers = customers();
            customers.compare(1, Some(&account(change)));
            assert_eq!(customers.violations().is_empty(), changes.contains(&change), "{change}");
        }
    }

    #[test]
    fn an_acknowledged_change_overwrites_those_before() {
        may_be(customers, &[0]);
        let changed = || {
            let customers = customers();
            for number in 1..=2 {
                customers.acknowledged(1, &customers.change(1), &account(number));
            }
            customers
        };
        may_be(changed, &[2]);
        let customers = changed();
        customers.compare(1, Some(&account(1)));
        assert_eq!(customers.violations(), ["customer-1@seats.example: shows change 1, the ledger has [2]"]);
    }

    #[test]
    fn of_changes_under_way_at_once_any_may_be_the_last() {
        let overlapping = || {
            let customers = customers();
            let (first, second) = (customers.change(1), customers.change(1));
            customers.acknowledged(1, &second, &account(2));
            customers.acknowledged(1, &first, &account(1));
            customers
        };
        may_be(overlapping, &[1, 2]);
        may_be(
            || {
                let customers = overlapping();
                customers.acknowledged(1, &customers.change(1), &account(3));
                customers
            },
            &[3],
        );
        may_be(
            || {
                let customers = overlapping();
                customers.compare(1, Some(&account(1)));
                customers
            },
            &[1],
        );
    }

    #[test]
    fn a_change_without_an_answer_may_be_stored_for_ever_and_a_refused_one_never() {
        may_be(
            || {
                let customers = customers();
                let _unanswered = customers.change(1);
                customers.refused(1, &customers.change(1));
                customers.acknowledged(1, &customers.change(1), &account(3));
                customers.compare(1, Some(&account(3)));
                customers
            },
            &[1, 3],
        );
    }

    #[test]
    fn a_change_without_an_answer_that_is_seen_at_rest_is_known_from_then_on() {
        may_be(
            || {
                let customers = customers();
                let _unanswered = customers.change(1);
                customers.compare(1, Some(&account(1)));
                customers.acknowledged(1, &customers.change(1), &account(2));
                customers
            },
            &[2],
        );
    }

    #[test]
    fn whoever_reads_sees_what_is_stored_or_what_comes_meanwhile() {
        for (seen, is_right) in [(0, false), (1, true), (2, true), (3, true), (4, false)] {
            let customers = customers();
            customers.acknowledged(1, &customers.change(1), &account(1));
            let second = customers.change(1);
            let reading = customers.reading(1);
            customers.acknowledged(1, &second, &account(2));
            customers.acknowledged(1, &customers.change(1), &account(3));
            customers.read(1, &reading, Some(&account(seen)));
            assert_eq!(customers.violations().is_empty(), is_right, "{seen}");
        }
    }

    #[test]
    fn other_names_than_were_given_are_noticed() {
        let customers = customers();
        let reading = customers.reading(1);
        let someone = |id: &str, names| Account { id: id.to_owned(), names };
        customers.read(1, &reading, Some(&someone("usr_0", first_names(0))));
        customers.read(1, &reading, Some(&someone("usr_0", first_names(1))));
        let Names { first_name, .. } = names(1, 1);
        customers.compare(1, Some(&someone("usr_1", Names { first_name, ..first_names(1) })));
        customers.compare(1, None);
        customers.acknowledged(1, &customers.change(1), &account(0));
        let violations = customers.violations();
        assert_eq!(violations.len(), 5, "{violations:#?}");
        assert!(violations[2].contains("which is somebody else"), "{violations:#?}");
        assert!(violations[3].ends_with("there is no such customer any more"), "{violations:#?}");
        assert!(violations[4].ends_with("change 1 is acknowledged with the names of 0"), "{violations:#?}");
    }

    #[test]
    fn accounts_of_a_run_before_go_on_from_where_they_are() {
        let mut accounts = vec![Account { id: "usr_0".to_owned(), names: first_names(0) }, account(7)];
        let customers = Customers::new(accounts.clone()).unwrap();
        assert_eq!((customers.count(), customers.change(1).names), (2, names(1, 8)));
        accounts.swap(0, 1);
        let error = Customers::new(accounts).unwrap_err().to_string();
        assert_eq!(error, "somebody else has the account of customer-0@seats.example");
    }

    #[test]
    fn of_many_customers_those_are_looked_at_that_somebody_changed() {
        let account = |customer| Account { id: format!("usr_{customer}"), names: first_names(customer) };
        let many = Customers::new((0..10_001).map(account).collect()).unwrap();
        many.refused(4, &many.change(4));
        assert_eq!(many.to_be_checked(), [4]);
        assert_eq!(customers().to_be_checked(), [0, 1]);
    }
}
