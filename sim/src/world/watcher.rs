//! Subscribers of the live feed. A lost frame costs them time, never a row.

use std::sync::Arc;

use domain::ids::Version;

use super::{Event, World};

/// What one subscriber has seen of each stream: the bodies of its rows, in order.
#[derive(Debug)]
pub struct Watcher {
    /// By stream; the row with version n stands at n − 1.
    pub seen: Vec<Vec<Arc<str>>>,
}

impl Watcher {
    pub(super) fn new(streams: usize) -> Self {
        Self { seen: vec![Vec::new(); streams] }
    }

    fn next(&self, stream: usize) -> Version {
        Version::new(self.seen[stream].len() as u64 + 1)
    }
}

impl World {
    /// Tells every watcher of a row; frames may come late, in any order, or never.
    pub(super) fn publish(&mut self, stream: usize, row: Option<(Version, Arc<str>)>) {
        let Some((version, body)) = row.filter(|_| !self.is_trip(stream)) else { return };
        for watcher in 0..self.watchers.len() {
            if !self.chance(self.scenario.lost) {
                let wait = self.rng.u64(0..=20);
                self.agenda.put(wait, Event::Frame { watcher, stream, version, body: body.clone() });
            }
        }
    }

    /// Takes the frame that comes next, drops one that was seen, and reads the journal over a gap.
    pub(super) fn frame(&mut self, watcher: usize, stream: usize, version: Version, body: &Arc<str>) {
        let next = self.watchers[watcher].next(stream);
        if version == next {
            self.watchers[watcher].seen[stream].push(body.clone());
        } else if version > next {
            self.catch_up(watcher, stream);
        }
    }

    fn catch_up(&mut self, watcher: usize, stream: usize) {
        let next = self.watchers[watcher].next(stream);
        let rows = self.tables.rows(&self.on_sale[stream].stream).iter();
        let missed = rows.filter(|row| row.version >= next).map(|row| row.body.clone());
        self.watchers[watcher].seen[stream].extend(missed);
    }

    /// Everybody comes back once more, as after a reconnect.
    pub(super) fn catch_up_all(&mut self) {
        for watcher in 0..self.watchers.len() {
            for stream in 0..self.on_sale.len() {
                self.catch_up(watcher, stream);
            }
        }
    }
}
