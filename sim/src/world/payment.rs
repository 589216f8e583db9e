//! The payment provider, its webhooks, and whoever settles them.
//!
//! This stands in for the booking saga: a charge is settled by one `Confirm` with a key of its own. If that is
//! refused, the money goes back. The record of charges is the provider's and survives every crash.

use domain::flight::{Command, Event as Fact, Flight, Rejection};
use domain::ids::BookingId;

use super::answers::{Interval, Seated, fact};
use super::client::{Booked, Intent};
use super::{Asker, Event, Reply, Verdict, World};
use crate::planted::Planted;
use linear::{Outcome, Request, Token};

/// What became of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// The places are sold: the money is ours.
    Kept,
    /// The money went back.
    Refunded,
}

/// One payment of one booking.
#[derive(Debug)]
pub struct Payment {
    /// The stream of its departure.
    pub stream: usize,
    /// The booking.
    pub booking: BookingId,
    /// Whether the provider took the money.
    pub charged: bool,
    /// What became of the money; more than one entry is one too many.
    pub settled: Vec<Settlement>,
    client: usize,
    booked: Option<Booked>,
    op: u64,
    pub(super) asking: Option<(u32, u64)>,
}

impl World {
    /// The provider may charge at once, late, much too late, or never.
    pub(super) fn begin_payment(&mut self, client: usize, booked: Booked, fence: u64) {
        self.ops += 1;
        let (stream, booking) = (booked.stream, booked.booking);
        let (op, booked) = (self.ops, Some(booked));
        let settled = Vec::new();
        self.payments.push(Payment {
            stream,
            booking,
            charged: false,
            settled,
            client,
            booked,
            op,
            asking: None,
        });
        let left = fence.saturating_sub(self.agenda.now());
        let wait = match self.rng.u8(..10) {
            0 => return,
            1..=5 => self.rng.u64(50..=3_000),
            6 => left,
            7..=8 => left + 300_000 + self.rng.u64(0..=60) - 40,
            _ => left + self.rng.u64(0..=400_000),
        };
        self.agenda.put(wait, Event::Charge(self.payments.len() - 1));
    }

    /// Webhooks come one to three times, soon or late.
    pub(super) fn charge(&mut self, payment: usize) {
        self.payments[payment].charged = true;
        self.note("charge", payment as u64, 0);
        for _ in 0..self.rng.u8(1..=3) {
            let wait = if self.rng.u8(..4) > 0 { self.rng.u64(0..=200) } else { self.rng.u64(0..=60_000) };
            self.agenda.put(wait, Event::Webhook(payment));
        }
    }

    /// An event that was settled before is known for ever.
    pub(super) fn webhook(&mut self, payment: usize) {
        let Payment { booked, asking, .. } = &mut self.payments[payment];
        if booked.is_none() {
            return;
        }
        if asking.is_none() {
            *asking = Some((0, self.agenda.now()));
        }
        self.ask_to_confirm(payment);
    }

    fn ask_to_confirm(&mut self, payment: usize) {
        let Payment { stream, booking, op, asking, .. } = &mut self.payments[payment];
        let Some((attempt, _)) = asking else { return };
        *attempt += 1;
        let (stream, booking, op, attempt) = (*stream, *booking, *op, *attempt);
        let intent = Intent { asker: Asker::Payment(payment), op, stream, keyed: true };
        self.send::<Flight>(intent, Command::Confirm { booking });
        let wait = self.rng.u64(150..=600);
        self.agenda.put(wait, Event::Patience { asker: Asker::Payment(payment), op, attempt });
    }

    pub(super) fn ask_to_confirm_again(&mut self, payment: usize, op: u64, attempt: u32) {
        let Payment { op: current, asking, .. } = &self.payments[payment];
        if *current == op && asking.is_some_and(|(latest, _)| latest == attempt) {
            self.ask_to_confirm(payment);
        }
    }

    pub(super) fn payment_told(&mut self, payment: usize, op: u64, reply: &Reply) {
        let Some((attempt, invoked)) = self.payments[payment].asking else { return };
        let Reply::Definite(verdict) = reply else {
            let wait = self.rng.u64(5..=40);
            return self.agenda.put(wait, Event::Patience { asker: Asker::Payment(payment), op, attempt });
        };
        self.payments[payment].asking = None;
        let stream = self.payments[payment].stream;
        self.remember_told(stream, op, verdict);
        let booked = self.payments[payment].booked.take().expect("a payment is settled once");
        let sold = fact(verdict, |event| matches!(event, Fact::PlacesSold { .. }).then_some(())).is_some();
        let kept = sold || *verdict == Verdict::AlreadySo;
        let when = Interval { stream, op, invoked, returned: self.agenda.now() };
        self.confirm_history(when, &booked, sold, verdict);
        if kept {
            self.payments[payment].settled.push(Settlement::Kept);
            let client = self.payments[payment].client;
            self.clients[client].bookings.push(Booked { sold: true, ..booked });
        } else if !self.is_planted(Planted::RefundForgotten) {
            self.payments[payment].settled.push(Settlement::Refunded);
        }
        self.note("settled", payment as u64, u64::from(kept));
    }

    fn confirm_history(&mut self, when: Interval, booked: &Booked, sold: bool, verdict: &Verdict) {
        let outcome = match verdict {
            _ if sold => Outcome::Done,
            Verdict::Refused(Rejection::ClaimGone { .. }) => Outcome::Refused,
            Verdict::Accepted(..) | Verdict::AlreadySo | Verdict::Refused(_) => return,
        };
        for (seat, token) in booked.seated.iter().flatten_seats() {
            self.each_seat(when, &[seat], Request::Confirm { hold: Token(token) }, outcome);
        }
    }
}
