//! Takes events into a booking's state. Nothing here refuses: what is in the journal happened.

use std::collections::BTreeMap;

use super::command::Place;
use super::end::{End, Terms};
use super::event::{Event, Reseated, SegmentHeld};
use super::part::Part;
use super::payment::{Payment, Refund, RefundCause};
use super::state::{
    Booking, HoldOrigin, Leg, LegState, Placed, Rest, SeatChange, SeatProgress, Settlement, Stage,
};
use super::step::find;
use crate::fare::Price;
use crate::ids::{FlightId, PassengerId, Version};
use crate::money::Money;
use crate::party::{Passenger, TravellerType};
use crate::payment::RefundNumber;
use crate::plan::SeatNumber;
use crate::planted::{self, Bug};
use crate::time::Timestamp;

pub(super) fn evolve(booking: &mut Booking, event: &Event) {
    match (event, booking) {
        (Event::Placed { place, at }, booking) => {
            *booking = Booking::Placed(Box::new(Placed::begun(place, *at)));
        }
        (event, Booking::Placed(placed)) => placed.take_in(event),
        (event, Booking::Unplaced) => unreachable!("{event:?} before the booking was placed"),
    }
}

impl Placed {
    fn begun(place: &Place, at: Timestamp) -> Self {
        let flights =
            |slice: &Vec<super::PlannedSegment>| slice.iter().map(|segment| segment.flight).collect();
        let segments = place.slices.iter().flatten();
        Self {
            booking: place.booking,
            locator: place.locator,
            customer: place.customer.clone(),
            made_by: place.made_by.clone(),
            kind: place.kind,
            class: place.class,
            people: place.people,
            created: at,
            until: place.until,
            slices: place.slices.iter().map(flights).collect(),
            stage: Stage::Holding,
            settlement: None,
            payment: None,
            quote: None,
            part: None,
            kept: None,
            declined: None,
            legs: segments.map(|segment| (segment.flight, Leg::planned(segment))).collect(),
            step: Version::EMPTY.next(),
        }
    }

    pub(super) fn take_in(&mut self, event: &Event) {
        if !is_note(event) {
            self.step = self.step.next();
        }
        let step = self.step;
        match event {
            Event::Placed { .. } => unreachable!("the fold makes the booking of it"),
            Event::SegmentHeld(held) => self.hold(held),
            Event::SegmentUnclear { flight } => self.leg_mut(*flight).state = LegState::Held,
            Event::SegmentDeclined(declined) => self.declined = Some(declined.clone()),
            Event::SegmentTroubled { flight, trouble } => self.leg_mut(*flight).trouble = Some(*trouble),
            Event::HeldDeclared { .. } => self.stage = Stage::Held,
            Event::LettingGoBegan { towards } => self.begin_letting_go(towards),
            Event::SegmentReleased { flight } | Event::SegmentCancelled { flight } => {
                self.leg_mut(*flight).state = LegState::Released;
            }
            Event::PayingStarted { fence, settlement, amount, at } => {
                self.stage = Stage::Paying { fence: *fence };
                self.settlement = Some(settlement.clone());
                if let (Settlement::Card { provider, .. }, Some(amount), Some(at)) = (settlement, amount, at)
                {
                    self.payment = Some(Payment::begun(provider.clone(), *amount, *at));
                }
                (self.declined, self.quote) = (None, None);
            }
            Event::SegmentFenced { flight } => self.leg_mut(*flight).state = LegState::Fenced,
            Event::SegmentSecured { flight } => self.leg_mut(*flight).state = LegState::Secured,
            Event::SegmentFlown { flight } => self.leg_mut(*flight).state = LegState::Flown,
            Event::Confirmed => self.stage = Stage::Confirmed,
            Event::CancellationQuoted(quote) => (self.quote, self.part) = (Some(*quote), None),
            Event::PartQuoted { quote, part } => (self.quote, self.part) = (Some(*quote), Some(part.clone())),
            Event::PartCancellationBegan { part, price, terms, .. } => self.begin_part(part, *price, *terms),
            Event::PartGivenBack { flight } => self.part_leaves(*flight),
            Event::PartStays { flight } => drop(self.part_asked().insert(*flight, false)),
            Event::PartCancelled { terms } => self.end_part(*terms),
            Event::CancellationBegan { by, reason, terms } => {
                self.stage = Stage::Cancelling { by: *by, reason: reason.clone(), terms: *terms };
                self.declined = None;
            }
            Event::CancellationDeclined(declined) => {
                self.stage = Stage::Confirmed;
                self.declined = Some(declined.clone());
            }
            Event::SeatChangeBegan { moves } => self.begin_seats(moves),
            Event::SeatsTried(seated) => self.try_seats(seated),
            Event::SeatsMoved(seated) => {
                self.leg_mut(seated.flight).reseat(seated);
                self.change_mut(seated.flight).progress = SeatProgress::Over;
            }
            Event::SeatsKept { flight } => self.change_mut(*flight).progress = SeatProgress::Over,
            Event::SeatsUndone { flight } => self.undo_seats(*flight),
            Event::SeatChangeDone | Event::SeatChangeUndone => self.stage = self.rest(),
            Event::Ended(end) => self.stage = Stage::Ended(end.clone()),
            Event::ClosingBegan { towards, until } => self.close(towards, *until),
            Event::PayingResumed => self.resume(),
            Event::PaidLate { fence } => self.want_again(*fence),
            Event::PaymentAsked(asked) => self.payment_mut().ask(asked, step),
            Event::PaymentSeen { payment, at } => self.payment_mut().see(payment, *at),
            Event::PaymentDeclined { reason, at } => self.payment_mut().decline(*reason, *at),
            Event::PaymentRefused { why, at } => self.payment_mut().refuse(*why, *at),
            Event::PaymentKeySpent => self.payment_mut().ask_anew(step),
            Event::PaymentHinted => self.payment_mut().look_due = true,
            Event::RefundBegan { refund, amount, cause } => self.begin_refund(*refund, *amount, cause),
            Event::RefundSeen { refund, stage, at } => self.payment_mut().see_refund(*refund, *stage, *at),
        }
    }

    /// What was quoted before may be more than what is left now.
    fn begin_refund(&mut self, number: RefundNumber, amount: Money, cause: &RefundCause) {
        (self.quote, self.part) = (None, None);
        let payment = self.payment_mut();
        payment.refunds.push(Refund::begun(number, amount, cause));
        payment.owed.take_if(|_| *cause == RefundCause::PartCancelled);
    }

    fn payment_mut(&mut self) -> &mut Payment {
        self.payment.as_mut().expect("events of a payment come after it began")
    }

    fn begin_part(&mut self, part: &Part, price: Price, terms: Terms) {
        self.stage = Stage::CancellingPart { part: part.clone(), price, terms, asked: BTreeMap::new() };
        (self.declined, self.quote, self.part) = (None, None, None);
    }

    fn part_asked(&mut self) -> &mut BTreeMap<FlightId, bool> {
        let Stage::CancellingPart { asked, .. } = &mut self.stage else {
            unreachable!("a part leaves in the cancellation of a part")
        };
        asked
    }

    fn part_leaves(&mut self, flight: FlightId) {
        self.part_asked().insert(flight, true);
        let Stage::CancellingPart { part, .. } = &self.stage else { return };
        let part = part.clone();
        self.leg_mut(flight).leave(&part);
    }

    fn end_part(&mut self, terms: Terms) {
        self.stage = Stage::Confirmed;
        let kept = self.kept.map_or(0, Money::minor) + terms.fees.minor();
        self.kept = Some(Money::from_minor(kept, terms.fees.currency()));
        if let Some(payment) = &mut self.payment {
            payment.owed = (terms.refund.minor() > 0).then_some(terms.refund);
        }
    }

    fn begin_letting_go(&mut self, towards: &End) {
        self.stage = Stage::LettingGo { from: self.status(), towards: towards.clone() };
        if let Some(payment) = self.payment.as_mut().filter(|_| planted::on(Bug::OrderDropped)) {
            payment.errand = None;
        }
    }

    /// Whatever the provider was asked before gives way: once a payment is cancelled, nothing of it can happen any more.
    fn close(&mut self, towards: &End, until: Timestamp) {
        let Stage::Paying { fence } = self.stage else { unreachable!("what is paid is given up") };
        self.stage = Stage::Closing { towards: towards.clone(), until, fence };
        if let Some(payment) = &mut self.payment {
            payment.errand = None;
        }
    }

    fn resume(&mut self) {
        let Stage::Closing { fence, .. } = self.stage else { unreachable!("what was given up is resumed") };
        self.stage = Stage::Paying { fence };
    }

    /// The same places as before, at the same fares.
    fn want_again(&mut self, fence: Timestamp) {
        self.stage = Stage::Paying { fence };
        self.declined = None;
        self.legs.values_mut().for_each(Leg::want_again);
        if let Some(payment) = &mut self.payment {
            payment.late = true;
        }
    }

    fn hold(&mut self, held: &SegmentHeld) {
        let leg = self.leg_mut(held.flight);
        leg.state = LegState::Held;
        leg.holds.clone_from(&held.holds);
        leg.passengers.clone_from(&held.passengers);
        leg.prices.clone_from(&held.prices);
        leg.passage = held.passage;
    }

    fn leg_mut(&mut self, flight: FlightId) -> &mut Leg {
        self.legs.get_mut(&flight).expect("events name segments that the booking has")
    }

    fn try_seats(&mut self, seated: &Reseated) {
        let leg = self.leg_mut(seated.flight);
        let (passengers, prices) = (leg.passengers.clone(), leg.prices.clone());
        leg.reseat(seated);
        self.change_mut(seated.flight).progress = SeatProgress::Tried { passengers, prices };
    }

    fn undo_seats(&mut self, flight: FlightId) {
        let progress = std::mem::replace(&mut self.change_mut(flight).progress, SeatProgress::Over);
        if let SeatProgress::Tried { passengers, prices } = progress {
            let leg = self.leg_mut(flight);
            (leg.passengers, leg.prices) = (passengers, prices);
        }
    }

    fn begin_seats(&mut self, moves: &BTreeMap<FlightId, Vec<(PassengerId, SeatNumber)>>) {
        let back = if matches!(self.stage, Stage::Held) { Rest::Held } else { Rest::Confirmed };
        let asked = |moves: &Vec<_>| SeatChange { moves: moves.clone(), progress: SeatProgress::Asked };
        let changes = moves.iter().map(|(flight, moves)| (*flight, asked(moves))).collect();
        self.stage = Stage::ChangingSeats { back, changes };
        self.declined = None;
    }

    fn change_mut(&mut self, flight: FlightId) -> &mut SeatChange {
        let Stage::ChangingSeats { changes, .. } = &mut self.stage else {
            unreachable!("seats change in a change of seats")
        };
        changes.get_mut(&flight).expect("events name departures of the change")
    }

    fn rest(&self) -> Stage {
        let Stage::ChangingSeats { back, .. } = &self.stage else {
            unreachable!("a change of seats ends once")
        };
        match back {
            Rest::Held => Stage::Held,
            Rest::Confirmed => Stage::Confirmed,
        }
    }
}

impl Leg {
    fn leave(&mut self, part: &Part) {
        self.passengers.retain(|passenger| !part.has(passenger.id));
        self.prices.retain(|price| !part.has(price.passenger));
        if self.passengers.is_empty() {
            self.state = LegState::Released;
        }
    }

    fn want_again(&mut self) {
        let adult = |passenger: &&Passenger| passenger.kind == TravellerType::Adult;
        let adult = self.passengers.iter().find(adult).map(|passenger| passenger.id);
        let fare = self.prices.iter().find(|price| Some(price.passenger) == adult).map(|price| price.fare);
        self.promised = fare.or(self.promised);
        (self.state, self.origin, self.trouble) = (LegState::Wanted, HoldOrigin::Acquired, None);
        self.holds.clear();
    }

    fn reseat(&mut self, seated: &Reseated) {
        for step in &seated.moves {
            find(&mut self.passengers, step.passenger).expect("who moves is on the segment").seat =
                Some(step.to);
        }
        for new in &seated.prices {
            let known = self.prices.iter_mut().filter(|price| price.passenger == new.passenger);
            known.for_each(|price| *price = *new);
        }
    }
}

/// What is noted while a step may be open, and so must not change what is asked.
const fn is_note(event: &Event) -> bool {
    matches!(event, Event::SegmentTroubled { .. } | Event::PaymentHinted)
}
