//! Whom a room wakes when it has published something.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Viewers that are woken without the lock, one after the other: who comes or goes waits for no more than the
/// copying of so many wakers.
const CHUNK: usize = 64;

/// Everybody who watches a room, each at a place of their own. A viewer leaves its waker there once and is woken
/// at every frame from then on: to queue up for each anew would cost all of them the lock twice a frame.
#[derive(Debug, Default)]
pub struct Crowd(Mutex<Places>);

#[derive(Debug, Default)]
struct Places {
    /// `None` where nobody is, or nobody has waited yet.
    wakers: Vec<Option<Waker>>,
    free: Vec<u32>,
}

impl Crowd {
    /// Takes a place.
    pub fn join(&self) -> u32 {
        let mut places = self.lock();
        places.free.pop().unwrap_or_else(|| {
            places.wakers.push(None);
            u32::try_from(places.wakers.len() - 1).expect("sockets are far fewer")
        })
    }

    /// Gives a place back.
    pub fn leave(&self, place: u32) {
        let mut places = self.lock();
        let waker = places.wakers[place as usize].take();
        places.free.push(place);
        if places.free.len() == places.wakers.len() {
            // The last of many takes their memory with it.
            *places = Places::default();
        }
        drop(places);
        // Perhaps the last trace of a task, so not under the lock.
        drop(waker);
    }

    /// Says whom to wake from now on.
    pub fn wait(&self, place: u32, waker: Waker) {
        let before = self.lock().wakers[place as usize].replace(waker);
        drop(before);
    }

    /// How many there are.
    pub fn size(&self) -> usize {
        let places = self.lock();
        places.wakers.len() - places.free.len()
    }

    /// Wakes all of them.
    pub fn wake(&self) {
        let mut waking = Vec::with_capacity(CHUNK);
        let mut woken = 0;
        loop {
            let places = self.lock();
            let Some(rest) = places.wakers.get(woken..).filter(|rest| !rest.is_empty()) else { return };
            waking.extend(rest.iter().take(CHUNK).flatten().cloned());
            drop(places);
            woken += CHUNK;
            waking.drain(..).for_each(Waker::wake);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn everybody_who_is_there_is_woken_and_nobody_else() {
        let crowd = Crowd::default();
        let viewers: Vec<_> = (0..CHUNK * 2 + 1).map(|_| (crowd.join(), Arc::<Count>::default())).collect();
        for (place, count) in &viewers {
            crowd.wait(*place, count.clone().into());
        }
        crowd.wake();
        let (gone, there) = viewers.split_at(CHUNK + 7);
        gone.iter().for_each(|(place, _)| crowd.leave(*place));
        assert_eq!(crowd.size(), there.len());
        // At the place of somebody who has gone, and not waiting yet.
        let newcomer = crowd.join();
        crowd.wake();
        assert!(gone.iter().all(|(_, count)| count.0.load(Ordering::Relaxed) == 1));
        assert!(there.iter().all(|(_, count)| count.0.load(Ordering::Relaxed) == 2));
        there.iter().for_each(|(place, _)| crowd.leave(*place));
        crowd.leave(newcomer);
        assert_eq!((crowd.size(), crowd.lock().wakers.capacity()), (0, 0));
        assert!(viewers.iter().all(|(_, count)| Arc::strong_count(count) == 1));
    }
}
