//! How fast a long history is judged. It prints, and asserts the verdict alone.

use std::time::Instant;

use super::store::{Store, Workload};
use super::*;

#[test]
fn a_long_history_is_judged_whole_and_refuted_when_its_last_answer_is_false() {
    for lost_one_in in [0, 200, 50] {
        let workload = Workload { store: Store::Atomic, clients: 8, operations: 15_000, lost_one_in };
        let mut history = workload.run(7);
        timed(&format!("one lost in {lost_one_in}, true"), &history, true);
        let end = history.iter().map(|operation| operation.invoked).max().unwrap_or(0) + 100;
        let token = Token(u64::MAX);
        history.push(Operation::answered(end, end + 1, Request::Confirm { hold: token }, Outcome::Done));
        timed(&format!("one lost in {lost_one_in}, false"), &history, false);
    }
}

fn timed(what: &str, history: &[Operation], fits: bool) {
    let start = Instant::now();
    let verdict = check(history, 0, BUDGET);
    let seconds = start.elapsed().as_secs_f64();
    let changes = history.iter().filter(|operation| operation.can_change_a_seat()).count();
    println!(
        "{what}: {changes} changes of {} ops in {seconds:.3} s, {:.0} ops/s",
        history.len(),
        history.len() as f64 / seconds
    );
    if let Verdict::Refuted(refutation) = &verdict {
        println!("{} steps to refute", refutation.steps);
    }
    assert_eq!(verdict.is_linearizable(), fits);
}
