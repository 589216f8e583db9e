//! What is and what is not a life that one seat can have had.

use super::*;

#[test]
fn the_lives_of_a_seat_are_accepted() {
    table(
        0,
        true,
        &[
            ("nothing happened", ""),
            ("a hold, a payment, a sale, a cancellation", {
                "0..5 hold 1 -> until 100
                 10..15 read -> held 1
                 20..25 extend 1 -> until 200
                 30..35 pay 1 -> until 300
                 40..45 confirm 1 -> ok
                 50..55 read -> sold 1
                 60..65 cancel 1 -> ok
                 70..75 read -> open"
            }),
            ("a released seat is held by the next", {
                "0..5 hold 1 -> until 100
                 10..15 hold 2 -> no: held 1
                 20..25 release 1 -> ok
                 30..35 hold 2 -> until 200"
            }),
            ("blocked, refused, blocked again, unblocked, held", {
                "0..1 block -> ok
                 2..3 hold 1 -> no: blocked
                 4..5 block -> ok
                 6..7 unblock -> ok
                 8..9 hold 1 -> until 100
                 10..11 block -> no
                 12..13 unblock -> no"
            }),
            ("a booking changes onto the seat and away", {
                "0..1 move 1 -> ok
                 2..3 hold 2 -> no: sold
                 4..5 move 2 -> no
                 6..7 cancel 2 -> no
                 8..9 cancel 1 -> ok
                 10..11 move 2 -> ok"
            }),
            ("what is over can be refused", {
                "0..1 hold 1 -> until 100
                 2..3 release 1 -> ok
                 4..5 release 1 -> no
                 6..7 extend 1 -> no
                 8..9 pay 1 -> no
                 10..11 confirm 1 -> no
                 12..13 cancel 1 -> no
                 14..15 unblock -> no"
            }),
        ],
    );
}

#[test]
fn answers_that_contradict_each_other_are_refuted() {
    table(
        0,
        false,
        &[
            ("two holders", "0..5 hold 1 -> until 100\n 10..15 hold 2 -> until 100"),
            ("an open seat refused", "0..5 hold 1 -> no"),
            ("an open seat refused to a booking", "0..5 move 1 -> no"),
            ("an open seat not blocked", "0..5 block -> no"),
            ("a block not lifted", "0..1 block -> ok\n 2..3 unblock -> no"),
            ("a held seat blocked", "0..1 hold 1 -> until 100\n 2..3 block -> ok"),
            ("a held seat unblocked", "0..1 hold 1 -> until 100\n 2..3 unblock -> ok"),
            ("a blocked seat held", "0..1 block -> ok\n 2..3 hold 1 -> until 100"),
            ("a booking moved onto a held seat", "0..1 hold 1 -> until 100\n 2..3 move 2 -> ok"),
            ("another's hold confirmed", "0..1 hold 1 -> until 100\n 2..3 confirm 2 -> ok"),
            ("another's hold released", "0..1 hold 1 -> until 100\n 2..3 release 2 -> ok"),
            ("another's hold extended", "0..1 hold 1 -> until 100\n 2..3 extend 2 -> until 200"),
            ("another's hold paid", "0..1 hold 1 -> until 100\n 2..3 pay 2 -> until 200"),
            ("a live hold not confirmed", "0..1 hold 1 -> until 100\n 2..3 confirm 1 -> no"),
            ("a live hold not extended", "0..1 hold 1 -> until 100\n 2..3 extend 1 -> no"),
            ("a live hold not released", "0..1 hold 1 -> until 100\n 2..3 release 1 -> no"),
            ("a live hold not paid", "0..1 hold 1 -> until 100\n 2..3 pay 1 -> no"),
            ("a live hold not seen", "0..1 hold 1 -> until 100\n 2..3 read -> open"),
            ("a hold cancelled", "0..1 hold 1 -> until 100\n 2..3 cancel 1 -> ok"),
            ("a sale not cancelled", "0..1 move 1 -> ok\n 2..3 cancel 1 -> no"),
            ("another's sale cancelled", "0..1 move 1 -> ok\n 2..3 cancel 2 -> ok"),
            ("a hold seen with another holder", "0..1 hold 1 -> until 100\n 2..3 read -> held 2"),
            ("a refusal with a false reason", "0..1 hold 1 -> until 100\n 2..3 hold 2 -> no: sold"),
            ("a sale confirmed twice", {
                "0..1 hold 1 -> until 100\n 2..3 confirm 1 -> ok\n 4..5 confirm 1 -> ok"
            }),
            ("a sale lost", "0..1 hold 1 -> until 9\n 2..3 confirm 1 -> ok\n 20..21 read -> open"),
            ("a read answered to a hold", "0..5 hold 1 -> open"),
        ],
    );
}

#[test]
fn a_hold_lapses_from_its_deadline_on_or_later() {
    table(
        10,
        true,
        &[
            ("not yet", "0..1 hold 1 -> until 100\n 500..501 read -> held 1"),
            ("skew before the deadline", "0..1 hold 1 -> until 100\n 80..90 read -> open"),
            ("the next hold", "0..1 hold 1 -> until 100\n 80..90 hold 2 -> until 200"),
            ("refused while it is still there", {
                "0..1 hold 1 -> until 100
                 80..90 confirm 1 -> no
                 91..92 read -> held 1"
            }),
            ("every kind of refusal near the deadline", {
                "0..1 hold 1 -> until 100
                 89..90 extend 1 -> no
                 91..92 release 1 -> no
                 93..94 pay 1 -> no
                 95..96 hold 2 -> no"
            }),
            ("confirmed just before the deadline and the skew", {
                "0..1 hold 1 -> until 100\n 109..300 confirm 1 -> ok"
            }),
            ("paid behind the fence", {
                "0..1 hold 1 -> until 100
                 50..51 pay 1 -> until 1000
                 900..901 confirm 1 -> ok"
            }),
            ("a late release", "0..1 hold 1 -> until 100\n 200..201 release 1 -> ok"),
            ("lapsed while another operation was under way", {
                "0..1 hold 1 -> until 100
                 2..95 hold 2 -> until 200"
            }),
        ],
    );
    table(
        10,
        false,
        &[
            ("lapsed early", "0..1 hold 1 -> until 100\n 80..89 read -> open"),
            ("held by another early", "0..1 hold 1 -> until 100\n 80..89 hold 2 -> until 200"),
            ("refused early", "0..1 hold 1 -> until 100\n 80..89 confirm 1 -> no"),
            ("confirmed late", "0..1 hold 1 -> until 100\n 110..111 confirm 1 -> ok"),
            ("extended late", "0..1 hold 1 -> until 100\n 110..111 extend 1 -> until 200"),
            ("paid late", "0..1 hold 1 -> until 100\n 110..111 pay 1 -> until 200"),
            ("the old deadline after an extension", {
                "0..1 hold 1 -> until 100\n 2..3 extend 1 -> until 200\n 100..101 read -> open"
            }),
            ("the old deadline after the fence", {
                "0..1 hold 1 -> until 100\n 2..3 pay 1 -> until 200\n 100..101 hold 2 -> until 300"
            }),
            ("lapsed and then alive", {
                "0..1 hold 1 -> until 100\n 95..96 read -> open\n 97..98 confirm 1 -> ok"
            }),
            ("lapsed after the sale", {
                "0..1 hold 1 -> until 100\n 2..3 confirm 1 -> ok\n 200..201 hold 2 -> until 300"
            }),
        ],
    );
}

#[test]
fn what_was_never_answered_took_effect_at_any_time_or_never() {
    table(
        0,
        true,
        &[
            ("never", "0.. hold 1 by 100 -> ?\n 10..11 hold 2 -> until 50"),
            ("at once", "0.. hold 1 by 100 -> ?\n 10..11 hold 2 -> no: held 1"),
            ("much later", {
                "0.. hold 1 by 100 -> ?
                 10..11 hold 2 -> until 50
                 20..21 release 2 -> ok
                 900..901 read -> held 1"
            }),
            ("performed late, so confirmed late", { "0.. hold 1 by 100 -> ?\n 900..901 confirm 1 -> ok" }),
            ("lapsed at the earliest deadline", {
                "0.. hold 1 by 100 -> ?\n 10..11 read -> held 1\n 99..100 read -> open"
            }),
            ("an extension without an answer lasts", {
                "0..1 hold 1 -> until 100\n 2.. extend 1 by 200 -> ?\n 150..151 confirm 1 -> ok"
            }),
            ("an extension without an answer was lost", {
                "0..1 hold 1 -> until 100\n 2.. extend 1 by 200 -> ?\n 100..101 read -> open"
            }),
            ("of two holds nobody names, the shorter one", {
                "0.. hold 1 by 100 -> ?\n 1.. hold 2 by 20 -> ?\n 5..6 hold 3 -> no\n 30..31 read -> open"
            }),
            ("of two short holds, the one that was sold", {
                "0.. hold 1 by 2 -> ?\n 0.. hold 2 by 2 -> ?\n 1.. confirm 2 -> ?\n 5..6 read -> sold"
            }),
            ("a sale, a release, a block and a cancellation nobody heard of", {
                "0..1 hold 1 -> until 100
                 2.. confirm 1 -> ?
                 3..4 read -> sold
                 5.. cancel 1 -> ?
                 6..7 read -> open
                 8.. block -> ?
                 9..10 hold 2 -> no: blocked
                 11.. unblock -> ?
                 12..13 hold 2 -> until 100
                 14.. release 2 -> ?
                 15..16 hold 3 -> until 100"
            }),
        ],
    );
    table(
        0,
        false,
        &[
            ("before it was sent", "5..6 hold 2 -> no\n 7.. hold 1 by 100 -> ?"),
            ("twice", {
                "0.. hold 1 by 100 -> ?
                 10..11 read -> held 1
                 12..13 release 1 -> ok
                 14..15 read -> held 1"
            }),
            ("a hold that was neither made nor ended", {
                "0.. hold 1 by 100 -> ?\n 10..11 read -> held 1\n 12..13 read -> open"
            }),
            ("a late sale", { "0..1 hold 1 -> until 100\n 100.. confirm 1 -> ?\n 102..103 read -> sold" }),
        ],
    );
}

#[test]
fn operations_under_way_together_take_any_order_and_others_do_not() {
    table(
        0,
        true,
        &[
            ("the later one wins", "0..10 hold 1 -> no: held 2\n 5..15 hold 2 -> until 100"),
            ("a chain that only one order explains", {
                "0..50 hold 3 -> until 100
                 1..50 release 1 -> ok
                 2..50 hold 2 -> until 100
                 3..50 release 2 -> ok
                 4..50 hold 1 -> until 100"
            }),
            ("a block that first changes nothing and is needed later", {
                "0..9 block -> ok
                 1..9 block -> ok
                 2..9 unblock -> ok
                 3..9 hold 1 -> no
                 3..20 hold 1 -> until 100"
            }),
            ("equal times say nothing about the order", { "0..5 read -> held 1\n 5..9 hold 1 -> until 100" }),
        ],
    );
    table(
        0,
        false,
        &[
            ("both win", "0..10 hold 1 -> until 100\n 5..15 hold 2 -> until 100"),
            ("both lose", "0..10 hold 1 -> no\n 5..15 hold 2 -> no"),
            ("the answer came before the question", "0..4 read -> held 1\n 5..9 hold 1 -> until 100"),
            ("a read goes back in time", {
                "0..100 hold 1 -> until 900\n 10..20 read -> held 1\n 30..40 read -> open"
            }),
        ],
    );
}

#[test]
fn a_refutation_tells_how_far_it_came_and_what_did_not_fit() {
    let history = history(
        "0..5 hold 1 -> until 100
         7..8 read -> held
         10..15 hold 2 -> until 110
         20..25 confirm 1 -> ok",
    );
    let Verdict::Refuted(refutation) = check(&history, 0, BUDGET) else { panic!("a double hold is refuted") };
    assert_eq!(refutation.stuck, [2]);
    assert_eq!(refutation.order.len(), 2);
    assert_eq!(
        refutation.to_string(),
        "no order explains the 4 answers; the longest explains 2:\n  \
         [0..5] hold #1 -> granted until 100; seat held by #1 until 100\n  \
         [7..8] read -> seat is held; seat held by #1 until 100\n\
         then the seat is held by #1 until 100, and none of these can come next:\n  \
         [10..15] hold #2 -> granted until 110"
    );
}

#[test]
fn a_refutation_shows_the_lapses_and_what_was_never_answered() {
    let end = "300.. hold 1 by 390 -> ?
         301..302 read -> held 1
         390..391 read -> open
         392..393 block -> no";
    let Verdict::Refuted(refutation) = check(&history(end), 0, BUDGET) else { panic!("nobody has the seat") };
    let lines = refutation.lines();
    assert_eq!(
        lines[1],
        "  [300..] hold #1 until 390 or later -> no answer; seat held by #1 until 390 or later"
    );
    assert_eq!(lines[3], "  the hold lapses; seat open");
    assert_eq!(lines.last().unwrap(), "  [392..393] block -> refused");

    let start: String =
        (0..20).map(|at| format!("{at}1..{at}2 block -> ok\n {at}3..{at}4 unblock -> ok\n")).collect();
    let text = start + end;
    let Verdict::Refuted(refutation) = check(&history(&text), 0, BUDGET) else {
        panic!("nobody has the seat")
    };
    assert_eq!(refutation.lines()[1], "  32 earlier steps");
    assert_eq!(refutation.lines().len(), 16, "{refutation}");
}

#[test]
#[should_panic(expected = "operation 0 returned before its invocation")]
fn an_answer_before_its_question_is_a_mistake_of_the_maker() {
    check(&history("9..5 read -> open"), 0, BUDGET);
}

#[test]
fn a_search_without_budget_says_that_it_does_not_know() {
    let history = history("0..1 hold 1 -> until 100\n 2..3 release 1 -> ok\n 4..5 hold 1 -> until 200");
    assert_eq!(check(&history, 0, 1), Verdict::Unknown { steps: 2 });
}

#[test]
fn a_recorder_sorts_by_seat_and_keeps_what_was_not_answered() {
    let mut recorder = Recorder::new();
    let first = recorder.invoke("AB-1", "12A", 0, Request::Hold { hold: Token(1), until: 90 });
    let _unanswered = recorder.invoke("AB-1", "12B", 0, Request::Block);
    let limit = recorder.invoke("AB-1", "12B", 1, Request::Hold { hold: Token(2), until: 90 });
    recorder.returned(first, 3, Outcome::Granted { until: 93 });
    recorder.withdraw(limit);
    let mut second = Recorder::new();
    let late = second.invoke("AB-1", "12A", 4, Request::Read);
    second.returned(late, 5, Outcome::Seen(Sighting::Open));
    recorder.absorb(second);

    assert_eq!(recorder.operations(), 3);
    let seats = recorder.by_seat();
    let names: Vec<&str> = seats.keys().map(|name| name.seat.as_str()).collect();
    assert_eq!(names, ["12A", "12B"]);
    assert_eq!(seats.values().last(), Some(&vec![Operation::unanswered(0, Request::Block)]));
    let verdicts = recorder.check(0, BUDGET);
    let fits: Vec<bool> = verdicts.values().map(Verdict::is_linearizable).collect();
    assert_eq!(fits, [false, true]);
}
