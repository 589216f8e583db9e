//! The tables speak of everything: each command, each fact, each refusal is met by at least one of them.

use domain::flight::{Command, Event, Rejection};

const TABLES: [&str; 12] = [
    include_str!("choosing.rs"),
    include_str!("claims.rs"),
    include_str!("deadlines.rs"),
    include_str!("holds.rs"),
    include_str!("limits.rs"),
    include_str!("operations.rs"),
    include_str!("paying.rs"),
    include_str!("places.rs"),
    include_str!("room.rs"),
    include_str!("seating.rs"),
    include_str!("status.rs"),
    include_str!("trying.rs"),
];

/// The word that the tables have for a command. A new command needs a word here and in the list below.
const fn word_of_command(command: &Command) -> &'static str {
    match command {
        Command::OpenSale(_) => "open_sale(",
        Command::HoldSeats(_) => "hold(",
        Command::ExtendHold(_) => "extend(",
        Command::ReleaseHold(_) => "release(",
        Command::ClaimHolds(_) => "claim(",
        Command::ReturnClaim { .. } => "return_claim(",
        Command::ReleaseClaim { .. } => "release_claim(",
        Command::StartPaying(_) => "start_paying(",
        Command::Confirm { .. } => "confirm(",
        Command::UndoSale { .. } => "undo_sale(",
        Command::CancelPlaces(_) => "cancel_places(",
        Command::ChangeSeats(_) => "change_seats(",
        Command::TrySeats(_) => "try_seats(",
        Command::KeepSeats { .. } => "keep_seats(",
        Command::UndoSeats { .. } => "undo_seats(",
        Command::AssignSeats { .. } => "assign_seats(",
        Command::BlockSeats(_) => "block(",
        Command::UnblockSeats(_) => "unblock(",
        Command::SellElsewhere(_) => "sell_elsewhere(",
        Command::ReturnElsewhere(_) => "return_elsewhere(",
        Command::ChangeStatus(_) => "change_status(",
        Command::LapseDue => "lapse_due(",
    }
}

const COMMANDS: [&str; 22] = [
    "open_sale(",
    "hold(",
    "extend(",
    "release(",
    "claim(",
    "return_claim(",
    "release_claim(",
    "start_paying(",
    "confirm(",
    "undo_sale(",
    "cancel_places(",
    "change_seats(",
    "try_seats(",
    "keep_seats(",
    "undo_seats(",
    "assign_seats(",
    "block(",
    "unblock(",
    "sell_elsewhere(",
    "return_elsewhere(",
    "change_status(",
    "lapse_due(",
];

/// The word that the tables have for an event. A new event needs a word here and in the list below.
const fn word_of_event(event: &Event) -> &'static str {
    match event {
        Event::SaleOpened(_) => "sale_opened(",
        Event::SeatsHeld(_) => "seats_held(",
        Event::HoldExtended { .. } => "hold_extended(",
        Event::HoldReleased { .. } => "hold_released(",
        Event::HoldLapsed { .. } => "hold_lapsed(",
        Event::HoldEnded { .. } => "hold_ended(",
        Event::HoldsClaimed { .. } => "holds_claimed(",
        Event::ClaimReturned { .. } => "claim_returned(",
        Event::ClaimReleased { .. } => "claim_released(",
        Event::PayingStarted { .. } => "paying_started(",
        Event::PlacesSold { .. } => "places_sold(",
        Event::PlacesCancelled { .. } => "places_cancelled(",
        Event::SeatsChanged { .. } => "seats_changed(",
        Event::SeatsTried { .. } => "seats_tried(",
        Event::SeatsKept { .. } => "seats_kept(",
        Event::SeatsUndone { .. } => "seats_undone(",
        Event::SeatsBlocked { .. } => "seats_blocked(",
        Event::SeatsUnblocked { .. } => "seats_unblocked(",
        Event::SeatsSoldElsewhere { .. } => "seats_sold_elsewhere(",
        Event::SeatsReturnedElsewhere { .. } => "seats_returned_elsewhere(",
        Event::StatusChanged(_) => "status_changed(",
    }
}

const EVENTS: [&str; 21] = [
    "sale_opened(",
    "seats_held(",
    "hold_extended(",
    "hold_released(",
    "hold_lapsed(",
    "hold_ended(",
    "holds_claimed(",
    "claim_returned(",
    "claim_released(",
    "paying_started(",
    "places_sold(",
    "places_cancelled(",
    "seats_changed(",
    "seats_tried(",
    "seats_kept(",
    "seats_undone(",
    "seats_blocked(",
    "seats_unblocked(",
    "seats_sold_elsewhere(",
    "seats_returned_elsewhere(",
    "status_changed(",
];

/// How the tables name a refusal: by its code, or whole. A new refusal needs a word here and below.
const fn word_of_rejection(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::NotOnSale => "\"not-on-sale\"",
        Rejection::AlreadyOnSale => "AlreadyOnSale",
        Rejection::Unacceptable { .. } => "\"validation\"",
        Rejection::SaleClosed { .. } => "SaleClosed {",
        Rejection::FlightCancelled => "FlightCancelled",
        Rejection::FlightDeparted => "\"flight-departed\"",
        Rejection::NoSuchTransition { .. } => "NoSuchTransition {",
        Rejection::NoSuchCabin { .. } => "NoSuchCabin {",
        Rejection::NoSuchSeats { .. } => "NoSuchSeats {",
        Rejection::SeatTaken { .. } => "SeatTaken {",
        Rejection::CabinFull { .. } => "CabinFull {",
        Rejection::NoSuitableSeats { .. } => "NoSuitableSeats {",
        Rejection::HoldLimit { .. } => "HoldLimit {",
        Rejection::SeatRules { .. } => "SeatRules {",
        Rejection::NoSuchHold { .. } => "\"not-found\"",
        Rejection::HoldGone { .. } => "\"hold-gone\"",
        Rejection::HoldBooked { .. } => "HoldBooked {",
        Rejection::ClaimGone { .. } => "ClaimGone {",
        Rejection::AlreadySold { .. } => "AlreadySold {",
        Rejection::SeatCostsMore { .. } => "SeatCostsMore {",
        Rejection::NoSuchPassengers { .. } => "NoSuchPassengers {",
    }
}

const REJECTIONS: [&str; 21] = [
    "\"not-on-sale\"",
    "AlreadyOnSale",
    "\"validation\"",
    "SaleClosed {",
    "FlightCancelled",
    "\"flight-departed\"",
    "NoSuchTransition {",
    "NoSuchCabin {",
    "NoSuchSeats {",
    "SeatTaken {",
    "CabinFull {",
    "NoSuitableSeats {",
    "HoldLimit {",
    "SeatRules {",
    "\"not-found\"",
    "\"hold-gone\"",
    "HoldBooked {",
    "ClaimGone {",
    "AlreadySold {",
    "SeatCostsMore {",
    "NoSuchPassengers {",
];

fn not_spoken_of<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().filter(|word| !TABLES.iter().any(|table| table.contains(word))).collect()
}

#[test]
fn every_command_every_event_and_every_refusal_is_in_a_table() {
    assert_eq!(not_spoken_of(&COMMANDS), [""; 0]);
    assert_eq!(not_spoken_of(&EVENTS), [""; 0]);
    assert_eq!(not_spoken_of(&REJECTIONS), [""; 0]);
    assert!(COMMANDS.contains(&word_of_command(&Command::LapseDue)));
    let booking = crate::language::SMITH;
    assert!(EVENTS.contains(&word_of_event(&Event::PlacesSold { booking })));
    assert!(REJECTIONS.contains(&word_of_rejection(&Rejection::NotOnSale)));
}
