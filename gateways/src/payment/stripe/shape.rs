//! Stripe's objects: what is read of them, and what they must say to be believed.

use std::collections::BTreeMap;

use domain::money::{Currency, Money};
use domain::time::Timestamp;
use serde::Deserialize;

use crate::payment::failure::{Decline, DeclineReason, Refusal};
use crate::payment::gateway::{Mode, Payment, PaymentId, Refund, RefundStage, Stage};
use crate::payment::secret::Secret;

/// The most that one payment may be, in the currency's smallest unit: eight digits.
const AMOUNT_MAX: i64 = 99_999_999;

/// Fields that metadata has from us.
pub const REFERENCE: &str = "reference";
pub const KEY: &str = "key";

/// What keeps an answer from being believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It cannot be understood.
    Garbage,
    /// It is well, but in a currency that nothing is sold in here: somebody else's.
    Foreign,
}

#[derive(Debug, Deserialize)]
pub struct Intent {
    id: String,
    amount: i64,
    amount_received: Option<i64>,
    currency: String,
    status: String,
    created: i64,
    client_secret: Option<String>,
    #[serde(default)]
    livemode: bool,
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
    last_payment_error: Option<Fault>,
}

#[derive(Debug, Deserialize)]
pub struct Refunded {
    id: String,
    amount: i64,
    currency: String,
    status: Option<String>,
    created: i64,
    payment_intent: Option<String>,
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

#[derive(Debug, Deserialize)]
pub struct Failed {
    pub error: Fault,
}

/// Stripe's error object, also the last error of a payment.
#[derive(Debug, Default, Deserialize)]
pub struct Fault {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub code: Option<String>,
    pub decline_code: Option<String>,
    pub param: Option<String>,
    pub payment_intent: Option<Box<Intent>>,
}

impl Intent {
    pub fn id(&self) -> Result<PaymentId, Unread> {
        self.id.parse().map_err(|_| Unread::Garbage)
    }

    /// The order's key and reference stand in its metadata.
    pub fn noted(&self, field: &str) -> Option<&str> {
        self.metadata.as_ref()?.get(field).map(String::as_str)
    }

    /// Why its means to pay was declined, if the last one was.
    pub fn declined(&self) -> Option<DeclineReason> {
        self.last_payment_error.as_ref().map(Fault::reason)
    }

    pub fn payment(&self) -> Result<Payment, Unread> {
        let amount = money(self.amount, &self.currency)?;
        let stage = match self.status.as_str() {
            "requires_payment_method" => Stage::AwaitsMethod,
            "requires_confirmation" => Stage::AwaitsConfirmation,
            "requires_action" => Stage::AwaitsCustomer,
            "processing" => Stage::Pending,
            "requires_capture" => Stage::Authorised,
            "succeeded" => Stage::Captured(self.received(amount)?),
            "canceled" => Stage::Cancelled,
            _ => return Err(Unread::Garbage),
        };
        Ok(Payment {
            id: self.id()?,
            reference: self.noted(REFERENCE).and_then(|text| text.parse().ok()),
            amount,
            stage,
            client_secret: self.client_secret.as_deref().map(Secret::new),
            created: timestamp(self.created)?,
            mode: if self.livemode { Mode::Live } else { Mode::Test },
        })
    }

    fn received(&self, amount: Money) -> Result<Money, Unread> {
        let received = self.amount_received.unwrap_or(self.amount);
        let is_possible = (0..=amount.minor()).contains(&received);
        is_possible.then(|| Money::from_minor(received, amount.currency())).ok_or(Unread::Garbage)
    }
}

impl Refunded {
    pub fn refund(&self) -> Result<Refund, Unread> {
        let payment = self.payment_intent.as_ref().ok_or(Unread::Foreign)?;
        let stage = match self.status.as_deref() {
            Some("succeeded") => RefundStage::Succeeded,
            Some("pending" | "requires_action") => RefundStage::Pending,
            Some("failed" | "canceled") => RefundStage::Failed,
            _ => return Err(Unread::Garbage),
        };
        Ok(Refund {
            id: self.id.parse().map_err(|_| Unread::Garbage)?,
            payment: payment.parse().map_err(|_| Unread::Garbage)?,
            amount: money(self.amount, &self.currency)?,
            stage,
            key: self.metadata.as_ref().and_then(|noted| noted.get(KEY)).and_then(|key| key.parse().ok()),
            created: timestamp(self.created)?,
        })
    }
}

impl Fault {
    pub fn reason(&self) -> DeclineReason {
        let code = self.decline_code.as_deref().or(self.code.as_deref()).unwrap_or_default();
        match code {
            "insufficient_funds" | "withdrawal_count_limit_exceeded" => DeclineReason::InsufficientFunds,
            "expired_card" => DeclineReason::ExpiredCard,
            "incorrect_cvc" | "invalid_cvc" => DeclineReason::IncorrectCvc,
            "fraudulent" | "lost_card" | "stolen_card" | "pickup_card" => DeclineReason::Suspicious,
            "authentication_required" | "payment_intent_authentication_failure" => {
                DeclineReason::AuthenticationRequired
            }
            "processing_error" | "issuer_not_available" | "try_again_later" => DeclineReason::TryAgain,
            _ => DeclineReason::Generic,
        }
    }

    pub fn decline(&self) -> Box<Decline> {
        let payment = self.payment_intent.as_ref().and_then(|intent| intent.payment().ok());
        Box::new(Decline { reason: self.reason(), payment })
    }
}

fn timestamp(secs: i64) -> Result<Timestamp, Unread> {
    let millis = secs.checked_mul(1_000).ok_or(Unread::Garbage)?;
    Timestamp::from_millis(millis).map_err(|_| Unread::Garbage)
}

fn money(minor: i64, currency: &str) -> Result<Money, Unread> {
    if minor < 0 {
        return Err(Unread::Garbage);
    }
    let code = currency.to_ascii_uppercase();
    let currency: Currency = code.parse().map_err(|_| Unread::Foreign)?;
    Ok(Money::from_minor(minor, currency))
}

/// An amount as Stripe takes it: the currency's smallest unit, so yen stay yen. Of currencies with three decimals the last
/// one must be nought.
pub fn amount(money: Money) -> Result<(String, String), Refusal> {
    let minor = money.minor();
    let has_nought = money.currency().decimals() < 3 || minor % 10 == 0;
    if !(1..=AMOUNT_MAX).contains(&minor) || !has_nought {
        return Err(Refusal::Amount);
    }
    Ok((minor.to_string(), money.currency().code().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_goes_out_in_the_smallest_unit_or_not_at_all() {
        for (minor, currency, expected) in [
            (12_900, Currency::USD, Some(("12900", "usd"))),
            (1_200, Currency::JPY, Some(("1200", "jpy"))),
            (1_230, Currency::KWD, Some(("1230", "kwd"))),
            (1_235, Currency::KWD, None),
            (0, Currency::EUR, None),
            (-1, Currency::EUR, None),
            (AMOUNT_MAX, Currency::EUR, Some(("99999999", "eur"))),
            (AMOUNT_MAX + 1, Currency::EUR, None),
        ] {
            let sent = amount(Money::from_minor(minor, currency));
            let expected = expected.map(|(digits, code)| (digits.to_owned(), code.to_owned()));
            assert_eq!(sent, expected.ok_or(Refusal::Amount), "{minor} {currency:?}");
        }
    }

    fn intent(status: &str, more: &str) -> Result<Stage, Unread> {
        let text =
            format!(r#"{{"id":"pi_1","amount":900,"currency":"eur","created":1,"status":"{status}"{more}}}"#);
        serde_json::from_str::<Intent>(&text)
            .map_err(|_| Unread::Garbage)?
            .payment()
            .map(|payment| payment.stage)
    }

    #[test]
    fn a_payment_is_believed_only_when_it_can_be_so() {
        let euros = |minor| Money::from_minor(minor, Currency::EUR);
        for (status, more, expected) in [
            ("requires_payment_method", "", Ok(Stage::AwaitsMethod)),
            ("requires_confirmation", "", Ok(Stage::AwaitsConfirmation)),
            ("requires_action", "", Ok(Stage::AwaitsCustomer)),
            ("processing", "", Ok(Stage::Pending)),
            ("requires_capture", r#","latest_charge":{"id":"ch_1"}"#, Ok(Stage::Authorised)),
            ("succeeded", r#","amount_received":900"#, Ok(Stage::Captured(euros(900)))),
            ("succeeded", r#","amount_received":0"#, Ok(Stage::Captured(euros(0)))),
            ("succeeded", "", Ok(Stage::Captured(euros(900)))),
            ("succeeded", r#","amount_received":901"#, Err(Unread::Garbage)),
            ("succeeded", r#","amount_received":-1"#, Err(Unread::Garbage)),
            ("canceled", r#","metadata":null"#, Ok(Stage::Cancelled)),
            ("something_new", "", Err(Unread::Garbage)),
        ] {
            assert_eq!(intent(status, more), expected, "{status} {more}");
        }
    }

    #[test]
    fn a_payment_of_somebody_else_is_told_from_garbage() {
        let read =
            |text: &str| serde_json::from_str::<Intent>(text).expect("an intent").payment().map(|_| ());
        let like = |id: &str, amount: i64, currency: &str, created: i64| {
            format!(
                r#"{{"id":"{id}","amount":{amount},"currency":"{currency}","created":{created},"status":"canceled"}}"#
            )
        };
        assert_eq!(read(&like("pi_1", 1, "sek", 1)), Err(Unread::Foreign));
        assert_eq!(read(&like("../pi", 1, "eur", 1)), Err(Unread::Garbage));
        assert_eq!(read(&like("pi_1", -1, "eur", 1)), Err(Unread::Garbage));
        assert_eq!(read(&like("pi_1", 1, "eur", i64::MAX)), Err(Unread::Garbage));
    }

    #[test]
    fn every_decline_has_a_reason() {
        for (code, decline_code, expected) in [
            ("card_declined", Some("insufficient_funds"), DeclineReason::InsufficientFunds),
            ("card_declined", Some("generic_decline"), DeclineReason::Generic),
            ("card_declined", Some("stolen_card"), DeclineReason::Suspicious),
            ("card_declined", None, DeclineReason::Generic),
            ("expired_card", Some("expired_card"), DeclineReason::ExpiredCard),
            ("incorrect_cvc", None, DeclineReason::IncorrectCvc),
            ("authentication_required", None, DeclineReason::AuthenticationRequired),
            ("processing_error", None, DeclineReason::TryAgain),
        ] {
            let decline_code = decline_code.map(str::to_owned);
            let fault = Fault { code: Some(code.to_owned()), decline_code, ..Fault::default() };
            assert_eq!(fault.reason(), expected, "{code}");
        }
    }
}
