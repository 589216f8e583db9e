//! What the face counts, and the journal's counters as Prometheus reads them.

use std::fmt;
use std::sync::Arc;

use cluster::Door;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Which requests: small sets only, never an id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Route {
    /// The route's template.
    pub route: Arc<str>,
    /// The method.
    pub method: &'static str,
    /// `2xx` to `5xx`.
    pub status: &'static str,
}

/// What became of events of the payment provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct EventOf {
    /// Which.
    pub fate: &'static str,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFate {
    /// The booking looks at its payment.
    Taken,
    /// It had come before.
    Repeated,
    /// It is about nothing of ours.
    Ignored,
    /// It could not be taken now, and will come again.
    Later,
    /// It was not the provider's.
    Forged,
}

impl From<EventFate> for EventOf {
    fn from(fate: EventFate) -> Self {
        let fate = match fate {
            EventFate::Taken => "taken",
            EventFate::Repeated => "repeated",
            EventFate::Ignored => "ignored",
            EventFate::Later => "later",
            EventFate::Forged => "forged",
        };
        Self { fate }
    }
}

/// What the face counts.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Answers.
    pub requests: Family<Route, Counter>,
    /// From a request's head to its answer's.
    pub duration: Histogram,
    /// Requests that were turned away because too many were under way.
    pub shed: Counter,
    /// Requests that were turned away because their client had sent too many.
    pub limited: Counter,
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections that were refused.
    pub refused: Counter,
    /// Live sockets that are open.
    pub sockets: Gauge,
    /// Those of them that have signed in.
    pub signed_in: Gauge,
    /// Live sockets that were closed because they were too slow.
    pub slow: Counter,
    /// Refresh tokens that were used twice: somebody has one that is not theirs.
    pub stolen: Counter,
    /// Events of the payment provider.
    pub payment_events: Family<EventOf, Counter>,
    /// Payments that were not what bookings say, when they were last compared.
    pub payments_differ: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            duration: Histogram::new(exponential_buckets(0.000_25, 2.0, 15)),
            shed: Counter::default(),
            limited: Counter::default(),
            connections: Gauge::default(),
            refused: Counter::default(),
            sockets: Gauge::default(),
            signed_in: Gauge::default(),
            slow: Counter::default(),
            stolen: Counter::default(),
            payment_events: Family::default(),
            payments_differ: Gauge::default(),
        }
    }
}

impl Metrics {
    /// Puts every count into `registry`, with its help text.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("api");
        registry.register("requests", "Requests answered", self.requests.clone());
        let help = "From a request's head to its answer's";
        registry.register_with_unit("request_duration", help, Unit::Seconds, self.duration.clone());
        registry.register("shed", "Requests turned away because too many were under way", self.shed.clone());
        registry.register("limited", "Requests of clients that had sent too many", self.limited.clone());
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register("connections_refused", "Connections refused at once", self.refused.clone());
        registry.register("sockets", "Open live sockets", self.sockets.clone());
        registry.register(
            "sockets_signed_in",
            "Open live sockets that have signed in",
            self.signed_in.clone(),
        );
        registry.register("sockets_slow", "Live sockets closed for being too slow", self.slow.clone());
        registry.register(
            "refresh_reused",
            "Refresh tokens used twice; their sessions ended",
            self.stolen.clone(),
        );
        let help = "Events of the payment provider, by what became of them";
        registry.register("payment_events", help, self.payment_events.clone());
        let help = "Payments that were not what their bookings say, when they were last compared";
        registry.register("payments_differ", help, self.payments_differ.clone());
    }
}

/// Puts the journal's counters into `registry`.
pub fn register_journal(registry: &mut Registry, engine: &cluster::Engine) {
    registry.register_collector(Box::new(Journal(Door::new(engine.clone()))));
}

/// Reads the counters when it is asked.
struct Journal(Door);

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Journal")
    }
}

impl Collector for Journal {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let counts = self.0.engine().journal().counts();
        for (name, help, value) in [
            ("journal_committed", "Statements committed", counts.committed),
            ("journal_fenced", "Statements stopped by the fence", counts.fenced),
            ("journal_refused", "Statements that the store refused", counts.refused),
            ("journal_unknown", "Statements of which nobody knows whether they landed", counts.unknown),
            ("journal_raised", "Times that epochs were raised", counts.raised),
            ("journal_entries", "Entries acknowledged; over statements: the mean batch", counts.entries),
            ("journal_rows", "Rows committed", counts.rows),
        ] {
            let counter = ConstCounter::new(value);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        let quarantined = self.0.engine().quarantine().len() as u64;
        for (name, help, value) in [
            ("journal_entries_largest", "Entries acknowledged at once, at most", counts.entries_largest),
            ("quarantined", "Departures out of service until a person has looked", quarantined),
        ] {
            let gauge = ConstGauge::new(value);
            let metric = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(metric)?;
        }
        Ok(())
    }
}
