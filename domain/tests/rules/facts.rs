//! What may stand in a row, in the words of the tables.

use std::time::Duration;

use domain::flight::{BlockReason, EndReason, Event, OpenSale, SeatMove, SeatsHeld, Status, StatusChanged};
use domain::ids::{BookingId, Version};
use domain::party::{Party, Passenger};
use domain::plan::CabinClass;
use domain::time::Timestamp;

use crate::language::{Story, Who, any_fare, at, passenger, sale_of, seat, seats};

/// How long the tables hold when nothing else is said.
pub const USUAL_TERM: Duration = Duration::from_secs(15 * 60);

type Written = Box<dyn Fn(&Story, Version) -> Event>;

/// An event that may name holds of the story.
pub enum Fact {
    /// A hold, to which more may be said.
    Held(HeldFact),
    /// Anything else.
    Other(Written),
}

/// See [`seats_held`] and [`places_held`].
pub struct HeldFact {
    who: Who,
    class: CabinClass,
    places: u8,
    seats: &'static str,
    party: Option<Party>,
    created: Timestamp,
    until: Timestamp,
}

impl Fact {
    fn of(event: Event) -> Self {
        Self::Other(Box::new(move |_, _| event.clone()))
    }

    /// The event, as the next row of the story.
    pub fn event(&self, story: &Story) -> Event {
        self.event_in_row(story, story.row().next())
    }

    pub fn event_in_row(&self, story: &Story, row: Version) -> Event {
        match self {
            Self::Other(written) => written(story, row),
            Self::Held(held) => Event::SeatsHeld(SeatsHeld {
                hold: domain::ids::HoldNumber::made_by(row),
                holder: held.who.principal(),
                class: held.class,
                places: held.places,
                seats: seats(held.seats),
                party: held.party,
                created: held.created,
                until: held.until,
                fare: any_fare(),
            }),
        }
    }

    fn saying(self, more: impl FnOnce(&mut HeldFact)) -> Self {
        let Self::Held(mut held) = self else { panic!("only holds have more to say") };
        more(&mut held);
        Self::Held(held)
    }

    /// When the hold was made: a quarter of an hour before its end, unless this says otherwise.
    pub fn since(self, created: Timestamp) -> Self {
        self.saying(|held| held.created = created)
    }

    /// How many places it has, when that is more than its seats.
    pub fn of_places(self, places: u8) -> Self {
        self.saying(|held| held.places = places)
    }

    pub fn in_first(self) -> Self {
        self.saying(|held| held.class = CabinClass::First)
    }

    pub fn travelling(self, adults: u8, children: u8, infants: u8) -> Self {
        self.saying(|held| held.party = Some(Party { adults, children, infants }))
    }
}

pub fn sale_opened(layout: &'static str) -> Fact {
    Fact::of(Event::SaleOpened(sale_of(layout)))
}

pub fn sale_opened_with_sold(layout: &'static str, sold: &str) -> Fact {
    Fact::of(Event::SaleOpened(OpenSale { sold_elsewhere: seats(sold), ..sale_of(layout) }))
}

pub fn seats_held(seats: &'static str, who: Who, until: Timestamp) -> Fact {
    let places = u8::try_from(seats.split_whitespace().count()).expect("a hold is small");
    let created = until.minus(USUAL_TERM);
    Fact::Held(HeldFact { who, class: CabinClass::Economy, places, seats, party: None, created, until })
}

/// Places whose seats are to be chosen later.
pub fn places_held(places: u8, who: Who, until: Timestamp) -> Fact {
    seats_held("", who, until).of_places(places)
}

pub fn hold_extended(hold: &'static str, until: Timestamp) -> Fact {
    Fact::Other(Box::new(move |story, _| Event::HoldExtended { hold: story.hold(hold), until }))
}

pub fn hold_released(hold: &'static str) -> Fact {
    Fact::Other(Box::new(move |story, _| Event::HoldReleased { hold: story.hold(hold) }))
}

pub fn hold_lapsed(hold: &'static str) -> Fact {
    Fact::Other(Box::new(move |story, _| Event::HoldLapsed { hold: story.hold(hold) }))
}

pub fn hold_ended(hold: &'static str, reason: EndReason) -> Fact {
    Fact::Other(Box::new(move |story, _| Event::HoldEnded { hold: story.hold(hold), reason }))
}

pub fn holds_claimed<const H: usize, const P: usize>(
    holds: [&'static str; H],
    booking: BookingId,
    passengers: [Passenger; P],
    until: Timestamp,
) -> Fact {
    Fact::Other(Box::new(move |story, _| Event::HoldsClaimed {
        booking,
        holds: holds.iter().map(|hold| story.hold(hold)).collect(),
        passengers: passengers.to_vec(),
        until,
        prices: Vec::new(),
        passage: None,
    }))
}

pub fn claim_returned(booking: BookingId) -> Fact {
    Fact::of(Event::ClaimReturned { booking })
}

pub fn claim_released(booking: BookingId) -> Fact {
    Fact::of(Event::ClaimReleased { booking })
}

pub fn paying_started(booking: BookingId, fence: Timestamp) -> Fact {
    Fact::of(Event::PayingStarted { booking, fence })
}

pub fn places_sold(booking: BookingId) -> Fact {
    Fact::of(Event::PlacesSold { booking })
}

pub fn places_cancelled<const N: usize>(booking: BookingId, leaving: [u8; N]) -> Fact {
    Fact::of(Event::PlacesCancelled { booking, passengers: leaving.map(passenger).to_vec() })
}

/// One step of [`seats_changed`].
#[derive(Clone, Copy)]
pub struct Step {
    who: u8,
    from: Option<&'static str>,
    to: &'static str,
    hold: Option<&'static str>,
}

/// From the empty text: the passenger had no seat.
pub fn moves(who: u8, from: &'static str, to: &'static str) -> Step {
    Step { who, from: (!from.is_empty()).then_some(from), to, hold: None }
}

impl Step {
    /// Which hold pins the new seat, while the booking is not sold.
    pub fn pinned_by(self, hold: &'static str) -> Self {
        Self { hold: Some(hold), ..self }
    }

    fn in_story(&self, story: &Story) -> SeatMove {
        SeatMove {
            passenger: passenger(self.who),
            from: self.from.map(seat),
            to: seat(self.to),
            hold: self.hold.map(|hold| story.hold(hold)),
        }
    }
}

pub fn seats_changed<const N: usize>(booking: BookingId, steps: [Step; N]) -> Fact {
    Fact::Other(Box::new(move |story, _| {
        let moves = steps.iter().map(|step| step.in_story(story)).collect();
        Event::SeatsChanged { booking, moves, prices: Vec::new() }
    }))
}

pub fn seats_tried<const N: usize>(booking: BookingId, steps: [Step; N]) -> Fact {
    Fact::Other(Box::new(move |story, _| {
        let moves = steps.iter().map(|step| step.in_story(story)).collect();
        Event::SeatsTried { booking, moves, prices: Vec::new() }
    }))
}

pub fn seats_kept(booking: BookingId, opened: &str) -> Fact {
    Fact::of(Event::SeatsKept { booking, opened: seats(opened) })
}

pub fn seats_undone<const N: usize>(booking: BookingId, steps: [Step; N]) -> Fact {
    Fact::Other(Box::new(move |story, _| {
        let moves = steps.iter().map(|step| step.in_story(story)).collect();
        Event::SeatsUndone { booking, moves }
    }))
}

pub fn seats_blocked(numbers: &str, reason: BlockReason) -> Fact {
    Fact::of(Event::SeatsBlocked { seats: seats(numbers), reason })
}

pub fn seats_unblocked(numbers: &str) -> Fact {
    Fact::of(Event::SeatsUnblocked { seats: seats(numbers) })
}

pub fn seats_sold_elsewhere(numbers: &str) -> Fact {
    Fact::of(Event::SeatsSoldElsewhere { seats: seats(numbers) })
}

pub fn seats_returned_elsewhere(numbers: &str) -> Fact {
    Fact::of(Event::SeatsReturnedElsewhere { seats: seats(numbers) })
}

/// The status alone changed.
pub fn status_changed(status: Status) -> Fact {
    times_changed(status, "18:00", "21:00")
}

pub fn times_changed(status: Status, departs: &str, arrives: &str) -> Fact {
    let (departs, arrives) = (at(departs), at(arrives));
    Fact::of(Event::StatusChanged(StatusChanged { status, reason: None, departs, arrives, gate: None }))
}

pub fn gate_named(status: Status, gate: &str, reason: Option<&str>) -> Fact {
    Fact::of(Event::StatusChanged(StatusChanged {
        status,
        reason: reason.map(str::to_owned),
        departs: at("18:00"),
        arrives: at("21:00"),
        gate: Some(gate.to_owned()),
    }))
}
