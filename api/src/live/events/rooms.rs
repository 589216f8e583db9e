//! Who hears of what: rooms by principal, by departure, and one for whoever sees everything.
//!
//! A session stands in as many rooms as concern it, with one mailbox. Whatever is announced goes into each mailbox once, and
//! a mailbox has an end: a session that does not empty it is told so and comes back, because nobody waits for it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use domain::ids::{FlightId, PrincipalId};

use super::{EventId, Happening};

/// Events that may wait for one session: a second of a very busy day.
const WAITING_MAX: usize = 256;

/// Where something is heard of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RoomName {
    /// What concerns this principal.
    Of(PrincipalId),
    /// What concerns this departure.
    Departure(FlightId),
    /// Everything, for those who run the house.
    Everything,
}

/// All rooms of this process.
#[derive(Debug, Default)]
pub struct Rooms {
    standing: Mutex<HashMap<RoomName, Vec<Arc<Mailbox>>>>,
}

/// What waits for one session.
#[derive(Debug, Default)]
struct Mailbox {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Arc<Happening>>,
    /// The last that was put in: some stand in more than one room of an event.
    last: Option<EventId>,
    /// Whether there was no room for one.
    has_missed: bool,
    /// Wakes the session.
    session: Option<Waker>,
}

/// What a session finds in its mailbox.
#[derive(Debug)]
pub enum Post {
    /// Something happened.
    Event(Arc<Happening>),
    /// More happened than it could keep.
    Missed,
}

/// A session's place in its rooms. It leaves them when this is dropped.
#[derive(Debug)]
pub struct Place {
    rooms: Arc<Rooms>,
    mailbox: Arc<Mailbox>,
    names: Vec<RoomName>,
}

/// Whoever panics while holding it has broken nothing.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rooms {
    /// Whether nobody stands in any of them.
    pub fn is_empty(&self) -> bool {
        held(&self.standing).is_empty()
    }

    /// Puts an event into the mailbox of whoever stands in one of these rooms.
    pub fn announce(&self, event: &Arc<Happening>, names: &[RoomName]) {
        let standing = held(&self.standing);
        for mailbox in names.iter().filter_map(|name| standing.get(name)).flatten() {
            mailbox.put(event);
        }
    }
}

impl Mailbox {
    /// Puts an event in, once.
    fn put(&self, event: &Arc<Happening>) {
        let mut waiting = held(&self.waiting);
        if waiting.has_missed || waiting.last.is_some_and(|last| last >= event.id) {
            return;
        }
        waiting.last = Some(event.id);
        if waiting.events.len() == WAITING_MAX {
            waiting.has_missed = true;
            waiting.events.clear();
        } else {
            waiting.events.push_back(event.clone());
        }
        if let Some(session) = waiting.session.take() {
            session.wake();
        }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut waiting = held(&self.waiting);
        if waiting.has_missed || !waiting.events.is_empty() {
            return Poll::Ready(());
        }
        waiting.session = Some(cx.waker().clone());
        Poll::Pending
    }

    fn take(&self) -> Option<Post> {
        let mut waiting = held(&self.waiting);
        if waiting.has_missed {
            return Some(Post::Missed);
        }
        waiting.events.pop_front().map(Post::Event)
    }
}

impl Place {
    /// A place in no room yet.
    pub fn new(rooms: Arc<Rooms>) -> Self {
        Self { rooms, mailbox: Arc::default(), names: Vec::new() }
    }

    /// Enters a room, if it does not stand there already.
    pub fn enter(&mut self, name: RoomName) {
        if !self.names.contains(&name) {
            held(&self.rooms.standing).entry(name.clone()).or_default().push(self.mailbox.clone());
            self.names.push(name);
        }
    }

    /// Leaves a room.
    pub fn leave(&mut self, name: &RoomName) {
        self.names.retain(|other| other != name);
        Self::quit(&self.rooms, &self.mailbox, name);
    }

    fn quit(rooms: &Rooms, mailbox: &Arc<Mailbox>, name: &RoomName) {
        let mut standing = held(&rooms.standing);
        let Some(others) = standing.get_mut(name) else { return };
        if let Some(place) = others.iter().position(|other| Arc::ptr_eq(other, mailbox)) {
            others.swap_remove(place);
        }
        if others.is_empty() {
            standing.remove(name);
        }
    }

    /// Ready when there is something; else whoever asks is woken when there is.
    pub fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        self.mailbox.poll(cx)
    }

    /// The next that waits.
    pub fn take(&self) -> Option<Post> {
        self.mailbox.take()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for name in &self.names {
            Self::quit(&self.rooms, &self.mailbox, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::events::tests::happening;

    fn of(name: &str) -> RoomName {
        RoomName::Of(name.parse().expect("a subject"))
    }

    fn taken(place: &Place) -> Vec<u16> {
        std::iter::from_fn(|| place.take())
            .map(|post| match post {
                Post::Event(event) => event.id.ordinal,
                Post::Missed => panic!("nothing was missed"),
            })
            .collect()
    }

    #[test]
    fn whoever_stands_in_several_rooms_of_an_event_hears_of_it_once() {
        let rooms = Arc::<Rooms>::default();
        let mut ann = Place::new(rooms.clone());
        let mut root = Place::new(rooms.clone());
        ann.enter(of("ann"));
        ann.enter(of("ann"));
        ann.enter(RoomName::Everything);
        root.enter(RoomName::Everything);
        rooms.announce(&happening(1), &[of("ann"), of("bob"), RoomName::Everything]);
        rooms.announce(&happening(2), &[of("bob")]);
        rooms.announce(&happening(3), &[of("ann")]);
        assert_eq!((taken(&ann), taken(&root)), (vec![1, 3], vec![1]));
        ann.leave(&RoomName::Everything);
        rooms.announce(&happening(4), &[RoomName::Everything]);
        assert_eq!((taken(&ann), taken(&root)), (vec![], vec![4]));
        drop((ann, root));
        assert!(rooms.is_empty());
    }

    #[test]
    fn a_mailbox_has_an_end_and_says_so() {
        let rooms = Arc::<Rooms>::default();
        let mut ann = Place::new(rooms.clone());
        ann.enter(of("ann"));
        (1..=300).for_each(|number| rooms.announce(&happening(number), &[of("ann")]));
        assert!(matches!(ann.take(), Some(Post::Missed)) && matches!(ann.take(), Some(Post::Missed)));
    }

    #[test]
    fn a_session_is_woken_when_there_is_something() {
        struct Count(std::sync::atomic::AtomicUsize);
        impl std::task::Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
        let (rooms, count) = (Arc::<Rooms>::default(), Arc::new(Count(0.into())));
        let waker = Waker::from(count.clone());
        let cx = Context::from_waker(&waker);
        let mut ann = Place::new(rooms.clone());
        ann.enter(of("ann"));
        assert!(ann.poll(&cx).is_pending());
        rooms.announce(&happening(1), &[of("ann")]);
        rooms.announce(&happening(2), &[of("ann")]);
        assert_eq!(count.0.load(std::sync::atomic::Ordering::Relaxed), 1);
        assert!(ann.poll(&cx).is_ready());
    }
}
