//! Carries out what durable rows have ordered from the world.
//!
//! An order stands in the outbox since its row is durable, and is struck off when its outcome is. So each is carried out at least
//! once, and whoever is told twice takes the second for old. Orders of one departure to many bookings go on after a crash
//! where they stood.

mod tellings;

use std::convert::Infallible;
use std::time::Duration;

use domain::booking::Booking;
use domain::flight::Effect;
use domain::ids::FlightId;
use kameo::Actor;
use kameo::actor::{ActorRef, WeakActorRef};
use kameo::mailbox::{MailboxReceiver, Signal};
use persistence::journal::OutboxRow;
use persistence::store::{EffectKey, Reader as _, Upkeep as _};

use crate::engine::{Owners, Unserved};
use tellings::Tellings;

/// Orders that are read at a time.
const PAGE: u32 = 256;

/// How often the outbox is looked at when nobody has rung: a crash may have come between the row and the bell.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long to wait when an order could not be carried out.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Carries out the orders of this node's departures. Copies carry out the same.
#[derive(Clone)]
pub struct Orders {
    tellings: Tellings,
    bookings: Owners<Booking>,
}

/// The actor that looks after the outbox.
pub struct Effects(Orders);

/// Why an order stays for now.
#[derive(Debug, thiserror::Error)]
enum Undone {
    /// Somebody whom it is for does not answer.
    #[error(transparent)]
    Unserved(#[from] Unserved),
    /// Nobody can read it.
    #[error("the order cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// It comes from something that orders nothing.
    #[error("{0} orders nothing that is known")]
    Unknown(String),
}

impl Orders {
    /// Whatever departures order for bookings.
    #[must_use]
    pub fn to(bookings: Owners<Booking>) -> Self {
        Self { tellings: Tellings::to(bookings.clone()), bookings }
    }

    /// Carries out what waits, and says whether all of it is done.
    async fn carry_out_all(&self) -> bool {
        let (mut after, mut all_done): (Option<EffectKey>, bool) = (None, true);
        loop {
            let Ok(page) = self.bookings.store().outbox_waiting(after.as_ref(), PAGE).await else {
                return false;
            };
            let Some(last) = page.last() else { return all_done };
            after = Some(EffectKey::of(last));
            let mut done = Vec::new();
            for order in &page {
                match self.carry_out(order).await {
                    Ok(()) => done.push(EffectKey::of(order)),
                    Err(why) => {
                        all_done = false;
                        note(order, &why);
                    }
                }
            }
            if self.bookings.store().outbox_done(&done).await.is_err() {
                return false;
            }
        }
    }

    async fn carry_out(&self, order: &OutboxRow) -> Result<(), Undone> {
        let unknown = || Undone::Unknown(order.stream.to_string());
        let flight: FlightId = order
            .stream
            .as_str()
            .strip_prefix("flight/")
            .and_then(|name| name.parse().ok())
            .ok_or_else(unknown)?;
        match serde_json::from_str(&order.body).map_err(Undone::Unreadable)? {
            Effect::TellHoldsLost { booking, reason } => {
                self.tellings.holds_lost(booking, flight, reason).await?;
            }
            Effect::CancelBookings { flight } => self.tellings.flight_cancelled(flight).await?,
        }
        Ok(())
    }
}

fn note(order: &OutboxRow, why: &Undone) {
    match why {
        Undone::Unserved(_) => tracing::warn!(stream = %order.stream, error = %why, "an order has to wait"),
        Undone::Unreadable(_) | Undone::Unknown(_) => {
            tracing::error!(stream = %order.stream, error = %why, "an order waits for somebody to look at it");
        }
    }
}

impl Actor for Effects {
    type Args = Orders;
    type Error = Infallible;

    async fn on_start(orders: Orders, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self(orders))
    }

    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        let mut pause = Duration::ZERO;
        loop {
            let rung = async {
                tokio::time::sleep(pause).await;
                let _ = tokio::time::timeout(LOOK_EVERY, self.0.bookings.ordered()).await;
            };
            tokio::select! {
                signal = mailbox.recv() => return Ok(signal),
                () = rung => {}
            }
            pause = if self.0.carry_out_all().await { Duration::ZERO } else { RETRY_AFTER };
        }
    }
}
