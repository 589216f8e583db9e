//! What the actors count.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Counts of one node's actors since its start.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Owners in memory.
    pub owners: Gauge,
    /// Owners that began a life, first or later.
    pub activations: Counter,
    /// Owners that left memory because nothing went on.
    pub passivations: Counter,
    /// Owners that rebuilt because something they had handed in was lost.
    pub rebuilds: Counter,
    /// Owners that crashed.
    pub crashes: Counter,
    /// Messages that wait in the mailbox of whoever takes one.
    pub mailbox_depth: Histogram,
    /// From handing a row in to its acknowledgement.
    pub acknowledgement: Histogram,
    /// Requests that were turned away because too many waited.
    pub shed: Counter,
    /// Requests whose time was over before their turn came.
    pub late: Counter,
    /// Viewers of all rooms.
    pub viewers: Gauge,
    /// Frames that rooms published.
    pub frames: Counter,
    /// Viewers that fell so far behind that they were sent the whole map again.
    pub resyncs: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            owners: Gauge::default(),
            activations: Counter::default(),
            passivations: Counter::default(),
            rebuilds: Counter::default(),
            crashes: Counter::default(),
            mailbox_depth: Histogram::new(exponential_buckets(1.0, 4.0, 6)),
            acknowledgement: Histogram::new(exponential_buckets(0.000_25, 2.0, 14)),
            shed: Counter::default(),
            late: Counter::default(),
            viewers: Gauge::default(),
            frames: Counter::default(),
            resyncs: Counter::default(),
        }
    }
}

impl Metrics {
    /// Puts every count into `registry`, with its help text.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("actors");
        registry.register("owners", "Owners of streams in memory", self.owners.clone());
        registry.register("activations", "Owners that began a life", self.activations.clone());
        registry.register("passivations", "Owners that left memory idle", self.passivations.clone());
        registry.register("rebuilds", "Owners that rebuilt after a lost row", self.rebuilds.clone());
        registry.register("crashes", "Owners that crashed", self.crashes.clone());
        registry.register("mailbox_depth", "Messages waiting in a mailbox", self.mailbox_depth.clone());
        registry.register_with_unit(
            "acknowledgement",
            "From handing a row in to its acknowledgement",
            Unit::Seconds,
            self.acknowledgement.clone(),
        );
        registry.register("shed", "Requests turned away because too many waited", self.shed.clone());
        registry.register("late", "Requests whose time was over before their turn", self.late.clone());
        registry.register("viewers", "Viewers of all seat maps", self.viewers.clone());
        registry.register("frames", "Frames published to viewers", self.frames.clone());
        registry.register("resyncs", "Viewers sent the whole map again", self.resyncs.clone());
    }
}
