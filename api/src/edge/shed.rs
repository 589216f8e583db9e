//! Turning requests away early and cheaply when too many are under way.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Method;

/// Requests under way, and how many may be.
///
/// Mercy has an order: what gives seats back is let in longest, then what takes them, then what only looks. So an
/// overloaded node still ends what it has begun.
#[derive(Debug)]
pub struct Load {
    under_way: AtomicUsize,
    most: usize,
}

/// A request under way.
#[derive(Debug)]
pub struct UnderWay<'a>(&'a Load);

impl Load {
    /// So many may be under way.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { under_way: AtomicUsize::new(0), most }
    }

    /// Lets a request in, if there is room for its kind.
    pub fn enter(&self, method: &Method) -> Option<UnderWay<'_>> {
        let room = match *method {
            Method::DELETE => self.most,
            Method::POST | Method::PATCH => self.most / 10 * 9 + self.most % 10,
            _ => self.most / 4 * 3 + self.most % 4,
        };
        let before = self.under_way.fetch_add(1, Ordering::AcqRel);
        let entered = UnderWay(self);
        (before < room).then_some(entered)
    }

    /// How many are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_gives_back_is_let_in_longest() {
        let load = Load::new(20);
        let mut inside = Vec::new();
        for (method, most) in [(Method::GET, 15), (Method::POST, 18), (Method::DELETE, 20)] {
            while let Some(entered) = load.enter(&method) {
                inside.push(entered);
            }
            assert_eq!(inside.len(), most, "{method}");
        }
        inside.clear();
        assert_eq!(load.under_way(), 0);
        assert!(load.enter(&Method::GET).is_some());
    }
}
