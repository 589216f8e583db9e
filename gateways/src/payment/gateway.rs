//! What a payment provider must be able to do.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use domain::money::Money;
use domain::time::Timestamp;

use super::failure::Failure;
use super::secret::Secret;

/// A provider's answer, on its way.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// The longest name of anything at a provider, and the longest idempotency key, in bytes.
pub const NAME_BYTES_MAX: usize = 255;

/// A text that is no name for a thing at a provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither a name nor a key: it must have 1 to 255 characters without spaces")]
pub struct InvalidName;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $admits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let admits: fn(u8) -> bool = $admits;
                let is_name = (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(admits);
                is_name.then(|| Self(text.to_owned())).ok_or(InvalidName)
            }
        }
    };
}

/// Whether a byte may stand in a provider's own names. They become part of a path, so nothing else passes.
fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

name!(
    /// What the provider calls a payment.
    PaymentId,
    is_of_a_name
);
name!(
    /// What the provider calls a refund.
    RefundId,
    is_of_a_name
);
name!(
    /// What the provider calls a card, or another means to pay, that a customer has entered with it. Never a card number.
    MethodId,
    is_of_a_name
);
name!(
    /// Marks all attempts of one order as one. The same order always has the same key, another order never has it.
    Key,
    |byte| byte.is_ascii_graphic()
);
name!(
    /// What we call the matter that is paid for, for example a booking's id. The provider keeps it with the payment, so
    /// that a payment whose name was never learned can be found.
    Reference,
    |byte| byte.is_ascii_graphic()
);

/// An order to set money aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// What is paid for.
    pub reference: Reference,
    /// How much. More than nothing.
    pub amount: Money,
    /// What pays. Without it the payment waits for the customer, who pays with the client secret.
    pub method: Option<MethodId>,
}

/// An order to give money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundOrder {
    /// Of which payment.
    pub payment: PaymentId,
    /// How much. More than nothing; all refunds of a payment together never exceed what was captured.
    pub amount: Money,
}

/// What a payment has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No means to pay yet, or the last one was declined.
    AwaitsMethod,
    /// It has a means to pay and waits for the word to use it.
    AwaitsConfirmation,
    /// The customer must prove who they are (3-D Secure).
    AwaitsCustomer,
    /// The provider does not know yet. A success may come late.
    Pending,
    /// The money is set aside until it is captured or the payment is cancelled.
    Authorised,
    /// The money is ours, less refunds.
    Captured(Money),
    /// Cancelled: nothing was taken, and nothing can be.
    Cancelled,
}

/// A payment as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// What the provider calls it.
    pub id: PaymentId,
    /// What it pays for; nothing when it is not ours.
    pub reference: Option<Reference>,
    /// How much was asked for.
    pub amount: Money,
    /// What it has come to.
    pub stage: Stage,
    /// What the customer pays with from their own device.
    pub client_secret: Option<Secret>,
    /// When it was made, to the second.
    pub created: Timestamp,
    /// Whether real money moves.
    pub mode: Mode,
}

/// What a refund has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStage {
    /// On its way.
    Pending,
    /// Done.
    Succeeded,
    /// It could not be carried out: the money is still ours.
    Failed,
}

/// A refund as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// What the provider calls it.
    pub id: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// How much.
    pub amount: Money,
    /// What it has come to.
    pub stage: RefundStage,
    /// The key it was ordered with; nothing when it was not ordered by us.
    pub key: Option<Key>,
    /// When it was made, to the second.
    pub created: Timestamp,
}

/// Whether real money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is real.
    Test,
    /// It is.
    Live,
}

/// Which payments to list: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Only those made at this instant or later.
    pub since: Option<Timestamp>,
    /// Only those that the provider lists after this one.
    pub after: Option<PaymentId>,
}

/// Some payments of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The payments, newest first.
    pub payments: Vec<Payment>,
    /// After which one to go on; nothing at the end.
    pub next: Option<PaymentId>,
}

/// A company that moves money.
///
/// Every order carries a key. The same order with the same key happens once, however often it is asked for within a day;
/// after that, look before asking again. Every call ends within the gateway's own time-outs, with a definite answer or with
/// [`Failure::Unknown`].
pub trait PaymentGateway: Send + Sync + 'static {
    /// What clients know it by.
    fn provider(&self) -> &str;

    /// Sets money aside, or opens a payment for the customer to confirm.
    fn authorise<'a>(&'a self, order: &'a Authorisation, key: &'a Key) -> Answering<'a, Payment>;

    /// Tries an open payment with a means to pay: another one after a decline, for example.
    fn confirm<'a>(
        &'a self,
        payment: &'a PaymentId,
        method: &'a MethodId,
        key: &'a Key,
    ) -> Answering<'a, Payment>;

    /// Takes all that was set aside.
    fn capture<'a>(&'a self, payment: &'a PaymentId, key: &'a Key) -> Answering<'a, Payment>;

    /// Gives up a payment that was not captured: what was set aside is the customer's again.
    fn cancel<'a>(&'a self, payment: &'a PaymentId, key: &'a Key) -> Answering<'a, Payment>;

    /// Gives captured money back.
    fn refund<'a>(&'a self, order: &'a RefundOrder, key: &'a Key) -> Answering<'a, Refund>;

    /// A payment as it is now.
    fn retrieve<'a>(&'a self, payment: &'a PaymentId) -> Answering<'a, Payment>;

    /// All refunds of a payment.
    fn refunds<'a>(&'a self, payment: &'a PaymentId) -> Answering<'a, Vec<Refund>>;

    /// Payments by when they were made.
    fn list<'a>(&'a self, listing: &'a Listing) -> Answering<'a, Page>;

    /// Payments of one matter made since some instant, newest first.
    fn find<'a>(&'a self, reference: &'a Reference, since: Timestamp) -> Answering<'a, Vec<Payment>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_change_a_path_or_a_header_is_no_name() {
        for text in ["", "pi/1", "pi 1", "pi?x", "pi\r\nx: y", "pi.1", "pé", &"p".repeat(256)] {
            assert_eq!(text.parse::<PaymentId>(), Err(InvalidName), "{text}");
        }
        for text in ["", "a b", "a\n", "é", &"p".repeat(256)] {
            assert_eq!(text.parse::<Key>(), Err(InvalidName), "{text}");
        }
        let key = "booking:0123:capture".parse::<Key>();
        assert_eq!(key.map(|key| key.to_string()), Ok("booking:0123:capture".to_owned()));
    }
}
