//! A planted check-then-act race must be found, and the same store without it must pass.

use std::time::Instant;

use super::store::{Store, Workload};
use super::*;

const SEATS: u64 = 20;

fn refuted(store: Store, lost_one_in: u64) -> u64 {
    let workload = Workload { store, clients: 8, operations: 400, lost_one_in };
    let histories: Vec<Vec<Operation>> = (0..SEATS).map(|seed| workload.run(seed)).collect();
    let start = Instant::now();
    let verdicts: Vec<Verdict> = histories.iter().map(|history| check(history, 0, BUDGET)).collect();
    println!("{SEATS} seats, one answer in {lost_one_in} lost: {:?}", start.elapsed());
    let steps = |verdict: &Verdict| match verdict {
        Verdict::Linearizable => 0,
        Verdict::Refuted(refutation) => refutation.steps,
        Verdict::Unknown { steps } => *steps,
    };
    println!("steps to refute: {:?}", verdicts.iter().map(steps).collect::<Vec<u64>>());
    assert!(!verdicts.iter().any(|verdict| matches!(verdict, Verdict::Unknown { .. })), "budget spent");
    verdicts.iter().map(|verdict| u64::from(!verdict.is_linearizable())).sum()
}

#[test]
fn a_store_that_checks_and_then_acts_is_refuted_on_every_seat() {
    assert_eq!(refuted(Store::CheckThenAct, 0), SEATS);
    assert_eq!(refuted(Store::CheckThenAct, 50), SEATS);
}

#[test]
fn a_store_that_checks_and_acts_at_once_is_accepted_on_every_seat() {
    assert_eq!(refuted(Store::Atomic, 0), 0);
    assert_eq!(refuted(Store::Atomic, 50), 0);
}
