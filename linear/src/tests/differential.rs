//! The search against brute force: every order of small random histories, with explicit points in time.

use std::collections::{BTreeSet, HashSet};

use super::store::{Store, Workload};
use super::*;

const SMALL_HISTORIES: u64 = 30_000;
const STORE_HISTORIES: u64 = 10_000;
const SKEW: u64 = 2;

/// What one order has come to. It knows the time, where the search reasons about intervals, and the seat is
/// told in its own terms, so that a mistake in the model is not made twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Life {
    now: u64,
    held: Option<(Token, u64, u64)>,
    sold: Option<Token>,
    blocked: bool,
}

const BIRTH: Life = Life { now: 0, held: None, sold: None, blocked: false };

/// The lives already tried, with the operations that each has behind it.
type Tried = HashSet<(u32, Life)>;

#[test]
fn the_search_and_brute_force_agree_on_small_histories() {
    let mut rng = fastrand::Rng::with_seed(42);
    agree(SMALL_HISTORIES, || random(&mut rng));
}

#[test]
fn the_search_and_brute_force_agree_on_what_a_store_answered_with_one_answer_falsified() {
    let mut rng = fastrand::Rng::with_seed(43);
    let mut seed = 0;
    agree(STORE_HISTORIES, || {
        seed += 1;
        let store = if seed % 8 == 0 { Store::CheckThenAct } else { Store::Atomic };
        let workload = Workload { store, clients: 4, operations: 26, lost_one_in: 4 };
        let mut history = workload.run(seed);
        if rng.u8(..4) > 0 {
            falsify(&mut history, &mut rng);
        }
        history
    });
}

fn agree(histories: u64, mut draw: impl FnMut() -> Vec<Operation>) {
    let mut accepted = 0;
    let mut unanswered = 0;
    for number in 0..histories {
        let history = draw();
        let verdict = check(&history, SKEW, BUDGET);
        let expected = explains(&history, 0, BIRTH, &mut Tried::new());
        assert_eq!(verdict.is_linearizable(), expected, "history {number}: {history:#?} {verdict:?}");
        if let Verdict::Refuted(refutation) = verdict {
            assert!(is_lived(&history, &refutation), "history {number}: {history:#?} {refutation:?}");
        }
        accepted += u64::from(expected);
        unanswered += history.iter().filter(|operation| operation.answer.is_none()).count();
    }
    println!("{histories} histories, {accepted} accepted, {unanswered} operations without an answer");
    assert!(
        accepted > histories / 5 && accepted < histories * 4 / 5,
        "both verdicts are to be common: {accepted}"
    );
}

/// Tries every operation, and the lapse, as the next to happen.
fn explains(history: &[Operation], done: u32, life: Life, tried: &mut Tried) -> bool {
    let missing = |index: &usize| done >> index & 1 == 0;
    let rest: Vec<usize> = (0..history.len()).filter(missing).collect();
    if rest.iter().all(|index| history[*index].answer.is_none()) {
        return true;
    }
    let too_late = |index: &usize| history[*index].answer.is_some_and(|answer| answer.returned < life.now);
    if rest.iter().any(too_late) || !tried.insert((done, life)) {
        return false;
    }
    let lapsed = life.held.is_some_and(|(_, earliest, _)| {
        let now = life.now.max(earliest.saturating_sub(SKEW));
        explains(history, done, Life { now, held: None, ..life }, tried)
    });
    lapsed
        || rest.iter().any(|index| {
            let next = lives(history[*index], life);
            next.is_some_and(|next| explains(history, done | 1 << index, next, tried))
        })
}

/// Says whether a seat can have lived the order of a refutation, which names nothing twice and some operation
/// stuck.
fn is_lived(history: &[Operation], refutation: &Refutation) -> bool {
    let mut rest: BTreeSet<usize> = (0..history.len()).collect();
    let mut life = Some(BIRTH);
    for step in &refutation.order {
        life = life.and_then(|life| match step.cause {
            Cause::Operation(index) => rest.remove(&index).then(|| lives(history[index], life))?,
            Cause::Lapse => {
                let earliest = life.held?.1.saturating_sub(SKEW);
                Some(Life { now: life.now.max(earliest), held: None, ..life })
            }
        });
    }
    life.is_some()
        && !refutation.stuck.is_empty()
        && refutation.stuck.iter().all(|index| rest.contains(index))
}

/// Performs one operation at the earliest time it can have happened, or gives up when that is after its
/// return.
fn lives(operation: Operation, life: Life) -> Option<Life> {
    let life = Life { now: life.now.max(operation.invoked), ..life };
    let returned = operation.answer.map_or(u64::MAX, |answer| answer.returned);
    let next = match operation.answer.map(|answer| answer.outcome) {
        None | Some(Outcome::Done | Outcome::Granted { .. }) => perform(operation, life),
        Some(Outcome::Refused) => refuse(operation.request, life),
        Some(Outcome::RefusedOver(seen)) => refuse(operation.request, life).filter(|life| life.shows(seen)),
        Some(Outcome::Seen(seen)) => {
            Some(life).filter(|life| operation.request == Request::Read && life.shows(seen))
        }
    };
    next.filter(|life| life.now <= returned)
}

fn perform(operation: Operation, life: Life) -> Option<Life> {
    let stated = |asked| match operation.answer.map(|answer| answer.outcome) {
        Some(Outcome::Granted { until }) => (until, until),
        Some(_) | None => (asked, u64::MAX - SKEW),
    };
    let mine = |token| life.held.is_some_and(|(hold, ..)| hold == token);
    let in_time = life.held.is_some_and(|(_, _, latest)| operation.invoked < latest + SKEW);
    let free = life.held.is_none() && life.sold.is_none() && !life.blocked;
    let (possible, next) = match operation.request {
        Request::Hold { hold, until } => {
            (free, Life { held: Some((hold, stated(until).0, stated(until).1)), ..life })
        }
        Request::Extend { hold, until } | Request::StartPaying { hold, until } => {
            (mine(hold) && in_time, Life { held: Some((hold, stated(until).0, stated(until).1)), ..life })
        }
        Request::Release { hold } => (mine(hold), Life { held: None, ..life }),
        Request::Confirm { hold } => (mine(hold) && in_time, Life { held: None, sold: Some(hold), ..life }),
        Request::Cancel { hold } => (life.sold == Some(hold), Life { sold: None, ..life }),
        Request::MoveOnto { hold } => (free, Life { sold: Some(hold), ..life }),
        Request::Block => (free || life.blocked, Life { blocked: true, ..life }),
        Request::Unblock => (free || life.blocked, Life { blocked: false, ..life }),
        Request::Read => (true, life),
    };
    possible.then_some(next)
}

/// Refuses because of the seat as it is, or because the hold is due, which takes time to pass.
fn refuse(request: Request, life: Life) -> Option<Life> {
    let free = life.held.is_none() && life.sold.is_none() && !life.blocked;
    match request {
        Request::Hold { .. } | Request::MoveOnto { .. } | Request::Block => Some(life).filter(|_| !free),
        Request::Cancel { hold } => Some(life).filter(|life| life.sold != Some(hold)),
        Request::Unblock => Some(life).filter(|life| !life.blocked),
        Request::Read => Some(life),
        Request::Extend { hold, .. }
        | Request::StartPaying { hold, .. }
        | Request::Release { hold }
        | Request::Confirm { hold } => match life.held {
            Some((token, earliest, _)) if token == hold => {
                Some(Life { now: life.now.max(earliest.saturating_sub(SKEW)), ..life })
            }
            Some(_) | None => Some(life),
        },
    }
}

impl Life {
    fn shows(&self, seen: Sighting) -> bool {
        let named = |token: Option<Token>, holder: Option<Token>| {
            holder.is_some() && token.is_none_or(|it| Some(it) == holder)
        };
        match seen {
            Sighting::Open => self.held.is_none() && self.sold.is_none() && !self.blocked,
            Sighting::Held(token) => named(token, self.held.map(|(hold, ..)| hold)),
            Sighting::Sold(token) => named(token, self.sold),
            Sighting::Blocked => self.blocked,
        }
    }
}

/// Draws up to six operations of three holds in a short time: crowded, so that orders matter.
fn random(rng: &mut fastrand::Rng) -> Vec<Operation> {
    let span = rng.u64(4..24);
    let holds = rng.u64(1..4);
    let mut history: Vec<Operation> =
        (0..rng.usize(1..=6)).map(|_| random_operation(rng, span, holds)).collect();
    rng.shuffle(&mut history);
    history
}

fn random_operation(rng: &mut fastrand::Rng, span: u64, holds: u64) -> Operation {
    let invoked = rng.u64(..span);
    let hold = Token(rng.u64(..holds));
    let until = invoked + rng.u64(..12);
    let request = match rng.u8(..16) {
        0..5 => Request::Hold { hold, until },
        5 => Request::Extend { hold, until },
        6 => Request::StartPaying { hold, until },
        7 | 8 => Request::Release { hold },
        9 | 10 => Request::Confirm { hold },
        11 => Request::Cancel { hold },
        12 => Request::MoveOnto { hold },
        13 => Request::Block,
        14 => Request::Unblock,
        _ => Request::Read,
    };
    if rng.u8(..5) == 0 {
        return Operation::unanswered(invoked, request);
    }
    let sighting = random_sighting(rng, holds);
    let outcome = match rng.u8(..8) {
        0..8 if request == Request::Read => Outcome::Seen(sighting),
        0 | 1 => Outcome::Refused,
        2 => Outcome::RefusedOver(sighting),
        3..7 if request.hold().is_some() => Outcome::Granted { until },
        _ => Outcome::Done,
    };
    Operation::answered(invoked, invoked + rng.u64(..span), request, outcome)
}

/// Gives one operation the answer of another, an answer of chance, or an earlier return.
fn falsify(history: &mut [Operation], rng: &mut fastrand::Rng) {
    let other = history[rng.usize(..history.len())].answer;
    let sighting = random_sighting(rng, 12);
    let operation = &mut history[rng.usize(..history.len())];
    let Some(answer) = &mut operation.answer else { return };
    match (rng.u8(..3), other) {
        (0, Some(other)) => answer.outcome = other.outcome,
        (1, _) => answer.returned = operation.invoked,
        _ if operation.request == Request::Read => answer.outcome = Outcome::Seen(sighting),
        _ => answer.outcome = Outcome::RefusedOver(sighting),
    }
}

fn random_sighting(rng: &mut fastrand::Rng, holds: u64) -> Sighting {
    let hold = Some(Token(rng.u64(..holds))).filter(|_| rng.bool());
    match rng.u8(..4) {
        0 => Sighting::Open,
        1 => Sighting::Held(hold),
        2 => Sighting::Sold(hold),
        _ => Sighting::Blocked,
    }
}
