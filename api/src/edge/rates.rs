//! How often one may ask: by principal for what changes something, by address for what anybody may read.
//!
//! The rate of each kind is counted by the generic cell rate algorithm (ITU-T I.371), as `governor` has it: a whole
//! minute's requests may come at once, then they come back one by one. Where nodes share a Redis, a fixed window
//! of a minute over all of them is counted as well; without an answer from there the own count stands.
//!
//! Signing in has limits of its own (`auth::throttle`). Giving back is never limited: who cannot release holds what
//! others want.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use cluster::Shared;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::auth::{Principal, Role};
use crate::problem::Problem;

/// What is left, and of how much (draft-ietf-httpapi-ratelimit-headers).
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
/// The rule.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The time in which requests are counted.
const MINUTE: Duration = Duration::from_secs(60);

/// How often one may ask, a minute. Zero lifts a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Holds of one customer, made or extended, and bookings.
    pub holds_per_customer: u32,
    /// The same of one agent, administrator or program.
    pub holds_per_agent: u32,
    /// Everything else that changes something, of one principal.
    pub writes_per_principal: u32,
    /// Searches from one address.
    pub searches_per_address: u32,
    /// Everything else that is only read, from one address.
    pub reads_per_address: u32,
}

impl RateLimits {
    /// None at all, for a developer's own machine.
    pub const LIFTED: Self = Self {
        holds_per_customer: 0,
        holds_per_agent: 0,
        writes_per_principal: 0,
        searches_per_address: 0,
        reads_per_address: 0,
    };
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            holds_per_customer: 30,
            holds_per_agent: 600,
            writes_per_principal: 120,
            searches_per_address: 60,
            reads_per_address: 600,
        }
    }
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Holds are made or extended, or places booked.
    Holds,
    /// Something else is changed.
    Writes,
    /// A search.
    Searches,
    /// Something is read.
    Reads,
}

impl Kind {
    /// The kind of a request, by its method and its path's template; nothing for what is not limited here.
    #[must_use]
    pub fn of(method: &Method, route: &str) -> Option<Self> {
        let path = route.strip_prefix("/api/v1/")?;
        if path.starts_with("auth/")
            || path == "ws"
            || path == "openapi.json"
            || path.starts_with("webhooks/")
        {
            return None;
        }
        match *method {
            Method::GET | Method::HEAD => Some(Self::Reads),
            Method::POST if path == "flights/search" => Some(Self::Searches),
            // What gives places back is free, as releasing is.
            Method::POST if path.ends_with("/cancel") => None,
            Method::POST if path == "bookings" => Some(Self::Holds),
            Method::POST if path.ends_with("/holds") || path.ends_with("/extend") => Some(Self::Holds),
            Method::DELETE if path.contains("/holds/") => None,
            Method::POST | Method::PATCH | Method::PUT | Method::DELETE => Some(Self::Writes),
            _ => None,
        }
    }

    /// Whether it is counted by who asks, and not by where from.
    #[must_use]
    pub const fn is_by_principal(self) -> bool {
        matches!(self, Self::Holds | Self::Writes)
    }
}

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Principal(Box<str>),
    Address(IpAddr),
}

impl Who {
    fn text(&self) -> String {
        match self {
            Self::Principal(subject) => format!("p:{subject}"),
            Self::Address(address) => format!("a:{address}"),
        }
    }
}

type Limiter = RateLimiter<Who, DefaultKeyedStateStore<Who>, DefaultClock, StateInformationMiddleware>;

/// The count of one kind.
struct Rate {
    name: &'static str,
    most: NonZeroU32,
    limiter: Limiter,
}

/// What is left after a request, for its answer's headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    name: &'static str,
    most: u32,
    left: u32,
}

/// Counts requests.
pub struct Rates {
    holds_of_customers: Option<Rate>,
    holds_of_agents: Option<Rate>,
    writes: Option<Rate>,
    searches: Option<Rate>,
    reads: Option<Rate>,
    shared: Option<Shared>,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kept = self.each().map(|rate| (rate.name, rate.limiter.len())).collect::<Vec<_>>();
        f.debug_struct("Rates").field("kept", &kept).field("shared", &self.shared).finish()
    }
}

impl Rates {
    /// With these limits; over all nodes where they share a Redis.
    #[must_use]
    pub fn new(limits: &RateLimits, shared: Option<Shared>) -> Self {
        Self {
            holds_of_customers: Rate::new("holds", limits.holds_per_customer),
            holds_of_agents: Rate::new("holds", limits.holds_per_agent),
            writes: Rate::new("writes", limits.writes_per_principal),
            searches: Rate::new("searches", limits.searches_per_address),
            reads: Rate::new("reads", limits.reads_per_address),
            shared,
        }
    }

    /// Whether a request of this kind is counted at all, whoever sends it.
    #[must_use]
    pub const fn counts(&self, kind: Kind) -> bool {
        match kind {
            Kind::Holds => self.holds_of_customers.is_some() || self.holds_of_agents.is_some(),
            Kind::Writes => self.writes.is_some(),
            Kind::Searches => self.searches.is_some(),
            Kind::Reads => self.reads.is_some(),
        }
    }

    /// Counts a request. Whoever is not signed in is counted by address.
    ///
    /// # Errors
    /// What is left after it, and the refusal, when it is one too many.
    pub async fn count(
        &self,
        kind: Kind,
        principal: Option<&Principal>,
        address: IpAddr,
    ) -> Result<Option<Left>, (Left, Problem)> {
        let Some(rate) = self.rate(kind, principal.map(|principal| principal.role)) else { return Ok(None) };
        let who = match principal {
            Some(principal) => Who::Principal(principal.subject.as_str().into()),
            None => Who::Address(address),
        };
        let left = rate.count(&who)?;
        if let Some(shared) = &self.shared {
            let key = format!("rate:{}:{}", rate.name, who.text());
            let over_all = shared.count(&key, MINUTE).await;
            if over_all.is_some_and(|count| count > u64::from(rate.most.get())) {
                return Err((rate.left(0), too_often(MINUTE)));
            }
        }
        Ok(Some(left))
    }

    fn rate(&self, kind: Kind, role: Option<Role>) -> Option<&Rate> {
        match (kind, role) {
            (Kind::Holds, Some(role)) if role != Role::Customer => self.holds_of_agents.as_ref(),
            (Kind::Holds, _) => self.holds_of_customers.as_ref(),
            (Kind::Writes, _) => self.writes.as_ref(),
            (Kind::Searches, _) => self.searches.as_ref(),
            (Kind::Reads, _) => self.reads.as_ref(),
        }
    }

    /// Forgets whoever has not asked for a while. To be called now and then.
    pub fn forget(&self) {
        self.each().for_each(|rate| rate.limiter.retain_recent());
    }

    fn each(&self) -> impl Iterator<Item = &Rate> {
        let all =
            [&self.holds_of_customers, &self.holds_of_agents, &self.writes, &self.searches, &self.reads];
        all.into_iter().flatten()
    }
}

impl Rate {
    fn new(name: &'static str, most: u32) -> Option<Self> {
        let most = NonZeroU32::new(most)?;
        let limiter = RateLimiter::keyed(Quota::per_minute(most)).with_middleware();
        Some(Self { name, most, limiter })
    }

    fn count(&self, who: &Who) -> Result<Left, (Left, Problem)> {
        match self.limiter.check_key(who) {
            Ok(state) => Ok(self.left(state.remaining_burst_capacity())),
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.limiter.clock().now());
                Err((self.left(0), too_often(wait)))
            }
        }
    }

    const fn left(&self, left: u32) -> Left {
        Left { name: self.name, most: self.most.get(), left }
    }
}

impl Left {
    /// Says in an answer's headers how much is left.
    pub fn write(self, headers: &mut HeaderMap) {
        let Self { name, most, left } = self;
        let policy = format!("\"{name}\";q={most};w={}", MINUTE.as_secs());
        let left = format!("\"{name}\";r={left}");
        for (header, text) in [(POLICY, policy), (LEFT, left)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(header, value);
            }
        }
    }
}

fn too_often(wait: Duration) -> Problem {
    Problem::rate_limited("too many requests; come back after `Retry-After`", wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn every_request_has_its_kind() {
        let kind = |method, path: &str| Kind::of(&method, &format!("/api/v1/{path}"));
        assert_eq!(kind(Method::POST, "flights/search"), Some(Kind::Searches));
        assert_eq!(kind(Method::POST, "flights/{flightId}/holds"), Some(Kind::Holds));
        assert_eq!(kind(Method::POST, "flights/{flightId}/holds/{holdId}/extend"), Some(Kind::Holds));
        assert_eq!(kind(Method::DELETE, "flights/{flightId}/holds/{holdId}"), None, "giving back is free");
        assert_eq!(kind(Method::POST, "bookings"), Some(Kind::Holds), "it takes places as well");
        assert_eq!(kind(Method::POST, "bookings/{bookingId}/cancel"), None, "and this gives them back");
        assert_eq!(kind(Method::POST, "bookings/{bookingId}/confirm"), Some(Kind::Writes));
        assert_eq!(kind(Method::GET, "flights/{flightId}/seat-map"), Some(Kind::Reads));
        assert_eq!(kind(Method::PATCH, "users/{id}"), Some(Kind::Writes));
        assert_eq!(kind(Method::POST, "auth/login"), None, "signing in has limits of its own");
        assert_eq!(Kind::of(&Method::GET, "/readyz"), None);
    }

    #[tokio::test]
    async fn one_address_is_refused_and_its_neighbour_is_not() {
        let limits = RateLimits { searches_per_address: 3, ..RateLimits::LIFTED };
        let rates = Rates::new(&limits, None);
        for left in [2, 1, 0] {
            let counted = rates.count(Kind::Searches, None, HERE).await.unwrap().unwrap();
            assert_eq!((counted.most, counted.left), (3, left));
        }
        let (left, problem) = rates.count(Kind::Searches, None, HERE).await.unwrap_err();
        assert_eq!(
            (left.left, problem.status, problem.code),
            (0, StatusCode::TOO_MANY_REQUESTS, "rate-limited")
        );
        // One comes back every twenty seconds.
        assert!(problem.retry_after_secs.is_some_and(|secs| (19..=21).contains(&secs)), "{problem:?}");
        assert!(rates.count(Kind::Searches, None, THERE).await.is_ok());
        assert_eq!(rates.count(Kind::Reads, None, HERE).await.unwrap(), None, "a lifted limit counts nobody");
    }

    #[test]
    fn the_headers_say_what_is_left_and_of_how_much() {
        let mut headers = HeaderMap::new();
        Left { name: "holds", most: 30, left: 29 }.write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"holds\";q=30;w=60");
        assert_eq!(headers["ratelimit"], "\"holds\";r=29");
    }
}
