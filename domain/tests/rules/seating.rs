//! Who may travel and sit where: exits, infants, minors; and who of a party gets which of its seats.

use domain::flight::Rejection;
use domain::party::{Breach, SeatRule};

use crate::asks::{HoldAsk, assign_seats, change_seats, claim, hold, hold_best, hold_places};
use crate::facts::{holds_claimed, moves, places_held, seats_changed, seats_held, seats_sold_elsewhere};
use crate::language::{
    ALICE, BOEING, SMITH, Story, adult, adult_on, at, child, child_on, given, given_on, infant, seat, until,
};

fn breaks(rule: SeatRule, at_seats: &str) -> Rejection {
    let place = |number: &str| Breach { seat: Some(seat(number)), rule };
    let mut breaches: Vec<Breach> = at_seats.split_whitespace().map(place).collect();
    if breaches.is_empty() {
        breaches.push(Breach { seat: None, rule });
    }
    Rejection::SeatRules { breaches }
}

#[test]
fn who_may_not_travel_or_sit_there_learns_why() {
    use SeatRule::{
        ExitRowAdultsOnly, ExitRowNeedsTravellers, ExitRowNoInfant, MoreInfantsThanAdults,
        OneInfantPerSeatBlock, UnaccompaniedMinor,
    };
    let table: [(HoldAsk, SeatRule, &str); 10] = [
        (hold("15A", ALICE), ExitRowNeedsTravellers, "15A"),
        (hold("14C 15C", ALICE), ExitRowNeedsTravellers, "15C"),
        (hold("15A", ALICE).travelling(1, 0, 1), ExitRowNoInfant, "15A"),
        (hold("15A 15C", ALICE).travelling(2, 0, 1), ExitRowNoInfant, "15A 15C"),
        (hold("15A 15C", ALICE).travelling(1, 1, 0), ExitRowAdultsOnly, "15A 15C"),
        (hold("14A", ALICE).travelling(0, 1, 0), UnaccompaniedMinor, ""),
        (hold_places(2, ALICE).travelling(0, 2, 0), UnaccompaniedMinor, ""),
        (hold_best(1, ALICE).travelling(0, 1, 0), UnaccompaniedMinor, ""),
        (hold("14A", ALICE).travelling(1, 0, 2), MoreInfantsThanAdults, ""),
        (hold_places(1, ALICE).for_booking(SMITH, [child(1)]), UnaccompaniedMinor, ""),
    ];
    for (ask, rule, at_seats) in table {
        given([]).when(ask, at("12:00")).refused_with(breaks(rule, at_seats));
    }
    given_on(BOEING, [])
        .when(hold("7A 7B", ALICE).travelling(2, 0, 2), at("12:00"))
        .refused_with(breaks(OneInfantPerSeatBlock, "7A 7B"));
}

#[test]
fn adults_who_are_known_may_sit_at_an_exit() {
    given([]).when(hold("15A 15C", ALICE).travelling(2, 0, 0), at("12:00")).then([seats_held(
        "15A 15C",
        ALICE,
        until("12:15"),
    )
    .travelling(2, 0, 0)]);
    given([]).when(hold("14A 15C", ALICE).travelling(1, 1, 0), at("12:00")).then([seats_held(
        "14A 15C",
        ALICE,
        until("12:15"),
    )
    .travelling(1, 1, 0)]);
}

#[test]
fn a_party_has_exactly_one_place_for_each_who_sits() {
    for (adults, children, infants) in [(1, 0, 0), (3, 0, 0), (1, 0, 1), (0, 0, 2), (255, 255, 0)] {
        given([])
            .when(hold("14A 14C", ALICE).travelling(adults, children, infants), at("12:00"))
            .refused("validation");
    }
    given([]).when(hold("14A 14C", ALICE).travelling(1, 1, 1), at("12:00")).then([seats_held(
        "14A 14C",
        ALICE,
        until("12:15"),
    )
    .travelling(1, 1, 1)]);
}

#[test]
fn exit_seats_go_to_those_who_may_sit_there() {
    given([seats_held("14C 15C 16A", ALICE, until("12:10")).travelling(2, 1, 1)])
        .when(claim(["14C"], ALICE, SMITH, [child(1), adult(2), infant(3, 2), adult(4)]), at("12:05"))
        .then([holds_claimed(
            ["14C"],
            SMITH,
            [child_on("14C", 1), adult_on("16A", 2), infant(3, 2), adult_on("15C", 4)],
            until("13:00"),
        )]);
}

#[test]
fn a_passenger_who_names_a_held_seat_gets_it() {
    given([seats_held("13A 14A 14C", ALICE, until("12:10"))])
        .when(claim(["14A"], ALICE, SMITH, [adult(1), adult_on("13A", 2), child_on("14C", 3)]), at("12:05"))
        .then([holds_claimed(
            ["14A"],
            SMITH,
            [adult_on("14A", 1), adult_on("13A", 2), child_on("14C", 3)],
            until("13:00"),
        )]);
}

#[test]
fn nobody_names_a_seat_that_is_not_theirs() {
    given([seats_held("14A 14C", ALICE, until("12:10"))])
        .when(claim(["14A"], ALICE, SMITH, [adult_on("13A", 1), adult(2)]), at("12:05"))
        .refused("validation")
        .when(claim(["14A"], ALICE, SMITH, [adult_on("14A", 1), adult_on("14A", 2)]), at("12:05"))
        .refused("validation")
        .when(claim(["14A"], ALICE, SMITH, [adult(1), adult(1)]), at("12:05"))
        .refused("validation");
}

#[test]
fn a_named_seat_must_suit_who_names_it() {
    given([seats_held("14A 15A", ALICE, until("12:10")).travelling(1, 1, 0)])
        .when(claim(["14A"], ALICE, SMITH, [adult(1), child_on("15A", 2)]), at("12:05"))
        .refused_with(breaks(SeatRule::ExitRowAdultsOnly, "15A"));
}

#[test]
fn infants_are_spread_over_the_blocks_of_a_row() {
    given_on(BOEING, [])
        .when(
            hold("7A 7B 7E 7F", ALICE)
                .for_booking(SMITH, [adult(1), infant(2, 1), adult(3), infant(4, 3), child(5), child(6)]),
            at("12:00"),
        )
        .then([
            seats_held("7A 7B 7E 7F", ALICE, until("12:15")).travelling(2, 2, 2),
            holds_claimed(
                ["7A"],
                SMITH,
                [
                    adult_on("7A", 1),
                    infant(2, 1),
                    adult_on("7E", 3),
                    infant(4, 3),
                    child_on("7B", 5),
                    child_on("7F", 6),
                ],
                until("12:15"),
            ),
        ]);
}

#[test]
fn an_infant_keeps_away_from_one_whose_seat_is_named() {
    given_on(BOEING, [])
        .when(
            hold("7B 7E 7F", ALICE)
                .for_booking(SMITH, [adult_on("7F", 1), infant(2, 1), adult(3), infant(4, 3), adult(5)]),
            at("12:00"),
        )
        .then([
            seats_held("7B 7E 7F", ALICE, until("12:15")).travelling(3, 0, 2),
            holds_claimed(
                ["7B"],
                SMITH,
                [adult_on("7F", 1), infant(2, 1), adult_on("7B", 3), infant(4, 3), adult_on("7E", 5)],
                until("12:15"),
            ),
        ]);
}

/// Two rows of three seats; an infant is held on 2B, and another adult with one waits for a seat, and an adult.
fn an_infant_on_2b(sold: &'static str) -> Story {
    let passengers = [adult_on("2B", 1), infant(2, 1), adult(3), infant(4, 3), adult(5)];
    given_on(
        "Y:1-2:ABC",
        [
            seats_held("2B", ALICE, until("12:10")).of_places(3),
            holds_claimed(["2B"], SMITH, passengers, until("13:00")),
            seats_sold_elsewhere(sold),
        ],
    )
}

#[test]
fn an_assigned_infant_keeps_away_from_one_who_sits() {
    an_infant_on_2b("1B 1C 2C").when(assign_seats(SMITH), at("12:05")).then([seats_changed(
        SMITH,
        [moves(3, "", "1A").pinned_by("2B"), moves(5, "", "2A").pinned_by("2B")],
    )]);
    an_infant_on_2b("1A 1B 1C")
        .when(assign_seats(SMITH), at("12:05"))
        .refused_with(breaks(SeatRule::OneInfantPerSeatBlock, "2C"));
}

#[test]
fn nobody_moves_an_infant_beside_another() {
    an_infant_on_2b("1B")
        .when(change_seats(SMITH, [(3, "2C")]), at("12:05"))
        .refused_with(breaks(SeatRule::OneInfantPerSeatBlock, "2C"))
        .when(change_seats(SMITH, [(3, "1C"), (5, "2C")]), at("12:05"))
        .then([seats_changed(
            SMITH,
            [moves(3, "", "1C").pinned_by("2B"), moves(5, "", "2C").pinned_by("2B")],
        )]);
}

#[test]
fn an_infant_is_held_by_an_adult_of_its_booking() {
    given([places_held(2, ALICE, until("12:10"))])
        .when(claim(["alice"], ALICE, SMITH, [adult(1), child(2), infant(3, 2)]), at("12:05"))
        .refused_with(breaks(SeatRule::LapOfAdultsOnly, ""))
        .when(claim(["alice"], ALICE, SMITH, [adult(1), child(2), infant(3, 9)]), at("12:05"))
        .refused_with(breaks(SeatRule::InfantNeedsLap, ""))
        .when(claim(["alice"], ALICE, SMITH, [adult(1), adult(2), infant(3, 1), infant(4, 1)]), at("12:05"))
        .refused_with(breaks(SeatRule::OneInfantPerLap, ""));
}

#[test]
fn infants_get_no_seat_when_seats_are_assigned() {
    given([
        places_held(2, ALICE, until("12:10")),
        holds_claimed(["alice"], SMITH, [infant(1, 2), adult(2), child(3)], until("13:00")),
    ])
    .when(assign_seats(SMITH), at("12:05"))
    .then([seats_changed(
        SMITH,
        [moves(2, "", "14C").pinned_by("alice"), moves(3, "", "14A").pinned_by("alice")],
    )]);
}
