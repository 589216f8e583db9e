//! What all handlers share.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cluster::{Door, Shared};
use domain::time::Timestamp;
use persistence::bookings::Bookings;
use persistence::identity::Accounts;
use persistence::people::People;
use prometheus_client::registry::Registry;
use search::{BadOffer, Priced};
use tokio::sync::watch;

use crate::auth::{Hasher, Keys, Limits, Throttle, Tickets, Tokens};
use crate::edge::{Load, Proxies, RateLimits, Rates};
use crate::heat::Heat;
use crate::live::events::Events;
use crate::metrics::Metrics;
use crate::offers::{self, Offers};
use crate::payments::Payments;
use crate::reconcile::LastReport;

/// How the face behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// The shortest hold that clients may ask for, in seconds.
    pub hold_ttl_min_secs: u64,
    /// How long a booking is held that nobody has paid, in seconds.
    pub booking_held_secs: u64,
    /// How long a command may take.
    pub deadline: Duration,
    /// Requests under way at a time; what is beyond them is shed.
    pub requests_max: usize,
    /// Pages from which browsers may open a live socket, beside our own.
    pub origins: Vec<String>,
    /// How long an access token lives, in seconds.
    pub access_ttl_secs: u64,
    /// How long a sign-in lives that nobody uses, in seconds.
    pub session_ttl_secs: u64,
    /// Proxies of our own, which say where a request comes from.
    pub proxies: Proxies,
    /// How often one may try to sign in or to register.
    pub limits: Limits,
    /// How often one may ask for everything else.
    pub rates: RateLimits,
    /// What nodes share, if they share anything.
    pub shared: Option<Shared>,
    /// Where bookings are paid, if they are.
    pub payments: Option<Payments>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hold_ttl_min_secs: 30,
            booking_held_secs: 15 * 60,
            deadline: Duration::from_secs(5),
            requests_max: 4_096,
            origins: Vec::new(),
            access_ttl_secs: 600,
            session_ttl_secs: 30 * 24 * 3_600,
            proxies: Proxies::default(),
            limits: Limits::default(),
            rates: RateLimits::default(),
            shared: None,
            payments: None,
        }
    }
}

/// What stands in the store beside the journal.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Accounts and sign-ins.
    pub accounts: Accounts,
    /// Who travels.
    pub travellers: People,
    /// Bookings as lists show them, and events.
    pub bookings: Bookings,
}

/// What all handlers share.
pub struct State {
    /// The engine.
    pub door: Door,
    /// Who asks.
    pub tokens: Tokens,
    /// Tickets for live sockets.
    pub tickets: Tickets,
    /// Accounts and sign-ins.
    pub people: Accounts,
    /// Who travels.
    pub travellers: People,
    /// Bookings as lists show them.
    pub bookings: Bookings,
    /// What happens, for live sockets.
    pub events: Arc<Events>,
    /// Passwords.
    pub hasher: Hasher,
    /// How often somebody has tried.
    pub throttle: Throttle,
    /// How often somebody has asked.
    pub rates: Rates,
    /// How the face behaves.
    pub options: Options,
    /// What the face counts.
    pub metrics: Metrics,
    /// Where offers come from.
    pub offers: Offers,
    /// Requests under way.
    pub load: Load,
    /// Where it is hot.
    pub heat: Heat,
    /// How payments compared last.
    pub reconciled: LastReport,
    /// Everything that is counted in this process.
    registry: Registry,
    /// Turns true when the process stops.
    stopping: watch::Sender<bool>,
}

impl State {
    /// The state of a process that serves.
    #[must_use]
    pub fn new(door: Door, stores: Stores, keys: Keys, options: Options) -> Arc<Self> {
        let mut registry = Registry::with_prefix("aisle");
        let metrics = Metrics::default();
        metrics.register(&mut registry);
        door.engine().metrics().register(&mut registry);
        crate::metrics::register_journal(&mut registry, door.engine());
        let offers = Offers::of(&door, options.shared.clone());
        let Stores { accounts, travellers, bookings } = stores;
        let events = Arc::<Events>::default();
        tokio::spawn(crate::live::events::keep(door.clone(), bookings.clone(), events.clone()));
        Arc::new(Self {
            door,
            tokens: Tokens::new(keys.for_tokens_of(options.access_ttl_secs)),
            tickets: Tickets::default(),
            people: accounts,
            travellers,
            bookings,
            events,
            hasher: Hasher::default(),
            throttle: Throttle::new(&options.limits),
            rates: Rates::new(&options.rates, options.shared.clone()),
            offers,
            load: Load::new(options.requests_max),
            heat: Heat::default(),
            reconciled: LastReport::default(),
            options,
            metrics,
            registry,
            stopping: watch::Sender::new(false),
        })
    }

    /// What stands in the store beside the journal.
    #[must_use]
    pub fn stores(&self) -> Stores {
        let (travellers, bookings) = (self.travellers.clone(), self.bookings.clone());
        Stores { accounts: self.people.clone(), travellers, bookings }
    }

    /// Waits until searches are answered: all departures on sale have been read.
    pub async fn can_search(&self) {
        self.offers.inventory.filled().await;
    }

    /// What an offer's id stands for, if we made it and its price still holds at `now`.
    ///
    /// # Errors
    /// When we did not, and when it no longer does.
    pub fn open_offer(&self, id: &str, now: Timestamp) -> Result<Priced, BadOffer> {
        offers::open(self.tokens.keys(), id, now)
    }

    /// Everything that is counted in this process.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Tells everybody that the process stops.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Turns true when the process stops.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}

/// The instant that it is now.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}
