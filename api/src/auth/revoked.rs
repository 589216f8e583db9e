//! What is void before its time: sign-ins that ended, tokens older than their account's `ver`, and the sockets that were opened
//! with them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};

use domain::ids::PrincipalId;
use futures_util::task::AtomicWaker;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Principal;

/// Sign-ins and accounts that are remembered, the latest of each. They matter for one token's life, in which nobody can sign in
/// so often: hashing a password takes too long.
const REMEMBERED_MAX: u64 = 100_000;

/// What is void before its time. Asked for every request, so it is two looks into tables at most, and none as long as they are
/// empty.
#[derive(Debug)]
pub struct Revocations {
    sessions: Cache<Box<str>, (), FxBuildHasher>,
    /// The oldest `ver` that is not void.
    accounts: Cache<PrincipalId, u64, FxBuildHasher>,
    sockets: Mutex<FxHashMap<PrincipalId, Vec<Weak<Socket>>>>,
}

/// A socket that somebody has signed in on.
#[derive(Debug)]
pub struct Socket {
    principal: Arc<Principal>,
    is_cut: AtomicBool,
    waker: AtomicWaker,
}

impl Default for Revocations {
    fn default() -> Self {
        // A new one must never be the one that finds no room.
        let sessions = Cache::builder().max_capacity(REMEMBERED_MAX).eviction_policy(EvictionPolicy::lru());
        let accounts = Cache::builder().max_capacity(REMEMBERED_MAX).eviction_policy(EvictionPolicy::lru());
        Self {
            sessions: sessions.build_with_hasher(FxBuildHasher),
            accounts: accounts.build_with_hasher(FxBuildHasher),
            sockets: Mutex::default(),
        }
    }
}

impl Revocations {
    /// Whether the principal's sign-in has ended, or their token is older than their account allows.
    #[must_use]
    pub fn hit(&self, principal: &Principal) -> bool {
        let has_ended =
            self.sessions.entry_count() > 0 && self.sessions.contains_key(principal.session.as_str());
        has_ended || self.voids(principal)
    }

    fn voids(&self, principal: &Principal) -> bool {
        self.accounts.entry_count() > 0
            && self.accounts.get(&principal.subject).is_some_and(|least| principal.ver < least)
    }

    /// From now on no token of this sign-in is valid.
    pub fn end(&self, account: &PrincipalId, session: &str) {
        self.sessions.insert(session.into(), ());
        self.sessions.run_pending_tasks();
        self.cut(account, |principal| principal.session == session);
    }

    /// From now on no token of this account that is older than `ver` is valid.
    pub fn void(&self, account: &PrincipalId, ver: u64) {
        self.accounts
            .entry_by_ref(account)
            .and_upsert_with(|known| known.map_or(ver, |known| known.into_value().max(ver)));
        self.accounts.run_pending_tasks();
        self.cut(account, |principal| principal.ver < ver);
    }

    /// Keeps a socket until it is dropped, to cut it when its principal's token becomes void.
    pub fn watch(&self, principal: Arc<Principal>) -> Arc<Socket> {
        let subject = principal.subject.clone();
        let socket =
            Arc::new(Socket { principal, is_cut: AtomicBool::new(false), waker: AtomicWaker::new() });
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = sockets.entry(subject).or_default();
        theirs.retain(|socket| socket.strong_count() > 0);
        theirs.push(Arc::downgrade(&socket));
        socket
    }

    /// Forgets sockets that have closed.
    pub fn sweep(&self) {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.retain(|_, theirs| {
            theirs.retain(|socket| socket.strong_count() > 0);
            !theirs.is_empty()
        });
    }

    fn cut(&self, account: &PrincipalId, is_meant: impl Fn(&Principal) -> bool) {
        let sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let open = sockets.get(account).into_iter().flatten().filter_map(Weak::upgrade);
        open.filter(|socket| is_meant(&socket.principal)).for_each(|socket| socket.cut());
    }
}

impl Socket {
    /// Who signed in on it.
    #[must_use]
    pub const fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// Ready when it is to be closed.
    pub fn poll_cut(&self, cx: &Context<'_>) -> Poll<()> {
        if self.is_cut.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        self.waker.register(cx.waker());
        // It may have been cut before the waker stood there.
        if self.is_cut.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use domain::identity::Role;

    use super::*;

    fn principal(subject: &str, session: &str, ver: u64) -> Principal {
        Principal {
            subject: subject.parse().unwrap(),
            role: Role::Customer,
            session: session.to_owned(),
            expires: i64::MAX,
            ver,
        }
    }

    #[test]
    fn an_ended_session_and_an_older_ver_are_void() {
        let revoked = Revocations::default();
        let (ann, bob) = (principal("usr_ann", "s1", 3), principal("usr_bob", "s2", 3));
        assert!(!revoked.hit(&ann));
        revoked.void(&ann.subject, 3);
        assert!(!revoked.hit(&ann), "the oldest that is not void");
        revoked.void(&ann.subject, 4);
        revoked.void(&ann.subject, 2);
        assert!(revoked.hit(&ann) && !revoked.hit(&bob), "news that comes late takes nothing back");
        assert!(!revoked.hit(&principal("usr_ann", "s1", 4)));
        revoked.end(&bob.subject, "s2");
        assert!(revoked.hit(&bob) && revoked.hit(&principal("usr_bob", "s2", 9)));
    }

    #[test]
    fn the_sockets_of_whom_it_concerns_are_cut() {
        let revoked = Revocations::default();
        let watch = |subject, session| revoked.watch(Arc::new(principal(subject, session, 1)));
        let sockets = [watch("usr_ann", "s1"), watch("usr_ann", "s2"), watch("usr_bob", "s3")];
        let cut = || {
            let cx = Context::from_waker(Waker::noop());
            sockets.each_ref().map(|socket| socket.poll_cut(&cx).is_ready())
        };
        assert_eq!(cut(), [false; 3]);
        revoked.end(&"usr_ann".parse().unwrap(), "s2");
        assert_eq!(cut(), [false, true, false]);
        revoked.void(&"usr_ann".parse().unwrap(), 2);
        assert_eq!(cut(), [true, true, false]);
        drop(sockets);
        revoked.sweep();
        assert!(revoked.sockets.lock().unwrap().is_empty());
    }
}
