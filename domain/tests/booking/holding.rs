//! All segments or none.

use domain::booking::{Command, Heard, HoldOrigin, LegState, Status};
use domain::fare::Fare;
use domain::flight::{Command as Ask, Rejection, SeatChoice};
use domain::ids::Version;
use domain::money::Currency;

use crate::language::{
    Say, adult, adult_on, child, dollars, given, given_held, infant, order, segment, taking_over, wishing,
};

fn full() -> Say {
    Say::No(Rejection::SeatTaken { seats: Vec::new(), alternatives: Vec::new() })
}

#[test]
fn segments_are_held_in_the_order_of_their_names() {
    let back_and_forth =
        order(&[segment("C", &[adult(1)]), segment("A", &[adult(1)]), segment("B", &[adult(1)])]);
    given(back_and_forth)
        .asks("A hold 1 places, later")
        .hears(Say::Yes)
        .then("A held on -")
        .shows(Status::Holding)
        .asks("B hold 1 places, later")
        .hears(Say::Yes)
        .then("B held on -")
        .asks("C hold 1 places, later")
        .hears(Say::Yes)
        .then("C held on -; all held for 330.00 USD")
        .is(Status::Held);
}

#[test]
fn when_one_says_no_the_others_are_let_go_in_reverse() {
    given(order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)]), segment("C", &[adult(1)])]))
        .hears(Say::Yes)
        .then("A held on -")
        .hears(Say::Yes)
        .then("B held on -")
        .hears(full())
        .then("no from C: seat-taken; letting go: refused (C: seat-taken)")
        .shows(Status::Holding)
        .asks("B release")
        .hears(Say::Yes)
        .then("B let go")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; over: refused (C: seat-taken)")
        .is(Status::Refused)
        .legs(&[LegState::Released, LegState::Released, LegState::Wanted]);
}

#[test]
fn when_the_first_says_no_it_is_over_at_once() {
    given(order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])]))
        .hears(full())
        .then("no from A: seat-taken; letting go: refused (A: seat-taken); over: refused (A: seat-taken)")
        .is(Status::Refused);
}

#[test]
fn holds_that_were_taken_over_go_back_to_whoever_had_them() {
    given(order(&[taking_over(segment("A", &[adult(1)])), segment("B", &[adult(1)])]))
        .asks("A claim 1 holds")
        .hears(Say::Yes)
        .then("A held on -")
        .hears(full())
        .done()
        .asks("A return")
        .hears(Say::Already)
        .then("A let go; over: refused (B: seat-taken)")
        .is(Status::Refused);
}

#[test]
fn nothing_is_declared_held_at_its_deadline() {
    given(order(&[segment("A", &[adult(1)]), taking_over(segment("B", &[adult(1)]))]))
        .when("12:59:59.999")
        .hears(Say::Yes)
        .then("A held on -")
        .when("13:00")
        .hears(Say::Yes)
        .then("B held on -; letting go: refused (hold-expired)")
        .asks("B return")
        .hears(Say::Yes)
        .then("B let go")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; over: refused (hold-expired)");
}

#[test]
fn a_departure_that_does_not_say_how_it_holds_is_let_go() {
    given(order(&[segment("A", &[adult(1)])]))
        .hears(Say::Already)
        .then("A unclear; letting go: refused (A: hold-unclear)")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; over: refused (A: hold-unclear)");
}

#[test]
fn what_somebody_else_claimed_is_no_answer_to_this_booking() {
    let story = given(order(&[segment("A", &[adult(1)])]));
    let claimed = domain::flight::Event::HoldsClaimed {
        booking: domain::ids::BookingId::new(7),
        holds: Vec::new(),
        passengers: Vec::new(),
        until: story.placed().until,
        prices: Vec::new(),
        passage: None,
    };
    let step = story.booking.step().expect("a step is open").number;
    story
        .asked(&Command::Told { step, answer: Heard::Accepted(vec![claimed]) })
        .then("A unclear; letting go: refused (A: hold-unclear)");
}

#[test]
fn what_has_no_one_currency_is_not_sold_together() {
    given(order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])]))
        .hears(Say::Yes)
        .done()
        .hears(Say::In(Currency::EUR))
        .then("B held on -; letting go: refused (mixed-currencies)")
        .asks("B release");
}

#[test]
fn an_answer_counts_once_and_only_for_the_step_that_is_open() {
    let story = given(order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])]));
    let first = story.booking.step().expect("a step is open").number;
    let late = Command::Told { step: first, answer: Heard::Refused(Rejection::NotOnSale) };
    let never = Command::Told { step: Version::new(99), answer: Heard::AlreadySo };
    story
        .asked(&never)
        .already_so()
        .hears(Say::Yes)
        .then("A held on -")
        .asked(&late)
        .already_so()
        .hears(Say::Yes)
        .done()
        .is(Status::Held)
        .asked(&late)
        .already_so();
    let mut held = given_held(order(&[segment("A", &[adult(1)])])).when("13:00");
    for number in 0..9 {
        let told = Command::Told { step: Version::new(number), answer: Heard::AlreadySo };
        held = held.asked(&told).already_so();
    }
}

#[test]
fn seats_are_asked_for_as_they_are_wished() {
    let two = |first, second| segment("A", &[first, second]);
    for (planned, step) in [
        (two(adult(1), child(2)), "A hold 2 places, later"),
        (wishing(two(adult(1), child(2))), "A hold 2 places, best"),
        (two(adult_on("12A", 1), child(2)), "A hold 2 places, exactly 1"),
        (wishing(two(adult_on("12A", 1), child(2))), "A hold 2 places, exactly 1 and best"),
        (wishing(two(adult_on("12A", 1), adult_on("12B", 2))), "A hold 2 places, exactly 2"),
        (wishing(two(adult_on("12A", 1), infant(2, 1))), "A hold 1 places, exactly 1"),
        (wishing(two(adult(1), infant(2, 1))), "A hold 1 places, best"),
    ] {
        given(order(&[planned])).asks(step);
    }
}

#[test]
fn a_hold_carries_all_that_the_departure_must_know() {
    let promised = Some(Fare { base: dollars(90), taxes: dollars(9) });
    let mut planned = segment("A", &[adult_on("12A", 1), infant(2, 1)]);
    planned.promised = promised;
    let story = given(order(&[planned]));
    let step = story.booking.step().expect("a step is open");
    let Some((_, Ask::HoldSeats(asked))) = step.departure() else { panic!("it asks for a hold") };
    let party = asked.booking.clone().expect("it is for the booking");
    assert_eq!((party.booking, party.passengers.len(), party.fare), (story.placed().booking, 2, promised));
    assert_eq!(asked.seats, SeatChoice::Exact(vec!["12A".parse().expect("a seat")]));
    assert_eq!(asked.holder.principal, story.placed().made_by);
    assert_eq!(asked.term, domain::flight::Term::Until(story.placed().until));
    assert_eq!(story.placed().legs().next().expect("a leg").1.origin, HoldOrigin::Acquired);
}

#[test]
fn everybody_pays_on_each_segment() {
    let family = [adult(1), child(2), infant(3, 1)];
    let story = given(order(&[segment("A", &family), segment("B", &family)]))
        .hears(Say::Dear(25))
        .done()
        .hears(Say::Yes)
        .done()
        .is(Status::Held);
    let price = story.placed().price().expect("it has a price");
    let parts = [price.base, price.taxes, price.supplements, price.total].map(|money| money.to_string());
    assert_eq!(parts, ["370.00 USD", "40.00 USD", "75.00 USD", "485.00 USD"]);
}
