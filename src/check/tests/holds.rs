//! Mistakes in who has a seat and how holds live.

use domain::aggregate::{Aggregate as _, Turn};
use domain::flight::{BlockReason, Event, Flight, SeatMove, SeatsHeld};
use domain::ids::{PassengerId, Version};
use domain::plan::SeatNumber;

use super::stage::{JONES, Journal, SMITH, at, finds, finds_only, hold_number, long, seat};
use crate::check::lateness::Lateness;
use crate::check::ledger::Ledger;

/// What the appended row 18 is found to do.
fn appended(minute: u64, event: Event, what: &str) {
    finds(|journal| journal.append(minute, &[event]), &format!("{} row 18: {what}", long()));
}

fn held(journal: &mut Journal, version: u64) -> SeatsHeld {
    let events: Vec<Event> = serde_json::from_str(&journal.row(version).body).unwrap();
    let Some(Event::SeatsHeld(held)) = events.into_iter().next() else { panic!("row {version} holds") };
    held
}

/// Spoils the hold that a row makes.
fn spoilt(journal: &mut Journal, version: u64, spoil: impl FnOnce(&mut SeatsHeld)) {
    let mut spoilt = held(journal, version);
    spoil(&mut spoilt);
    journal.edit(version, |events| events[0] = Event::SeatsHeld(spoilt));
}

#[test]
fn a_seat_with_two_live_holders_is_found() {
    finds(
        |journal| spoilt(journal, 17, |held| held.seats = vec![seat("17A")]),
        "row 17: gives seat 17A to hold 17, but hold 16 has it",
    );
    finds(
        |journal| spoilt(journal, 17, |held| held.seats = vec![seat("12A")]),
        "row 17: gives seat 12A to hold 17, but passenger 1 of booking 00000000000000000000000000000051 has it",
    );
    finds(
        |journal| spoilt(journal, 17, |held| held.seats = vec![seat("19A")]),
        "row 17: gives seat 19A to hold 17, but the airline has it",
    );
}

#[test]
fn a_held_seat_that_is_blocked_or_sold_elsewhere_is_found() {
    let seats = vec![seat("17A")];
    let blocked = Event::SeatsBlocked { seats: seats.clone(), reason: BlockReason::Crew };
    appended(22, blocked, "gives seat 17A to the airline, but hold 16 has it");
    let sold = Event::SeatsSoldElsewhere { seats };
    appended(22, sold, "gives seat 17A to the airline, but hold 16 has it");
}

#[test]
fn a_seat_that_is_taken_from_somebody_else_is_found() {
    let seats = vec![seat("17A")];
    let unblocked = Event::SeatsUnblocked { seats: seats.clone() };
    appended(22, unblocked, "takes seat 17A from the airline, but hold 16 has it");
    appended(
        22,
        Event::SeatsReturnedElsewhere { seats },
        "takes seat 17A from the airline, but hold 16 has it",
    );
}

#[test]
fn an_early_lapse_is_found() {
    appended(
        29,
        Event::HoldLapsed { hold: hold_number(16) },
        "lapses hold 16 at 2026-12-01T09:29:00.000Z, before its deadline 2026-12-01T09:30:00.000Z",
    );
}

#[test]
fn a_lapse_at_the_deadline_is_in_time() {
    let mut journal = Journal::sound();
    journal.append(30, &[Event::HoldLapsed { hold: hold_number(16) }]);
    journal.mend_lines();
    let report = journal.checked();
    assert!(report.is_sound(), "{report}");
}

#[test]
fn a_lapse_before_an_extended_deadline_is_found() {
    let longer = |events: &mut Vec<Event>| {
        events[0] = Event::HoldExtended { hold: hold_number(3), until: at(16) };
    };
    finds_only(|journal| journal.edit(4, longer), "row 13: lapses hold 3");
}

#[test]
fn a_lapse_before_the_deadline_of_its_booking_is_found() {
    finds(
        |journal| journal.row(14).at = at(15),
        "row 14: lapses hold 11 at 2026-12-01T09:15:00.000Z, before",
    );
}

#[test]
fn a_lapse_before_the_end_of_paying_is_found() {
    // The fence is at 13, and five minutes more are for the payment's last word.
    let paying = Event::PayingStarted { booking: JONES, fence: at(13) };
    finds_only(|journal| journal.edit(12, |events| events.push(paying)), "row 14: lapses hold 11 at");
}

#[test]
fn a_hold_that_ends_twice_is_found() {
    let gone = "but row 10 had released it";
    let hold = hold_number(9);
    appended(22, Event::HoldReleased { hold }, &format!("releases hold 9, {gone}"));
    appended(22, Event::HoldLapsed { hold }, &format!("lapses hold 9, {gone}"));
    let reason = domain::flight::EndReason::FlightDeparted;
    appended(22, Event::HoldEnded { hold, reason }, &format!("ends hold 9, {gone}"));
    appended(22, Event::HoldReleased { hold: hold_number(2) }, "releases hold 2, but row 7 had sold it");
    appended(22, Event::HoldReleased { hold: hold_number(3) }, "releases hold 3, but row 13 had lapsed it");
}

#[test]
fn what_happens_to_a_hold_after_its_end_is_found() {
    let (hold, until) = (hold_number(9), at(40));
    appended(22, Event::HoldExtended { hold, until }, "extends hold 9, but row 10 had released it");
    let claimed = Event::HoldsClaimed {
        booking: JONES,
        holds: vec![hold],
        passengers: Vec::new(),
        until,
        prices: Vec::new(),
        passage: None,
    };
    appended(22, claimed, "claims hold 9, but row 10 had released it");
}

#[test]
fn what_happens_to_a_hold_after_its_deadline_is_found() {
    let (hold, until) = (hold_number(16), at(50));
    appended(
        30,
        Event::HoldReleased { hold },
        "releases hold 16 at 2026-12-01T09:30:00.000Z, but its deadline was",
    );
    appended(30, Event::HoldExtended { hold, until }, "extends hold 16 at");
    let claimed = Event::HoldsClaimed {
        booking: JONES,
        holds: vec![hold],
        passengers: Vec::new(),
        until,
        prices: Vec::new(),
        passage: None,
    };
    appended(30, claimed, "claims hold 16 at");
}

#[test]
fn a_sale_after_the_deadline_is_found() {
    // Without paying, the claim of row 5 ends at 20, and the fence's five more minutes at 23.
    finds(|journal| (7..=17).for_each(|version| journal.row(version).at = at(23)), "row 7: sells hold 2 at");
}

#[test]
fn a_booking_that_acts_without_a_hold_is_found() {
    let booking = JONES;
    appended(22, Event::PlacesSold { booking }, &format!("booking {JONES} buys, but has no live hold"));
    appended(22, Event::ClaimReleased { booking }, &format!("booking {JONES} releases its claim, but has"));
    appended(22, Event::ClaimReturned { booking }, &format!("booking {JONES} returns its claim, but has"));
    let paying = Event::PayingStarted { booking, fence: at(30) };
    appended(22, paying, &format!("booking {JONES} starts paying, but has"));
}

#[test]
fn a_hold_in_the_hands_of_two_bookings_is_found() {
    let claimed = |booking| Event::HoldsClaimed {
        booking,
        holds: vec![hold_number(16)],
        passengers: Vec::new(),
        until: at(40),
        prices: Vec::new(),
        passage: None,
    };
    finds(
        |journal| journal.append(22, &[claimed(JONES), claimed(SMITH)]),
        &format!("claims hold 16 for booking {SMITH}, but booking {JONES} has it"),
    );
}

#[test]
fn a_hold_under_a_wrong_number_is_found() {
    finds(
        |journal| spoilt(journal, 17, |held| held.hold = hold_number(99)),
        "row 17: makes hold 99, which is not",
    );
    finds(
        |journal| spoilt(journal, 17, |held| held.hold = hold_number(9)),
        "row 17: makes hold 9, which was there",
    );
    finds(
        |journal| spoilt(journal, 17, |held| held.hold = hold_number(16)),
        "row 17: makes hold 16, which was",
    );
}

#[test]
fn a_hold_that_is_over_when_it_is_made_is_found() {
    finds(|journal| spoilt(journal, 17, |held| held.until = at(21)), "row 17: makes hold 17 until");
}

#[test]
fn a_hold_that_was_never_made_is_found() {
    appended(22, Event::HoldReleased { hold: hold_number(10) }, "releases hold 10, which was never made");
}

#[test]
fn passengers_that_sit_where_their_booking_holds_nothing_are_found() {
    let somebody = |events: &mut Vec<Event>| {
        let Event::HoldsClaimed { passengers, .. } = &mut events[0] else { panic!("row 12 claims") };
        passengers[0].seat = Some(seat("12A"));
    };
    finds(|journal| journal.edit(12, somebody), "seats somebody on 12A, but passenger 1");
}

#[test]
fn passengers_that_leave_a_booking_without_being_in_it_are_found() {
    let leave =
        |booking, number| Event::PlacesCancelled { booking, passengers: vec![PassengerId::new(number)] };
    appended(22, leave(JONES, 1), &format!("booking {JONES} cancels what it never bought"));
    appended(22, leave(SMITH, 2), &format!("passenger 2 leaves booking {SMITH} without being in it"));
}

#[test]
fn seats_of_another_hold_that_move_are_found() {
    let step = |from: SeatNumber, hold| {
        let passenger = PassengerId::new(1);
        Event::SeatsChanged {
            booking: SMITH,
            moves: vec![SeatMove { passenger, from: Some(from), to: seat("13A"), hold }],
            prices: Vec::new(),
        }
    };
    appended(
        22,
        step(seat("17A"), Some(hold_number(16))),
        &format!("booking {SMITH} moves seats of hold 16, not its own"),
    );
    appended(22, step(seat("17A"), None), "takes seat 17A from passenger 1 of booking");
}

#[test]
fn a_fold_that_differs_from_the_ledger_is_found() {
    let mut journal = Journal::sound();
    let (mut ledger, mut flight) = (Ledger::default(), Flight::default());
    let mut wrong = Vec::new();
    for version in 1..=17 {
        let events: Vec<Event> = serde_json::from_str(&journal.row(version).body).unwrap();
        let turn = Turn { now: journal.row(version).at, version: Version::new(version) };
        for event in &events {
            ledger.enter(turn, event, &mut Lateness::default(), &mut wrong);
            // The fold never hears of the last row.
            if version < 17 {
                flight.evolve(event);
            }
        }
    }
    ledger.compare(flight.departure().unwrap(), &mut wrong);
    assert_eq!(
        wrong,
        [
            "seat 18A is hold 17's by the ledger, nobody's by the fold",
            "2 holds live by the ledger, 1 by the fold, or their deadlines differ",
        ]
    );
}
