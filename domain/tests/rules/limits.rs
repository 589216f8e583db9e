//! How much, how many and how long.

use std::time::Duration;

use domain::flight::{Rejection, limits};

use crate::asks::{extend, hold, hold_best, hold_places, release};
use crate::facts::{hold_extended, hold_lapsed, hold_released, places_held, seats_held};
use crate::language::{ALICE, BOB, BOEING, CARLA, at, given, given_on, until};

const MILLISECOND: Duration = Duration::from_millis(1);

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

#[test]
fn a_hold_has_one_to_nine_places() {
    for places in [0, 10, 255] {
        given([]).when(hold_places(places, CARLA), at("12:00")).refused("validation");
        given([]).when(hold_best(places, CARLA), at("12:00")).refused("validation");
    }
    given([]).when(hold_places(9, CARLA), at("12:00")).then([places_held(9, CARLA, until("12:15"))]);
}

#[test]
fn a_hold_lasts_from_a_second_to_half_an_hour() {
    for ttl in [Duration::ZERO, limits::HOLD_TTL_MIN - MILLISECOND, minutes(30) + MILLISECOND, Duration::MAX]
    {
        given([]).when(hold("14C", ALICE).lasting(ttl), at("12:00")).refused("validation");
    }
    for (ttl, end) in [(Duration::from_secs(1), "12:00:01"), (minutes(30), "12:30")] {
        given([]).when(hold("14C", ALICE).lasting(ttl), at("12:00")).then([seats_held(
            "14C",
            ALICE,
            until(end),
        )
        .since(at("12:00"))]);
    }
}

#[test]
fn a_deadline_lies_within_the_next_two_hours() {
    for end in ["11:59", "12:00", "14:00:00.001"] {
        given([]).when(hold("14C", ALICE).lasting_until(until(end)), at("12:00")).refused("validation");
    }
    for end in ["12:00:00.001", "14:00"] {
        given([]).when(hold("14C", ALICE).lasting_until(until(end)), at("12:00")).then([seats_held(
            "14C",
            ALICE,
            until(end),
        )
        .since(at("12:00"))]);
    }
}

#[test]
fn a_customer_has_at_most_four_holds() {
    given([
        seats_held("10A", ALICE, until("12:10")),
        seats_held("11A", ALICE, until("12:11")),
        seats_held("12A", ALICE, until("12:12")),
        seats_held("13A", ALICE, until("12:13")),
    ])
    .when(hold("14A", ALICE), at("12:00"))
    .refused_with(Rejection::HoldLimit { holds_max: 4, places_max: 9 })
    .when(hold("14A", BOB), at("12:00"))
    .then([seats_held("14A", BOB, until("12:15"))])
    .when(release("11A", ALICE), at("12:01"))
    .then([hold_released("11A")])
    .when(hold("14C", ALICE), at("12:01"))
    .then([seats_held("14C", ALICE, until("12:16"))]);
}

#[test]
fn a_customer_has_at_most_nine_places() {
    given([places_held(5, ALICE, until("12:10")), seats_held("10A 11A 12A", ALICE, until("12:10"))])
        .when(hold_places(2, ALICE), at("12:00"))
        .refused("hold-limit")
        .when(hold_places(1, ALICE), at("12:00"))
        .then([places_held(1, ALICE, until("12:15"))])
        .when(hold_places(1, ALICE), at("12:00"))
        .refused("hold-limit");
}

#[test]
fn a_lapsed_hold_no_longer_counts() {
    given([places_held(9, ALICE, until("12:10"))])
        .when(hold_places(1, ALICE), at("12:09:59.999"))
        .refused("hold-limit")
        .when(hold("14C", ALICE), at("12:10"))
        .then([hold_lapsed("alice"), seats_held("14C", ALICE, until("12:25"))]);
}

#[test]
fn an_agent_has_at_most_fifty_holds() {
    let mut story = given_on(BOEING, []);
    for _ in 0..50 {
        story = story.when(hold_places(1, CARLA), at("12:00")).then([places_held(1, CARLA, until("12:15"))]);
    }
    story
        .when(hold_places(1, CARLA), at("12:00"))
        .refused_with(Rejection::HoldLimit { holds_max: 50, places_max: 50 });
}

#[test]
fn an_agent_has_at_most_fifty_places() {
    let mut story = given_on(BOEING, []);
    for _ in 0..5 {
        story = story.when(hold_places(9, CARLA), at("12:00")).then([places_held(9, CARLA, until("12:15"))]);
    }
    story
        .when(hold_places(6, CARLA), at("12:00"))
        .refused("hold-limit")
        .when(hold_places(5, CARLA), at("12:00"))
        .then([places_held(5, CARLA, until("12:15"))]);
}

#[test]
fn an_extended_hold_ends_so_long_from_now() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(extend("14C", ALICE, minutes(20)), at("12:09:59.999"))
        .then([hold_extended("14C", until("12:29:59.999"))])
        .when(extend("14C", ALICE, minutes(1)), at("12:10"))
        .then([hold_extended("14C", until("12:11"))])
        .when(hold("14C", BOB), at("12:11"))
        .then([hold_lapsed("14C"), seats_held("14C", BOB, until("12:26"))]);
}

#[test]
fn no_extension_carries_a_hold_beyond_two_hours() {
    given([seats_held("14C", ALICE, until("13:50")).since(at("12:00"))])
        .when(extend("14C", ALICE, minutes(10)), at("13:49"))
        .then([hold_extended("14C", until("13:59"))])
        .when(extend("14C", ALICE, minutes(30)), at("13:58"))
        .then([hold_extended("14C", until("14:00"))])
        .when(extend("14C", ALICE, minutes(30)), at("13:59:59.999"))
        .already_so()
        .when(extend("14C", ALICE, minutes(30)), at("14:00"))
        .refused("hold-gone");
}

#[test]
fn an_extension_is_as_long_as_a_hold_may_be() {
    for ttl in [Duration::ZERO, limits::HOLD_TTL_MIN - MILLISECOND, minutes(30) + MILLISECOND, Duration::MAX]
    {
        given([seats_held("14C", ALICE, until("12:10"))])
            .when(extend("14C", ALICE, ttl), at("12:00"))
            .refused("validation");
    }
}

#[test]
fn what_never_was_cannot_be_extended() {
    given([]).when(extend("#99", ALICE, minutes(10)), at("12:00")).refused("not-found");
}
