//! A snapshot saves time and changes nothing: whatever was cut where, the core goes on in the same way.

use actors::entity::{Core, Handled, Request};
use domain::flight::{Command, Flight};
use domain::time::Timestamp;
use persistence::journal::{Activation, Loaded, Snapshot};
use proptest::prelude::*;
use std::time::Duration;

use crate::asks::{at, claim, extend, hold, key, open_sale, release, request, stream};
use crate::house::{Fate, House};

const SEATS: [&str; 4] = ["10A", "11A", "12A", "13A"];
const NAMES: [&str; 3] = ["ann", "bob", "dee"];

/// So few that they are used again, on the same day and after it.
const KEYS: u8 = 7;

/// Random numbers that become a request.
#[derive(Debug, Clone, Copy)]
struct Step {
    what: u8,
    who: u8,
    which: u8,
    key: u8,
    wait: u8,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u8..20, any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>())
        .prop_map(|(what, who, which, key, wait)| Step { what, who, which, key, wait });
    proptest::collection::vec(step, 1..60)
}

impl Step {
    /// At once, minutes later, or about a day later, so that keys are forgotten on both sides of a cut.
    fn wait(self) -> Duration {
        let minutes = match self.wait {
            0..100 => 0,
            100..200 => u64::from(self.wait - 99),
            200..235 => 6 * 60,
            235.. => 24 * 60 - u64::from(self.wait - 235),
        };
        Duration::from_secs(60 * minutes)
    }

    fn request(self, rows: u64, now: Timestamp) -> Request<Command> {
        let (seat, name) =
            (SEATS[usize::from(self.which) % SEATS.len()], NAMES[usize::from(self.who) % NAMES.len()]);
        let row = 1 + u64::from(self.which) % (rows + 1);
        let command = match self.what {
            0..9 => hold(seat, name, 5 + u64::from(self.wait % 25)),
            9..13 => release(row, name),
            13..16 => extend(row, name, 20),
            16..18 => claim(row, name, now + Duration::from_secs(60 * 40)),
            18.. => open_sale(),
        };
        let number = u64::from(self.key % (KEYS + 3));
        let keyed = number < u64::from(KEYS);
        let remember_refusal = !self.wait.is_multiple_of(5);
        Request { key: keyed.then(|| key(number, number)), remember_refusal, ..request(command) }
    }
}

/// A history, with a snapshot after each of its rows and refusals, and the time of its end.
struct History {
    house: House,
    cuts: Vec<Snapshot>,
    end: Timestamp,
}

fn live_through(steps: &[Step]) -> History {
    let mut house = House::open();
    let (mut now, mut cuts) = (at("09:00"), Vec::new());
    for step in steps {
        now = now + step.wait();
        if step.who % 4 == 0 {
            house.tick(now);
        }
        house.ask(&step.request(house.core.version().number(), now), now);
        house.commit(Fate::Lands);
        cuts.extend(house.core.snapshot_now());
    }
    History { house, cuts, end: now }
}

/// What a build sees that knows nothing of requests in snapshots.
fn without_requests(snapshot: &Snapshot) -> Snapshot {
    let mut body: serde_json::Value = serde_json::from_str(&snapshot.body).expect("a body is JSON");
    body.as_object_mut().and_then(|body| body.remove("carried")).expect("few requests are carried");
    Snapshot { body: body.to_string().into(), ..snapshot.clone() }
}

fn core_of(loaded: &Loaded) -> Core<Flight> {
    let mut core = Core::new(stream());
    core.rebuild(Activation::new(1));
    core.load(loaded).expect("what was stored can be loaded");
    core
}

/// Everything that a core answers from here on, as far as a client or the journal could tell. What is asked is
/// refused and not remembered, so asking once changes nothing for the next time.
fn future(core: &mut Core<Flight>, from: Timestamp) -> Vec<String> {
    let mut said = Vec::new();
    for hours in [0, 1, 6, 12, 18, 22, 23, 24] {
        let now = from + Duration::from_secs(60 * 60 * hours);
        said.push(format!("at {now} due {:?}", core.deadline()));
        for number in 0..u64::from(KEYS) {
            let key = Some(key(number, 0));
            let request = Request { key, remember_refusal: false, ..request(release(999, "ann")) };
            let Handled::Decided(decided) = core.handle(&request, now) else { panic!("a live core decides") };
            let lapsed = decided.lapsed.map(|lapsed| lapsed.entry.record);
            said.push(format!("at {now} {lapsed:?} {:?} {:?}", decided.own.entry.record, decided.own.answer));
        }
    }
    said
}

/// The first thing in which two futures differ.
fn difference<'a>(one: &'a [String], other: &'a [String]) -> Option<(&'a String, &'a String)> {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).find(|(one, other)| one != other)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_core_from_a_snapshot_and_its_tail_is_the_core_from_all_rows(steps in steps()) {
        let History { mut house, cuts, end } = live_through(&steps);
        let all = Loaded { rows: house.tables.rows(&stream()).to_vec(), ..house.loaded() };
        let mut whole = core_of(&all);
        prop_assert_eq!(whole.state(), house.core.state());
        let version = house.core.version();
        prop_assert_eq!(whole.version(), version);
        prop_assert_eq!(whole.deadline(), house.core.deadline());
        let expected = future(&mut house.core, end);
        let rebuilt = future(&mut whole, end);
        prop_assert_eq!(difference(&rebuilt, &expected), None, "rebuilt from all rows");
        for snapshot in cuts.into_iter().flat_map(|snapshot| [without_requests(&snapshot), snapshot]) {
            let cut = (snapshot.version, snapshot.carries_requests());
            let mut tables = house.tables.clone();
            tables.put_snapshot(snapshot);
            let mut core = core_of(&tables.load(&stream(), 1));
            prop_assert_eq!(core.version(), version);
            let rebuilt = future(&mut core, end);
            prop_assert_eq!(difference(&rebuilt, &expected), None, "rebuilt from a snapshot of row {:?}", cut);
        }
    }
}

#[test]
fn a_snapshot_is_due_after_500_rows_and_again_after_500_more_and_a_second() {
    let mut house = House::open();
    let mut taken = Vec::new();
    for row in 2..=2_300_u64 {
        let command = if row % 2 == 0 { hold("12A", "ann", 15) } else { release(row - 1, "ann") };
        let millis = if row < 1_800 { 0 } else { 1_000 };
        house.ask(&request(command), at("09:01") + Duration::from_millis(millis));
        assert!(house.core.snapshot().is_none(), "row {row} is not durable yet");
        house.commit(Fate::Lands);
        taken.extend(house.core.snapshot().map(|snapshot| snapshot.version.number()));
    }
    assert_eq!(taken, [500, 1_800]);
    let snapshot = house.core.snapshot_at_leaving().expect("500 rows have come since");
    assert_eq!(snapshot.version.number(), 2_300);
    assert!(house.core.snapshot_at_leaving().is_none(), "nothing has come since");
    house.tables.put_snapshot(snapshot);
    house.restart();
    assert!(house.core.snapshot().is_none(), "the snapshot that it was loaded from counts");
}

#[test]
fn a_snapshot_carries_requests_only_while_they_are_few() {
    let mut house = House::open();
    for row in 2..=1_100_u64 {
        let command = if row % 2 == 0 { hold("12A", "ann", 15) } else { release(row - 1, "ann") };
        house.ask(&Request { key: Some(key(row, row)), ..request(command) }, at("09:01"));
        house.commit(Fate::Lands);
        let snapshot = house.core.snapshot_now().expect("it is quiet");
        let few = row <= 1_025;
        assert_eq!(few, snapshot.carries_requests(), "row {row}");
        if [2, 1_025, 1_026, 1_100].contains(&row) {
            house.tables.put_snapshot(snapshot);
            let loaded = house.loaded();
            assert_eq!(loaded.answered.len() as u64, if few { 0 } else { row - 1 }, "row {row}");
            house.restart();
            let again = Request { key: Some(key(2, 2)), ..request(hold("12A", "ann", 15)) };
            let said = house.ask(&again, at("09:02"));
            house.commit(Fate::Lands);
            assert_eq!(house.core.version().number(), row, "row {row}: {said:?}");
        }
    }
}
