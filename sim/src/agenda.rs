//! What will happen, in the order of virtual time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Events by virtual time, and among those of one millisecond in the order in which they were put down.
#[derive(Debug)]
pub struct Agenda<E> {
    heap: BinaryHeap<Line<E>>,
    put: u64,
    now: u64,
}

#[derive(Debug)]
struct Line<E> {
    at: u64,
    number: u64,
    event: E,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::with_capacity(256), put: 0, now: 0 }
    }
}

impl<E> Agenda<E> {
    /// Virtual milliseconds since the life began.
    #[must_use]
    pub const fn now(&self) -> u64 {
        self.now
    }

    /// Puts an event down for `wait` milliseconds from now.
    pub fn put(&mut self, wait: u64, event: E) {
        self.put += 1;
        self.heap.push(Line { at: self.now + wait, number: self.put, event });
    }

    /// Moves the time to the next event and takes it.
    pub fn next_event(&mut self) -> Option<E> {
        let line = self.heap.pop()?;
        self.now = line.at;
        Some(line.event)
    }
}

impl<E> Line<E> {
    const fn key(&self) -> (u64, u64) {
        (self.at, self.number)
    }
}

impl<E> PartialEq for Line<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Line<E> {}

impl<E> PartialOrd for Line<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Line<E> {
    /// The heap gives its greatest, so the earliest is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}
