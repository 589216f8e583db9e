//! The product and the naive model play the same history.

use std::fmt::Debug;

use domain::aggregate::{Aggregate, Turn};
use domain::fare::PassengerPrice;
use domain::flight::{Command, Departure, Event, Flight, Hold, OpenSale, Rejection, Seat, Stage};
use domain::ids::{HoldNumber, PassengerId, Version};
use domain::invariants;
use domain::party::Passenger;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::choices::Accepted;
use crate::history::{BOEING, Game, SMALL, of_cases, sale_of};
use crate::naive::{Millis, Naive, Order, Owner, Promise};
use crate::steps::{Step, at, steps};
use crate::verdicts::{Verdict, verdict};

fn owner(seat: Seat) -> Owner {
    match seat {
        Seat::Open => Owner::Nobody,
        Seat::Held { hold } => Owner::Promise(hold.row().number()),
        Seat::Sold { booking, passenger } => Owner::Buyer(booking, passenger),
        Seat::SoldElsewhere => Owner::Elsewhere,
        Seat::Blocked { reason } => Owner::Operations(reason),
    }
}

fn promise(number: HoldNumber, hold: &Hold) -> Promise {
    let order = match hold.stage {
        Stage::Loose => None,
        Stage::Claimed { booking, loose_until } => Some((booking, loose_until.millis())),
    };
    Promise {
        number: number.row().number(),
        who: hold.holder.to_string(),
        class: hold.class,
        places: usize::from(hold.places),
        created: hold.created.millis(),
        until: hold.until.millis(),
        order,
    }
}

fn dear(prices: &[PassengerPrice]) -> Vec<PassengerId> {
    prices.iter().filter(|price| price.supplement.is_some()).map(|price| price.passenger).collect()
}

fn orders(departure: &Departure) -> Vec<Order> {
    let people = |people: &[Passenger]| people.to_vec();
    let claims = departure.claims().map(|(booking, claim)| Order {
        booking,
        class: departure.hold(claim.holds[0]).expect("a claim has live holds").class,
        people: people(&claim.passengers),
        fence: claim.fence.map(domain::time::Timestamp::millis),
        sold: false,
        dear: dear(&claim.prices),
        tried: departure.tried(booking).map(|tried| tried.moves.clone()),
    });
    let sales = departure.sales().map(|(booking, sale)| Order {
        booking,
        class: sale.class,
        people: people(&sale.passengers),
        fence: None,
        sold: true,
        dear: dear(&sale.prices),
        tried: departure.tried(booking).map(|tried| tried.moves.clone()),
    });
    claims.chain(sales).collect()
}

/// The same seats have the same owners, the same holds live, the same is sold, and it counts the same.
fn assert_agreement(naive: &Naive, departure: &Departure) {
    for (index, planned) in departure.plan.seats() {
        assert_eq!(owner(departure.seat(index)), naive.owner(planned.number), "{}", planned.number);
    }
    let live: Vec<Promise> = departure.holds().map(|(number, hold)| promise(number, hold)).collect();
    assert_eq!(live, naive.promises);
    for (number, hold) in departure.holds() {
        let pins: Vec<_> = hold.seats.iter().map(|seat| departure.number(*seat)).collect();
        assert_eq!(pins, naive.pinned(number.row().number()), "hold {number}");
    }
    let mut theirs = naive.orders.clone();
    let mut ours = orders(departure);
    theirs.sort_by_key(|order| order.booking);
    ours.sort_by_key(|order| order.booking);
    assert_eq!(ours, theirs);
    for cabin in departure.plan.cabins() {
        let counts = naive.counts(cabin.class);
        let tally = departure.tally(cabin.class).expect("each cabin is counted");
        let ours = [tally.authorised, tally.open, tally.held, tally.sold, tally.blocked, tally.unseated];
        let theirs = [counts.seats, counts.open, counts.held, counts.sold, counts.blocked, counts.unseated];
        assert_eq!(ours.map(usize::from), theirs, "{}", cabin.class);
        assert_eq!(usize::from(tally.sellable()), naive.sellable(cabin.class));
    }
    assert_eq!(departure.first_deadline().map(domain::time::Timestamp::millis), naive.first_deadline());
    assert_eq!(departure.status, naive.status);
    assert_eq!((departure.departs.millis(), departure.arrives.millis()), (naive.departs, naive.arrives));
}

/// Holds end by lapsing exactly when they are due, and all that are due do.
fn assert_lapses(naive: &Naive, row: &[Event], now: Millis) {
    let lapsed = row.iter().filter_map(|event| {
        let Event::HoldLapsed { hold } = event else { return None };
        Some(hold.row().number())
    });
    let mut lapsed: Vec<u64> = lapsed.collect();
    let mut due: Vec<u64> = Vec::new();
    due.extend(naive.promises.iter().filter(|one| one.until <= now).map(|one| one.number));
    lapsed.sort_unstable();
    assert_eq!(lapsed, due, "what is due lapses, and nothing before its deadline");
}

fn assert_stored<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).expect("it can be written");
    assert_eq!(&serde_json::from_str::<T>(&text).expect("it can be read back"), value, "{text}");
}

/// Both answer alike; what is accepted happens to both.
fn check(game: &mut Game, naive: &mut Naive, command: &Command) {
    let mut next = naive.clone();
    let due = next.lapse(game.now);
    let expected = verdict(&next, command, game.now);
    let row = game.flight.decide(command, Turn { now: at(game.now), version: game.row.next() });
    match (&row, expected) {
        (Ok(_), Verdict::Accepted | Verdict::Either) | (Err(_), Verdict::Refused | Verdict::Either) => {}
        (Ok(_), Verdict::Refused) | (Err(_), Verdict::Accepted) => {
            panic!("the model says {expected:?} to {command:?}, the product {row:?}")
        }
    }
    match row {
        Err(rejection) => assert_stored::<Rejection>(&rejection),
        Ok(row) if row.is_empty() => assert_eq!(due, [0; 0], "what is due lapses first"),
        Ok(row) => {
            assert_lapses(naive, &row, game.now);
            row.iter().for_each(assert_stored);
            let accepted = Accepted { now: game.now, row: game.row.next().number(), events: &row };
            next.does(command, &accepted);
            *naive = next;
            game.take_in(&row);
        }
    }
    assert_eq!(invariants::breach_of_flight(&game.flight), None, "after {command:?}");
    assert_agreement(naive, game.departure());
}

fn play(opened: &OpenSale, start: Millis, steps: &[Step]) {
    let mut game = Game::of(opened, start);
    let mut naive = Naive::of(opened);
    for step in steps {
        game.now = step.clock(&naive, game.now);
        let command = step.command(&naive, opened, game.now);
        check(&mut game, &mut naive, &command);
    }
    let mut replayed = Flight::default();
    game.events.iter().for_each(|event| replayed.evolve(event));
    assert_eq!(replayed, game.flight, "the state is the fold of its events");
    assert_stored(&game.flight);
    assert_eq!(game.row, Version::new(game.rows));
}

/// From eight in the morning, or the last hours before the sale closes.
fn starts() -> impl Strategy<Value = Millis> {
    let eight = sale_of(SMALL).departs.millis() - 10 * 60 * crate::naive::MINUTE;
    prop_oneof![Just(eight), eight..eight + 9 * 60 * crate::naive::MINUTE]
}

proptest! {
    #![proptest_config(of_cases(512))]

    #[test]
    fn a_small_aircraft_does_what_the_naive_model_does(start in starts(), steps in steps(70)) {
        play(&sale_of(SMALL), start, &steps);
    }

    #[test]
    fn a_boeing_does_what_the_naive_model_does(start in starts(), steps in steps(60)) {
        play(&sale_of(BOEING), start, &steps);
    }
}
