//! Changes on their way to viewers.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use domain::ids::Version;
use domain::view::RowChange;

/// Bytes that everybody shares.
pub type Encoding = Bytes;

/// All changes after one version up to another. Encoded by the first viewer that sends it, then shared.
#[derive(Debug)]
pub struct Frame {
    /// The version after which it begins.
    pub from: Version,
    /// The version that a viewer has seen afterwards.
    pub version: Version,
    /// The changes of every row in between, in order; rows without a seat change among them.
    pub changes: Vec<Arc<RowChange>>,
    encoded: OnceLock<Encoding>,
}

impl Frame {
    pub(super) fn new(from: Version, version: Version, changes: Vec<Arc<RowChange>>) -> Self {
        Self { from, version, changes, encoded: OnceLock::new() }
    }

    /// The frame before anything was published.
    pub(super) fn nothing(version: Version) -> Self {
        Self::new(version, version, Vec::new())
    }

    /// Its one encoding, made by `encode` if nobody has made it yet.
    pub fn encoded(&self, encode: impl FnOnce(&Self) -> Encoding) -> &Encoding {
        self.encoded.get_or_init(|| encode(self))
    }
}
