//! What a cancellation gives back, and how it goes.

use domain::booking::{Command, LegState, Place, Rejection, Status};
use domain::flight::Rejection as No;
use domain::ids::Version;
use domain::plan::CabinClass;

use crate::language::{Say, adult, at, cancel, child, given_confirmed, given_held, infant, order, segment};

fn two() -> Place {
    order(&[segment("B", &[adult(1)]), segment("A", &[adult(1)])])
}

fn in_class(class: CabinClass) -> Place {
    let family = [adult(1), child(2), infant(3, 1)];
    Place { class, ..order(&[segment("A", &family)]) }
}

#[track_caller]
fn quoted(place: Place, time: &str, terms: &str) {
    given_confirmed(place).when(time).asked(&Command::QuoteCancellation).then(&format!("quoted: {terms}"));
}

#[test]
fn what_is_held_is_let_go_without_a_fee() {
    given_held(two())
        .asked(&Command::QuoteCancellation)
        .then("quoted: 0.00 USD back, 0.00 USD kept")
        .asked(&cancel("alice", None))
        .then("letting go: cancelled by customer, 0.00 USD back, 0.00 USD kept")
        .asks("B release")
        .hears(Say::Yes)
        .then("B let go")
        .hears(Say::Yes)
        .then("A let go; over: cancelled by customer, 0.00 USD back, 0.00 USD kept")
        .is(Status::Cancelled)
        .asked(&cancel("alice", None))
        .already_so();
}

#[test]
fn everybody_may_think_again_for_a_day() {
    quoted(two(), "2 11:59:59.999", "220.00 USD back, 0.00 USD kept");
    quoted(two(), "2 12:00", "20.00 USD back, 200.00 USD kept");
}

#[test]
fn whoever_books_in_the_last_week_may_not_think_again() {
    let placed_at = |time: &str| {
        let place = Place { until: at(&format!("{time}:30:00")), ..order(&[segment("A", &[adult(1)])]) };
        let mut story =
            crate::language::Story::new().when(&format!("{time}:00")).asked(&Command::Place(place)).done();
        story = story.hears(Say::Yes).done().asked(&crate::language::confirm("cash")).done();
        while story.booking.step().is_some() {
            story = story.hears(Say::Yes).done();
        }
        story.asked(&Command::QuoteCancellation)
    };
    placed_at("13 12").then("quoted: 110.00 USD back, 0.00 USD kept");
    placed_at("13 13").then("quoted: 10.00 USD back, 100.00 USD kept");
}

#[test]
fn a_fare_is_given_back_as_its_brand_says_and_taxes_always() {
    for (class, terms) in [
        (CabinClass::Economy, "20.00 USD back, 185.00 USD kept"),
        (CabinClass::PremiumEconomy, "20.00 USD back, 185.00 USD kept"),
        (CabinClass::Business, "20.00 USD back, 185.00 USD kept"),
        (CabinClass::First, "105.00 USD back, 100.00 USD kept"),
    ] {
        quoted(in_class(class), "3 12:00", terms);
    }
}

#[test]
fn what_was_bought_is_given_back_in_the_order_of_travel() {
    given_confirmed(two())
        .when("3 12:00")
        .asked(&cancel("carla", None))
        .then("cancelling for agent: 20.00 USD back, 200.00 USD kept")
        .shows(Status::Confirmed)
        .asks("B cancel 1 passengers")
        .hears(Say::Yes)
        .then("B given back")
        .asks("A cancel 1 passengers")
        .hears(Say::Already)
        .then("A given back; over: cancelled by agent, 20.00 USD back, 200.00 USD kept")
        .legs(&[LegState::Released, LegState::Released]);
}

#[test]
fn a_quote_is_good_for_a_quarter_of_an_hour() {
    let story = given_confirmed(two()).when("2 11:50").asked(&Command::QuoteCancellation).done();
    let quote = story.row();
    story
        .when("2 12:04:59.999")
        .asked(&cancel("alice", Some(Version::new(1))))
        .refused_with(Rejection::NoSuchQuote)
        .asked(&cancel("alice", Some(quote)))
        .then("cancelling for customer: 220.00 USD back, 0.00 USD kept");
    let story = given_confirmed(two()).when("2 11:50").asked(&Command::QuoteCancellation).done();
    story
        .when("2 12:05")
        .asked(&cancel("alice", Some(quote)))
        .refused_with(Rejection::QuoteExpired { expired: at("2 12:05") });
}

#[test]
fn a_quote_from_before_the_payment_is_no_quote() {
    let story = given_held(two()).asked(&Command::QuoteCancellation).done();
    let quote = story.row();
    let mut story = story.asked(&crate::language::confirm("cash")).done();
    while story.booking.step().is_some() {
        story = story.hears(Say::Yes).done();
    }
    story.asked(&cancel("alice", Some(quote))).refused("not-found");
}

#[test]
fn a_trip_that_has_begun_is_not_cancelled() {
    given_confirmed(two())
        .when("20 13:00")
        .asked(&cancel("alice", None))
        .done()
        .hears(Say::No(No::FlightDeparted))
        .then("not cancelled, B: flight-departed")
        .is(Status::Confirmed)
        .legs(&[LegState::Secured, LegState::Secured]);
}

#[test]
fn a_departure_that_left_in_the_meantime_is_kept() {
    given_confirmed(two())
        .when("3 12:00")
        .asked(&cancel("alice", None))
        .done()
        .hears(Say::Yes)
        .then("B given back")
        .hears(Say::No(No::FlightDeparted))
        .then("A flown; over: cancelled by customer, 0.00 USD back, 220.00 USD kept");
}

#[test]
fn a_reason_is_short_and_printable() {
    for (reason, accepted) in [("x".repeat(200), true), ("x".repeat(201), false), ("a\nb".to_owned(), false)]
    {
        let Command::Cancel(mut asked) = cancel("alice", None) else { panic!("it cancels") };
        asked.reason = Some(reason);
        let story = given_held(two()).asked(&Command::Cancel(asked));
        if accepted {
            story.done()
        } else {
            story.refused("validation")
        };
    }
}

#[test]
fn what_is_over_is_over() {
    let expired = || {
        given_held(two())
            .when("13:00")
            .asked(&Command::LapseDue)
            .hears(Say::Already)
            .hears(Say::Already)
            .is(Status::Expired)
    };
    expired().asked(&cancel("alice", None)).refused("hold-expired");
    expired().asked(&Command::QuoteCancellation).refused("hold-expired");
    given_held(two()).when("13:00").asked(&cancel("alice", None)).refused("hold-expired");
    let refused = crate::language::given(two()).hears(Say::No(No::NotOnSale)).is(Status::Refused);
    refused.asked(&cancel("alice", None)).refused_with(Rejection::WrongStatus { status: Status::Refused });
}
