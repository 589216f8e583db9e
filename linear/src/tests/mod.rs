//! Proves the checker: by tables, by a planted race, against brute force, and on a long history.

mod differential;
mod races;
mod speed;
mod store;
mod tables;

use super::*;

/// More than any history of these tests needs.
const BUDGET: u64 = 20_000_000;

/// Reads a history in the language of the tables, one operation a line:
/// `<invoked>..[<returned>] <verb> [<hold>] [by <earliest deadline>] -> <answer>`.
///
/// An answer is `ok`, `until <deadline>`, `no`, `no: <seat>`, `<seat>` for a read, or `?` for none.
fn history(text: &str) -> Vec<Operation> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(operation).collect()
}

fn operation(line: &str) -> Operation {
    let (asked, told) = line.split_once("->").expect("an operation has an answer, if only `?`");
    let asked: Vec<&str> = asked.split_whitespace().collect();
    let (invoked, returned) = asked[0].split_once("..").expect("an operation has an interval");
    let invoked = number(invoked);
    match outcome(told.trim()) {
        Some(outcome) => Operation::answered(invoked, number(returned), request(&asked[1..]), outcome),
        None => Operation::unanswered(invoked, request(&asked[1..])),
    }
}

fn request(words: &[&str]) -> Request {
    let until = words.iter().position(|word| *word == "by").map_or(0, |by| number(words[by + 1]));
    let hold = || Token(number(words[1]));
    match words[0] {
        "hold" => Request::Hold { hold: hold(), until },
        "extend" => Request::Extend { hold: hold(), until },
        "pay" => Request::StartPaying { hold: hold(), until },
        "release" => Request::Release { hold: hold() },
        "confirm" => Request::Confirm { hold: hold() },
        "cancel" => Request::Cancel { hold: hold() },
        "move" => Request::MoveOnto { hold: hold() },
        "block" => Request::Block,
        "unblock" => Request::Unblock,
        "read" => Request::Read,
        verb => panic!("unknown verb {verb}"),
    }
}

fn outcome(told: &str) -> Option<Outcome> {
    match told.split_once(' ') {
        None if told == "?" => None,
        None if told == "ok" => Some(Outcome::Done),
        None if told == "no" => Some(Outcome::Refused),
        Some(("until", until)) => Some(Outcome::Granted { until: number(until) }),
        Some(("no:", seat)) => Some(Outcome::RefusedOver(sighting(seat))),
        None | Some(_) => Some(Outcome::Seen(sighting(told))),
    }
}

fn sighting(words: &str) -> Sighting {
    let (state, hold) = match words.split_once(' ') {
        Some((state, hold)) => (state, Some(Token(number(hold)))),
        None => (words, None),
    };
    match state {
        "open" => Sighting::Open,
        "held" => Sighting::Held(hold),
        "sold" => Sighting::Sold(hold),
        "blocked" => Sighting::Blocked,
        state => panic!("unknown state {state}"),
    }
}

fn number(word: &str) -> u64 {
    word.parse().expect("a number")
}

/// Checks each history of a table with this skew; the table says what is wrong with it, or nothing.
fn table(skew: u64, fits: bool, rows: &[(&str, &str)]) {
    for (sentence, text) in rows {
        let verdict = check(&history(text), skew, BUDGET);
        assert_eq!(verdict.is_linearizable(), fits, "{sentence}: {verdict:#?}");
        assert!(!matches!(verdict, Verdict::Unknown { .. }), "{sentence}");
    }
}
