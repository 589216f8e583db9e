//! What is stored and does not add up is not served.

use actors::entity::{CannotActivate, Core};
use domain::flight::Flight;
use domain::ids::Version;
use persistence::journal::{Activation, CannotDecode, Loaded};

use crate::asks::{at, hold, request, stream};
use crate::house::{Fate, House, refusal};

/// A departure with five rows, and a snapshot of the third.
fn five_rows() -> House {
    let mut house = House::open();
    for (seat, number) in [("10A", 2), ("11A", 3), ("12A", 4), ("13A", 5)] {
        let name = format!("customer-{number}");
        house.ask(&request(hold(seat, &name, 15)), at("09:01"));
        house.commit(Fate::Lands);
        if number == 3 {
            house.keep_snapshot();
        }
    }
    house
}

/// The five rows without the snapshot.
fn rows_alone() -> Loaded {
    let mut loaded = Loaded { snapshot: None, ..five_rows().loaded() };
    loaded.rows = five_rows().tables.rows(&stream()).to_vec();
    loaded
}

#[track_caller]
fn is_not_dense(loaded: &Loaded, after: u64, found: u64) {
    match refusal(loaded) {
        CannotActivate::NotDense { stream: of, after: last, found: next } => {
            assert_eq!((of, last, next), (stream(), Version::new(after), Version::new(found)));
        }
        CannotActivate::Unreadable { version, .. } => panic!("row {version} cannot be read"),
    }
}

#[test]
fn rows_with_a_gap_or_a_duplicate_or_out_of_order_are_refused() {
    let change = |change: fn(&mut Loaded)| {
        let mut loaded = rows_alone();
        change(&mut loaded);
        loaded
    };
    is_not_dense(&change(|loaded| drop(loaded.rows.remove(2))), 2, 4);
    is_not_dense(&change(|loaded| drop(loaded.rows.remove(0))), 0, 2);
    is_not_dense(&change(|loaded| loaded.rows.insert(2, loaded.rows[1].clone())), 2, 2);
    is_not_dense(&change(|loaded| loaded.rows.swap(3, 4)), 3, 5);
}

#[test]
fn a_snapshot_with_a_tail_that_does_not_follow_it_is_refused() {
    let mut loaded = five_rows().loaded();
    assert_eq!(loaded.rows.len(), 2);
    loaded.rows.remove(0);
    is_not_dense(&loaded, 3, 5);
    loaded.rows = five_rows().tables.rows(&stream()).to_vec();
    is_not_dense(&loaded, 3, 1);
}

#[test]
fn a_row_that_cannot_be_read_is_refused_by_its_number() {
    for body in ["garbage", "[{\"NeverHeardOf\":{}}]", "{}", "[{\"HoldLapsed\":{}}]", ""] {
        let mut loaded = rows_alone();
        loaded.rows[3].body = body.into();
        let CannotActivate::Unreadable { version, source: CannotDecode::Body { schema: 1, .. }, .. } =
            refusal(&loaded)
        else {
            panic!("{body} is no body")
        };
        assert_eq!(version, Version::new(4));
    }
}

#[test]
fn a_row_from_the_future_is_refused() {
    let mut loaded = rows_alone();
    loaded.rows[4].schema = 2;
    let error = refusal(&loaded);
    let CannotActivate::Unreadable {
        version,
        source: CannotDecode::FromTheFuture { stored: 2, known: 1 },
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(version, Version::new(5));
}

#[test]
fn a_snapshot_that_cannot_be_read_is_refused() {
    let mut loaded = five_rows().loaded();
    loaded.snapshot.as_mut().expect("row 3 has one").body = "{}".into();
    assert!(
        matches!(refusal(&loaded), CannotActivate::Unreadable { version, .. } if version == Version::new(3))
    );
}

/// The core that was refused can begin again once somebody has mended what is stored.
#[test]
fn what_was_refused_leaves_nothing_behind() {
    let mut core: Core<Flight> = Core::new(stream());
    core.rebuild(Activation::new(1));
    let mut torn = rows_alone();
    torn.rows.remove(2);
    core.load(&torn).unwrap_err();
    core.rebuild(Activation::new(2));
    core.load(&rows_alone()).unwrap();
    assert_eq!(core.state(), five_rows().core.state());
    assert_eq!(core.version(), Version::new(5));
}
