//! What the lines of `booking_events_1.jsonl` and `booking_rejections_1.jsonl` mean, in the same order.

use std::collections::BTreeMap;

use domain::booking::{
    Asked, Cancellation, CancelledBy, Declined, End, Event, Part, Place, PlannedSegment, Quote, RefundCause,
    Rejection, Reseated, SegmentHeld, Settlement, Status, Terms, Trouble, Why,
};
use domain::fare::{Fare, PassengerPrice, Price};
use domain::flight::{self, HolderKind, Passage, SeatMove};
use domain::ids::{FlightId, PassengerId, PeopleRef, RecordLocator, Version};
use domain::money::{Currency, Money};
use domain::party::{Passenger, TravellerType};
use domain::payment::{DeclineReason, RefundNumber, RefundStage, Refusal, Snapshot, Stage};
use domain::pick::Preferences;
use domain::plan::CabinClass;

use crate::events::{BOOKING, at, hold, seat};

pub const EVENT_KINDS: usize = 41;

/// A number for each kind of event, below [`EVENT_KINDS`].
pub const fn event_kind(event: &Event) -> usize {
    match event {
        Event::Placed { .. } => 0,
        Event::SegmentHeld(_) => 1,
        Event::SegmentUnclear { .. } => 2,
        Event::SegmentDeclined(_) => 3,
        Event::SegmentTroubled { .. } => 4,
        Event::HeldDeclared { .. } => 5,
        Event::LettingGoBegan { .. } => 6,
        Event::SegmentReleased { .. } => 7,
        Event::PayingStarted { .. } => 8,
        Event::SegmentFenced { .. } => 9,
        Event::SegmentSecured { .. } => 10,
        Event::Confirmed => 11,
        Event::CancellationQuoted(_) => 12,
        Event::CancellationBegan { .. } => 13,
        Event::SegmentCancelled { .. } => 14,
        Event::SegmentFlown { .. } => 15,
        Event::CancellationDeclined(_) => 16,
        Event::SeatChangeBegan { .. } => 17,
        Event::SeatsTried(_) => 18,
        Event::SeatsMoved(_) => 19,
        Event::SeatsKept { .. } => 20,
        Event::SeatsUndone { .. } => 21,
        Event::SeatChangeDone => 22,
        Event::SeatChangeUndone => 23,
        Event::Ended(_) => 24,
        Event::PaymentAsked(_) => 25,
        Event::PaymentSeen { .. } => 26,
        Event::PaymentDeclined { .. } => 27,
        Event::PaymentRefused { .. } => 28,
        Event::PaymentKeySpent => 29,
        Event::PaymentHinted => 30,
        Event::ClosingBegan { .. } => 31,
        Event::PayingResumed => 32,
        Event::PaidLate { .. } => 33,
        Event::RefundBegan { .. } => 34,
        Event::RefundSeen { .. } => 35,
        Event::PartQuoted { .. } => 36,
        Event::PartCancellationBegan { .. } => 37,
        Event::PartGivenBack { .. } => 38,
        Event::PartStays { .. } => 39,
        Event::PartCancelled { .. } => 40,
    }
}

pub const REJECTION_KINDS: usize = 11;

/// A number for each kind of refusal, below [`REJECTION_KINDS`].
pub const fn rejection_kind(rejection: &Rejection) -> usize {
    match rejection {
        Rejection::NoSuchBooking => 0,
        Rejection::AlreadyPlaced => 1,
        Rejection::Unacceptable { .. } => 2,
        Rejection::Busy => 3,
        Rejection::HoldExpired { .. } => 4,
        Rejection::WrongStatus { .. } => 5,
        Rejection::NoSuchQuote => 6,
        Rejection::QuoteExpired { .. } => 7,
        Rejection::NoSuchSegment { .. } => 8,
        Rejection::WrongPaymentStage { .. } => 9,
        Rejection::BeyondCaptured { .. } => 10,
    }
}

/// The code of each kind, which clients program against.
pub const CODES: [&str; REJECTION_KINDS] = [
    "not-found",
    "already-placed",
    "validation",
    "busy",
    "hold-expired",
    "wrong-status",
    "not-found",
    "quote-expired",
    "not-found",
    "wrong-payment-status",
    "refund-limit",
];

fn out() -> FlightId {
    "B6-523-2026-12-01-JFK".parse().expect("a flight id")
}

fn back() -> FlightId {
    "B6-524-2026-12-09-LAX".parse().expect("a flight id")
}

fn dollars(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn terms() -> Terms {
    Terms { refund: dollars(20_533), fees: dollars(0) }
}

fn declined() -> Declined {
    Declined { flight: out(), rejection: flight::Rejection::ClaimGone { booking: BOOKING } }
}

fn passengers() -> Vec<Passenger> {
    let one =
        |id, kind| Passenger { id: PassengerId::new(id), kind, seat: None, lap_of: None, no_exit: false };
    let adult = Passenger { seat: Some(seat("12A")), ..one(1, TravellerType::Adult) };
    let infant = Passenger { lap_of: Some(PassengerId::new(1)), ..one(2, TravellerType::Infant) };
    vec![adult, infant]
}

fn prices() -> Vec<PassengerPrice> {
    let fare = Fare { base: dollars(16_300), taxes: dollars(2_233) };
    let infant = Fare { base: dollars(1_630), taxes: dollars(0) };
    vec![
        PassengerPrice { passenger: PassengerId::new(1), fare, supplement: Some(dollars(2_500)) },
        PassengerPrice { passenger: PassengerId::new(2), fare: infant, supplement: None },
    ]
}

fn place() -> Place {
    let segment = |flight| PlannedSegment {
        flight,
        passengers: passengers(),
        holds: Vec::new(),
        wish: None,
        promised: None,
    };
    let taken_over = PlannedSegment { holds: vec![hold(2), hold(3)], ..segment(out()) };
    let wished = PlannedSegment {
        wish: Some(Preferences { together: true, ..Preferences::default() }),
        promised: Some(Fare { base: dollars(16_300), taxes: dollars(2_233) }),
        ..segment(back())
    };
    Place {
        booking: BOOKING,
        locator: RecordLocator::of(0x0ABC_DEF0),
        customer: "auth0|64af".parse().expect("a subject"),
        made_by: "agent:7".parse().expect("a subject"),
        kind: HolderKind::Agent,
        class: CabinClass::Economy,
        slices: vec![vec![taken_over], vec![wished]],
        people: PeopleRef::new(0x1234_5678_9abc_def0_0011_2233_4455_6677),
        until: at("2026-11-20T12:20:00.000Z"),
    }
}

pub fn events() -> Vec<Event> {
    let mut all = holding();
    all.extend(ending());
    all.extend(buying());
    all.extend(cancelling());
    all.extend(reseating());
    all.extend(charging());
    all.extend(giving_back());
    all.extend(parting());
    all
}

fn holding() -> Vec<Event> {
    let passage = Passage {
        destination: "LAX".parse().expect("an airport"),
        departs: at("2026-12-01T18:00:00.000Z"),
        arrives: at("2026-12-02T00:11:00.000Z"),
    };
    let held = |passage| SegmentHeld {
        flight: out(),
        holds: vec![hold(2), hold(3)],
        passengers: passengers(),
        prices: prices(),
        passage,
    };
    let troubled = |trouble| Event::SegmentTroubled { flight: out(), trouble };
    vec![
        Event::Placed { place: place(), at: at("2026-11-20T12:00:00.000Z") },
        Event::SegmentHeld(held(Some(passage))),
        Event::SegmentHeld(held(None)),
        Event::SegmentUnclear { flight: back() },
        Event::SegmentDeclined(declined()),
        troubled(Trouble::Lapsed),
        troubled(Trouble::FlightDeparted),
        troubled(Trouble::FlightCancelled),
        Event::HeldDeclared {
            price: Price {
                base: dollars(17_930),
                taxes: dollars(2_233),
                supplements: dollars(2_500),
                total: dollars(22_663),
            },
        },
        Event::SegmentReleased { flight: out() },
    ]
}

fn ending() -> Vec<Event> {
    let cancelled = |by, reason: Option<&str>, terms| {
        End::Cancelled(Cancellation { by, reason: reason.map(str::to_owned), terms })
    };
    let ends = [
        End::Refused(Why::Declined(declined())),
        End::Refused(Why::Unclear { flight: back() }),
        End::Refused(Why::TooLate),
        End::Refused(Why::MixedCurrencies),
        End::Expired,
        End::Failed(Why::Lost { flight: out(), trouble: Trouble::Lapsed }),
        cancelled(CancelledBy::Customer, Some("ill"), Some(terms())),
        cancelled(CancelledBy::Agent, None, Some(terms())),
        cancelled(CancelledBy::Carrier, None, None),
    ];
    let mut events: Vec<Event> =
        ends.iter().map(|end| Event::LettingGoBegan { towards: end.clone() }).collect();
    events.extend(ends.into_iter().map(Event::Ended));
    events
}

fn buying() -> Vec<Event> {
    let settlement =
        Settlement::Outside { reference: "POS 4711".to_owned(), by: "agent:7".parse().expect("a subject") };
    vec![
        Event::PayingStarted { fence: at("2026-11-20T12:33:00.000Z"), settlement, amount: None, at: None },
        Event::SegmentFenced { flight: out() },
        Event::SegmentSecured { flight: out() },
        Event::Confirmed,
    ]
}

fn cancelling() -> Vec<Event> {
    let quote = Quote { quote: Version::new(9), terms: terms(), expires: at("2026-11-20T12:48:00.000Z") };
    let began = |by, reason: Option<&str>| Event::CancellationBegan {
        by,
        reason: reason.map(str::to_owned),
        terms: terms(),
    };
    vec![
        Event::CancellationQuoted(quote),
        began(CancelledBy::Customer, Some("ill")),
        began(CancelledBy::Carrier, None),
        Event::SegmentCancelled { flight: out() },
        Event::SegmentFlown { flight: out() },
        Event::CancellationDeclined(Declined { flight: out(), rejection: flight::Rejection::FlightDeparted }),
    ]
}

fn reseating() -> Vec<Event> {
    let (passenger, from, to) = (PassengerId::new(1), Some(seat("12A")), seat("15A"));
    let seated = || Reseated {
        flight: out(),
        moves: vec![SeatMove { passenger, from, to, hold: Some(hold(2)) }],
        prices: prices().into_iter().take(1).collect(),
    };
    let moves = BTreeMap::from([(out(), vec![(passenger, to)]), (back(), vec![(passenger, seat("2C"))])]);
    vec![
        Event::SeatChangeBegan { moves },
        Event::SeatsTried(seated()),
        Event::SeatsMoved(seated()),
        Event::SeatsMoved(Reseated { flight: out(), moves: Vec::new(), prices: Vec::new() }),
        Event::SeatsKept { flight: out() },
        Event::SeatsUndone { flight: out() },
        Event::SeatChangeDone,
        Event::SeatChangeUndone,
    ]
}

fn charging() -> Vec<Event> {
    let (by, fence, at) = (
        "auth0|64af".parse().expect("a subject"),
        at("2026-11-20T12:33:00.000Z"),
        at("2026-11-20T12:19:00.000Z"),
    );
    let card = Settlement::Card { provider: "stripe".parse().expect("a provider"), by };
    let nothing = Settlement::Nothing { by: "agent:7".parse().expect("a subject") };
    let seen = |stage| Event::PaymentSeen {
        payment: Snapshot { payment: "pi_3Q9x".parse().expect("a name"), amount: dollars(22_663), stage },
        at,
    };
    let mut all = vec![
        Event::PayingStarted { fence, settlement: card, amount: Some(dollars(22_663)), at: Some(at) },
        Event::PayingStarted { fence, settlement: nothing, amount: None, at: None },
    ];
    all.extend(
        [
            Asked::Open,
            Asked::Confirm("pm_card_visa".parse().expect("a name")),
            Asked::Look,
            Asked::Capture,
            Asked::Cancel,
            Asked::Refund(RefundNumber::new(1)),
            Asked::LookRefund(RefundNumber::new(1)),
        ]
        .map(Event::PaymentAsked),
    );
    all.extend(
        [
            Stage::AwaitsMethod,
            Stage::AwaitsConfirmation,
            Stage::AwaitsCustomer,
            Stage::Pending,
            Stage::Authorised,
            Stage::Captured(dollars(22_663)),
            Stage::Cancelled,
        ]
        .map(seen),
    );
    all.extend(REASONS.map(|reason| Event::PaymentDeclined { reason, at }));
    all.extend(REFUSALS.map(|why| Event::PaymentRefused { why, at }));
    all
}

const REASONS: [DeclineReason; 8] = [
    DeclineReason::Generic,
    DeclineReason::InsufficientFunds,
    DeclineReason::ExpiredCard,
    DeclineReason::IncorrectCvc,
    DeclineReason::Suspicious,
    DeclineReason::AuthenticationRequired,
    DeclineReason::TryAgain,
    DeclineReason::UnknownMethod,
];

const REFUSALS: [Refusal; 5] =
    [Refusal::NotFound, Refusal::Stage, Refusal::Amount, Refusal::BeyondCaptured, Refusal::Unacceptable];

fn giving_back() -> Vec<Event> {
    let at = at("2026-11-20T12:34:00.000Z");
    let unpayable = |refusal| Why::Unpayable { refusal };
    let granted =
        RefundCause::Granted { by: "agent:7".parse().expect("a subject"), reason: "spilt coffee".to_owned() };
    let began = |cause| Event::RefundBegan { refund: RefundNumber::new(1), amount: dollars(2_500), cause };
    let seen = |stage| Event::RefundSeen { refund: RefundNumber::new(1), stage, at };
    vec![
        Event::PaymentKeySpent,
        Event::PaymentHinted,
        Event::ClosingBegan { towards: End::Expired, until: at },
        Event::PayingResumed,
        Event::PaidLate { fence: at },
        Event::Ended(End::Failed(unpayable(None))),
        Event::Ended(End::Failed(unpayable(Some(Refusal::Amount)))),
        Event::Ended(End::Failed(Why::PaidLate(Box::new(Why::Declined(declined()))))),
        began(RefundCause::Cancelled),
        began(RefundCause::Undone),
        began(granted),
        seen(RefundStage::Pending),
        seen(RefundStage::Succeeded),
        seen(RefundStage::Failed),
    ]
}

fn parting() -> Vec<Event> {
    let quote = Quote { quote: Version::new(9), terms: terms(), expires: at("2026-11-20T12:48:00.000Z") };
    let passengers = [PassengerId::new(2)].into();
    let part = Part { passengers, flights: [out(), back()].into() };
    let [base, taxes, supplements, total] = [16_300, 2_233, 2_000, 20_533].map(dollars);
    let began = |reason: Option<&str>, part: &Part| Event::PartCancellationBegan {
        by: CancelledBy::Customer,
        reason: reason.map(str::to_owned),
        part: part.clone(),
        price: Price { base, taxes, supplements, total },
        terms: terms(),
    };
    vec![
        Event::PartQuoted { quote, part: Part::default() },
        began(Some("ill"), &part),
        began(None, &part),
        Event::PartGivenBack { flight: out() },
        Event::PartStays { flight: back() },
        Event::PartCancelled { terms: terms() },
        Event::RefundBegan {
            refund: RefundNumber::new(2),
            amount: dollars(2_500),
            cause: RefundCause::PartCancelled,
        },
    ]
}

pub fn rejections() -> Vec<Rejection> {
    let statuses = [
        Status::Holding,
        Status::Held,
        Status::Paying,
        Status::Confirmed,
        Status::Cancelled,
        Status::Expired,
        Status::Refused,
        Status::Failed,
    ];
    let mut all = vec![
        Rejection::NoSuchBooking,
        Rejection::AlreadyPlaced,
        Rejection::Unacceptable { member: "reference".to_owned(), why: "name the payment".to_owned() },
        Rejection::Busy,
        Rejection::HoldExpired { until: at("2026-11-20T12:20:00.000Z") },
        Rejection::NoSuchQuote,
        Rejection::QuoteExpired { expired: at("2026-11-20T12:48:00.000Z") },
        Rejection::NoSuchSegment { flight: back() },
    ];
    all.extend(statuses.map(|status| Rejection::WrongStatus { status }));
    all.push(Rejection::WrongPaymentStage { stage: None });
    all.push(Rejection::WrongPaymentStage { stage: Some(Stage::AwaitsCustomer) });
    all.push(Rejection::BeyondCaptured { left: dollars(2_500) });
    all
}
