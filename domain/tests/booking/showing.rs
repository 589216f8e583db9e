//! What lists and news say of a booking.

use domain::aggregate::Aggregate;
use domain::booking::{Booking, CancelledBy, Command, Event, LegState, Place, Rejection, Status};
use domain::flight::Rejection as No;
use domain::news::{self, NewsKind};
use domain::party::TravellerType;
use domain::view::{BookingView, SegmentView, booking_view};

use crate::language::{
    Say, Story, adult_on, at, cancel, change_seats, child, confirm, flight, given, given_confirmed,
    given_held, infant, order, segment, who,
};

fn family() -> Place {
    let family = [adult_on("12A", 1), child(2), infant(3, 1)];
    order(&[segment("B", &family), segment("A", &family)])
}

fn shown(story: &Story) -> BookingView {
    let view = booking_view(story.placed(), story.row());
    let text = serde_json::to_string(&view).expect("it is written");
    assert_eq!(serde_json::from_str::<BookingView>(&text).expect("it is read"), view);
    view
}

fn segments(view: &BookingView) -> &[SegmentView] {
    &view.slices[0]
}

#[test]
fn a_booking_that_is_held_shows_its_three_clocks_and_its_price() {
    let view = shown(&given_held(family()));
    assert_eq!((view.status, view.settled, view.version.number()), (Status::Held, true, 3));
    assert_eq!(view.hold_expires, Some(at("13:00")));
    assert_eq!((view.ticketing_time_limit, view.price_guaranteed_until), (at("13:00"), at("13:00")));
    assert_eq!((view.created, view.customer), (at("12:00"), who("alice")));
    let kinds: Vec<TravellerType> = view.passengers.iter().map(|traveller| traveller.kind).collect();
    assert_eq!(kinds, [TravellerType::Adult, TravellerType::Child, TravellerType::Infant]);
    let price = view.price.expect("it has a price");
    assert_eq!(price.whole.total.to_string(), "410.00 USD");
    let totals: Vec<String> = price.per_passenger.iter().map(|one| one.price.total.amount()).collect();
    assert_eq!(totals, ["220.00", "170.00", "20.00"]);
}

#[test]
fn segments_are_shown_in_the_order_of_travel_with_everybody_who_has_a_seat() {
    let view = shown(&given(family()).hears(Say::Yes).done());
    let [first, second] = segments(&view) else { panic!("there are two") };
    assert_eq!((first.flight, first.state, first.destination), (flight("B"), LegState::Wanted, None));
    assert_eq!((second.flight, second.state), (flight("A"), LegState::Held));
    assert_eq!(second.destination.map(|airport| airport.to_string()).as_deref(), Some("LAX"));
    assert_eq!(second.departs, Some(at("20 12:00")));
    let seats: Vec<Option<String>> =
        second.seats.iter().map(|one| one.seat.map(|seat| seat.to_string())).collect();
    assert_eq!(seats, [Some("12A".to_owned()), None]);
    assert_eq!((view.status, view.settled), (Status::Holding, false));
}

#[test]
fn a_hold_expires_at_the_fence_while_paying_and_never_once_bought() {
    let paying = given_held(family()).when("12:30").asked(&confirm("cash")).done();
    assert_eq!(shown(&paying).hold_expires, Some(at("12:44")));
    assert_eq!(shown(&given_confirmed(family())).hold_expires, None);
    let changing = given_held(family()).asked(&change_seats("1:A:14A")).done();
    assert_eq!(shown(&changing).hold_expires, Some(at("13:00")));
    let changing = given_confirmed(family()).asked(&change_seats("1:A:14A")).done();
    assert_eq!(shown(&changing).hold_expires, None);
    let expiring = given_held(family()).when("13:00").asked(&Command::LapseDue).done();
    assert_eq!(shown(&expiring).hold_expires, None);
}

#[test]
fn an_end_is_shown_with_its_reason_and_its_money() {
    let refused = shown(&given(family()).hears(Say::No(No::NotOnSale)).is(Status::Refused));
    assert_eq!(refused.end.and_then(|end| end.why).map(|why| why.code()), Some("not-on-sale"));
    let story = given_confirmed(family())
        .when("3 12:00")
        .asked(&cancel("alice", None))
        .hears(Say::Yes)
        .hears(Say::Yes);
    let end = shown(&story.is(Status::Cancelled)).end.expect("it has ended");
    assert_eq!((end.by, end.reason.as_deref()), (Some(CancelledBy::Customer), Some("change of plans")));
    let terms = end.terms.expect("it has terms");
    assert_eq!((terms.refund.amount().as_str(), terms.fees.amount().as_str()), ("40.00", "370.00"));
    let expired =
        given_held(family()).when("13:00").asked(&Command::LapseDue).hears(Say::Yes).hears(Say::Yes);
    let end = shown(&expired.is(Status::Expired)).end.expect("it has ended");
    assert_eq!((end.why, end.by, end.terms), (None, None, None));
}

/// The news of a command to a booking that is at rest, and of the answers to all that it asks then.
fn heard(mut story: Story, command: &Command) -> Vec<NewsKind> {
    let mut kinds = Vec::new();
    let mut note = |before: &Booking, events: &[Event]| {
        let mut state = before.clone();
        for event in events {
            for news in news::of_booking(&state, event) {
                assert_eq!((news.customer, news.made_by), (Some(who("alice")), Some(who("alice"))));
                assert_eq!(news.flights, [flight("B"), flight("A")]);
                kinds.push(news.kind);
            }
            state.evolve(event);
        }
    };
    let before = story.booking.clone();
    story = story.asked(command);
    note(&before, story.events());
    while story.booking.step().is_some() {
        let before = story.booking.clone();
        story = story.hears(Say::Yes);
        note(&before, story.events());
    }
    kinds
}

#[test]
fn everybody_hears_of_what_begins_and_ends() {
    use NewsKind::{BookingCancelled, BookingConfirmed, BookingCreated, BookingUpdated, PaymentCompleted};
    let held = || given_held(family());
    assert_eq!(heard(Story::new(), &Command::Place(family())), [BookingCreated]);
    assert_eq!(heard(held(), &confirm("cash")), [PaymentCompleted, BookingConfirmed]);
    assert_eq!(heard(held(), &cancel("alice", None)), [BookingCancelled]);
    assert_eq!(heard(held(), &change_seats("1:A:14A")), [BookingUpdated]);
    assert_eq!(heard(held(), &Command::QuoteCancellation), []);
    assert_eq!(heard(held().when("13:00"), &Command::LapseDue), [BookingUpdated]);
    let late = given(family()).when("13:00");
    let told = Command::Told {
        step: late.booking.step().expect("a step").number,
        answer: domain::booking::Heard::Refused(No::NotOnSale),
    };
    assert_eq!(heard(late, &told), [], "a refusal is an answer");
}

#[test]
fn only_a_change_of_status_is_news_of_a_departure() {
    for (kind, name) in [
        (NewsKind::BookingCreated, "booking:created"),
        (NewsKind::BookingConfirmed, "booking:confirmed"),
        (NewsKind::BookingCancelled, "booking:cancelled"),
        (NewsKind::BookingUpdated, "booking:updated"),
        (NewsKind::PaymentCompleted, "payment:completed"),
        (NewsKind::FlightStatusChanged, "flight:status-changed"),
    ] {
        assert_eq!(kind.name(), name);
        assert_eq!(serde_json::to_string(&kind).expect("it is written"), format!("{name:?}"));
    }
}

#[test]
fn to_be_busy_is_no_answer_to_remember() {
    assert!(!Booking::is_remembered(&Rejection::Busy));
    assert!(Booking::is_remembered(&Rejection::NoSuchQuote));
}
