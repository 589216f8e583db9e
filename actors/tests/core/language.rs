//! How the tables are read: each line is what happens, `->`, and what comes of it.
//!
//! A line with a time asks the core: `12:00 hold 12A by ann for 20 key 1`. Holds last 15 minutes unless
//! they say otherwise, and are named by their row: `release #2 by ann`; `claim #2 by ann till 10:30` takes
//! one into the Smiths' booking. Then may follow
//!
//! * `key 1`: the client's key; `key 1*` is the same key for something else,
//! * `unremembered`: its refusal is not to be remembered,
//! * `until 12:05`: the client waits no longer.
//!
//! The right side then says what goes to the journal: `row 2 due 12:15`, `answer at 1`, `mark`. Other lines
//! are `send`, which makes a statement of what waits, and the fates of a statement (`committed`, `refused`,
//! `lost`, and `unheard`, which landed all the same), then `rebuild`, `restart`, `snapshot`, `quiet?` and
//! `deadline?`. After a fate the right side says what everybody is told, in order.

use actors::entity::Request;
use domain::flight::Command;
use domain::time::Timestamp;

use crate::asks::{at, cancel_flight, claim, extend, hold, key, open_sale, release, request, time_of};
use crate::house::{Fate, House};

/// Runs a script on the departure with its sale open.
#[track_caller]
pub fn check(script: &str) {
    check_on(&mut House::open(), script);
}

#[track_caller]
pub fn check_on(house: &mut House, script: &str) {
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (left, right) = line.split_once("->").expect("a line has an arrow");
        let said = happen(house, &left.split_whitespace().collect::<Vec<_>>());
        assert_eq!(said.join("; "), right.trim(), "in the line: {line}");
    }
}

fn happen(house: &mut House, words: &[&str]) -> Vec<String> {
    match words[0] {
        "send" => {
            house.send();
            Vec::new()
        }
        "committed" => house.commit(Fate::Lands),
        "refused" => house.commit(Fate::Refused),
        "lost" => house.commit(Fate::Lost),
        "unheard" => house.commit(Fate::Unheard),
        "rebuild" => house.rebuild(),
        "restart" => house.restart(),
        "snapshot" => house.keep_snapshot(),
        "quiet?" => vec![quiet(house).to_owned()],
        "deadline?" => vec![house.core.deadline().map_or_else(|| "none".to_owned(), time_of)],
        time if words[1] == "tick" => house.tick(at(time)),
        time => house.ask(&asked(&words[1..]), at(time)),
    }
}

/// How far the core may be left alone.
fn quiet(house: &House) -> &'static str {
    match (house.core.is_quiet(), house.core.may_passivate()) {
        (false, false) => "busy",
        (true, false) => "quiet",
        (true, true) => "may go",
        (false, true) => "may go while it is busy",
    }
}

/// The request that stands in a line after its time.
pub fn asked(words: &[&str]) -> Request<Command> {
    let after = |word: &str| words.iter().position(|other| *other == word).map(|at| words[at + 1]);
    let by = after("by").unwrap_or("ann");
    let minutes = after("for").map_or(15, |minutes| minutes.parse().expect("minutes are a number"));
    let row = || words[1].trim_start_matches('#').parse().expect("a hold is named by its row");
    let command = match words[0] {
        "open" => open_sale(),
        "hold" => hold(words[1], by, minutes),
        "release" => release(row(), by),
        "extend" => extend(row(), by, minutes),
        "claim" => claim(row(), by, after("till").map_or_else(|| at("10:00"), at)),
        "cancel" => cancel_flight(),
        other => panic!("nobody can ask to {other}"),
    };
    let key = after("key").map(|word| {
        let number = word.trim_end_matches('*').parse().expect("a key is a number");
        key(number, if word.ends_with('*') { 99 } else { number })
    });
    let deadline: Option<Timestamp> = after("until").map(at);
    Request { key, deadline, remember_refusal: !words.contains(&"unremembered"), ..request(command) }
}
