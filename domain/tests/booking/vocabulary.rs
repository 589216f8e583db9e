//! The tables speak of everything: each event, each refusal and each step of a booking is met by at least one of them.

use domain::booking::{Event, Rejection};

const TABLES: [&str; 10] = [
    include_str!("cancelling.rs"),
    include_str!("charging.rs"),
    include_str!("fencing.rs"),
    include_str!("holding.rs"),
    include_str!("parting.rs"),
    include_str!("paying.rs"),
    include_str!("placing.rs"),
    include_str!("refunding.rs"),
    include_str!("reseating.rs"),
    include_str!("troubles.rs"),
];

/// What the tables write of an event. A new event needs a word here and in the list below.
const fn word_of_event(event: &Event) -> &'static str {
    match event {
        Event::Placed { .. } => "placed",
        Event::SegmentHeld(_) => " held on ",
        Event::SegmentUnclear { .. } => " unclear",
        Event::SegmentDeclined(_) => "no from ",
        Event::SegmentTroubled { .. } => " is cancelled",
        Event::HeldDeclared { .. } => "all held for ",
        Event::LettingGoBegan { .. } => "letting go: ",
        Event::SegmentReleased { .. } => " let go",
        Event::PayingStarted { .. } => "paying",
        Event::SegmentFenced { .. } => " fenced",
        Event::SegmentSecured { .. } => " bought",
        Event::Confirmed => "confirmed",
        Event::CancellationQuoted(_) => "quoted: ",
        Event::CancellationBegan { .. } => "cancelling for ",
        Event::SegmentCancelled { .. } => " given back",
        Event::SegmentFlown { .. } => " flown",
        Event::CancellationDeclined(_) => "not cancelled, ",
        Event::SeatChangeBegan { .. } => "changing seats",
        Event::SeatsTried(_) => " tries ",
        Event::SeatsMoved(_) => " moves ",
        Event::SeatsKept { .. } => " keeps",
        Event::SeatsUndone { .. } => " undone",
        Event::SeatChangeDone => "seats changed",
        Event::SeatChangeUndone => "seats unchanged",
        Event::Ended(_) => "over: ",
        Event::PaymentAsked(_) => "provider: ",
        Event::PaymentSeen { .. } => "payment ",
        Event::PaymentDeclined { .. } => "declined: ",
        Event::PaymentRefused { .. } => "provider refuses: ",
        Event::PaymentKeySpent => "key spent",
        Event::PaymentHinted => "hinted",
        Event::ClosingBegan { .. } => "closing: ",
        Event::PayingResumed => "paying goes on",
        Event::PaidLate { .. } => "paid late",
        Event::RefundBegan { .. } => "refund ",
        Event::RefundSeen { .. } => " on its way",
        Event::PartQuoted { .. } => "part quoted: ",
        Event::PartCancellationBegan { .. } => "cancelling a part for ",
        Event::PartGivenBack { .. } => " part given back",
        Event::PartStays { .. } => " part stays",
        Event::PartCancelled { .. } => "part cancelled: ",
    }
}

const EVENTS: [&str; 41] = [
    "placed",
    " held on ",
    " unclear",
    "no from ",
    " is cancelled",
    "all held for ",
    "letting go: ",
    " let go",
    "paying",
    " fenced",
    " bought",
    "confirmed",
    "quoted: ",
    "cancelling for ",
    " given back",
    " flown",
    "not cancelled, ",
    "changing seats",
    " tries ",
    " moves ",
    " keeps",
    " undone",
    "seats changed",
    "seats unchanged",
    "over: ",
    "provider: ",
    "payment ",
    "declined: ",
    "provider refuses: ",
    "key spent",
    "hinted",
    "closing: ",
    "paying goes on",
    "paid late",
    "refund ",
    " on its way",
    "part quoted: ",
    "cancelling a part for ",
    " part given back",
    " part stays",
    "part cancelled: ",
];

/// How the tables name a refusal.
const fn word_of_rejection(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::NoSuchBooking | Rejection::NoSuchSegment { .. } => "\"not-found\"",
        Rejection::AlreadyPlaced => "\"already-placed\"",
        Rejection::Unacceptable { .. } => "\"validation\"",
        Rejection::Busy => "\"busy\"",
        Rejection::HoldExpired { .. } => "HoldExpired {",
        Rejection::WrongStatus { .. } => "WrongStatus {",
        Rejection::NoSuchQuote => "NoSuchQuote",
        Rejection::QuoteExpired { .. } => "QuoteExpired {",
        Rejection::WrongPaymentStage { .. } => "WrongPaymentStage {",
        Rejection::BeyondCaptured { .. } => "BeyondCaptured {",
    }
}

const REJECTIONS: [&str; 10] = [
    "\"not-found\"",
    "\"already-placed\"",
    "\"validation\"",
    "\"busy\"",
    "HoldExpired {",
    "WrongStatus {",
    "NoSuchQuote",
    "QuoteExpired {",
    "WrongPaymentStage {",
    "BeyondCaptured {",
];

const STEPS: [&str; 19] = [
    " hold ",
    " claim ",
    " return\"",
    " release\"",
    " fence\"",
    " sell\"",
    " unsell\"",
    " cancel ",
    " move\"",
    " try\"",
    " keep\"",
    " undo\"",
    " best\"",
    "open 2",
    " try pm_card_visa\"",
    " look\"",
    " capture\"",
    " give up\"",
    " refund 1 of 20.00 USD\"",
];

#[test]
fn the_tables_speak_of_everything() {
    let missing: Vec<&str> = EVENTS
        .into_iter()
        .chain(REJECTIONS)
        .chain(STEPS)
        .filter(|word| !TABLES.iter().any(|table| table.contains(word)))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn every_word_stands_in_its_list() {
    assert!(EVENTS.contains(&word_of_event(&Event::Confirmed)));
    assert!(REJECTIONS.contains(&word_of_rejection(&Rejection::Busy)));
}
