//! A provider of test money. It listens on loopback, speaks Stripe's wire format, keeps a book, and fails when
//! it is told to: by whoever started it, in the same process. There is no way to tell it over HTTP.
//! Its book is in memory, or also in a file, from which it goes on after its process was killed.
//!
//! ```no_run
//! # use gateways::payment::{Simulator, simulator::{Asked, Fault}};
//! # async fn demonstrate() -> std::io::Result<()> {
//! let simulator = Simulator::start("127.0.0.1:0").await?;
//! simulator.fail_next(Asked::Capture, Fault::HangAfter);
//! println!("payments are simulated at {}", simulator.base_url());
//! # Ok(())
//! # }
//! ```

mod book;
mod cards;
mod deliver;
mod faults;
mod intent;
mod journal;
mod reply;
mod request;
mod server;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use self::book::Book;
use self::deliver::{Endpoint, Post};
use self::faults::Faults;
use self::journal::{Entry, Journal, What};
use self::reply::Reply;
use self::request::Request;
use super::secret::Secret;

pub use self::faults::{Asked, Delivery, Fault};

/// The only key that it takes. It is no secret.
pub const KEY: &str = "sk_test_simulated";

/// What became of a customer's proof of who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It was given.
    Given,
    /// It was not, or was wrong.
    Failed,
}

/// What the book says of one payment, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The payment.
    pub payment: String,
    /// What it pays for.
    pub reference: Option<String>,
    /// What was captured.
    pub captured_minor: i64,
    /// What was given back of it.
    pub refunded_minor: i64,
    /// What is still set aside.
    pub authorised_minor: i64,
}

#[derive(Debug)]
struct State {
    journal: Journal,
    book: Book,
    faults: Faults,
    /// How far its clock is ahead of the world's.
    ahead: Duration,
    /// Requests that were not answered and will be carried out when the test says so.
    late: Vec<Request>,
    endpoint: Option<Endpoint>,
    /// Events to send, the oldest first.
    waiting: VecDeque<Post>,
    held: Vec<Post>,
    events: u64,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Rings when there are events to send.
    bell: Notify,
}

/// A running simulator. It ends when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Simulator {
    /// Starts on an address of this machine with an empty book; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is not on loopback, or taken.
    pub async fn start(address: &str) -> std::io::Result<Self> {
        Self::with(address, Journal::default(), Book::of_series(series())).await
    }

    /// Starts with the book that a file tells of, and goes on in it. One process at a time.
    ///
    /// # Errors
    /// When the address is not on loopback, or taken, or the file cannot be read or written.
    pub async fn resume(address: &str, file: &Path) -> std::io::Result<Self> {
        let (journal, book) = Journal::open(file, &series())?;
        Self::with(address, journal, book).await
    }

    async fn with(address: &str, journal: Journal, book: Book) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(std::io::Error::other("a simulator of payments listens on loopback only"));
        }
        let shared = Arc::new(Shared { state: Mutex::new(State::with(journal, book)), bell: Notify::new() });
        let serving = tokio::spawn(server::serve(listener, shared.clone()));
        let sending = tokio::spawn(deliver::deliver(shared.clone()));
        Ok(Self { shared, address, tasks: [serving, sending] })
    }

    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends every event to an address on loopback, signed with a secret, again until it is taken.
    ///
    /// # Errors
    /// When the address is not `http://` on loopback.
    pub fn send_events_to(&self, url: &str, secret: Secret) -> std::io::Result<()> {
        let endpoint =
            Endpoint::new(url, secret).ok_or_else(|| std::io::Error::other("not a URL on loopback"))?;
        self.state().endpoint = Some(endpoint);
        Ok(())
    }

    /// Lets the next request of a kind go wrong.
    pub fn fail_next(&self, asked: Asked, fault: Fault) {
        self.state().faults.plan(asked, fault);
    }

    /// Decides what becomes of the next event that has no plan yet.
    pub fn deliver_next(&self, delivery: Delivery) {
        self.state().faults.plan_delivery(delivery);
    }

    /// Lets so many of a thousand requests and events go wrong, by a seed.
    pub fn storm(&self, seed: u64, per_mille: u16) {
        self.state().faults.storm(seed, per_mille);
    }

    /// Ends all that was to go wrong.
    pub fn calm(&self) {
        self.state().faults.clear();
    }

    /// Sends what was held back, the youngest first.
    pub fn release_held(&self) {
        let mut state = self.state();
        while let Some(post) = state.held.pop() {
            state.waiting.push_back(post);
        }
        self.shared.bell.notify_one();
    }

    /// Carries out the requests that hung with [`Fault::Late`]; says how many.
    pub fn let_late_arrive(&self) -> usize {
        let late = std::mem::take(&mut self.state().late);
        for request in &late {
            self.shared.answer(request);
        }
        late.len()
    }

    /// Moves its clock ahead: keys are forgotten after a day, and what is set aside is the customer's again after seven.
    pub fn advance(&self, span: Duration) {
        self.state().ahead += span;
    }

    /// What its clock says.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().now()
    }

    /// The customer proves who they are, or fails to; `false` when nobody asked.
    pub fn authenticate(&self, payment: &str, proof: Proof) -> bool {
        let payment = payment.to_owned();
        self.shared.enter(What::Proof { payment, given: proof == Proof::Given }).is_some()
    }

    /// The bank says yes at last to a payment that was pending; `false` when it was not.
    pub fn pay_late(&self, payment: &str) -> bool {
        self.shared.enter(What::PaidLate { payment: payment.to_owned() }).is_some()
    }

    /// What its book says of every payment.
    #[must_use]
    pub fn balances(&self) -> Vec<Balance> {
        self.state().book.balances()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl State {
    fn with(journal: Journal, book: Book) -> Self {
        Self {
            journal,
            book,
            faults: Faults::default(),
            ahead: Duration::ZERO,
            late: Vec::new(),
            endpoint: None,
            waiting: VecDeque::new(),
            held: Vec::new(),
            events: 0,
        }
    }

    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + self.ahead;
        let millis = i64::try_from(since.as_millis()).ok();
        millis.and_then(|millis| Timestamp::from_millis(millis).ok()).unwrap_or(Timestamp::EPOCH)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what changes the book, changes it, and sends what happened by it. What cannot be written is not done.
    fn enter(&self, what: What) -> Option<Reply> {
        let mut state = self.state();
        let entry = Entry { at: state.now().millis().div_euclid(1_000), what };
        if let Err(error) = state.journal.write(&entry) {
            tracing::error!(%error, "the simulator of payments cannot write its book");
            return Some(Reply { unbegun: true, ..Reply::failed() });
        }
        let reply = state.book.enter(&entry);
        state.announce(entry.at);
        drop(state);
        self.bell.notify_one();
        reply
    }

    fn answer(&self, request: &Request) -> Reply {
        self.enter(What::Asked(request.clone())).expect("every request has an answer")
    }

    fn answer_failed(&self, request: &Request) -> Reply {
        self.enter(What::Failed(request.clone())).expect("every request has an answer")
    }
}

/// Names of one book differ from those of another.
fn series() -> String {
    format!("{:012x}", fastrand::u64(..) >> 16)
}
