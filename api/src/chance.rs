//! Names that nobody guesses, for things of which there is one a request.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of a name: as many as 24 characters write, and more than a UUID has.
const NAME_BYTES: usize = 18;

/// Names that one call of the system is good for: each costs as much as the rest of a name does many times over.
const NAMES: usize = 64;

/// The system's randomness, drawn ahead. What has been handed out is wiped.
struct Pool {
    bytes: [u8; NAME_BYTES * NAMES],
    used: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; NAME_BYTES * NAMES], used: NAME_BYTES * NAMES }) };
}

/// A name of 24 characters; `None` when the system has no randomness.
pub fn name() -> Option<String> {
    POOL.with_borrow_mut(|pool| {
        if pool.used == pool.bytes.len() {
            getrandom::fill(&mut pool.bytes).ok()?;
            pool.used = 0;
        }
        let drawn = &mut pool.bytes[pool.used..][..NAME_BYTES];
        pool.used += NAME_BYTES;
        let name = URL_SAFE_NO_PAD.encode(&*drawn);
        drawn.fill(0);
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_name_is_drawn_twice_however_often_the_pool_is_filled() {
        let draw = || (0..5 * NAMES).map(|_| name().unwrap()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
        let names: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert!(names.iter().all(|name| name.len() == 24));
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    }
}
