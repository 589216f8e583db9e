//! What can be configured, from where, and what is wrong with it.
//!
//! The defaults stand in `default.toml`, which is part of the binary and documents every option. The
//! environment goes over them: `AISLE_` and the option's name in capitals; `DATABASE_URL` and `REDIS_URL` keep
//! the names that everybody knows. A value that cannot be taken is named, together with what would do.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use persistence::any::Address;
use serde::Deserialize;

mod paying;

pub use paying::{PaidAt, Simulate};

/// Every option with its default and its reason.
const DEFAULTS: &str = include_str!("default.toml");

/// What one process is told.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address that is listened on.
    pub bind: IpAddr,
    /// The port; 0 takes a free one and says which.
    pub port: u16,
    /// Where the embedded store and the signing key are.
    pub data_dir: PathBuf,
    /// The PostgreSQL store; empty for the embedded one.
    database_url: String,
    /// Which log lines are written, as `tracing-subscriber` reads it.
    pub log: String,
    /// `text` for people, `json` for machines.
    pub log_format: LogFormat,
    /// How long an access token lives, also one of `aisle token`.
    pub access_ttl_seconds: u64,
    /// How long a sign-in lives that nobody uses.
    pub session_ttl_seconds: u64,
    /// Sign-ins a minute to one account from one address; 0 lifts it, as with the next three.
    login_per_account: u32,
    /// Sign-ins a minute from one address.
    login_per_address: u32,
    /// New accounts an hour from one address.
    register_per_address: u32,
    /// Refreshed tokens a minute from one address.
    refresh_per_address: u32,
    /// Look-ups of bookings a minute from one address, by record locator and surname.
    lookups_per_address: u32,
    /// Such look-ups of one record locator an hour that find nothing.
    lookups_per_locator: u32,
    /// Holds a minute of one customer, made or extended; 0 lifts it, as with the next four.
    holds_per_customer: u32,
    /// Holds a minute of one agent, administrator or program.
    holds_per_agent: u32,
    /// Other changes a minute of one principal.
    writes_per_principal: u32,
    /// Searches a minute from one address.
    searches_per_address: u32,
    /// Other reads a minute from one address.
    reads_per_address: u32,
    /// The Redis that nodes share; empty for none.
    redis_url: String,
    /// The longest wait of whoever tries too often.
    login_wait_max_seconds: u64,
    /// The shortest hold that clients may ask for.
    pub hold_ttl_min_seconds: u64,
    /// How long a booking is held that nobody has paid.
    pub booking_held_seconds: u64,
    /// The keys of personal data; empty for a file in the data directory.
    master_key_file: String,
    /// Our key at Stripe; empty for none.
    stripe_secret_key: String,
    /// Where Stripe is.
    stripe_api_base: String,
    /// With which Stripe signs what it tells; several, separated by commas, while they change.
    stripe_webhook_secret: String,
    /// With which a browser asks Stripe for its form.
    stripe_publishable_key: String,
    /// Whether payments are simulated without a key.
    simulate_payments: Simulate,
    /// How long a command may take before its client is told to come back.
    pub deadline_ms: u64,
    /// Connections in all.
    pub connections_max: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// Requests under way at a time; what is beyond them is shed.
    pub requests_max: usize,
    /// How long a client may take to send the head of a request.
    pub header_timeout_ms: u64,
    /// How long a departure with nothing going on stays in memory.
    pub idle_seconds: u64,
    /// Pages from which browsers may open a live socket, beside our own; separated by commas.
    origins: String,
    /// Networks of proxies that say where a request comes from; separated by commas.
    proxies: String,
    /// Days from today on which a first development start puts departures on sale.
    pub demo_days: u16,
    /// Shards of the journal's writer that write side by side.
    pub writer_lanes: usize,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("text or json"),
        }
    }
}

impl fmt::Debug for Config {
    /// Without the address of the database, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("bind", &self.bind)
            .field("port", &self.port)
            .field("data_dir", &self.data_dir)
            .field("store", &self.address())
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The defaults with this environment over them.
    ///
    /// # Errors
    /// Names the variable whose value cannot be taken, and what would do.
    pub fn read(environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut config: Self = toml::from_str(DEFAULTS).context("the built-in defaults are broken")?;
        let from = Environment { read: &environment };
        from.set("AISLE_BIND", &mut config.bind, "an address like 0.0.0.0")?;
        from.set("AISLE_PORT", &mut config.port, "a port from 0 to 65535")?;
        from.set("AISLE_DATA_DIR", &mut config.data_dir, "a directory")?;
        from.set("DATABASE_URL", &mut config.database_url, "an address like postgres://user@host/name")?;
        from.set("AISLE_LOG", &mut config.log, "a filter like info or aisle=debug")?;
        from.set("AISLE_LOG_FORMAT", &mut config.log_format, "text or json")?;
        from.set("AISLE_ACCESS_TTL_SECONDS", &mut config.access_ttl_seconds, SECONDS)?;
        from.set("AISLE_SESSION_TTL_SECONDS", &mut config.session_ttl_seconds, SECONDS)?;
        from.set("AISLE_LOGIN_PER_ACCOUNT", &mut config.login_per_account, COUNT)?;
        from.set("AISLE_LOGIN_PER_ADDRESS", &mut config.login_per_address, COUNT)?;
        from.set("AISLE_REGISTER_PER_ADDRESS", &mut config.register_per_address, COUNT)?;
        from.set("AISLE_REFRESH_PER_ADDRESS", &mut config.refresh_per_address, COUNT)?;
        from.set("AISLE_LOOKUPS_PER_ADDRESS", &mut config.lookups_per_address, COUNT)?;
        from.set("AISLE_LOOKUPS_PER_LOCATOR", &mut config.lookups_per_locator, COUNT)?;
        from.set("AISLE_HOLDS_PER_CUSTOMER", &mut config.holds_per_customer, COUNT)?;
        from.set("AISLE_HOLDS_PER_AGENT", &mut config.holds_per_agent, COUNT)?;
        from.set("AISLE_WRITES_PER_PRINCIPAL", &mut config.writes_per_principal, COUNT)?;
        from.set("AISLE_SEARCHES_PER_ADDRESS", &mut config.searches_per_address, COUNT)?;
        from.set("AISLE_READS_PER_ADDRESS", &mut config.reads_per_address, COUNT)?;
        from.set("REDIS_URL", &mut config.redis_url, "an address like redis://host:6379")?;
        from.set("AISLE_LOGIN_WAIT_MAX_SECONDS", &mut config.login_wait_max_seconds, SECONDS)?;
        from.set("AISLE_HOLD_TTL_MIN_SECONDS", &mut config.hold_ttl_min_seconds, SECONDS)?;
        from.set("AISLE_BOOKING_HELD_SECONDS", &mut config.booking_held_seconds, SECONDS)?;
        from.set("AISLE_MASTER_KEY_FILE", &mut config.master_key_file, "a file")?;
        from.set("STRIPE_SECRET_KEY", &mut config.stripe_secret_key, "a key like sk_test_…")?;
        from.set("STRIPE_API_BASE", &mut config.stripe_api_base, "an address like https://api.stripe.com")?;
        from.set(
            "STRIPE_WEBHOOK_SECRET",
            &mut config.stripe_webhook_secret,
            "secrets like whsec_…, by commas",
        )?;
        from.set("STRIPE_PUBLISHABLE_KEY", &mut config.stripe_publishable_key, "a key like pk_test_…")?;
        from.set("AISLE_SIMULATE_PAYMENTS", &mut config.simulate_payments, "auto, always or never")?;
        from.set("AISLE_DEADLINE_MS", &mut config.deadline_ms, MILLIS)?;
        from.set("AISLE_CONNECTIONS_MAX", &mut config.connections_max, COUNT)?;
        from.set("AISLE_CONNECTIONS_PER_ADDRESS", &mut config.connections_per_address, COUNT)?;
        from.set("AISLE_REQUESTS_MAX", &mut config.requests_max, COUNT)?;
        from.set("AISLE_HEADER_TIMEOUT_MS", &mut config.header_timeout_ms, MILLIS)?;
        from.set("AISLE_IDLE_SECONDS", &mut config.idle_seconds, SECONDS)?;
        from.set("AISLE_ORIGINS", &mut config.origins, "origins like https://shop.example, by commas")?;
        from.set("AISLE_PROXIES", &mut config.proxies, "networks like 10.0.0.0/8, by commas")?;
        from.set("AISLE_DEMO_DAYS", &mut config.demo_days, "days from 1 to 366")?;
        from.set("AISLE_WRITER_LANES", &mut config.writer_lanes, COUNT)?;
        config.check()?;
        Ok(config)
    }

    /// The same for a developer's own machine: loopback only, short holds, no limit by address.
    pub fn for_development(&mut self) -> Result<()> {
        if !self.bind.is_loopback() {
            bail!("--dev lifts limits, so it listens on loopback only: AISLE_BIND is {}", self.bind);
        }
        self.hold_ttl_min_seconds = 1;
        if self.simulate_payments == Simulate::Auto {
            self.simulate_payments = Simulate::Always;
        }
        self.connections_per_address = self.connections_max;
        let limits = [
            &mut self.login_per_account,
            &mut self.login_per_address,
            &mut self.register_per_address,
            &mut self.refresh_per_address,
            &mut self.lookups_per_address,
            &mut self.lookups_per_locator,
            &mut self.holds_per_customer,
            &mut self.holds_per_agent,
            &mut self.writes_per_principal,
            &mut self.searches_per_address,
            &mut self.reads_per_address,
        ];
        limits.into_iter().for_each(|limit| *limit = 0);
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let ranges = [
            ("AISLE_ACCESS_TTL_SECONDS", self.access_ttl_seconds, 1, 365 * 24 * 3_600),
            ("AISLE_SESSION_TTL_SECONDS", self.session_ttl_seconds, 60, 366 * 24 * 3_600),
            ("AISLE_LOGIN_PER_ACCOUNT", self.login_per_account.into(), 0, 1_000_000),
            ("AISLE_LOGIN_PER_ADDRESS", self.login_per_address.into(), 0, 1_000_000),
            ("AISLE_REGISTER_PER_ADDRESS", self.register_per_address.into(), 0, 1_000_000),
            ("AISLE_REFRESH_PER_ADDRESS", self.refresh_per_address.into(), 0, 1_000_000),
            ("AISLE_LOOKUPS_PER_ADDRESS", self.lookups_per_address.into(), 0, 1_000_000),
            ("AISLE_LOOKUPS_PER_LOCATOR", self.lookups_per_locator.into(), 0, 1_000_000),
            ("AISLE_HOLDS_PER_CUSTOMER", self.holds_per_customer.into(), 0, 1_000_000),
            ("AISLE_HOLDS_PER_AGENT", self.holds_per_agent.into(), 0, 1_000_000),
            ("AISLE_WRITES_PER_PRINCIPAL", self.writes_per_principal.into(), 0, 1_000_000),
            ("AISLE_SEARCHES_PER_ADDRESS", self.searches_per_address.into(), 0, 1_000_000),
            ("AISLE_READS_PER_ADDRESS", self.reads_per_address.into(), 0, 1_000_000),
            ("AISLE_LOGIN_WAIT_MAX_SECONDS", self.login_wait_max_seconds, 1, 24 * 3_600),
            ("AISLE_HOLD_TTL_MIN_SECONDS", self.hold_ttl_min_seconds, 1, 1_800),
            ("AISLE_BOOKING_HELD_SECONDS", self.booking_held_seconds, 1, 7_200),
            ("AISLE_DEADLINE_MS", self.deadline_ms, 100, 60_000),
            ("AISLE_CONNECTIONS_MAX", self.connections_max as u64, 1, 1_000_000),
            ("AISLE_CONNECTIONS_PER_ADDRESS", self.connections_per_address as u64, 1, 1_000_000),
            ("AISLE_REQUESTS_MAX", self.requests_max as u64, 1, 1_000_000),
            ("AISLE_HEADER_TIMEOUT_MS", self.header_timeout_ms, 100, 120_000),
            ("AISLE_IDLE_SECONDS", self.idle_seconds, 1, 24 * 3_600),
            ("AISLE_DEMO_DAYS", u64::from(self.demo_days), 1, 366),
            ("AISLE_WRITER_LANES", self.writer_lanes as u64, 1, 16),
        ];
        for (name, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                bail!("{name} is {value}; it must be from {least} to {most}");
            }
        }
        if let Err(error) = self.proxies.parse::<api::Proxies>() {
            bail!("AISLE_PROXIES must be {error}");
        }
        let known = self.database_url.is_empty()
            || ["postgres://", "postgresql://"].iter().any(|scheme| self.database_url.starts_with(scheme));
        if !known {
            bail!("DATABASE_URL must be an address like postgres://user@host/name");
        }
        Ok(())
    }

    /// Where the store is.
    #[must_use]
    pub fn address(&self) -> Address {
        if self.database_url.is_empty() {
            Address::Directory(self.data_dir.clone())
        } else {
            Address::Postgres(self.database_url.clone())
        }
    }

    /// Where is listened.
    #[must_use]
    pub fn socket(&self) -> SocketAddr {
        SocketAddr::new(self.bind, self.port)
    }

    /// Where a program on this machine reaches the server.
    #[must_use]
    pub const fn reached_at(&self) -> SocketAddr {
        self.reached_on(self.port)
    }

    /// The same on the port that it came to listen on.
    #[must_use]
    pub const fn reached_on(&self, port: u16) -> SocketAddr {
        let address = match self.bind {
            IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            address => address,
        };
        SocketAddr::new(address, port)
    }

    /// Pages from which browsers may open a live socket.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let origins = self.origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins.map(str::to_owned).collect()
    }

    /// Proxies of our own.
    #[must_use]
    pub fn proxies(&self) -> api::Proxies {
        self.proxies.parse().expect("they were checked when they were read")
    }

    /// How often one may try to sign in or to register.
    #[must_use]
    pub const fn limits(&self) -> api::Limits {
        api::Limits {
            login_per_account: self.login_per_account,
            login_per_address: self.login_per_address,
            register_per_address: self.register_per_address,
            refresh_per_address: self.refresh_per_address,
            lookups_per_address: self.lookups_per_address,
            lookups_per_locator: self.lookups_per_locator,
            wait_max: Duration::from_secs(self.login_wait_max_seconds),
        }
    }

    /// How often one may ask for anything else.
    #[must_use]
    pub const fn rates(&self) -> api::RateLimits {
        api::RateLimits {
            holds_per_customer: self.holds_per_customer,
            holds_per_agent: self.holds_per_agent,
            writes_per_principal: self.writes_per_principal,
            searches_per_address: self.searches_per_address,
            reads_per_address: self.reads_per_address,
        }
    }

    /// What nodes share, if anything. To be called inside a runtime.
    ///
    /// # Errors
    /// When the address is none.
    pub fn shared(&self) -> Result<Option<cluster::Shared>> {
        let url = Some(self.redis_url.as_str()).filter(|url| !url.is_empty());
        Ok(url.map(cluster::Shared::at).transpose()?)
    }

    /// The file with the keys of personal data, if it is not the one in the data directory.
    #[must_use]
    pub fn master_key_file(&self) -> Option<PathBuf> {
        Some(self.master_key_file.as_str()).filter(|file| !file.is_empty()).map(PathBuf::from)
    }

    /// How long a command may take.
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

const SECONDS: &str = "a whole number of seconds";
const MILLIS: &str = "a whole number of milliseconds";
const COUNT: &str = "a whole number";

struct Environment<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
}

impl Environment<'_> {
    fn set<T: FromStr>(&self, name: &str, option: &mut T, expected: &str) -> Result<()> {
        let Some(text) = (self.read)(name) else { return Ok(()) };
        match text.parse() {
            Ok(value) => *option = value,
            // The value itself is not repeated: it may be a secret in the wrong place.
            Err(_) => bail!("{name} cannot be read: it must be {expected}"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Config> {
        Config::read(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_defaults_are_sound_and_need_no_environment() {
        let config = with(&[]).unwrap();
        assert_eq!(config.port, 3000);
        assert!(matches!(config.address(), Address::Directory(_)));
    }

    #[test]
    fn the_environment_goes_over_the_defaults() {
        let config = with(&[
            ("AISLE_PORT", "0"),
            ("DATABASE_URL", "postgres://a:secret@b/c"),
            ("AISLE_ORIGINS", "https://a.example, https://b.example"),
        ])
        .unwrap();
        assert_eq!(config.port, 0);
        assert_eq!(config.address(), Address::Postgres("postgres://a:secret@b/c".to_owned()));
        assert_eq!(config.origins(), ["https://a.example", "https://b.example"]);
        assert!(!format!("{config:?}").contains("secret"));
    }

    #[test]
    fn a_wrong_value_is_named_together_with_what_would_do() {
        for (name, value) in [
            ("AISLE_PORT", "70000"),
            ("AISLE_BIND", "here"),
            ("AISLE_LOG_FORMAT", "xml"),
            ("AISLE_DEADLINE_MS", "1"),
            ("AISLE_REQUESTS_MAX", "0"),
            ("AISLE_WRITER_LANES", "99"),
            ("AISLE_PROXIES", "everybody"),
            ("AISLE_LOGIN_PER_ACCOUNT", "-1"),
            ("DATABASE_URL", "mysql://x"),
            ("AISLE_SIMULATE_PAYMENTS", "perhaps"),
        ] {
            let error = with(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("must be"), "{error}");
        }
    }

    #[test]
    fn development_stays_on_loopback() {
        let mut config = with(&[("AISLE_BIND", "0.0.0.0")]).unwrap();
        assert!(config.for_development().unwrap_err().to_string().contains("AISLE_BIND"));
        let mut config = with(&[]).unwrap();
        config.for_development().unwrap();
        assert_eq!(config.hold_ttl_min_seconds, 1);
        assert_eq!(config.limits().login_per_account, 0, "tries are counted by nobody");
    }
}
