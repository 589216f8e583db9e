//! What the world must do is written with the row that causes it, and is numbered within the row.

use actors::entity::{Core, Entity, Handled, Request, Submission};
use domain::aggregate::Aggregate;
use domain::flight::{Command, Effect, EndReason, Flight};
use domain::time::Timestamp;
use persistence::journal::{Activation, Due, Loaded, Record, Row};

use crate::asks::{SMITH, at, cancel_flight, claim, hold, key, open_sale, request, stream};

/// A live core with a hold of ann's as row 2, which the Smiths' booking takes over as row 3, and a loose one.
fn with_a_claim() -> Core<Flight> {
    let mut core = Core::new(stream());
    core.rebuild(Activation::new(1));
    core.load(&Loaded::default()).expect("nothing is stored");
    for command in [open_sale(), hold("12A", "ann", 15), claim(2, "ann", at("10:00")), hold("13A", "bob", 30)]
    {
        row_of(&mut core, &request(command), at("09:01"));
    }
    core
}

/// The row that a request makes.
fn row_of(core: &mut Core<Flight>, request: &Request<Command>, now: Timestamp) -> Row {
    let Handled::Decided(decided) = core.handle(request, now) else { panic!("a live core decides") };
    let Submission { entry, .. } = decided.own;
    let Record::Row(row) = entry.record else { panic!("{:?} makes no row", request.command) };
    row
}

fn effects(row: &Row) -> Vec<(u16, Effect)> {
    let read = |body: &str| serde_json::from_str(body).expect("an effect is stored as it is");
    row.outbox.iter().map(|order| (order.ordinal, read(&order.body))).collect()
}

#[test]
fn the_outbox_of_a_row_carries_its_effects_in_order() {
    let mut core = with_a_claim();
    let row = row_of(&mut core, &request(cancel_flight()), at("09:05"));
    let told = Effect::TellHoldsLost { booking: SMITH, reason: Some(EndReason::FlightCancelled) };
    let mut found = effects(&row);
    found.sort_by_key(|(ordinal, _)| *ordinal);
    let ordinals: Vec<u16> = found.iter().map(|(ordinal, _)| *ordinal).collect();
    assert_eq!(ordinals, [0, 1]);
    assert!(found.iter().any(|(_, effect)| *effect == told), "{found:?}");
    assert!(found.iter().any(|(_, effect)| matches!(effect, Effect::CancelBookings { .. })), "{found:?}");
    assert_eq!(row.due, Due::Never);
}

#[test]
fn the_row_of_a_lapse_carries_the_effects_of_the_lapse() {
    let mut core = with_a_claim();
    let lapsed = core.tick(at("10:00")).expect("both holds are due");
    let Record::Row(row) = lapsed.entry.record else { panic!("a lapse is a row") };
    assert_eq!(effects(&row), [(0, Effect::TellHoldsLost { booking: SMITH, reason: None })]);
    assert_eq!((row.version.number(), row.request), (5, None));
}

#[test]
fn a_row_carries_who_asked_when_it_was_decided_and_its_events() {
    let mut core = with_a_claim();
    let asked = Request { key: Some(key(7, 8)), ..request(hold("14A", "cat", 15)) };
    let row = row_of(&mut core, &asked, at("09:05"));
    assert_eq!((row.at, row.request, row.schema), (at("09:05"), Some(key(7, 8)), Flight::SCHEMA));
    assert_eq!(row.outbox, []);
    let events = Flight::UPCASTERS.events::<<Flight as Aggregate>::Event>(row.schema, &row.body).unwrap();
    assert_eq!(events.len(), 1);
}

/// Rows are written under the schema of the aggregate and read under that of its upcasters.
#[test]
fn the_schema_that_is_written_is_the_one_that_is_read() {
    assert_eq!(Flight::UPCASTERS.schema(), Flight::SCHEMA);
}
