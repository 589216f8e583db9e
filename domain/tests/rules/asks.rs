//! What may be asked, in the words of the tables.

use std::time::Duration;

use domain::flight::{
    BlockReason, BlockSeats, BookingParty, CancelPlaces, ChangeSeats, ChangeStatus, ClaimHolds, Command,
    ExtendHold, HoldSeats, NamedSeats, ReleaseHold, SeatChoice, StartPaying, Status, Term,
};
use domain::ids::BookingId;
use domain::party::{Party, Passenger};
use domain::pick::Preferences;
use domain::plan::CabinClass;
use domain::time::Timestamp;

use crate::facts::USUAL_TERM;
use crate::language::{Story, Who, at, passenger, sale_of, seat, seats};

/// A command that may name holds of the story.
pub struct Ask(Box<dyn Fn(&Story) -> Command>);

impl Ask {
    fn of(command: Command) -> Self {
        Self(Box::new(move |_| command.clone()))
    }

    pub fn command(&self, story: &Story) -> Command {
        (self.0)(story)
    }
}

/// A wish to hold, to which more may be said.
#[derive(Clone)]
pub struct HoldAsk(HoldSeats);

impl From<HoldAsk> for Ask {
    fn from(ask: HoldAsk) -> Self {
        Self::of(Command::HoldSeats(ask.0))
    }
}

fn hold_with(choice: SeatChoice, places: u8, who: Who) -> HoldAsk {
    HoldAsk(HoldSeats {
        holder: who.holder(),
        class: CabinClass::Economy,
        places,
        seats: choice,
        party: None,
        term: Term::For(USUAL_TERM),
        booking: None,
    })
}

/// Exactly these seats, for a quarter of an hour.
pub fn hold(numbers: &str, who: Who) -> HoldAsk {
    let named = seats(numbers);
    let places = u8::try_from(named.len()).expect("a hold is small");
    hold_with(SeatChoice::Exact(named), places, who)
}

/// So many places, whatever the seats.
pub fn hold_places(places: u8, who: Who) -> HoldAsk {
    hold_with(SeatChoice::Later, places, who)
}

/// The best seats that there are.
pub fn hold_best(places: u8, who: Who) -> HoldAsk {
    hold_with(SeatChoice::Best(Preferences::default()), places, who)
}

pub fn hold_together(places: u8, who: Who) -> HoldAsk {
    hold_with(SeatChoice::Best(Preferences { together: true, ..Preferences::default() }), places, who)
}

impl HoldAsk {
    pub fn of_places(mut self, places: u8) -> Self {
        self.0.places = places;
        self
    }

    pub fn in_cabin(mut self, class: CabinClass) -> Self {
        self.0.class = class;
        self
    }

    pub fn lasting(mut self, ttl: Duration) -> Self {
        self.0.term = Term::For(ttl);
        self
    }

    pub fn lasting_until(mut self, until: Timestamp) -> Self {
        self.0.term = Term::Until(until);
        self
    }

    pub fn travelling(mut self, adults: u8, children: u8, infants: u8) -> Self {
        self.0.party = Some(Party { adults, children, infants });
        self
    }

    pub fn for_booking<const N: usize>(mut self, booking: BookingId, passengers: [Passenger; N]) -> Self {
        self.0.booking = Some(BookingParty { booking, passengers: passengers.to_vec(), fare: None });
        self
    }
}

pub fn open_sale(layout: &str) -> Ask {
    Ask::of(Command::OpenSale(sale_of(layout)))
}

pub fn open_sale_with_sold(layout: &str, sold: &str) -> Ask {
    let sale_of = sale_of(layout);
    Ask::of(Command::OpenSale(domain::flight::OpenSale { sold_elsewhere: seats(sold), ..sale_of }))
}

pub fn open_sale_arriving(time: &str) -> Ask {
    let sale_of = sale_of(crate::language::SMALL);
    Ask::of(Command::OpenSale(domain::flight::OpenSale { arrives: at(time), ..sale_of }))
}

pub fn extend(hold: &'static str, who: Who, ttl: Duration) -> Ask {
    Ask(Box::new(move |story| {
        Command::ExtendHold(ExtendHold { hold: story.hold(hold), by: who.principal(), ttl })
    }))
}

pub fn release(hold: &'static str, who: Who) -> Ask {
    Ask(Box::new(move |story| {
        Command::ReleaseHold(ReleaseHold { hold: story.hold(hold), by: who.principal() })
    }))
}

/// A claim until 13:00.
pub fn claim<const H: usize, const P: usize>(
    holds: [&'static str; H],
    who: Who,
    booking: BookingId,
    passengers: [Passenger; P],
) -> Ask {
    claim_until(
        at("13:00"),
        holds,
        who,
        BookingParty { booking, passengers: passengers.to_vec(), fare: None },
    )
}

pub fn claim_until<const H: usize>(
    until: Timestamp,
    holds: [&'static str; H],
    who: Who,
    party: BookingParty,
) -> Ask {
    Ask(Box::new(move |story| {
        Command::ClaimHolds(ClaimHolds {
            holds: holds.iter().map(|hold| story.hold(hold)).collect(),
            by: who.principal(),
            party: party.clone(),
            until,
        })
    }))
}

pub fn return_claim(booking: BookingId) -> Ask {
    Ask::of(Command::ReturnClaim { booking })
}

pub fn release_claim(booking: BookingId) -> Ask {
    Ask::of(Command::ReleaseClaim { booking })
}

pub fn start_paying(booking: BookingId, fence: Timestamp) -> Ask {
    Ask::of(Command::StartPaying(StartPaying { booking, fence }))
}

pub fn confirm(booking: BookingId) -> Ask {
    Ask::of(Command::Confirm { booking })
}

pub fn cancel_places<const N: usize>(booking: BookingId, leaving: [u8; N]) -> Ask {
    Ask::of(Command::CancelPlaces(CancelPlaces { booking, passengers: leaving.map(passenger).to_vec() }))
}

pub fn change_seats<const N: usize>(booking: BookingId, moves: [(u8, &str); N]) -> Ask {
    let moves = moves.iter().map(|(who, to)| (passenger(*who), seat(to))).collect();
    Ask::of(Command::ChangeSeats(ChangeSeats { booking, moves }))
}

pub fn try_seats<const N: usize>(booking: BookingId, moves: [(u8, &str); N]) -> Ask {
    let moves = moves.iter().map(|(who, to)| (passenger(*who), seat(to))).collect();
    Ask::of(Command::TrySeats(ChangeSeats { booking, moves }))
}

pub fn keep_seats(booking: BookingId) -> Ask {
    Ask::of(Command::KeepSeats { booking })
}

pub fn undo_seats(booking: BookingId) -> Ask {
    Ask::of(Command::UndoSeats { booking })
}

pub fn undo_sale(booking: BookingId) -> Ask {
    Ask::of(Command::UndoSale { booking })
}

pub fn assign_seats(booking: BookingId) -> Ask {
    Ask::of(Command::AssignSeats { booking, wish: Preferences::default() })
}

pub fn assign_seats_together(booking: BookingId) -> Ask {
    let wish = Preferences { together: true, ..Preferences::default() };
    Ask::of(Command::AssignSeats { booking, wish })
}

pub fn block(numbers: &str, reason: BlockReason) -> Ask {
    Ask::of(Command::BlockSeats(BlockSeats { seats: seats(numbers), reason }))
}

pub fn unblock(numbers: &str) -> Ask {
    Ask::of(Command::UnblockSeats(NamedSeats { seats: seats(numbers) }))
}

pub fn sell_elsewhere(numbers: &str) -> Ask {
    Ask::of(Command::SellElsewhere(NamedSeats { seats: seats(numbers) }))
}

pub fn return_elsewhere(numbers: &str) -> Ask {
    Ask::of(Command::ReturnElsewhere(NamedSeats { seats: seats(numbers) }))
}

pub fn lapse_due() -> Ask {
    Ask::of(Command::LapseDue)
}

/// A word from operations, to which more may be said.
#[derive(Clone)]
pub struct StatusAsk(ChangeStatus);

impl From<StatusAsk> for Ask {
    fn from(ask: StatusAsk) -> Self {
        Self::of(Command::ChangeStatus(ask.0))
    }
}

pub fn change_status(status: Status) -> StatusAsk {
    StatusAsk(ChangeStatus { status, reason: None, departs: None, arrives: None, gate: None })
}

impl StatusAsk {
    pub fn departing(mut self, departs: Timestamp) -> Self {
        self.0.departs = Some(departs);
        self
    }

    pub fn arriving(mut self, arrives: Timestamp) -> Self {
        self.0.arrives = Some(arrives);
        self
    }

    pub fn at_gate(mut self, gate: &str) -> Self {
        self.0.gate = Some(gate.to_owned());
        self
    }

    pub fn because(mut self, reason: &str) -> Self {
        self.0.reason = Some(reason.to_owned());
        self
    }
}
