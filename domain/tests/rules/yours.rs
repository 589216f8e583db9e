//! What one viewer sees beyond the map.

use domain::party::{Breach, Party, SeatRule};
use domain::view::{self, YourHold, Yours};

use crate::facts::{
    hold_lapsed, holds_claimed, places_held, places_sold, seats_blocked, seats_held, seats_sold_elsewhere,
};
use crate::language::{
    ALICE, BOB, CARLA, JONES, SMITH, Story, Who, adult, adult_on, given, infant, seats, until,
};

fn busy() -> Story {
    given([
        seats_held("10A", ALICE, until("12:09")),
        hold_lapsed("10A"),
        seats_held("14A 14C", ALICE, until("12:10")),
        places_held(2, ALICE, until("12:11")),
        seats_held("13A", BOB, until("12:12")).of_places(2),
        holds_claimed(["13A"], SMITH, [adult_on("13A", 1), adult(2), infant(3, 1)], until("13:00")),
        places_sold(SMITH),
        seats_held("12A", BOB, until("12:12")),
        holds_claimed(["12A"], JONES, [adult_on("12A", 1)], until("12:50")),
        seats_sold_elsewhere("16A"),
        seats_blocked("15A", domain::flight::BlockReason::Crew),
    ])
}

/// The holds that a viewer sees as (name in the story, seats, places, deadline).
fn sees(story: &Story, viewer: Who, holds: &[(&str, &str, u8, &str)]) {
    let expected: Vec<YourHold> = holds
        .iter()
        .map(|(word, pinned, places, end)| YourHold {
            hold: story.hold(word),
            seats: seats(pinned),
            places: *places,
            until: until(end),
        })
        .collect();
    let seen = view::yours(story.departure(), &viewer.principal(), &[], None);
    assert_eq!(seen.holds, expected, "{}", viewer.name);
}

#[test]
fn a_viewer_sees_their_own_live_holds_and_nobody_elses() {
    let story = busy();
    sees(&story, ALICE, &[("14C", "14A 14C", 2, "12:10"), ("alice", "", 2, "12:11")]);
    sees(&story, BOB, &[("12A", "12A", 1, "12:50")]);
    sees(&story, CARLA, &[]);
}

#[test]
fn a_viewer_sees_the_seats_of_the_bookings_they_ask_about() {
    let story = busy();
    for (bookings, expected) in [(&[][..], ""), (&[SMITH], "13A"), (&[JONES], ""), (&[JONES, SMITH], "13A")] {
        let seen = view::yours(story.departure(), &CARLA.principal(), bookings, None);
        assert_eq!(seen.seats, seats(expected), "{bookings:?}");
    }
}

#[test]
fn an_open_seat_that_is_not_for_this_party_says_why() {
    use SeatRule::{ExitRowAdultsOnly, ExitRowNeedsTravellers, ExitRowNoInfant};
    let story = busy();
    for (party, rule) in [
        (None, Some(ExitRowNeedsTravellers)),
        (Some((1, 0, 0)), None),
        (Some((1, 0, 1)), Some(ExitRowNoInfant)),
        (Some((0, 1, 0)), Some(ExitRowAdultsOnly)),
    ] {
        let party = party.map(|(adults, children, infants)| Party { adults, children, infants });
        let seen = view::yours(story.departure(), &CARLA.principal(), &[], party.as_ref());
        // 15A is an exit seat as well, but nobody may have it now.
        let expected: Vec<Breach> =
            rule.map(|rule| Breach { seat: Some(seats("15C")[0]), rule }).into_iter().collect();
        assert_eq!(seen, Yours { holds: Vec::new(), seats: Vec::new(), not_for_you: expected });
    }
}
