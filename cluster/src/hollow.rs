//! A door with nobody behind it: holds are answered where they knock, and kept nowhere.
//!
//! For measurements. A request passes everything that clients pass (the connection, signing in, its name, its JSON, the
//! answer), but no actor and no disk, so that what those two cost can be told from what the facade costs. A build
//! of the product has none of this unless the feature `hollow` is asked for, and one that has it is good for
//! nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "hollow")]
use actors::engine::{Engine, Router as _, Unserved, stream_of};
use actors::engine::{Told, Verdict};
use actors::entity::Request;
use domain::fare::Fare;
use domain::flight::{Command, Event, Flight, HoldSeats, SeatChoice, SeatsHeld, Term};
#[cfg(feature = "hollow")]
use domain::ids::FlightId;
use domain::ids::{HoldNumber, Version};
use domain::money::{Currency, Money};
use domain::time::Timestamp;

/// Rows that were never written.
static ROWS: AtomicU64 = AtomicU64::new(1_000);

/// Answers a hold or a release here, and passes everything else on.
#[cfg(feature = "hollow")]
pub(crate) async fn ask(
    engine: &Engine,
    flight: FlightId,
    request: Request<Command>,
) -> Result<Told<Flight>, Unserved> {
    match answer(&request) {
        Some(told) => Ok(told),
        None => engine.flights().ask(stream_of(flight), request).await,
    }
}

/// The answer that a departure would give to a hold or a release if it had room; `None` for all other commands.
fn answer(request: &Request<Command>) -> Option<Told<Flight>> {
    let version = Version::new(ROWS.fetch_add(1, Ordering::Relaxed));
    let verdict = match &request.command {
        Command::HoldSeats(wish) => {
            let now = request.deadline.unwrap_or(Timestamp::EPOCH);
            let events = Arc::new([Event::SeatsHeld(held(wish, version, now))]);
            Verdict::Accepted { version, events }
        }
        Command::ReleaseHold(_) => Verdict::AlreadySo { version },
        _ => return None,
    };
    Some(Told { verdict, replayed: false })
}

fn held(wish: &HoldSeats, row: Version, now: Timestamp) -> SeatsHeld {
    let dollars = |cents| Money::from_minor(cents, Currency::USD);
    let seats = match &wish.seats {
        SeatChoice::Exact(seats) | SeatChoice::ExactAndBest(seats, _) => seats.clone(),
        SeatChoice::Best(_) | SeatChoice::Later => Vec::new(),
    };
    let until = match wish.term {
        Term::For(ttl) => now + ttl,
        Term::Until(until) => until,
    };
    SeatsHeld {
        hold: HoldNumber::made_by(row),
        holder: wish.holder.principal.clone(),
        class: wish.class,
        places: wish.places,
        seats,
        party: wish.party,
        created: now,
        until,
        fare: Fare { base: dollars(19_900), taxes: dollars(2_052) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flight::{Holder, HolderKind};
    use domain::plan::CabinClass;
    use std::time::Duration;

    fn asked(command: Command) -> Request<Command> {
        let deadline = Some(Timestamp::EPOCH + Duration::from_secs(5));
        Request { key: None, remember_refusal: false, deadline, command }
    }

    #[test]
    fn a_hold_gets_the_seats_that_it_names() {
        let holder = Holder { principal: "ann".parse().unwrap(), kind: HolderKind::Customer };
        let told = answer(&asked(Command::HoldSeats(HoldSeats {
            holder,
            class: CabinClass::Economy,
            places: 1,
            seats: SeatChoice::Exact(vec!["12A".parse().unwrap()]),
            party: None,
            term: Term::For(Duration::from_secs(600)),
            booking: None,
        })));
        let Some(Told { verdict: Verdict::Accepted { version, events }, replayed: false }) = told else {
            panic!("{told:?}")
        };
        let [Event::SeatsHeld(held)] = &events[..] else { panic!("{events:?}") };
        assert_eq!((held.hold.row(), held.seats[0].to_string()), (version, "12A".to_owned()));
        assert_eq!(held.until, Timestamp::EPOCH + Duration::from_secs(605));
    }

    #[test]
    fn what_is_no_hold_goes_to_its_departure() {
        assert!(answer(&asked(Command::LapseDue)).is_none());
    }
}
