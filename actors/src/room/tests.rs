use std::time::Duration;

use domain::aggregate::Aggregate as _;
use domain::fare::FareBasis;
use domain::flight::{BlockReason, Event, NamedSeats, OpenSale, Service};
use domain::money::Currency;
use domain::plan::SeatPlan;
use domain::time::Timestamp;

use super::*;

fn opened() -> Flight {
    let departs = Timestamp::from_millis(1_900_000_000_000).unwrap();
    let mut flight = Flight::default();
    flight.evolve(&Event::SaleOpened(OpenSale {
        flight: "B6-1-2030-03-17-JFK".parse().unwrap(),
        service: Service::published("LAX", "Airbus A320").unwrap(),
        plan: SeatPlan::read("Y:1-2:A-C", "").unwrap(),
        departs,
        arrives: departs + Duration::from_secs(3_600),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    }));
    flight
}

/// Blocks a seat and puts it back on sale, row after row.
fn busy(room: &Arc<Room>, rows: u64) {
    let NamedSeats { seats } = NamedSeats { seats: vec!["1A".parse().unwrap()] };
    for _ in 0..rows {
        let version = room.version().next();
        let event = if version.number().is_multiple_of(2) {
            Event::SeatsBlocked { seats: seats.clone(), reason: BlockReason::Crew }
        } else {
            Event::SeatsUnblocked { seats: seats.clone() }
        };
        room.follow(&DurableRow { version, at: Timestamp::EPOCH, events: &[event] });
    }
}

async fn next(watch: &mut Watch) -> Next {
    loop {
        watch.changed().await;
        if let Some(next) = watch.take() {
            return next;
        }
    }
}

/// On one thread the publisher has no turn until this test waits.
#[tokio::test]
async fn a_publisher_that_was_kept_from_its_work_costs_no_memory_and_no_change() {
    let room = Arc::new(Room::begin(&opened(), Version::new(1), &Metrics::default()));
    let mut watch = Room::watch(&room);
    watch.begin_afresh();
    busy(&room, PENDING_MAX as u64);
    let first = next(&mut watch).await;
    assert!(matches!(&first, Next::Changes(frame) if frame.changes.len() == PENDING_MAX));
    busy(&room, PENDING_MAX as u64 + 10);
    assert!(room.lock().pending.len() <= PENDING_MAX);
    let Next::Afresh(shown) = next(&mut watch).await else { panic!("rows were let go") };
    assert_eq!(shown.version(), room.version());
    busy(&room, 3);
    assert!(matches!(next(&mut watch).await, Next::Changes(frame) if frame.changes.len() == 3));
}
