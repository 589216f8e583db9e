//! Passwords as they are kept: argon2id, a few at a time.
//!
//! One hash takes 19 MiB and a core for some 20 ms. So no more are made at once than there are cores, a few more wait,
//! and the rest is told to come back. And whoever makes them gives way to everything else: a hold does not wait for a
//! thousand who sign in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustix::process::setpriority_process;
use rustix::thread::gettid;
use tokio::sync::oneshot;

use crate::problem::Problem;

/// Memory, rounds and lanes (OWASP's Password Storage Cheat Sheet, the first of its equal choices).
const COST: Cost = Cost { memory_kib: 19_456, rounds: 2, lanes: 1 };

/// Bytes of a salt (RFC 9106, section 3.1).
const SALT_BYTES: usize = 16;

/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// Who waits for a core, for each that there is: a quarter of a second.
const WAITING_PER_CORE: usize = 10;

/// What making a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory_kib: u32,
    rounds: u32,
    lanes: u32,
}

/// What a password is held against.
#[derive(Debug)]
enum Kept {
    /// One of ours.
    Argon(Argon),
    /// One that came along from another system, in its own words; `$2b$…`.
    Bcrypt(String),
    /// Nothing, or nothing that can be read.
    Nothing,
}

/// A hash as it is kept, in the PHC string format.
#[derive(Debug, PartialEq, Eq)]
struct Argon {
    cost: Cost,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

/// How little the system lets the threads have that make hashes, when others want the cores: as little as can be.
const NICENESS: i32 = 19;

/// Makes hashes, on threads of its own: the runtime's cannot be told to give way, because other work uses them too.
#[derive(Debug)]
pub struct Hasher {
    cores: usize,
    /// Those that have a core, and those that wait.
    asked: AtomicUsize,
    most: usize,
    /// To the threads; they start with the first hash and end with this.
    line: OnceLock<SyncSender<Work>>,
}

/// A hash to be made.
type Work = Box<dyn FnOnce() + Send>;

/// What a password is held against, and how it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It is another one.
    Wrong,
    /// It is this one.
    Right,
    /// It is this one, under a hash of another cost or kind than those of today.
    Outdated,
}

/// Counts as asked for until it is dropped.
struct Asked<'a>(&'a AtomicUsize);

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::on(thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }
}

impl Hasher {
    /// On so many cores.
    fn on(cores: usize) -> Self {
        let most = cores * (1 + WAITING_PER_CORE);
        Self { cores, asked: AtomicUsize::new(0), most, line: OnceLock::new() }
    }

    /// A password's hash, as it is kept.
    ///
    /// # Errors
    /// When too many are asked for.
    pub async fn hash(&self, password: &str) -> Result<String, Problem> {
        let password = password.to_owned();
        let made = self.in_turn(move || Argon::make(&password)).await?;
        made.ok_or_else(|| Problem::overloaded("no randomness"))
    }

    /// Holds a password against what is kept. Where nothing is kept, it takes as long and is wrong.
    ///
    /// # Errors
    /// When too many are asked for.
    pub async fn hold(&self, password: &str, kept: Option<&str>) -> Result<Held, Problem> {
        let (password, kept) = (password.to_owned(), Kept::read(kept.unwrap_or_default()));
        self.in_turn(move || kept.hold(&password)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let busy = || Problem::overloaded("too many are signing in; come back shortly");
        let before = self.asked.fetch_add(1, Ordering::AcqRel);
        let _asked = Asked(&self.asked);
        if before >= self.most {
            return Err(busy());
        }
        let (tell, hear) = oneshot::channel();
        let work: Work = Box::new(move || {
            // Whoever has hung up meanwhile needs no hash.
            if !tell.is_closed() {
                let _ = tell.send(work());
            }
        });
        // The line has room for all who may ask; but those who hang up stand in it until their turn.
        self.line().try_send(work).map_err(|_| busy())?;
        hear.await.map_err(|_| busy())
    }

    fn line(&self) -> &SyncSender<Work> {
        self.line.get_or_init(|| {
            let (line, works) = sync_channel(self.most);
            let works = Arc::new(Mutex::new(works));
            for number in 0..self.cores {
                let works = works.clone();
                let started =
                    thread::Builder::new().name(format!("hasher-{number}")).spawn(move || run(&works));
                if let Err(error) = started {
                    tracing::error!(error = %error, "cannot start a thread that hashes passwords");
                }
            }
            line
        })
    }
}

/// Makes hashes until nobody can ask any more.
fn run(works: &Mutex<Receiver<Work>>) {
    give_way();
    loop {
        let next = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        work();
    }
}

/// Tells the system that this thread may wait.
fn give_way() {
    // For Linux a thread is a process here. Where that fails it is only less polite.
    if let Err(error) = setpriority_process(Some(gettid()), NICENESS) {
        tracing::warn!(error = %error, "hashing passwords does not give way to other work");
    }
}

impl Cost {
    fn hash(self, password: &str, salt: &[u8], bytes: usize) -> Option<Vec<u8>> {
        let params = Params::new(self.memory_kib, self.rounds, self.lanes, Some(bytes)).ok()?;
        let mut hash = vec![0; bytes];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(password.as_bytes(), salt, &mut hash).ok()?;
        Some(hash)
    }
}

impl Kept {
    fn read(text: &str) -> Self {
        match Argon::read(text) {
            Some(argon) => Self::Argon(argon),
            None if text.starts_with("$2") => Self::Bcrypt(text.to_owned()),
            None => Self::Nothing,
        }
    }

    fn hold(&self, password: &str) -> Held {
        match self {
            Self::Argon(argon) if !argon.is_of(password) => Held::Wrong,
            Self::Argon(argon) if argon.cost == COST => Held::Right,
            Self::Argon(_) => Held::Outdated,
            // It cuts at 72 bytes, so it is replaced the first time that it is right.
            Self::Bcrypt(text) if bcrypt::verify(password, text).unwrap_or(false) => Held::Outdated,
            Self::Bcrypt(_) => Held::Wrong,
            Self::Nothing => {
                let nobody = Argon { cost: COST, salt: vec![0; SALT_BYTES], hash: vec![0; HASH_BYTES] };
                std::hint::black_box(nobody.is_of(password));
                Held::Wrong
            }
        }
    }
}

impl Argon {
    /// Hashes a password; `None` when there is no randomness.
    fn make(password: &str) -> Option<String> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).ok()?;
        let hash = COST.hash(password, &salt, HASH_BYTES)?;
        let Cost { memory_kib, rounds, lanes } = COST;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        Some(format!("$argon2id$v=19$m={memory_kib},t={rounds},p={lanes}${salt}${hash}"))
    }

    fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("$argon2id$v=19$")?;
        let mut parts = rest.split('$');
        let mut costs = parts.next()?.split(',');
        let mut cost = |name: &str| costs.next()?.strip_prefix(name)?.parse().ok();
        let cost = Cost { memory_kib: cost("m=")?, rounds: cost("t=")?, lanes: cost("p=")? };
        let mut bytes = || STANDARD_NO_PAD.decode(parts.next()?).ok();
        Some(Self { cost, salt: bytes()?, hash: bytes()? })
    }

    fn is_of(&self, password: &str) -> bool {
        let made = self.cost.hash(password, &self.salt, self.hash.len());
        made.is_some_and(|made| is_same(&made, &self.hash))
    }
}

/// Compares in a time that tells nothing about where they differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_two_hashes_are_alike() {
        let hasher = Hasher::default();
        let (kept, again) = (hasher.hash("Test123!").await.unwrap(), hasher.hash("Test123!").await.unwrap());
        assert_ne!(kept, again);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(hasher.hold("Test123!", Some(&kept)).await.unwrap(), Held::Right);
        for wrong in ["test123!", "Test123! ", ""] {
            assert_eq!(hasher.hold(wrong, Some(&kept)).await.unwrap(), Held::Wrong, "{wrong}");
        }
        for nothing in [None, Some(""), Some("$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"), Some("rubbish")]
        {
            assert_eq!(hasher.hold("Test123!", nothing).await.unwrap(), Held::Wrong);
        }
    }

    #[tokio::test]
    async fn a_cheaper_hash_is_outdated() {
        let cost = Cost { memory_kib: 64, rounds: 1, lanes: 1 };
        let hash = cost.hash("Test123!", b"saltsaltsalt", 32).unwrap();
        let (salt, hash) = (STANDARD_NO_PAD.encode(b"saltsaltsalt"), STANDARD_NO_PAD.encode(hash));
        let kept = format!("$argon2id$v=19$m=64,t=1,p=1${salt}${hash}");
        let hasher = Hasher::default();
        assert_eq!(hasher.hold("Test123!", Some(&kept)).await.unwrap(), Held::Outdated);
        assert_eq!(hasher.hold("Test123?", Some(&kept)).await.unwrap(), Held::Wrong);
    }

    #[tokio::test]
    async fn a_hash_from_another_system_is_taken_once() {
        // As libxcrypt makes it.
        let kept = "$2b$04$abcdefghijklmnopqrstuuc1v0RjomgASaaVwvOKJNz5kr8MMyxxC";
        let hasher = Hasher::default();
        assert_eq!(hasher.hold("Test123!", Some(kept)).await.unwrap(), Held::Outdated);
        for (password, kept) in [("Test123?", kept), ("Test123!", "$2b$04$rubbish"), ("", "$2")] {
            assert_eq!(hasher.hold(password, Some(kept)).await.unwrap(), Held::Wrong, "{kept}");
        }
    }

    /// The first test vector that the reference implementation prints for argon2id (`kats/argon2id`, its last tag).
    #[test]
    fn the_hash_is_argon2id() {
        let cost = Cost { memory_kib: 65_536, rounds: 2, lanes: 1 };
        let hash = cost.hash("password", b"somesalt", 32).unwrap();
        let expected = "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert_eq!(STANDARD_NO_PAD.encode(hash), expected);
    }

    #[tokio::test]
    async fn making_hashes_gives_way() {
        let hasher = Hasher::on(2);
        let niceness = hasher.in_turn(|| rustix::process::getpriority_process(Some(gettid()))).await.unwrap();
        assert_eq!(niceness.unwrap(), NICENESS);
        assert_ne!(rustix::process::getpriority_process(None).unwrap(), NICENESS, "nobody else does");
    }

    #[tokio::test]
    async fn whoever_comes_beyond_the_line_is_sent_away_at_once() {
        let hasher = Hasher::on(1);
        hasher.asked.store(hasher.most, Ordering::Release);
        let problem = hasher.hash("Test123!").await.unwrap_err();
        assert_eq!((problem.status.as_u16(), problem.code), (503, "overloaded"));
        assert!(problem.retry_after_secs.is_some());
        hasher.asked.store(0, Ordering::Release);
        hasher.hash("Test123!").await.unwrap();
        assert_eq!(hasher.asked.load(Ordering::Acquire), 0, "whoever is done makes room");
    }
}
