//! Holds that a booking took over, at each of its stages: the door is asked itself, because over HTTP they pass by.

use std::time::Duration;

use actors::engine::{Verdict, clock};
use cluster::Request;
use domain::flight::{BookingParty, ClaimHolds, Command, StartPaying};
use domain::ids::{BookingId, HoldId, PassengerId};
use domain::party::{Passenger, TravellerType};
use serde_json::json;

use crate::stage::Stage;

const BOOKING: BookingId = BookingId::new(0xb00c);

async fn told(stage: &Stage, id: HoldId, command: Command) {
    let deadline = Some(clock::now() + Duration::from_secs(20));
    let request = Request { key: None, remember_refusal: false, deadline, command };
    let told = stage.state.door.ask(id.flight, request).await.expect("an answer");
    assert!(matches!(told.verdict, Verdict::Accepted { .. }), "{told:?}");
}

fn claim(id: HoldId) -> Command {
    let adult = Passenger {
        id: PassengerId::new(1),
        kind: TravellerType::Adult,
        seat: None,
        lap_of: None,
        no_exit: false,
    };
    Command::ClaimHolds(ClaimHolds {
        holds: vec![id.number],
        by: "ann".parse().expect("a subject"),
        party: BookingParty { booking: BOOKING, passengers: vec![adult], fare: None },
        until: clock::now() + Duration::from_secs(500),
    })
}

#[tokio::test]
async fn a_hold_that_a_booking_has_is_the_bookings() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let made = stage.ask("POST", &format!("{flight}/holds")).by(&ann);
    let made = made.json(&json!({ "cabinClass": "ECONOMY", "places": 1 })).send().await;
    let hold = format!("{flight}/holds/{}", made.text("holdId"));
    let id: HoldId = made.text("holdId").parse().unwrap();
    let fence = clock::now() + Duration::from_secs(600);
    let steps = [
        (claim(id), "HELD"),
        (Command::StartPaying(StartPaying { booking: BOOKING, fence }), "PAYING"),
        (Command::Confirm { booking: BOOKING }, "BOOKED"),
    ];
    for (command, status) in steps {
        told(&stage, id, command).await;
        let shown = stage.ask("GET", &hold).by(&ann).send().await;
        assert_eq!(shown.status, 200, "{status}: {shown:?}");
        assert_eq!((shown.text("status"), shown.text("bookingId")), (status.to_owned(), BOOKING.to_string()));
        for (method, path) in [("DELETE", hold.clone()), ("POST", format!("{hold}/extend"))] {
            let refused = stage.ask(method, &path).by(&ann).send().await;
            assert_eq!(refused.outcome(), (409, "hold-booked".to_owned()), "{status}: {method}: {refused:?}");
            assert_eq!(refused.text("bookingId"), BOOKING.to_string());
        }
        let stranger = stage.ask("GET", &hold).by(&stage.customer("bob")).send().await;
        assert_eq!(stranger.status, 404, "{status}");
    }
}
