//! How often somebody may try to sign in or to register, asked before anything costs something.
//!
//! Whoever tries too often waits: half a minute, then twice as long each time, a quarter of an hour at most. Nobody is locked out
//! for ever, because then anybody could lock anybody out.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::ids::RecordLocator;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;

/// How long the first wait is.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// Who is remembered, of each kind: many more than one node has clients in an hour.
const REMEMBERED_MAX: u64 = 100_000;

/// Whoever has not tried for so long is forgotten, waits and all.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3_600);

/// How often one may try. Zero lifts a limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Sign-ins a minute to one account from one address.
    pub login_per_account: u32,
    /// Sign-ins a minute from one address.
    pub login_per_address: u32,
    /// New accounts an hour from one address.
    pub register_per_address: u32,
    /// Refreshed tokens a minute from one address.
    pub refresh_per_address: u32,
    /// Look-ups of bookings by record locator and surname, a minute from one address.
    pub lookups_per_address: u32,
    /// Such look-ups of one record locator, an hour, that find nothing.
    pub lookups_per_locator: u32,
    /// The longest wait.
    pub wait_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            login_per_account: 5,
            login_per_address: 20,
            register_per_address: 30,
            refresh_per_address: 120,
            lookups_per_address: 5,
            lookups_per_locator: 10,
            wait_max: Duration::from_secs(900),
        }
    }
}

impl Limits {
    /// None at all, for a developer's own machine.
    pub const LIFTED: Self = Self {
        login_per_account: 0,
        login_per_address: 0,
        register_per_address: 0,
        refresh_per_address: 0,
        lookups_per_address: 0,
        lookups_per_locator: 0,
        wait_max: Duration::ZERO,
    };
}

/// An account by a digest of whatever was said to be its address: a text from outside may be long.
type Account = [u8; 32];

fn account(email: &str) -> Account {
    Sha256::digest(email.trim().to_lowercase()).into()
}

/// Counts tries.
#[derive(Debug)]
pub struct Throttle {
    accounts: Counters<(Account, IpAddr)>,
    logins: Counters<IpAddr>,
    registers: Counters<IpAddr>,
    refreshes: Counters<IpAddr>,
    lookups: Counters<IpAddr>,
    locators: Counters<RecordLocator>,
}

/// Counts the tries of one kind.
#[derive(Debug)]
struct Counters<K: Hash + Eq + Send + Sync + 'static> {
    most: u32,
    within: Duration,
    wait_max: Duration,
    known: Cache<K, Arc<Mutex<Counter>>>,
}

/// What one client has tried.
#[derive(Debug)]
struct Counter {
    /// When the time began in which tries are counted.
    began: Instant,
    tries: u32,
    /// Until when every try is refused.
    waits_until: Option<Instant>,
    /// How often it had to wait.
    waits: u32,
}

impl Throttle {
    /// With these limits.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let (minute, hour) = (Duration::from_secs(60), Duration::from_secs(3_600));
        Self {
            accounts: Counters::new(limits.login_per_account, minute, limits.wait_max),
            logins: Counters::new(limits.login_per_address, minute, limits.wait_max),
            registers: Counters::new(limits.register_per_address, hour, limits.wait_max),
            refreshes: Counters::new(limits.refresh_per_address, minute, limits.wait_max),
            lookups: Counters::new(limits.lookups_per_address, minute, limits.wait_max),
            locators: Counters::new(limits.lookups_per_locator, hour, limits.wait_max),
        }
    }

    /// Somebody tries to sign in to the account of an e-mail address.
    ///
    /// # Errors
    /// When they must wait.
    pub fn login(&self, email: &str, address: IpAddr) -> Result<(), Problem> {
        self.logins.count(address)?;
        self.accounts.count((account(email), address))
    }

    /// They have succeeded: their tries were no guesses.
    pub fn succeeded(&self, email: &str, address: IpAddr) {
        self.accounts.known.invalidate(&(account(email), address));
    }

    /// Somebody tries to register.
    ///
    /// # Errors
    /// When they must wait.
    pub fn register(&self, address: IpAddr) -> Result<(), Problem> {
        self.registers.count(address)
    }

    /// Somebody refreshes their token.
    ///
    /// # Errors
    /// When they must wait.
    pub fn refresh(&self, address: IpAddr) -> Result<(), Problem> {
        self.refreshes.count(address)
    }

    /// Somebody looks a booking up by its record locator, if what they wrote could be one.
    ///
    /// # Errors
    /// When they must wait, or everybody must who asks for this one: it is being guessed at.
    pub fn look_up(&self, locator: Option<RecordLocator>, address: IpAddr) -> Result<(), Problem> {
        self.lookups.count(address)?;
        locator.map_or(Ok(()), |locator| self.locators.count(locator))
    }

    /// They have found it: their try was no guess.
    pub fn found(&self, locator: RecordLocator) {
        self.locators.forgive(&locator);
    }
}

impl<K: Hash + Eq + Send + Sync + 'static> Counters<K> {
    fn new(most: u32, within: Duration, wait_max: Duration) -> Self {
        let known = Cache::builder().max_capacity(REMEMBERED_MAX).eviction_policy(EvictionPolicy::lru());
        Self { most, within, wait_max, known: known.time_to_idle(FORGOTTEN_AFTER).build() }
    }

    /// Takes back a try.
    fn forgive(&self, who: &K) {
        if let Some(counter) = self.known.get(who) {
            let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
            counter.tries = counter.tries.saturating_sub(1);
        }
    }

    fn count(&self, who: K) -> Result<(), Problem> {
        if self.most == 0 {
            return Ok(());
        }
        let now = Instant::now();
        let counter = self.known.get_with(who, || Arc::new(Mutex::new(Counter::new(now))));
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        match counter.count(now, self.most, self.within, self.wait_max) {
            None => Ok(()),
            Some(wait) => Err(too_often(wait)),
        }
    }
}

impl Counter {
    const fn new(now: Instant) -> Self {
        Self { began: now, tries: 0, waits_until: None, waits: 0 }
    }

    /// Counts a try; how long to wait when it is one too many. A try while one waits makes the wait no longer.
    fn count(&mut self, now: Instant, most: u32, within: Duration, wait_max: Duration) -> Option<Duration> {
        if let Some(until) = self.waits_until {
            if now < until {
                return Some(until - now);
            }
            // Whoever has waited may try again, but not start from nothing.
            *self = Self { waits: self.waits, ..Self::new(now) };
        }
        if now.duration_since(self.began) >= within {
            *self = Self { waits: self.waits, ..Self::new(now) };
        }
        self.tries += 1;
        if self.tries <= most {
            return None;
        }
        let wait = FIRST_WAIT.saturating_mul(1 << self.waits.min(10)).min(wait_max);
        self.waits += 1;
        self.waits_until = Some(now + wait);
        Some(wait)
    }
}

fn too_often(wait: Duration) -> Problem {
    let detail = "too many tries; come back after `Retry-After`, it grows with each time too many";
    Problem::rate_limited(detail, wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const LOCK: Duration = Duration::from_secs(900);

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour_and_end() {
        let (mut now, mut waits) = (Instant::now(), Vec::new());
        let mut counter = Counter::new(now);
        for _ in 0..7 {
            for _ in 0..5 {
                assert_eq!(counter.count(now, 5, MINUTE, LOCK), None, "five are free");
            }
            let wait = counter.count(now, 5, MINUTE, LOCK).unwrap();
            let early = counter.count(now + wait / 2, 5, MINUTE, LOCK).unwrap();
            assert_eq!(early, wait - wait / 2, "asking while one waits makes it no longer");
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn whoever_takes_their_time_never_waits() {
        let (mut now, mut counter) = (Instant::now(), Counter::new(Instant::now()));
        for _ in 0..100 {
            assert_eq!(counter.count(now, 5, MINUTE, LOCK), None);
            now += Duration::from_secs(13);
        }
    }

    #[test]
    fn an_account_is_counted_by_address_and_an_address_over_all_accounts() {
        let throttle = Throttle::new(&Limits::default());
        let (here, there) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let tries = |email: &str, address, times: usize| {
            (0..times).filter(|_| throttle.login(email, address).is_ok()).count()
        };
        assert_eq!(tries("ann", here, 9), 5);
        assert_eq!(tries("ann", there, 1), 1, "nobody is locked out by somebody else");
        assert_eq!(tries("bob", here, 9), 5);
        assert_eq!(tries("cleo", here, 9), 2, "twenty from one address, those that were refused included");
        let problem = throttle.login("dan", here).unwrap_err();
        assert_eq!((problem.status.as_u16(), problem.code), (429, "rate-limited"));
        assert_eq!(problem.retry_after_secs, Some(30));
        throttle.succeeded("ann", there);
        assert_eq!(tries("ann", there, 9), 5);
        let registers = (0..40).filter(|_| throttle.register(here).is_ok()).count();
        assert_eq!(registers, 30);
    }

    #[test]
    fn a_record_locator_is_guarded_for_everybody_and_a_good_look_up_costs_nothing() {
        let throttle = Throttle::new(&Limits { lookups_per_address: 0, ..Limits::default() });
        let address = |last: u8| IpAddr::from([192, 0, 2, last]);
        let (guessed, other) = ("K7QX2M".parse().unwrap(), "K7QX2N".parse().unwrap());
        for last in 0..50 {
            throttle.look_up(Some(other), address(last)).unwrap();
            throttle.found(other);
        }
        let guesses = (0..50).filter(|last| throttle.look_up(Some(guessed), address(*last)).is_ok()).count();
        assert_eq!(guesses, 10);
        assert!(throttle.look_up(None, address(1)).is_ok());
        let throttle = Throttle::new(&Limits::default());
        let tries = (0..9).filter(|_| throttle.look_up(None, address(1)).is_ok()).count();
        assert_eq!(tries, 5, "whoever guesses at many is stopped as well");
    }

    #[test]
    fn lifted_limits_are_none() {
        let throttle = Throttle::new(&Limits::LIFTED);
        let here = "127.0.0.1".parse().unwrap();
        assert!((0..1_000).all(|_| throttle.login("ann", here).is_ok() && throttle.register(here).is_ok()));
    }
}
