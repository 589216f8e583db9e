//! Bookings over several departures: all of them or none, also when the engine that began it is gone.

use std::time::Duration;

use actors::booking::booking_stream;
use actors::engine::{Router as _, Told, Verdict, clock, stream_of};
use actors::entity::Request;
use domain::booking::{Booking, Cancel, Command, End, Place, Placed, PlannedSegment, Status};
use domain::flight::{self, HolderKind};
use domain::ids::{BookingId, FlightId, PassengerId, PeopleRef, RecordLocator, Version};
use domain::party::{Passenger, TravellerType};
use domain::plan::CabinClass;
use persistence::journal::RequestKey;
use persistence::store::Reader as _;

use crate::house::{House, eventually, hold, key};

fn adult(number: u8, seat: &str) -> Passenger {
    Passenger {
        id: PassengerId::new(number),
        kind: TravellerType::Adult,
        seat: seat.parse().ok(),
        lap_of: None,
        no_exit: false,
    }
}

pub fn id(number: u128) -> BookingId {
    BookingId::new(number)
}

/// Two adults side by side on each of the departures.
pub fn place(number: u128, flights: &[FlightId], seats: [&str; 2]) -> Place {
    let segment = |flight: &FlightId| PlannedSegment {
        flight: *flight,
        passengers: vec![adult(1, seats[0]), adult(2, seats[1])],
        holds: Vec::new(),
        wish: None,
        promised: None,
    };
    Place {
        booking: id(number),
        locator: RecordLocator::of(u32::try_from(number).expect("a small number")),
        customer: "ann".parse().expect("a subject"),
        made_by: "ann".parse().expect("a subject"),
        kind: HolderKind::Agent,
        class: CabinClass::Economy,
        slices: vec![flights.iter().map(segment).collect()],
        people: PeopleRef::new(number),
        until: clock::now() + Duration::from_secs(600),
    }
}

pub async fn ask(
    house: &House,
    booking: BookingId,
    key: Option<RequestKey>,
    command: Command,
) -> Told<Booking> {
    let request = Request { key, remember_refusal: key.is_some(), deadline: None, command };
    house.engine.bookings().ask(booking_stream(booking), request).await.expect("an answer")
}

pub fn row(told: &Told<Booking>) -> Version {
    let Verdict::Accepted { version, .. } = told.verdict else { panic!("not accepted: {told:?}") };
    version
}

/// Where the booking comes to rest after a command.
pub async fn rest(house: &House, booking: BookingId, command: Command) -> Placed {
    let told = ask(house, booking, None, command).await;
    let (_, rested) = house.engine.rested(booking, row(&told)).await.expect("it comes to rest");
    rested.placed().expect("it is placed").clone()
}

pub async fn placed(house: &House, place: Place) -> Placed {
    rest(house, place.booking, Command::Place(place)).await
}

/// What a departure has for a booking: a claim, a sale.
pub async fn has(house: &House, flight: FlightId, booking: BookingId) -> (bool, bool) {
    let room = house.engine.room(flight).await.expect("it can be read").expect("it is there");
    room.read(|departure, _| (departure.claim(booking).is_some(), departure.sale(booking).is_some()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_holds_all_its_segments_then_buys_them_then_gives_them_back() {
    let house = House::new().await;
    let flights = [house.open(1).await, house.open(2).await, house.open(3).await];
    let booked = placed(&house, place(7, &flights, ["10A", "10B"])).await;
    assert_eq!(booked.status(), Status::Held);
    for flight in flights {
        assert_eq!(has(&house, flight, id(7)).await, (true, false));
    }
    let by = "desk".parse().expect("a subject");
    let paid = rest(&house, id(7), Command::Confirm { by, reference: "bank 4711".to_owned() }).await;
    assert_eq!(paid.status(), Status::Confirmed);
    for flight in flights {
        assert_eq!(has(&house, flight, id(7)).await, (false, true));
    }
    let by = "ann".parse().expect("a subject");
    let cancelled = rest(&house, id(7), Command::Cancel(Cancel { quote: None, reason: None, by })).await;
    assert_eq!(cancelled.status(), Status::Cancelled);
    for flight in flights {
        assert_eq!(has(&house, flight, id(7)).await, (false, false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_one_departure_refuses_the_others_are_let_go() {
    let house = House::new().await;
    let flights = [house.open(1).await, house.open(2).await, house.open(3).await];
    house.hold(flights[1], "10B", "bob").await.expect("a hold");
    let refused = placed(&house, place(8, &flights, ["10A", "10B"])).await;
    let Some(End::Refused(why)) = refused.end() else { panic!("not refused: {refused:?}") };
    assert_eq!(why.code(), "seat-taken");
    for flight in flights {
        assert_eq!(has(&house, flight, id(8)).await, (false, false));
        assert!(house.hold(flight, "10A", "dee").await.is_ok(), "10A is open again on {flight}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_bookings_that_cross_one_gets_all_and_the_other_nothing() {
    let house = House::new().await;
    let flights = [house.open(1).await, house.open(2).await];
    let back = [flights[1], flights[0]];
    for round in 0..20_u128 {
        let seats = [["1A", "1B"], ["2A", "2B"], ["3A", "3B"], ["4A", "4B"]][round as usize % 4];
        let ids = [id(100 + 2 * round), id(101 + 2 * round)];
        let (one, other) = tokio::join!(
            placed(&house, place(100 + 2 * round, &flights, seats)),
            placed(&house, place(101 + 2 * round, &back, seats)),
        );
        let mut ends = [one.status(), other.status()];
        ends.sort_unstable();
        assert_eq!(ends, [Status::Held, Status::Refused], "round {round}");
        let winner = if one.status() == Status::Held { ids[0] } else { ids[1] };
        let by = "ann".parse().expect("a subject");
        let over = rest(&house, winner, Command::Cancel(Cancel { quote: None, reason: None, by })).await;
        assert_eq!(over.status(), Status::Cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_finds_the_booking_where_the_first_one_left_it() {
    let house = House::new().await;
    let flights = [house.open(1).await];
    let asked = place(9, &flights, ["10A", "10B"]);
    let first = ask(&house, id(9), Some(key(1)), Command::Place(asked.clone())).await;
    let (at, held) = house.engine.rested(id(9), row(&first)).await.expect("it comes to rest");
    let by = "desk".parse().expect("a subject");
    rest(&house, id(9), Command::Confirm { by, reference: "x".to_owned() }).await;
    let again = ask(&house, id(9), Some(key(1)), Command::Place(asked)).await;
    assert!(again.replayed && row(&again) == row(&first));
    let rested = house.engine.rested(id(9), row(&again)).await.expect("it is known");
    assert_eq!((rested.0, &*rested.1), (at, &*held), "held, though it is confirmed by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_that_ends_between_two_steps_is_followed_by_one_that_goes_on() {
    let house = House::new().await;
    let flights = [house.open(1).await, house.open(2).await, house.open(3).await];
    for number in 20..40_u128 {
        let seats = [format!("{}A", number - 15), format!("{}B", number - 15)];
        let asked = place(number, &flights, [&seats[0], &seats[1]]);
        ask(&house, id(number), None, Command::Place(asked)).await;
    }
    // What is durable is all that the next life has.
    let next = House::over(house.store.clone(), Duration::from_secs(60)).await;
    next.engine.wake_due().await.expect("the store is there");
    for number in 20..40_u128 {
        let (_, rested) = next.engine.rested(id(number), Version::new(1)).await.expect("it comes to rest");
        assert_eq!(rested.placed().expect("it is placed").status(), Status::Held, "booking {number}");
        for flight in flights {
            assert_eq!(has(&next, flight, id(number)).await, (true, false), "booking {number} on {flight}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_has_a_step_open_leaves_memory_and_whoever_rests_does() {
    let house = House::over(Default::default(), Duration::from_millis(20)).await;
    let flights = [house.open(1).await, house.open(2).await];
    let booked = placed(&house, place(50, &flights, ["10A", "10B"])).await;
    let by = "desk".parse().expect("a subject");
    rest(&house, booked.booking, Command::Confirm { by, reference: "x".to_owned() }).await;
    eventually("everybody sleeps", async || house.engine.metrics().owners.get() == 0).await;
    let (_, rested) =
        house.engine.rested(booked.booking, Version::new(1)).await.expect("it is in the journal");
    assert_eq!(rested.placed().expect("it is placed").status(), Status::Held, "the first rest of its life");
    let told = house.engine.flights().ask(stream_of(flights[0]), hold_again("10A")).await.expect("an answer");
    assert!(matches!(told.verdict, Verdict::Refused { rejection: flight::Rejection::SeatTaken { .. }, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_flight_tells_its_bookings_and_they_give_everything_back() {
    let house = House::new().await;
    let flights = [house.open(1).await, house.open(2).await];
    for number in 1..=40_u128 {
        let seats = [["A", "B"], ["C", "D"]][number as usize % 2]
            .map(|letter| format!("{}{letter}", number.div_ceil(2)));
        let booked = placed(&house, place(number, &flights, [&seats[0], &seats[1]])).await;
        assert_eq!(booked.status(), Status::Held);
        if number <= 30 {
            let by = "desk".parse().expect("a subject");
            rest(&house, id(number), Command::Confirm { by, reference: "x".to_owned() }).await;
        }
    }
    let status = flight::Command::ChangeStatus(flight::ChangeStatus {
        status: flight::Status::Cancelled,
        reason: Some("storm".to_owned()),
        departs: None,
        arrives: None,
        gate: None,
    });
    house.ask(flights[1], None, status).await.expect("an answer");
    for number in 1..=40_u128 {
        let cancelled = async || {
            let (_, rested) = house.engine.rested(id(number), Version::new(1)).await.expect("it is known");
            let view =
                house.engine.bookings().store().bookings().booking(id(number)).await.expect("the list");
            rested.placed().is_some() && view.is_some_and(|view| view.status == Status::Cancelled)
        };
        eventually("a booking of the cancelled flight is cancelled", cancelled).await;
        for flight in flights {
            assert_eq!(has(&house, flight, id(number)).await, (false, false), "booking {number} on {flight}");
        }
    }
    let waits = async || house.store.outbox_waiting(None, 10).await.expect("the outbox").is_empty();
    eventually("the orders are struck off", waits).await;
}

fn hold_again(seat: &str) -> Request<flight::Command> {
    Request { key: None, remember_refusal: false, deadline: None, command: hold(seat, "dee", 60) }
}
