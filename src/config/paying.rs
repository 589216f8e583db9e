//! Where bookings are paid, as it is configured.

use std::str::FromStr;

use gateways::payment::Secret;
use persistence::any::Address;
use serde::Deserialize;

use super::Config;

/// Whether payments are simulated where there is no key of Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Simulate {
    /// On the embedded store and with --dev.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where bookings are paid.
#[derive(Debug)]
pub enum PaidAt<'a> {
    /// At Stripe, or whatever speaks like it.
    Stripe {
        /// Our key.
        key: &'a str,
        /// Where it is.
        base_url: &'a str,
    },
    /// In this process, with test money.
    Simulator,
    /// Nowhere.
    Nowhere,
}

impl FromStr for Simulate {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err("auto, always or never"),
        }
    }
}

impl Config {
    /// Where bookings are paid.
    #[must_use]
    pub fn paid_at(&self) -> PaidAt<'_> {
        if !self.stripe_secret_key.is_empty() {
            return PaidAt::Stripe { key: &self.stripe_secret_key, base_url: &self.stripe_api_base };
        }
        match (self.simulate_payments, self.address()) {
            (Simulate::Always, _) | (Simulate::Auto, Address::Directory(_)) => PaidAt::Simulator,
            // Several nodes on one database would each have a provider of their own.
            (Simulate::Auto, _) | (Simulate::Never, _) => PaidAt::Nowhere,
        }
    }

    /// With which the provider signs what it tells.
    #[must_use]
    pub fn webhook_secrets(&self) -> Vec<Secret> {
        let secrets = self.stripe_webhook_secret.split(',').map(str::trim);
        secrets.filter(|secret| !secret.is_empty()).map(Secret::new).collect()
    }

    /// With which a browser asks the provider for its form.
    #[must_use]
    pub fn publishable_key(&self) -> Option<String> {
        Some(self.stripe_publishable_key.clone()).filter(|key| !key.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Config {
        let value =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Config::read(value).unwrap()
    }

    #[test]
    fn money_moves_only_with_a_key_and_is_simulated_on_one_node_alone() {
        let paid_at = |pairs: &[(&str, &str)]| match with(pairs).paid_at() {
            PaidAt::Stripe { key, .. } => key.to_owned(),
            PaidAt::Simulator => "simulator".to_owned(),
            PaidAt::Nowhere => "nowhere".to_owned(),
        };
        let database = ("DATABASE_URL", "postgres://a@b/c");
        assert_eq!(paid_at(&[]), "simulator");
        assert_eq!(paid_at(&[database]), "nowhere");
        assert_eq!(paid_at(&[database, ("AISLE_SIMULATE_PAYMENTS", "always")]), "simulator");
        assert_eq!(paid_at(&[("AISLE_SIMULATE_PAYMENTS", "never")]), "nowhere");
        assert_eq!(paid_at(&[database, ("STRIPE_SECRET_KEY", "sk_test_1")]), "sk_test_1");
        let secrets = with(&[("STRIPE_WEBHOOK_SECRET", "whsec_a, whsec_b")]).webhook_secrets();
        assert_eq!(secrets.iter().map(Secret::expose).collect::<Vec<_>>(), ["whsec_a", "whsec_b"]);
    }
}
