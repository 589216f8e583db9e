//! Whatever departures, the provider, the bank and the customer do: the books balance, and in the end every cent is the
//! price of what was bought, or went back.

use std::time::Duration;

use domain::aggregate::Aggregate;
use domain::booking::{Ask, Command, Part, Stage as At};
use domain::flight::Rejection as No;
use domain::ids::PassengerId;
use domain::ledger::Account;
use domain::money::Money;
use domain::payment::{DeclineReason, Order, RefundStage, Refusal, Said, Snapshot, Stage};
use proptest::prelude::*;

use crate::language::{
    SMITH, Say, Story, adult, cancel, flight, give, given_held, order, pay, pay_with, segment,
};

/// The one payment, as the provider has it.
struct Bank {
    stage: Stage,
    given_back: i64,
}

impl Bank {
    /// Carries an order out, as a provider would. `odd` decides what could go either way.
    fn order(&mut self, order: &Order, amount: Money, odd: u8) -> Said {
        match (order, self.stage) {
            (Order::Open { .. }, _) if odd.is_multiple_of(16) => return Said::Refused(Refusal::Unacceptable),
            (Order::Open { .. } | Order::Look { .. }, _) => {}
            (Order::Confirm { .. }, Stage::AwaitsMethod) => match odd % 5 {
                0 => return Said::Declined(DeclineReason::Generic),
                1 => self.stage = Stage::AwaitsCustomer,
                2 => self.stage = Stage::Pending,
                3 => self.stage = Stage::Captured(amount),
                _ => self.stage = Stage::Authorised,
            },
            (Order::Capture { .. }, Stage::Authorised) => self.stage = Stage::Captured(amount),
            (Order::Cancel { .. }, stage) if stage != Stage::Pending && stage.captured().is_none() => {
                self.stage = Stage::Cancelled;
            }
            (Order::Refund { refund, amount: part, .. }, _) => {
                self.given_back += part.minor();
                assert!(self.given_back <= amount.minor(), "more than was taken");
                let stage = if odd.is_multiple_of(2) { RefundStage::Pending } else { RefundStage::Succeeded };
                return Said::Refund { refund: *refund, stage };
            }
            (Order::LookRefund { refund, .. }, _) => {
                let stage = [RefundStage::Pending, RefundStage::Succeeded][usize::from(odd % 2)];
                return Said::Refund { refund: *refund, stage };
            }
            (Order::Confirm { .. } | Order::Capture { .. } | Order::Cancel { .. }, _) => {
                return Said::Refused(Refusal::Stage);
            }
        }
        let payment = "pi_1".parse().expect("a name");
        Said::Payment(Snapshot { payment, amount, stage: self.stage })
    }

    /// A customer on their own device, and banks.
    fn act(&mut self, amount: Money, odd: u8) {
        let next = match self.stage {
            Stage::AwaitsMethod | Stage::AwaitsCustomer => {
                [Stage::Authorised, Stage::Pending, Stage::Captured(amount)][usize::from(odd % 3)]
            }
            Stage::Pending => {
                [Stage::Authorised, Stage::AwaitsMethod, Stage::Captured(amount)][usize::from(odd % 3)]
            }
            Stage::Authorised if odd.is_multiple_of(8) => Stage::Cancelled,
            other => other,
        };
        self.stage = next;
    }
}

fn play(story: Story, bank: &mut Bank, what: u8, odd: u8) -> Story {
    let price = story.placed().price().expect("it is held").total;
    match what {
        0..50 => answer(story, bank, odd),
        50..62 => story.asked(&pay_with("pm_1")),
        62..70 => {
            if story.placed().payment.as_ref().is_some_and(|payment| payment.name.is_some()) {
                bank.act(price, odd);
            }
            story
        }
        70..78 => story.asked(&Command::LookAtPayment),
        78..90 => later(story, odd),
        90..91 => story.asked(&cancel("alice", None)),
        91..93 => part(story, odd),
        93..94 => story.asked(&give(odd.is_multiple_of(2).then_some(i64::from(odd)))),
        94..95 => story.asked(&Command::FlightCancelled { flight: flight("A") }),
        _ => story.asked(&pay()),
    }
}

/// One of the two leaves, or both leave a departure; or only a quote is asked for.
fn part(story: Story, odd: u8) -> Story {
    let mut part = Part::default();
    if odd.is_multiple_of(3) {
        part.flights.insert(flight("B"));
    } else {
        part.passengers.insert(PassengerId::new(1 + odd % 2));
    }
    let story = story.asked(&Command::QuotePart(part));
    let quote = story.placed().quote.map(|quote| quote.quote);
    if odd.is_multiple_of(5) { story } else { story.asked(&cancel("alice", quote)) }
}

/// Time goes on to what falls due next, or a little.
fn later(story: Story, odd: u8) -> Story {
    let due = story.booking.deadline().filter(|_| odd.is_multiple_of(2));
    let story = story.after(due, Duration::from_secs(u64::from(odd)));
    story.asked(&Command::LapseDue)
}

fn answer(story: Story, bank: &mut Bank, odd: u8) -> Story {
    let Some(step) = story.booking.step() else { return story };
    match &step.ask {
        Ask::Departure { .. } if odd < 12 => story.hears(Say::No(No::ClaimGone { booking: SMITH })),
        Ask::Departure { .. } => story.hears(Say::Yes),
        Ask::Provider(_) if odd >= 250 => story.said(Said::KeySpent),
        Ask::Provider(order) => {
            let amount = story.payment().amount;
            let said = bank.order(order, amount, odd);
            story.said(said)
        }
    }
}

/// Everybody answers until nothing is left to wait for.
fn rest(mut story: Story, bank: &mut Bank) -> Story {
    for round in 0..400 {
        if story.booking.step().is_some() {
            story = answer(story, bank, 201);
        } else if let Some(due) = story.booking.deadline() {
            let price = story.placed().price().expect("it is held").total;
            if bank.stage == Stage::Pending && round > 20 {
                bank.act(price, 1);
            }
            story = story.after(Some(due), Duration::ZERO).asked(&Command::LapseDue).done();
        } else {
            return story;
        }
    }
    panic!("{:?} never comes to rest", story.placed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn every_cent_is_a_price_or_goes_back(moves in proptest::collection::vec((0_u8..100, any::<u8>()), 10..80)) {
        let people = [adult(1), adult(2)];
        let mut bank = Bank { stage: Stage::AwaitsMethod, given_back: 0 };
        let mut story = given_held(order(&[segment("A", &people), segment("B", &people)])).asked(&pay());
        for (what, odd) in moves {
            story = play(story, &mut bank, what, odd);
        }
        story = rest(story, &mut bank);
        let placed = story.placed();
        prop_assert!(matches!(placed.stage, At::Confirmed | At::Ended(_)), "{:?}", placed.stage);
        let taken = bank.stage.captured().map_or(0, Money::minor) - bank.given_back;
        prop_assert_eq!(story.account(Account::Provider), taken);
        prop_assert_eq!(story.account(Account::Customer), 0);
        let opened = placed.payment.as_ref().is_some_and(|payment| payment.name.is_some());
        let is_final = matches!(bank.stage, Stage::Captured(_) | Stage::Cancelled);
        prop_assert!(is_final || !opened, "{:?}", bank.stage);
        let earned = story.account(Account::Fares) + story.account(Account::Taxes) + story.account(Account::Fees);
        prop_assert_eq!(earned, -taken);
    }
}
