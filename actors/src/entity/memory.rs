//! Which requests of a stream were answered, and where each answer stands.

use std::collections::VecDeque;
use std::time::Duration;

use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::RequestId;
use rustc_hash::FxHashMap;

/// How long a request is remembered: what the contract promises for a key.
pub const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Where an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is this row.
    Row(Version),
    /// It is in the log of answers.
    Log,
}

/// The answered requests of one stream. The answers themselves stay in the store: here is a digest and
/// where to look, some 60 bytes a request.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Where the newest answer to each request stands, and until when it is remembered.
    places: FxHashMap<RequestId, (Place, Timestamp)>,
    /// The same requests, the soonest forgotten first. A request that came again after its day stands here
    /// twice, until the first of the two expiries is passed over.
    order: VecDeque<(Timestamp, RequestId)>,
    /// The last row whose request was forgotten. Rows are forgotten in their order: none is decided before the one
    /// that it follows.
    forgotten: Version,
}

impl Memory {
    /// Where the answer to a request stands, if it is remembered at `now`.
    pub fn place(&mut self, request: RequestId, now: Timestamp) -> Option<Place> {
        self.forget_until(now);
        self.places.get(&request).map(|(place, _)| *place)
    }

    /// Remembers where the answer to a request stands, until `expires`. Of two answers the one that expires
    /// later counts: a key may be used again after its day, and both are stored.
    pub fn put(&mut self, request: RequestId, place: Place, expires: Timestamp) {
        if self.take_newer(request, place, expires) {
            // Nearly always it is the last: to look for its place among a day's requests would miss every cache.
            let is_last = self.order.back().is_none_or(|(last, _)| *last <= expires);
            let end = self.order.len();
            let at = if is_last { end } else { self.order.partition_point(|(other, _)| *other <= expires) };
            self.order.insert(at, (expires, request));
        }
    }

    /// The same for many, in any order: to put them in their places one by one would take the square of
    /// their number.
    pub fn put_all(&mut self, answers: impl IntoIterator<Item = (RequestId, Place, Timestamp)>) {
        for (request, place, expires) in answers {
            if self.take_newer(request, place, expires) {
                self.order.push_back((expires, request));
            }
        }
        self.order.make_contiguous().sort_unstable();
    }

    /// Takes an answer in, unless one to the same request is known that is as new. Says whether it did.
    fn take_newer(&mut self, request: RequestId, place: Place, expires: Timestamp) -> bool {
        let newest = self.places.get(&request).is_none_or(|(_, known)| *known < expires);
        if newest {
            self.places.insert(request, (place, expires));
        }
        newest
    }

    /// Starts from what a snapshot says: the requests of all rows up to this one are forgotten.
    pub fn begin_after(&mut self, forgotten: Version) {
        self.forgotten = forgotten;
    }

    /// The row up to which the requests of all rows are forgotten at `now`.
    pub fn forgotten(&mut self, now: Timestamp) -> Version {
        self.forget_until(now);
        self.forgotten
    }

    /// The requests that rows answered, each with its row and the end of its memory, the soonest forgotten first.
    pub fn rows(&self) -> impl Iterator<Item = (RequestId, Version, Timestamp)> + '_ {
        self.order.iter().filter_map(|(expires, request)| match self.places.get(request) {
            Some((Place::Row(row), newest)) if newest == expires => Some((*request, *row, *newest)),
            _ => None,
        })
    }

    /// How many requests are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn forget_until(&mut self, now: Timestamp) {
        while let Some((expires, request)) = self.order.pop_front_if(|(expires, _)| *expires <= now) {
            let newest = self.places.get(&request).is_some_and(|(_, newest)| *newest == expires);
            if newest && let Some((Place::Row(row), _)) = self.places.remove(&request) {
                self.forgotten = self.forgotten.max(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn request(number: u8) -> RequestId {
        RequestId::new([number; 16])
    }

    #[test]
    fn a_request_is_remembered_until_it_expires_and_not_longer() {
        let mut memory = Memory::default();
        memory.put(request(1), Place::Row(Version::new(1)), at(100));
        memory.put(request(2), Place::Log, at(50));
        assert_eq!(memory.place(request(2), at(49)), Some(Place::Log));
        assert_eq!(memory.place(request(2), at(50)), None);
        assert_eq!(memory.place(request(1), at(99)), Some(Place::Row(Version::new(1))));
        assert_eq!(memory.place(request(1), at(100)), None);
        assert!(memory.is_empty());
    }

    #[test]
    fn of_two_answers_to_one_request_the_newer_counts_in_whatever_order_they_come() {
        let (old, new) =
            ((request(1), Place::Log, at(50)), (request(1), Place::Row(Version::new(7)), at(100)));
        for answers in [[old, new], [new, old]] {
            let (mut one_by_one, mut at_once) = (Memory::default(), Memory::default());
            answers.into_iter().for_each(|(request, place, expires)| one_by_one.put(request, place, expires));
            at_once.put_all(answers);
            for mut memory in [one_by_one, at_once] {
                assert_eq!(memory.len(), 1);
                assert_eq!(memory.place(request(1), at(50)), Some(new.1));
                assert_eq!(memory.place(request(1), at(99)), Some(new.1));
                assert_eq!(memory.place(request(1), at(100)), None);
                assert!(memory.is_empty());
            }
        }
    }

    #[test]
    fn many_answers_are_forgotten_in_the_order_of_their_expiries() {
        let mut memory = Memory::default();
        memory.put(request(9), Place::Row(Version::new(1)), at(30));
        memory.put_all([(request(1), Place::Log, at(40)), (request(2), Place::Log, at(20))]);
        for (now, left) in [(19, 3), (20, 2), (30, 1), (40, 0)] {
            memory.place(request(9), at(now));
            assert_eq!(memory.len(), left, "at {now}");
        }
    }

    #[test]
    fn it_knows_the_last_row_whose_request_is_forgotten() {
        let mut memory = Memory::default();
        memory.begin_after(Version::new(3));
        memory.put(request(1), Place::Row(Version::new(5)), at(20));
        memory.put(request(2), Place::Log, at(30));
        memory.put(request(3), Place::Row(Version::new(8)), at(40));
        for (now, row) in [(19, 3), (20, 5), (39, 5), (40, 8), (99, 8)] {
            assert_eq!(memory.forgotten(at(now)), Version::new(row), "at {now}");
        }
    }
}
