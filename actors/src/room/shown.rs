//! A seat map of one version, and its encodings.

use std::sync::OnceLock;

use domain::ids::Version;
use domain::view::SeatMap;

use super::frame::Encoding;

/// The seat map of one version. Each encoding is made once, by the first reader who needs it.
#[derive(Debug)]
pub struct Shown {
    map: SeatMap,
    plain: OnceLock<Encoding>,
    compressed: OnceLock<Encoding>,
    framed: OnceLock<Encoding>,
}

impl Shown {
    pub(super) fn new(map: SeatMap) -> Self {
        Self { map, plain: OnceLock::new(), compressed: OnceLock::new(), framed: OnceLock::new() }
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.map.version
    }

    /// The map itself.
    #[must_use]
    pub fn map(&self) -> &SeatMap {
        &self.map
    }

    /// The document that readers get.
    pub fn plain(&self, encode: impl FnOnce(&SeatMap) -> Encoding) -> &Encoding {
        self.plain.get_or_init(|| encode(&self.map))
    }

    /// The same, compressed.
    pub fn compressed(&self, encode: impl FnOnce(&SeatMap) -> Encoding) -> &Encoding {
        self.compressed.get_or_init(|| encode(&self.map))
    }

    /// The frame that viewers get.
    pub fn framed(&self, encode: impl FnOnce(&SeatMap) -> Encoding) -> &Encoding {
        self.framed.get_or_init(|| encode(&self.map))
    }
}
