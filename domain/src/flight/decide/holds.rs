//! Holding, extending and releasing.

use std::time::Duration;

use super::{find_seats, numbers, places, prices, require_free, seating};
use crate::aggregate::Turn;
use crate::fare::{self, Fare, Load};
use crate::flight::command::{BookingParty, ExtendHold, HoldSeats, ReleaseHold, SeatChoice, Term};
use crate::flight::event::{Event, SeatsHeld};
use crate::flight::limits;
use crate::flight::rejection::{Rejection, allowance};
use crate::flight::state::{Departure, Hold, Stage, Status};
use crate::ids::{HoldNumber, PrincipalId};
use crate::party::{self, Party};
use crate::pick::{self, Choice, Preferences};
use crate::plan::{CabinClass, SeatIndex};
use crate::planted::{self, Bug};
use crate::time::Timestamp;

pub(super) fn hold_seats(
    departure: &Departure,
    asked: &HoldSeats,
    turn: Turn,
) -> Result<Vec<Event>, Rejection> {
    if let Some(answer) = answered_by_state(departure, asked) {
        return answer;
    }
    require_on_sale(departure, turn.now)?;
    let party = acceptable_party(asked)?;
    let until = deadline(asked.term, turn.now)?;
    require_allowance(departure, asked)?;
    let seats = choose(departure, asked, seating_party(asked, party).as_ref())?;
    let held = SeatsHeld {
        hold: HoldNumber::made_by(turn.version),
        holder: asked.holder.principal.clone(),
        class: asked.class,
        places: asked.places,
        seats: numbers(departure, &seats),
        party,
        created: turn.now,
        until,
        fare: acceptable_fare(departure, asked, turn.now)?,
    };
    match &asked.booking {
        None => Ok(vec![Event::SeatsHeld(held)]),
        Some(booking) => held_for_booking(departure, held, booking),
    }
}

/// A booking's repeated step is answered by what the departure shows.
fn answered_by_state(departure: &Departure, asked: &HoldSeats) -> Option<Result<Vec<Event>, Rejection>> {
    let booking = asked.booking.as_ref()?.booking;
    if departure.sale(booking).is_some() {
        return Some(Err(Rejection::AlreadySold { booking }));
    }
    departure.claim(booking).map(|_| Ok(Vec::new()))
}

fn held_for_booking(
    departure: &Departure,
    held: SeatsHeld,
    party: &BookingParty,
) -> Result<Vec<Event>, Rejection> {
    let pinned = find_seats(departure, &held.seats, Some(held.class))?;
    let passengers = seating::seated(departure, &party.passengers, &pinned)?;
    let claimed = Event::HoldsClaimed {
        booking: party.booking,
        holds: vec![held.hold],
        prices: prices::at_one_fare(departure, &passengers, held.fare),
        passage: Some(departure.passage()),
        passengers,
        until: held.until,
    };
    Ok(vec![Event::SeatsHeld(held), claimed])
}

pub(super) fn require_on_sale(departure: &Departure, now: Timestamp) -> Result<(), Rejection> {
    let closed = departure.sale_closes();
    let open = match departure.status {
        Status::Scheduled | Status::Delayed => now < closed,
        Status::Boarding | Status::Departed | Status::Arrived | Status::Cancelled => false,
    };
    if open { Ok(()) } else { Err(Rejection::SaleClosed { closed }) }
}

/// Who travels, as far as the command says, when that is a party that may travel and fits the places.
fn acceptable_party(asked: &HoldSeats) -> Result<Option<Party>, Rejection> {
    if !(1..=limits::HOLD_PLACES_MAX).contains(&asked.places) {
        return Err(Rejection::unacceptable(
            "places",
            format!("hold 1 to {} places", limits::HOLD_PLACES_MAX),
        ));
    }
    let of_booking = asked.booking.as_ref().map(|booking| party::party_of(&booking.passengers));
    let Some(party) = of_booking.or(asked.party) else { return Ok(None) };
    if party.seated() != asked.places {
        return Err(Rejection::unacceptable("travellers", "name one adult or child for each place"));
    }
    let breaches = party::breaches_of_party(&party);
    if breaches.is_empty() { Ok(Some(party)) } else { Err(Rejection::SeatRules { breaches }) }
}

/// The party as seats are chosen for it.
fn seating_party(asked: &HoldSeats, party: Option<Party>) -> Option<Party> {
    let of_booking = asked.booking.as_ref().map(|booking| party::seating_party_of(&booking.passengers));
    of_booking.or(party)
}

fn deadline(term: Term, now: Timestamp) -> Result<Timestamp, Rejection> {
    match term {
        Term::For(ttl) => acceptable_ttl(ttl).map(|ttl| now + ttl),
        Term::Until(until) if now < until && until <= now + limits::HOLD_LIFE_MAX => Ok(until),
        Term::Until(_) => Err(Rejection::unacceptable("until", "name an instant within the next two hours")),
    }
}

fn acceptable_ttl(ttl: Duration) -> Result<Duration, Rejection> {
    if (limits::HOLD_TTL_MIN..=limits::HOLD_TTL_MAX).contains(&ttl) {
        return Ok(ttl);
    }
    let (least, most) = (limits::HOLD_TTL_MIN.as_secs(), limits::HOLD_TTL_MAX.as_secs());
    Err(Rejection::unacceptable("ttlSeconds", format!("hold for {least} to {most} seconds")))
}

fn require_allowance(departure: &Departure, asked: &HoldSeats) -> Result<(), Rejection> {
    let (holds_max, places_max) = allowance(asked.holder.kind);
    let keeping = departure.keeping(&asked.holder.principal);
    let within = keeping.holds < holds_max && keeping.places + u16::from(asked.places) <= places_max;
    if within { Ok(()) } else { Err(Rejection::hold_limit(holds_max, places_max)) }
}

/// The seats to pin, ascending: open, allowed to this party, and leaving room for everybody else.
fn choose(
    departure: &Departure,
    asked: &HoldSeats,
    party: Option<&Party>,
) -> Result<Vec<SeatIndex>, Rejection> {
    let sellable =
        departure.tally(asked.class).ok_or(Rejection::NoSuchCabin { class: asked.class })?.sellable();
    let wanted = named_seats(departure, asked)?;
    require_free(departure, &wanted, |seat| departure.is_open(seat))?;
    if u16::from(asked.places) > sellable {
        return Err(Rejection::CabinFull { class: asked.class, sellable });
    }
    let mut seats = match (&asked.seats, &asked.booking) {
        (SeatChoice::Best(wish), _) => best(departure, asked, &[], (asked.places, party, *wish))?,
        (SeatChoice::ExactAndBest(_, wish), Some(booking)) => {
            let waiting = places::waiting_party(&booking.passengers);
            if wanted.len() + usize::from(waiting.seated()) != usize::from(asked.places) {
                return Err(Rejection::unacceptable("seats", "name the seats that the passengers name"));
            }
            let mut rest = best(departure, asked, &wanted, (waiting.seated(), Some(&waiting), *wish))?;
            rest.extend(wanted);
            rest
        }
        (SeatChoice::Exact(_) | SeatChoice::Later, _) => wanted,
        (SeatChoice::ExactAndBest(..), None) => {
            return Err(Rejection::unacceptable("seats", "say who takes which seat"));
        }
    };
    seats.sort_unstable();
    let breaches = party::breaches_of_seats(&departure.plan, &seats, party);
    if !breaches.is_empty() {
        return Err(Rejection::SeatRules { breaches });
    }
    Ok(seats)
}

fn named_seats(departure: &Departure, asked: &HoldSeats) -> Result<Vec<SeatIndex>, Rejection> {
    match &asked.seats {
        SeatChoice::Exact(named) | SeatChoice::ExactAndBest(named, _)
            if named.len() > usize::from(asked.places) =>
        {
            Err(Rejection::unacceptable("seats", "name no more seats than places"))
        }
        SeatChoice::Exact(named) | SeatChoice::ExactAndBest(named, _) => {
            find_seats(departure, named, Some(asked.class))
        }
        SeatChoice::Best(_) | SeatChoice::Later => Ok(Vec::new()),
    }
}

/// The best open seats for so many of a party, beside those that are named for others.
fn best(
    departure: &Departure,
    asked: &HoldSeats,
    named: &[SeatIndex],
    (count, party, wish): (u8, Option<&Party>, Preferences),
) -> Result<Vec<SeatIndex>, Rejection> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let choice = Choice { plan: &departure.plan, class: asked.class, party };
    let open = |seat| departure.is_open(seat) && !named.contains(&seat);
    pick::best_available(&choice, open, count, wish).ok_or(Rejection::NoSuitableSeats { class: asked.class })
}

/// The fare that the booking was promised, or that of today.
fn acceptable_fare(departure: &Departure, asked: &HoldSeats, now: Timestamp) -> Result<Fare, Rejection> {
    let Some(promised) = asked.booking.as_ref().and_then(|booking| booking.fare) else {
        return Ok(fare_now(departure, asked.class, now));
    };
    let sold_in = departure.basis.currency;
    let sound =
        [promised.base, promised.taxes].iter().all(|part| part.currency() == sold_in && part.minor() >= 0);
    if sound {
        Ok(promised)
    } else {
        Err(Rejection::unacceptable("fare", format!("promise a fare in {}", sold_in.code())))
    }
}

/// The adult fare for one more place, at this load and this many days before departure.
fn fare_now(departure: &Departure, class: CabinClass, now: Timestamp) -> Fare {
    const MILLIS_A_DAY: u128 = 24 * 60 * 60 * 1_000;
    let tally = departure.tally(class).unwrap_or_default();
    let load = Load::of(u32::from(tally.held + tally.sold), u32::from(tally.authorised));
    let days = departure.departs.since(now).as_millis() / MILLIS_A_DAY;
    fare::adult(departure.basis, class, load, u32::try_from(days).unwrap_or(u32::MAX))
}

pub(super) fn extend(departure: &Departure, asked: &ExtendHold, turn: Turn) -> Result<Vec<Event>, Rejection> {
    let hold = find_loose(departure, asked.hold, &asked.by, turn)?;
    let ttl = acceptable_ttl(asked.ttl)?;
    let until = (turn.now + ttl).min(hold.created + limits::HOLD_LIFE_MAX);
    if until == hold.until {
        return Ok(Vec::new());
    }
    Ok(vec![Event::HoldExtended { hold: asked.hold, until }])
}

pub(super) fn release(
    departure: &Departure,
    asked: &ReleaseHold,
    turn: Turn,
) -> Result<Vec<Event>, Rejection> {
    find_loose(departure, asked.hold, &asked.by, turn)?;
    Ok(vec![Event::HoldReleased { hold: asked.hold }])
}

/// The live hold with this number, when it is `by`'s and in nobody else's hand.
pub(super) fn find_loose<'a>(
    departure: &'a Departure,
    number: HoldNumber,
    by: &PrincipalId,
    turn: Turn,
) -> Result<&'a Hold, Rejection> {
    let Some(hold) = departure.hold(number) else {
        return Err(why_not_live(departure, number, by, turn));
    };
    if hold.holder != *by {
        return Err(Rejection::NoSuchHold { hold: number });
    }
    match hold.stage {
        Stage::Loose => Ok(hold),
        Stage::Claimed { .. } if planted::on(Bug::HoldClaimedTwice) => Ok(hold),
        Stage::Claimed { booking, .. } => Err(Rejection::HoldBooked { hold: number, booking }),
    }
}

/// A number beyond the stream names nothing, and what a sale was made from is nothing to a stranger. Any
/// other number may have been a hold, and whose it was and how it ended stands in the journal.
fn why_not_live(departure: &Departure, number: HoldNumber, by: &PrincipalId, turn: Turn) -> Rejection {
    let sold_to = departure.sales().find(|(_, sale)| sale.holds.contains(&number));
    match sold_to {
        Some((booking, sale)) if sale.holder == *by => Rejection::HoldBooked { hold: number, booking },
        Some(_) => Rejection::NoSuchHold { hold: number },
        None if number.row() < turn.version => Rejection::HoldGone { hold: number },
        None => Rejection::NoSuchHold { hold: number },
    }
}
