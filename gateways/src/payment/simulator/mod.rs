//! A provider of test money. It listens on loopback, speaks Stripe's wire format, keeps its book in memory, and fails when
//! it is told to: by whoever started it, in the same process. There is no way to tell it over HTTP.
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
mod reply;
mod request;
mod server;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use self::book::Book;
use self::deliver::{Endpoint, Post};
use self::faults::Faults;
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
    /// Starts on an address of this machine; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address is not on loopback, or taken.
    pub async fn start(address: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            return Err(std::io::Error::other("a simulator of payments listens on loopback only"));
        }
        let book = Book::of_series(format!("{:012x}", fastrand::u64(..) >> 16));
        let shared = Arc::new(Shared { state: Mutex::new(State::with(book)), bell: Notify::new() });
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
        self.shared.change(|book, now| book.authenticate(payment, proof, now))
    }

    /// The bank says yes at last to a payment that was pending; `false` when it was not.
    pub fn pay_late(&self, payment: &str) -> bool {
        self.shared.change(|book, now| book.pay_late(payment, now))
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
    fn with(book: Book) -> Self {
        Self {
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

    /// Changes the book, and sends what happened by it.
    fn change<T>(&self, how: impl FnOnce(&mut Book, i64) -> T) -> T {
        let mut state = self.state();
        let now = state.now().millis().div_euclid(1_000);
        let answer = how(&mut state.book, now);
        state.announce(now);
        drop(state);
        self.bell.notify_one();
        answer
    }

    fn answer(&self, request: &Request) -> reply::Reply {
        self.change(|book, now| book.answer(request, now))
    }
}
