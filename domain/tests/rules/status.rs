//! The status of the day: delays, boarding, departure, cancellation.

use domain::flight::{Effect, EndReason, Rejection, Status};
use domain::ids::FlightId;

use crate::asks::{
    assign_seats, block, change_seats, change_status, claim, confirm, extend, hold, open_sale, release,
    release_claim, return_claim, return_elsewhere, sell_elsewhere, start_paying, unblock,
};
use crate::facts::{
    Fact, USUAL_TERM, gate_named, hold_ended, hold_lapsed, holds_claimed, places_held, places_sold,
    seats_held, status_changed, times_changed,
};
use crate::language::{ALICE, BOB, JONES, SMALL, SMITH, adult, adult_on, at, given, until};

fn flight() -> FlightId {
    "B6-523-2026-12-01-JFK".parse().expect("a flight id")
}

/// A loose hold, a claim on two holds, and a sale.
fn a_busy_day() -> [Fact; 7] {
    [
        seats_held("10A", ALICE, until("12:10")),
        holds_claimed(["10A"], JONES, [adult_on("10A", 1)], until("12:20")),
        places_sold(JONES),
        seats_held("14C", ALICE, until("16:10")).since(at("15:00")),
        seats_held("14A", ALICE, until("16:10")).since(at("15:00")),
        holds_claimed(["14C", "14A"], SMITH, [adult_on("14C", 1), adult_on("14A", 2)], until("16:30")),
        places_held(2, BOB, until("16:20")),
    ]
}

#[test]
fn which_status_may_follow_which() {
    use Status::{Arrived, Boarding, Cancelled, Delayed, Departed, Scheduled};
    let all = [Scheduled, Delayed, Boarding, Departed, Arrived, Cancelled];
    for (from, may_become) in [
        (Scheduled, &[Delayed, Boarding, Departed, Cancelled][..]),
        (Delayed, &[Scheduled, Boarding, Departed, Cancelled]),
        (Boarding, &[Scheduled, Delayed, Departed, Cancelled]),
        (Departed, &[Arrived]),
        (Arrived, &[]),
        (Cancelled, &[]),
    ] {
        for to in all {
            let answer = given([status_changed(from)]).when(change_status(to), at("12:00"));
            if to == from {
                answer.already_so();
            } else if may_become.contains(&to) {
                answer.then([status_changed(to)]);
            } else if from == Cancelled {
                answer.refused_with(Rejection::FlightCancelled);
            } else {
                answer.refused_with(Rejection::NoSuchTransition { from, to });
            }
        }
    }
}

#[test]
fn a_delay_moves_the_arrival_with_the_departure() {
    given([])
        .when(change_status(Status::Delayed).departing(at("19:30")), at("12:00"))
        .then([times_changed(Status::Delayed, "19:30", "22:30")])
        .when(change_status(Status::Delayed).departing(at("19:30")), at("12:01"))
        .already_so()
        .when(change_status(Status::Delayed).arriving(at("22:00")), at("12:02"))
        .then([times_changed(Status::Delayed, "19:30", "22:00")]);
}

#[test]
fn a_delay_keeps_the_sale_open_for_longer() {
    given([times_changed(Status::Delayed, "19:30", "22:30")])
        .when(hold("14C", ALICE), at("18:29:59.999"))
        .then([seats_held("14C", ALICE, until("18:44:59.999"))]);
    given([times_changed(Status::Delayed, "19:30", "22:30")])
        .when(hold("14C", ALICE), at("18:30"))
        .refused("sale-closed");
}

#[test]
fn a_flight_never_arrives_before_it_departs() {
    for arrives in ["18:00", "17:00"] {
        given([])
            .when(change_status(Status::Delayed).arriving(at(arrives)), at("12:00"))
            .refused("validation");
    }
    given([])
        .when(change_status(Status::Delayed).departing(at("21:00")).arriving(at("21:00")), at("12:00"))
        .refused("validation");
}

#[test]
fn a_gate_and_a_reason_are_short_and_printable() {
    let long = "x".repeat(201);
    let wide = "é".repeat(200);
    given([])
        .when(change_status(Status::Boarding).at_gate("B22").because(&wide), at("12:00"))
        .then([gate_named(Status::Boarding, "B22", Some(&wide))])
        .when(change_status(Status::Boarding), at("12:00"))
        .already_so();
    for ask in [
        change_status(Status::Delayed).because(&long),
        change_status(Status::Delayed).because("fog\nand more"),
        change_status(Status::Delayed).at_gate("123456789"),
        change_status(Status::Delayed).at_gate("B\u{0}2"),
    ] {
        given([]).when(ask, at("12:00")).refused("validation");
    }
}

#[test]
fn a_cancelled_flight_ends_its_holds_and_tells_its_bookings() {
    given(a_busy_day())
        .when(change_status(Status::Cancelled), at("16:00"))
        .then([
            hold_ended("14C", EndReason::FlightCancelled),
            hold_ended("14A", EndReason::FlightCancelled),
            hold_ended("bob", EndReason::FlightCancelled),
            status_changed(Status::Cancelled),
        ])
        .telling([
            Effect::TellHoldsLost { booking: SMITH, reason: Some(EndReason::FlightCancelled) },
            Effect::CancelBookings { flight: flight() },
        ]);
}

#[test]
fn a_flight_that_leaves_ends_its_holds() {
    given(a_busy_day())
        .when(change_status(Status::Departed), at("16:25"))
        .then([
            hold_lapsed("bob"),
            hold_ended("14C", EndReason::FlightDeparted),
            hold_ended("14A", EndReason::FlightDeparted),
            status_changed(Status::Departed),
        ])
        .telling([Effect::TellHoldsLost { booking: SMITH, reason: Some(EndReason::FlightDeparted) }])
        .when(confirm(SMITH), at("16:26"))
        .refused("claim-gone");
}

#[test]
fn other_news_ends_nothing() {
    for status in [Status::Delayed, Status::Boarding] {
        given(a_busy_day())
            .when(change_status(status), at("16:00"))
            .then([status_changed(status)])
            .telling_nobody();
    }
}

#[test]
fn a_flight_is_cancelled_once() {
    given([])
        .when(change_status(Status::Cancelled), at("12:00"))
        .then([status_changed(Status::Cancelled)])
        .telling([Effect::CancelBookings { flight: flight() }])
        .when(change_status(Status::Cancelled), at("12:01"))
        .already_so()
        .when(change_status(Status::Cancelled).at_gate("B22"), at("12:02"))
        .then([gate_named(Status::Cancelled, "B22", None)])
        .telling_nobody();
}

#[test]
fn a_cancelled_flight_refuses_whatever_begins_something() {
    let asks = [
        hold("12A", BOB).into(),
        extend("14C", ALICE, USUAL_TERM),
        claim(["14C"], ALICE, SMITH, [adult(1)]),
        start_paying(SMITH, until("16:10")),
        confirm(SMITH),
        change_seats(JONES, [(1, "13A")]),
        assign_seats(JONES),
        block("13A", domain::flight::BlockReason::Crew),
        unblock("13A"),
        sell_elsewhere("13A"),
        return_elsewhere("13A"),
        change_status(Status::Scheduled).into(),
    ];
    for ask in asks {
        given(a_busy_day())
            .when(change_status(Status::Cancelled), at("16:00"))
            .then([
                hold_ended("14C", EndReason::FlightCancelled),
                hold_ended("14A", EndReason::FlightCancelled),
                hold_ended("bob", EndReason::FlightCancelled),
                status_changed(Status::Cancelled),
            ])
            .when(ask, at("16:01"))
            .refused_with(Rejection::FlightCancelled);
    }
}

#[test]
fn a_booking_that_lost_the_answer_learns_that_it_bought_whatever_came_after() {
    given(a_busy_day())
        .when(change_status(Status::Cancelled), at("16:00"))
        .then([
            hold_ended("14C", EndReason::FlightCancelled),
            hold_ended("14A", EndReason::FlightCancelled),
            hold_ended("bob", EndReason::FlightCancelled),
            status_changed(Status::Cancelled),
        ])
        .when(confirm(JONES), at("16:01"))
        .already_so();
}

#[test]
fn a_cancelled_flight_still_lets_everything_end() {
    given(a_busy_day())
        .when(change_status(Status::Cancelled), at("16:00"))
        .then([
            hold_ended("14C", EndReason::FlightCancelled),
            hold_ended("14A", EndReason::FlightCancelled),
            hold_ended("bob", EndReason::FlightCancelled),
            status_changed(Status::Cancelled),
        ])
        .when(release_claim(SMITH), at("16:01"))
        .already_so()
        .when(return_claim(SMITH), at("16:01"))
        .already_so()
        .when(release("bob", BOB), at("16:01"))
        .refused("hold-gone")
        .when(crate::asks::lapse_due(), at("16:50"))
        .already_so()
        .when(open_sale(SMALL), at("16:50"))
        .already_so();
}
