//! Who carries the steps of bookings: asks a departure or the payment provider, and brings the answer back.
//!
//! Nothing is remembered here. A step has a number of its own, so a departure that is asked twice answers as the first
//! time, and a booking that hears twice takes the second for old. Whoever dies on the way is followed by somebody who reads
//! the same step from the same row.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use domain::booking::{self, Ask, Booking, Heard, Step};
use domain::flight::{self, Flight};
use domain::ids::{BookingId, FlightId};
use domain::payment::Order;
use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::mailbox::{MailboxReceiver, Signal};
use persistence::journal::{Fingerprint, RequestId, RequestKey, StreamId};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::file::{BookingFile, Carrying};
use super::till::Till;
use crate::engine::{Owners, Router as _, Told, Unserved, Verdict, stream_of};
use crate::entity::Request;

/// Departures that are asked at a time. Each waits for commits only, so more would not be faster.
const ASKED_MAX: usize = 1_024;

/// Orders at the provider at a time. Whoever waits for it keeps nobody from asking a departure.
const ORDERS_MAX: usize = 256;

/// The first pause after nobody gave a definite answer. Each further one is twice as long.
const RETRY_FIRST: Duration = Duration::from_millis(10);

/// The longest pause: how late the end of an outage may be noticed.
const RETRY_MAX: Duration = Duration::from_secs(1);

/// The same for a provider: an answer that did not come took its own time-outs already.
const PROVIDER_RETRY_MAX: Duration = Duration::from_secs(5);

/// An odd number with its bits well spread: steps of one booking never meet, and of two hardly ever.
const SPREAD: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;

/// Carries the steps of this node's bookings. Copies carry for the same.
#[derive(Clone)]
pub struct Conductor {
    flights: Owners<Flight>,
    bookings: Owners<Booking>,
    till: Till,
    asking: Arc<Semaphore>,
    ordering: Arc<Semaphore>,
}

/// The actor that looks after those who carry.
pub struct Carriers {
    conductor: Conductor,
    carrying: JoinSet<()>,
}

impl Conductor {
    /// Between these, with this till.
    #[must_use]
    pub fn between(flights: Owners<Flight>, bookings: Owners<Booking>, till: Till) -> Self {
        let asking = Arc::new(Semaphore::new(ASKED_MAX));
        let ordering = Arc::new(Semaphore::new(ORDERS_MAX));
        Self { flights, bookings, till, asking, ordering }
    }

    /// Carries the steps of one booking until none is open.
    async fn carry(self, carrying: Carrying) {
        let mut carrying = Some(carrying);
        while let Some(hand) = carrying.take() {
            let file = hand.file().clone();
            while let Some((id, step)) = file.open_step() {
                self.take_step(&file, id, step).await;
            }
            drop(hand);
            // A row may have come between the last look and letting go.
            if file.step().is_some() {
                carrying = file.begin_carrying();
            }
        }
    }

    /// Asks until there is a definite answer, and tells the booking; gives up only when the booking goes another way.
    async fn take_step(&self, file: &Arc<BookingFile>, id: BookingId, step: Step) {
        let mut pause = Pause::up_to(match step.ask {
            Ask::Departure { .. } => RETRY_MAX,
            Ask::Provider(_) => PROVIDER_RETRY_MAX,
        });
        let answer = loop {
            let answer = match &step.ask {
                Ask::Departure { flight, command } => self.ask_departure(id, &step, *flight, command).await,
                Ask::Provider(order) => tokio::select! {
                    said = self.ask_provider(file, id, &step, order) => said,
                    // A call may take longer than the booking wants to wait: its order is another one by now.
                    () = file.moved_on(&step) => return,
                },
            };
            if let Some(answer) = answer {
                break answer;
            }
            if pause.take(file, &step).await {
                return;
            }
        };
        self.tell(file, id, &step, answer).await;
    }

    async fn ask_departure(
        &self,
        id: BookingId,
        step: &Step,
        flight: FlightId,
        command: &flight::Command,
    ) -> Option<Heard> {
        let request = Request {
            key: Some(key_of(id, step)),
            remember_refusal: true,
            deadline: None,
            command: command.clone(),
        };
        let flight = stream_of(flight);
        let _turn = self.asking.acquire().await.expect("nobody closes it");
        match self.flights.ask(flight.clone(), request).await {
            Ok(told) => Some(heard(told)),
            Err(why) => {
                note(&flight, why);
                None
            }
        }
    }

    async fn ask_provider(
        &self,
        file: &BookingFile,
        id: BookingId,
        step: &Step,
        order: &Order,
    ) -> Option<Heard> {
        let provider = file.provider()?;
        let _turn = self.ordering.acquire().await.expect("nobody closes it");
        self.till.ask(id, (&provider, step.number), order).await.map(Heard::Provider)
    }

    async fn tell(&self, file: &Arc<BookingFile>, id: BookingId, step: &Step, answer: Heard) {
        let (booking, number) = (booking_stream(id), step.number);
        let mut pause = Pause::up_to(RETRY_MAX);
        while file.is_open(step) {
            let command = booking::Command::Told { step: number, answer: answer.clone() };
            let request = Request { key: None, remember_refusal: false, deadline: None, command };
            match self.bookings.ask(booking.clone(), request).await {
                // The row is durable and has been taken in by the file before this answer came.
                Ok(_) if !file.is_open(step) => return,
                Ok(told) => {
                    tracing::error!(booking.id = %id, "{booking} does not take an answer to step {number}: {told:?}");
                }
                Err(why) => note(&booking, why),
            }
            pause.take(file, step).await;
        }
    }
}

/// The pauses between attempts of one step.
struct Pause {
    next: Duration,
    max: Duration,
}

impl Pause {
    const fn up_to(max: Duration) -> Self {
        Self { next: RETRY_FIRST, max }
    }

    /// Waits, and says whether the booking has gone another way meanwhile.
    async fn take(&mut self, file: &BookingFile, step: &Step) -> bool {
        let over = tokio::time::timeout(self.next, file.moved_on(step)).await.is_ok();
        self.next = (self.next * 2).min(self.max);
        over
    }
}

fn note(stream: &StreamId, why: Unserved) {
    match why {
        Unserved::Quarantined => {
            tracing::error!(stream = %stream, "a booking's step waits for {stream}, which is out of service");
        }
        Unserved::Busy | Unserved::Late | Unserved::Unknown | Unserved::StoreDown => {
            tracing::debug!(stream = %stream, error = %why, "a booking's step waits for {stream}");
        }
    }
}

/// What a departure's verdict is to a booking.
fn heard(told: Told<Flight>) -> Heard {
    match told.verdict {
        Verdict::Accepted { events, .. } => Heard::Accepted(events.to_vec()),
        Verdict::AlreadySo { .. } => Heard::AlreadySo,
        Verdict::Refused { rejection, .. } => Heard::Refused(rejection),
        Verdict::KeyReused => unreachable!("the number of a step says what it asks"),
    }
}

/// The request of a step: a function of the booking and the row that asked for it.
fn key_of(id: BookingId, step: &Step) -> RequestKey {
    let bits = id.bits().wrapping_add(SPREAD.wrapping_mul(u128::from(step.number.number())));
    let bytes = bits.to_be_bytes();
    RequestKey { id: RequestId::new(bytes), fingerprint: Fingerprint::new(bytes) }
}

/// The stream of a booking.
#[must_use]
pub fn booking_stream(id: BookingId) -> StreamId {
    let kind = <Booking as domain::aggregate::Aggregate>::KIND;
    StreamId::of(kind, &id).expect("a booking's name is short and printable")
}

impl Actor for Carriers {
    type Args = Conductor;
    type Error = Infallible;

    /// Also after a crash of its own: whoever was carried then is taken up again.
    async fn on_start(conductor: Conductor, _: ActorRef<Self>) -> Result<Self, Infallible> {
        conductor.bookings.listen();
        let mut carriers = Self { conductor, carrying: JoinSet::new() };
        for file in carriers.conductor.bookings.followers() {
            carriers.take_up(&file);
        }
        Ok(carriers)
    }

    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        loop {
            let bookings = self.conductor.bookings.clone();
            tokio::select! {
                signal = mailbox.recv() => return Ok(signal),
                files = bookings.changed() => {
                    for file in files {
                        self.take_up(&file);
                    }
                }
                Some(carried) = self.carrying.join_next() => {
                    if let Err(error) = carried {
                        tracing::error!(error = %error, "whoever carried a booking's steps crashed");
                    }
                }
            }
        }
    }
}

impl Carriers {
    fn take_up(&mut self, file: &Arc<BookingFile>) {
        if file.step().is_none() {
            return;
        }
        let Some(carrying) = file.begin_carrying() else { return };
        self.carrying.spawn(self.conductor.clone().carry(carrying));
    }
}
