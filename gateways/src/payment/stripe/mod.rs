//! Stripe, or whoever speaks like it.
//!
//! An order goes out with its key. When no answer comes it goes out again with the same key, which Stripe carries out once.
//! When it is still not known what became of it, the payment is looked at: what is found done is done; what is not found may
//! still be on its way, and stays unknown.

mod settle;
mod shape;
mod verdict;
mod wire;

use std::fmt;
use std::time::Duration;

use domain::time::Timestamp;
use hyper::Method;
use serde::de::DeserializeOwned;

use self::shape::{Intent, KEY, List, REFERENCE, Refunded, Unread};
use self::verdict::Verdict;
use self::wire::{Call, Lost, Wire};
use super::failure::{Doubt, Failure, Outage, Refusal};
use super::form;
use super::gateway::{
    Answering, Authorisation, Key, Listing, MethodId, Page, Payment, PaymentGateway, PaymentId, Reference,
    Refund, RefundOrder,
};
use super::secret::Secret;

pub use self::wire::API_VERSION;

/// How often one order goes out at most.
const ATTEMPTS_MAX: u32 = 3;

/// Pages of a list that are looked through for one matter: ten thousand payments of one day.
const PAGES_MAX: usize = 100;

/// Why the adapter cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// The address is none.
    #[error("the address of the payment provider must be https://host, without a path")]
    Url,
    /// The key would travel in clear.
    #[error("the payment provider is asked without encryption on loopback only")]
    Unencrypted,
    /// There is no key, or one that cannot be sent.
    #[error("the key of the payment provider cannot be used")]
    Secret,
}

/// Where Stripe is, and how patient we are.
#[derive(Debug, Clone)]
pub struct Options {
    /// What clients know the provider by.
    pub provider: String,
    /// `https://api.stripe.com`, or the simulator's address on loopback.
    pub base_url: String,
    /// Our key.
    pub secret: Secret,
    /// How long one attempt may take once it is connected.
    pub attempt_deadline: Duration,
    /// How long to wait before the second attempt; the third waits twice as long.
    pub pause: Duration,
}

impl Options {
    /// Stripe itself.
    #[must_use]
    pub fn stripe(secret: Secret) -> Self {
        let base_url = "https://api.stripe.com".to_owned();
        let (attempt_deadline, pause) = (Duration::from_secs(10), Duration::from_millis(300));
        Self { provider: "stripe".to_owned(), base_url, secret, attempt_deadline, pause }
    }
}

/// The adapter.
pub struct Stripe {
    provider: String,
    wire: Wire,
    pause: Duration,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl Stripe {
    /// An adapter. It connects when it is first asked.
    ///
    /// # Errors
    /// When the address or the key cannot be used.
    pub fn new(options: Options) -> Result<Self, Unusable> {
        let Options { provider, base_url, secret, attempt_deadline, pause } = options;
        Ok(Self { provider, wire: Wire::to(&base_url, secret, attempt_deadline)?, pause })
    }

    async fn get<T: DeserializeOwned>(&self, path: String) -> Result<T, Failure> {
        let call = Call { method: Method::GET, path, form: String::new(), key: None };
        self.ask(&call).await.map_err(|failure| match failure {
            // Nothing happens when one looks, so there is nothing to be in doubt about.
            Failure::Unknown(_) | Failure::KeySpent => Failure::Unavailable(Outage::Silent),
            Failure::Declined(_) | Failure::Refused(_) | Failure::Unavailable(_) => failure,
        })
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: String,
        pairs: &[(&str, &str)],
        key: &Key,
    ) -> Result<T, Failure> {
        let form = form::encode(pairs.iter().copied());
        self.ask(&Call { method: Method::POST, path, form, key: Some(key) }).await
    }

    /// Sends a request, again where that is safe: an order has its key, and looking changes nothing.
    async fn ask<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Failure> {
        let (mut outage, mut doubt) = (Outage::Unreachable, None);
        for attempt in 0..ATTEMPTS_MAX {
            if attempt > 0 {
                tokio::time::sleep(self.pause * attempt).await;
            }
            let verdict = match self.wire.exchange(call).await {
                Ok(answer) => verdict::of(&answer),
                Err(Lost::Unsent) => Verdict::NotYet(Outage::Unreachable),
                Err(Lost::Sent) => Verdict::Doubtful(Doubt::NoAnswer),
                Err(Lost::TooLarge) => Verdict::Doubtful(Doubt::Garbage),
            };
            match verdict {
                Verdict::Done(object) => return Ok(object),
                Verdict::Never(failure) => return Err(failure),
                Verdict::Spent => return Err(Failure::KeySpent),
                Verdict::NotYet(why) => outage = why,
                Verdict::Doubtful(why) => doubt = Some(why),
            }
        }
        // One attempt in doubt leaves all of them in doubt.
        Err(doubt.map_or(Failure::Unavailable(outage), Failure::Unknown))
    }

    /// A payment that an order answered with.
    fn believed(intent: &Intent, asked: impl FnOnce(&Payment) -> bool) -> Result<Payment, Failure> {
        let payment = intent.payment().ok().filter(asked);
        payment.ok_or(Failure::Unknown(Doubt::Garbage))
    }

    async fn intent(&self, payment: &PaymentId) -> Result<(Intent, Payment), Failure> {
        let intent: Intent = self.get(format!("/v1/payment_intents/{payment}")).await?;
        let read = intent.payment().ok().filter(|read| read.id == *payment);
        let read = read.ok_or(Failure::Unavailable(Outage::Silent))?;
        Ok((intent, read))
    }

    async fn page(&self, listing: &Listing) -> Result<(Vec<(Intent, Payment)>, Option<PaymentId>), Failure> {
        let since = listing.since.map(|since| since.millis().div_euclid(1_000).to_string());
        let mut pairs = vec![("limit", "100")];
        pairs.extend(since.as_ref().map(|since| ("created[gte]", since.as_str())));
        pairs.extend(listing.after.as_ref().map(|after| ("starting_after", after.as_str())));
        let list: List<Intent> = self.get(format!("/v1/payment_intents?{}", form::encode(pairs))).await?;
        let mut payments = Vec::with_capacity(list.data.len());
        let last =
            list.data.last().map(Intent::id).transpose().map_err(|_| Failure::Unavailable(Outage::Silent))?;
        for intent in list.data {
            match intent.payment() {
                Ok(payment) => payments.push((intent, payment)),
                Err(Unread::Foreign) => {}
                Err(Unread::Garbage) => return Err(Failure::Unavailable(Outage::Silent)),
            }
        }
        Ok((payments, last.filter(|_| list.has_more)))
    }

    /// Payments of one matter, with what the provider has noted of them.
    async fn matching(
        &self,
        reference: &Reference,
        since: Timestamp,
    ) -> Result<Vec<(Intent, Payment)>, Failure> {
        let mut listing = Listing { since: Some(since), after: None };
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let (payments, next) = self.page(&listing).await?;
            found.extend(
                payments.into_iter().filter(|(_, payment)| payment.reference.as_ref() == Some(reference)),
            );
            listing.after = next;
            if listing.after.is_none() {
                return Ok(found);
            }
        }
        // What was found so far may not be all: saying so would be a lie.
        Err(Failure::Unavailable(Outage::Silent))
    }

    async fn ordered(&self, order: &Authorisation, key: &Key) -> Result<Payment, Failure> {
        let (amount, currency) = shape::amount(order.amount).map_err(Failure::Refused)?;
        let mut pairs = vec![
            ("amount", amount.as_str()),
            ("currency", &currency),
            ("capture_method", "manual"),
            ("payment_method_types[0]", "card"),
        ];
        let (reference, noted) = (format!("metadata[{REFERENCE}]"), format!("metadata[{KEY}]"));
        pairs.extend([(reference.as_str(), order.reference.as_str()), (&noted, key.as_str())]);
        pairs.extend(
            order.method.iter().flat_map(|method| [("payment_method", method.as_str()), ("confirm", "true")]),
        );
        let intent: Intent = self.post("/v1/payment_intents".to_owned(), &pairs, key).await?;
        let is_ordered = |payment: &Payment| payment.amount == order.amount;
        Self::believed(&intent, is_ordered)
    }

    async fn told(
        &self,
        payment: &PaymentId,
        word: &str,
        method: Option<&MethodId>,
        key: &Key,
    ) -> Result<Payment, Failure> {
        let pairs: Vec<_> = method.iter().map(|method| ("payment_method", method.as_str())).collect();
        let intent: Intent = self.post(format!("/v1/payment_intents/{payment}/{word}"), &pairs, key).await?;
        Self::believed(&intent, |read| read.id == *payment)
    }

    async fn given_back(&self, order: &RefundOrder, key: &Key) -> Result<Refund, Failure> {
        let (amount, _) = shape::amount(order.amount).map_err(Failure::Refused)?;
        let noted = format!("metadata[{KEY}]");
        let pairs =
            [("payment_intent", order.payment.as_str()), ("amount", &amount), (noted.as_str(), key.as_str())];
        let refunded: Refunded = self.post("/v1/refunds".to_owned(), &pairs, key).await.map_err(beyond)?;
        let is_ordered = |refund: &Refund| refund.amount == order.amount && refund.payment == order.payment;
        refunded.refund().ok().filter(is_ordered).ok_or(Failure::Unknown(Doubt::Garbage))
    }

    async fn refunds_of(&self, payment: &PaymentId) -> Result<Vec<Refund>, Failure> {
        let (mut refunds, mut after) = (Vec::new(), None::<String>);
        for _ in 0..PAGES_MAX {
            let mut pairs = vec![("payment_intent", payment.as_str()), ("limit", "100")];
            pairs.extend(after.as_ref().map(|after| ("starting_after", after.as_str())));
            let list: List<Refunded> = self.get(format!("/v1/refunds?{}", form::encode(pairs))).await?;
            let read: Result<Vec<_>, _> = list.data.iter().map(Refunded::refund).collect();
            refunds.extend(read.map_err(|_| Failure::Unavailable(Outage::Silent))?);
            after = refunds.last().map(|last: &Refund| last.id.to_string()).filter(|_| list.has_more);
            if after.is_none() {
                return Ok(refunds);
            }
        }
        Err(Failure::Unavailable(Outage::Silent))
    }
}

/// A refund's amount is refused because it is more than is left.
fn beyond(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(Refusal::Amount) => Failure::Refused(Refusal::BeyondCaptured),
        Failure::Declined(_)
        | Failure::Refused(_)
        | Failure::Unavailable(_)
        | Failure::KeySpent
        | Failure::Unknown(_) => failure,
    }
}

impl PaymentGateway for Stripe {
    fn provider(&self) -> &str {
        &self.provider
    }

    fn authorise<'a>(&'a self, order: &'a Authorisation, key: &'a Key) -> Answering<'a, Payment> {
        Box::pin(async move {
            let outcome = self.ordered(order, key).await;
            self.settle_authorisation(order, key, outcome).await
        })
    }

    fn confirm<'a>(
        &'a self,
        payment: &'a PaymentId,
        method: &'a MethodId,
        key: &'a Key,
    ) -> Answering<'a, Payment> {
        Box::pin(async move {
            let outcome = self.told(payment, "confirm", Some(method), key).await;
            self.settle_confirmation(payment, outcome).await
        })
    }

    fn capture<'a>(&'a self, payment: &'a PaymentId, key: &'a Key) -> Answering<'a, Payment> {
        Box::pin(async move {
            let outcome = self.told(payment, "capture", None, key).await;
            self.settle_end(payment, settle::End::Captured, outcome).await
        })
    }

    fn cancel<'a>(&'a self, payment: &'a PaymentId, key: &'a Key) -> Answering<'a, Payment> {
        Box::pin(async move {
            let outcome = self.told(payment, "cancel", None, key).await;
            self.settle_end(payment, settle::End::Cancelled, outcome).await
        })
    }

    fn refund<'a>(&'a self, order: &'a RefundOrder, key: &'a Key) -> Answering<'a, Refund> {
        Box::pin(async move {
            let outcome = self.given_back(order, key).await;
            self.settle_refund(order, key, outcome).await
        })
    }

    fn retrieve<'a>(&'a self, payment: &'a PaymentId) -> Answering<'a, Payment> {
        Box::pin(async move { self.intent(payment).await.map(|(_, payment)| payment) })
    }

    fn refunds<'a>(&'a self, payment: &'a PaymentId) -> Answering<'a, Vec<Refund>> {
        Box::pin(self.refunds_of(payment))
    }

    fn list<'a>(&'a self, listing: &'a Listing) -> Answering<'a, Page> {
        Box::pin(async move {
            let (payments, next) = self.page(listing).await?;
            Ok(Page { payments: payments.into_iter().map(|(_, payment)| payment).collect(), next })
        })
    }

    fn find<'a>(&'a self, reference: &'a Reference, since: Timestamp) -> Answering<'a, Vec<Payment>> {
        Box::pin(async move {
            let found = self.matching(reference, since).await?;
            Ok(found.into_iter().map(|(_, payment)| payment).collect())
        })
    }
}
