//! What the airline does with seats: opening sale, blocking, other channels.

use domain::flight::{BlockReason, Rejection};
use domain::view::SeatState;

use crate::asks::{
    block, hold, open_sale, open_sale_arriving, open_sale_with_sold, return_elsewhere, sell_elsewhere,
    unblock,
};
use crate::facts::{
    holds_claimed, places_sold, sale_opened, sale_opened_with_sold, seats_blocked, seats_held,
    seats_returned_elsewhere, seats_sold_elsewhere, seats_unblocked,
};
use crate::language::{
    ALICE, BOB, BOEING, SMALL, SMITH, adult_on, at, given, given_on, nothing_yet, seat, seats, until,
};

#[test]
fn a_sale_opens_once() {
    nothing_yet()
        .when(open_sale(SMALL), at("09:00"))
        .then([sale_opened(SMALL)])
        .when(open_sale(SMALL), at("09:01"))
        .already_so()
        .when(open_sale(BOEING), at("09:01"))
        .refused_with(Rejection::AlreadyOnSale);
}

#[test]
fn a_flight_arrives_after_it_departs() {
    nothing_yet().when(open_sale_arriving("18:00"), at("09:00")).refused("validation");
    nothing_yet().when(open_sale_arriving("17:59"), at("09:00")).refused("validation");
}

#[test]
fn what_was_sold_before_the_sale_opened_is_sold() {
    nothing_yet()
        .when(open_sale_with_sold(SMALL, "14C 10A"), at("09:00"))
        .then([sale_opened_with_sold(SMALL, "14C 10A")])
        .when(hold("10A", ALICE), at("12:00"))
        .refused("seat-taken")
        .when(return_elsewhere("10A"), at("12:00"))
        .then([seats_returned_elsewhere("10A")]);
}

#[test]
fn only_seats_of_the_aircraft_were_sold_before_and_each_once() {
    nothing_yet()
        .when(open_sale_with_sold(SMALL, "14C 14B"), at("09:00"))
        .refused_with(Rejection::NoSuchSeats { seats: seats("14B") })
        .when(open_sale_with_sold(SMALL, "14C 14C"), at("09:00"))
        .refused("validation");
}

#[test]
fn a_blocked_seat_is_out_of_sale_until_it_is_unblocked() {
    given([])
        .when(block("14C 14A", BlockReason::Defect), at("12:00"))
        .then([seats_blocked("14C 14A", BlockReason::Defect)])
        .when(hold("14C", ALICE), at("12:00"))
        .refused("seat-taken")
        .when(unblock("14C"), at("12:01"))
        .then([seats_unblocked("14C")])
        .when(hold("14C", ALICE), at("12:01"))
        .then([seats_held("14C", ALICE, until("12:16"))]);
}

#[test]
fn blocking_what_is_blocked_for_that_reason_changes_nothing() {
    given([seats_blocked("14C", BlockReason::Crew)])
        .when(block("14C", BlockReason::Crew), at("12:00"))
        .already_so()
        .when(block("14C 14A", BlockReason::Crew), at("12:00"))
        .then([seats_blocked("14A", BlockReason::Crew)])
        .when(block("14C", BlockReason::Defect), at("12:00"))
        .refused("seat-taken")
        .when(unblock("13A 14C"), at("12:00"))
        .then([seats_unblocked("14C")])
        .when(unblock("13A 14C"), at("12:00"))
        .already_so();
}

#[test]
fn another_channel_sells_and_returns() {
    given([])
        .when(sell_elsewhere("14C 14A"), at("12:00"))
        .then([seats_sold_elsewhere("14C 14A")])
        .when(sell_elsewhere("14C"), at("12:00"))
        .already_so()
        .when(hold("14C", ALICE), at("12:00"))
        .refused("seat-taken")
        .when(return_elsewhere("14C 13A"), at("12:00"))
        .then([seats_returned_elsewhere("14C")])
        .when(return_elsewhere("14C"), at("12:00"))
        .already_so();
}

#[test]
fn operations_touch_no_seat_that_somebody_has() {
    let story = given([
        seats_held("14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
        places_sold(SMITH),
        seats_held("14A", BOB, until("12:30")),
        seats_sold_elsewhere("13A"),
        seats_blocked("12A", BlockReason::Crew),
    ]);
    story
        .when(block("14C", BlockReason::Crew), at("12:00"))
        .refused("seat-taken")
        .when(block("14A", BlockReason::Crew), at("12:00"))
        .refused("seat-taken")
        .when(block("13A", BlockReason::Crew), at("12:00"))
        .refused("seat-taken")
        .when(sell_elsewhere("14A"), at("12:00"))
        .refused("seat-taken")
        .when(sell_elsewhere("12A"), at("12:00"))
        .refused("seat-taken")
        .when(unblock("13A"), at("12:00"))
        .refused("seat-taken")
        .when(unblock("14C"), at("12:00"))
        .refused("seat-taken")
        .when(return_elsewhere("12A"), at("12:00"))
        .refused("seat-taken")
        .when(return_elsewhere("14A"), at("12:00"))
        .refused("seat-taken");
}

#[test]
fn a_refusal_shows_what_kind_of_holder_each_seat_has() {
    let shown = |number, state, until| domain::flight::TakenSeat { seat: seat(number), state, until };
    given([
        seats_held("14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
        places_sold(SMITH),
        seats_held("14A", BOB, until("12:30")),
        seats_sold_elsewhere("13A"),
        seats_blocked("12A", BlockReason::Crew),
    ])
    .when(hold("14C 14A 13A 12A 16A", ALICE), at("12:00"))
    .refused_with(Rejection::SeatTaken {
        seats: vec![
            shown("14C", SeatState::Sold, None),
            shown("14A", SeatState::Held, Some(until("12:30"))),
            shown("13A", SeatState::Sold, None),
            shown("12A", SeatState::Blocked, None),
        ],
        alternatives: seats("11A 17A 10A 18A 19A"),
    });
}

#[test]
fn operations_name_seats_of_the_aircraft_each_once_and_at_least_one() {
    let commands = |numbers: &str| {
        [
            block(numbers, BlockReason::Operations),
            unblock(numbers),
            sell_elsewhere(numbers),
            return_elsewhere(numbers),
        ]
    };
    for command in commands("") {
        given([]).when(command, at("12:00")).refused("validation");
    }
    for command in commands("14C 14C") {
        given([]).when(command, at("12:00")).refused("validation");
    }
    for command in commands("14C 14B 99A") {
        given([]).when(command, at("12:00")).refused_with(Rejection::NoSuchSeats { seats: seats("14B 99A") });
    }
    let far_too_many = "14C ".repeat(1_001);
    for command in commands(&far_too_many) {
        given([]).when(command, at("12:00")).refused("validation");
    }
}

#[test]
fn operations_may_block_in_every_cabin_at_once() {
    given_on(BOEING, [])
        .when(block("3A 7A", BlockReason::Operations), at("12:00"))
        .then([seats_blocked("3A 7A", BlockReason::Operations)]);
}
