//! What is lost fences its owner, and a new life owes nothing to what the one before had on its way.

use actors::entity::{Core, Handled, Phase};
use domain::flight::Flight;
use persistence::journal::{Activation, Loaded, NotDurable, Record};

use crate::asks::{at, hold, open_sale, request, stream};
use crate::language::check;

#[test]
fn everything_that_rests_on_a_lost_entry_is_lost_with_it() {
    for (fate, first) in [("lost", "unknown"), ("refused", "refused")] {
        check(&format!(
            "
            09:01 hold 12A by ann key 1  ->  row 2 due 09:16
            send                         ->
            09:01 hold 13A by bob key 2  ->  row 3
            09:01 hold 12A by cat key 3  ->  answer at 3
            09:01 release #9 by cat      ->  mark
            {fate}                       ->  lost, {first}; lost, fenced; lost, fenced; lost, fenced
            quiet?                       ->  busy
            rebuild                      ->  live at 1
            quiet?                       ->  may go
            09:02 hold 12A by cat key 3  ->  row 2 due 09:17
            committed                    ->  accepted 2
            "
        ));
    }
}

#[test]
fn a_life_that_ends_with_entries_on_their_way_is_followed_by_one_that_has_read_them() {
    check(
        "
        09:01 hold 12A by ann key 1  ->  row 2 due 09:16
        send                         ->
        09:01 hold 13A by bob key 2  ->  row 3
        rebuild                      ->
        09:02 hold 14A by cat        ->  not live
        committed                    ->  accepted 2
        committed                    ->  accepted 3; live at 3
        quiet?                       ->  quiet
        09:02 hold 12A by ann key 1  ->  mark
        committed                    ->  first accepted 2
        ",
    );
}

#[test]
fn of_two_lives_that_wait_only_the_last_becomes_live() {
    check(
        "
        09:01 hold 12A by ann key 1  ->  row 2 due 09:16
        send                         ->
        rebuild                      ->
        rebuild                      ->
        committed                    ->  accepted 2; nobody waits for this barrier; live at 2
        ",
    );
}

/// A core by itself, live on an empty stream in this life.
fn alone(life: u64) -> Core<Flight> {
    let mut core = Core::new(stream());
    core.rebuild(Activation::new(life));
    core.load(&Loaded::default()).expect("nothing is stored");
    core
}

fn submit(core: &mut Core<Flight>) -> actors::entity::Receipt {
    let Handled::Decided(decided) = core.handle(&request(open_sale()), at("09:00")) else {
        panic!("a live core decides")
    };
    decided.own.receipt
}

#[test]
fn the_fate_of_an_earlier_lifes_entry_changes_nothing() {
    for fate in [Ok(()), Err(NotDurable::Unknown), Err(NotDurable::NotOwner)] {
        let mut core = alone(1);
        let old = submit(&mut core);
        core.rebuild(Activation::new(2));
        core.settled(old, fate);
        assert_eq!(core.phase(), Phase::Loading);
        core.load(&Loaded::default()).unwrap();
        let new = submit(&mut core);
        core.settled(old, fate);
        assert_eq!((core.phase(), core.is_quiet()), (Phase::Live, false), "{fate:?}");
        core.settled(new, Ok(()));
        assert_eq!((core.phase(), core.is_quiet()), (Phase::Live, true), "{fate:?}");
    }
}

#[test]
fn each_way_not_to_be_durable_fences_the_core_until_it_is_rebuilt() {
    for why in [NotDurable::Unknown, NotDurable::Refused, NotDurable::Fenced, NotDurable::NotOwner] {
        let mut core = alone(1);
        let (lost, later) = (submit(&mut core), submit(&mut core));
        core.settled(lost, Err(why));
        assert_eq!(core.phase(), Phase::Fenced, "{why:?}");
        core.settled(later, Ok(()));
        assert_eq!(core.phase(), Phase::Fenced, "{why:?}");
        assert!(matches!(core.handle(&request(open_sale()), at("09:01")), Handled::NotLive));
    }
}

#[test]
fn a_rebuilt_core_begins_with_nothing_and_asks_for_a_barrier_of_its_new_life() {
    let mut core = alone(1);
    submit(&mut core);
    let barrier = core.rebuild(Activation::new(7));
    assert_eq!(
        (barrier.stream, barrier.activation, barrier.record),
        (stream(), Activation::new(7), Record::Barrier)
    );
    assert_eq!((core.phase(), core.activation()), (Phase::Loading, Activation::new(7)));
    assert_eq!((core.version().number(), core.state()), (0, &Flight::default()));
    assert!(matches!(core.handle(&request(hold("12A", "ann", 15)), at("09:01")), Handled::NotLive));
}

#[test]
#[should_panic(expected = "lives are numbered upwards")]
fn a_life_is_never_numbered_like_one_before() {
    let mut core = alone(3);
    core.rebuild(Activation::new(3));
}

#[test]
#[should_panic(expected = "lives are numbered upwards")]
fn a_life_is_never_numbered_nought() {
    let mut core: Core<Flight> = Core::new(stream());
    core.rebuild(Activation::new(0));
}
