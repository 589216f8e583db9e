//! An adapter, and whom it talks to.

use std::path::Path;
use std::time::Duration;

use domain::money::{Currency, Money};
use domain::time::Timestamp;
use gateways::payment::{
    Authorisation, Failure, Key, MethodId, Options, Payment, PaymentGateway as _, Reference, Secret,
    Simulator, Stripe, simulator,
};

/// A server to try the contract against, and a key that it takes. Without it, a simulator is started.
const BASE_URL: &str = "AISLE_PAYMENT_BASE_URL";
const SECRET: &str = "AISLE_PAYMENT_KEY";

pub struct World {
    pub stripe: Stripe,
    /// Nothing when the server is somebody else's.
    simulator: Option<Simulator>,
}

pub fn adapter(base_url: String, secret: &str, attempt_deadline: Duration) -> Stripe {
    let secret = Secret::new(secret);
    let provider = "simulator".to_owned();
    let pause = Duration::from_millis(1);
    Stripe::new(Options { provider, base_url, secret, attempt_deadline, pause }).expect("usable")
}

impl World {
    /// The server that the environment names, or a simulator.
    pub async fn any() -> Self {
        match (std::env::var(BASE_URL), std::env::var(SECRET)) {
            (Ok(base_url), secret) => {
                let secret = secret.unwrap_or_else(|_| simulator::KEY.to_owned());
                Self { stripe: adapter(base_url, &secret, Duration::from_secs(10)), simulator: None }
            }
            (Err(_), _) => Self::simulated(Duration::from_secs(10)).await,
        }
    }

    /// A simulator, and how long an attempt may take.
    pub async fn simulated(attempt_deadline: Duration) -> Self {
        Self::of(Simulator::start("127.0.0.1:0").await.expect("a free port"), attempt_deadline)
    }

    /// A simulator that goes on with the book of a file.
    pub async fn resumed(file: &Path) -> Self {
        let simulator = Simulator::resume("127.0.0.1:0", file).await.expect("a free port and a sound file");
        Self::of(simulator, Duration::from_secs(10))
    }

    fn of(simulator: Simulator, attempt_deadline: Duration) -> Self {
        let stripe = adapter(simulator.base_url(), simulator::KEY, attempt_deadline);
        Self { stripe, simulator: Some(simulator) }
    }

    pub fn simulator(&self) -> &Simulator {
        self.simulator.as_ref().expect("started by this test")
    }

    pub async fn authorised(&self, name: &str) -> Payment {
        self.pay(name, "pm_card_visa").await.expect("authorised")
    }

    pub async fn pay(&self, name: &str, method: &str) -> Result<Payment, Failure> {
        self.stripe.authorise(&order(name, Some(method)), &key(&format!("{name}:authorise"))).await
    }

    pub async fn captured(&self, name: &str) -> Payment {
        let payment = self.authorised(name).await;
        self.stripe.capture(&payment.id, &key(&format!("{name}:capture"))).await.expect("captured")
    }

    /// Of all payments of the simulator: captured, given back, still set aside.
    pub fn totals(&self) -> (i64, i64, i64) {
        self.simulator().balances().iter().fold((0, 0, 0), |sum, balance| {
            (sum.0 + balance.captured_minor, sum.1 + balance.refunded_minor, sum.2 + balance.authorised_minor)
        })
    }
}

pub const PRICE: i64 = 12_900;

pub fn euros(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

/// A name that no other run has used: another server may remember.
pub fn fresh(name: &str) -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    format!("{name}-{}-{}", std::process::id(), since.as_nanos())
}

pub fn order(name: &str, method: Option<&str>) -> Authorisation {
    let method = method.map(|method| method.parse::<MethodId>().expect("a name"));
    Authorisation { reference: reference(name), amount: euros(PRICE), method }
}

pub fn reference(name: &str) -> Reference {
    name.parse().expect("a reference")
}

pub fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

pub fn long_ago() -> Timestamp {
    Timestamp::EPOCH
}
