use super::*;
use crate::report::{Goal, Ratio};

fn outcome() -> Outcome {
    let limit = Row { side: "limit".to_owned(), reference: true, ..Row::default() };
    let row = Row {
        side: "one flight".to_owned(),
        rate: 20_000.0,
        samples: 96,
        curve: [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0].map(|at| (at, (at * 5_000.0) as u64)).into(),
        cpu_us: Some(30.0),
        client_cpu_us: Some(20.0),
        rss_mib: Some(512.0),
        others: Some(0.02),
        rates: vec![19_000.0, 21_000.0],
        refused: [("409 seats-taken", 1), ("503 overloaded", 1), ("no answer", 1)]
            .map(|(reason, count)| (reason.to_owned(), count))
            .into(),
        unsent: 1,
        ..Row::default()
    };
    let ratios = vec![
        Ratio::of("one flight / limit", 0.34, 1.0).with_goal(Goal::AtLeast(0.7)),
        Ratio::of("one flight / locking", 12.0, 1.0).with_goal(Goal::AtLeast(10.0)),
    ];
    let scenario = "hold-hot, SQLite".to_owned();
    Outcome { scenario, rows: vec![limit, row], ratios, ..Outcome::default() }
}

fn verdicts(requirement: &str) -> Vec<Verdict> {
    let requirement = requirement.parse().unwrap_or_else(|error| panic!("{requirement}: {error:#}"));
    check(&[requirement], &[outcome()])
}

#[test]
fn every_quantity_can_be_required_in_its_units() {
    for (requirement, met, actual) in [
        ("p50<=2.5ms", true, "2.50 ms"),
        ("p50<2500us", false, "2.50 ms"),
        ("p50 >= 0.0025s", true, "2.50 ms"),
        ("p50>2500µs", false, "2.50 ms"),
        ("p90<=4.4ms", false, "4.50 ms"),
        ("p95<=4.8ms", true, "4.75 ms"),
        ("p99<=5ms", true, "4.95 ms"),
        ("p99.9<=4994us", false, "5.00 ms"),
        ("p99.99<=4999us", true, "5.00 ms"),
        ("max<=5ms", true, "5.00 ms"),
        ("rate>=20000", true, "20,000"),
        ("rate>20000", false, "20,000"),
        ("refused<=3", true, "3"),
        ("refused<3%", false, "3.0 %"),
        ("errors<=2", true, "2"),
        ("errors<=1%", false, "2.0 %"),
        ("unsent<=0", false, "1"),
        ("unsent<=1%", true, "1.0 %"),
        ("ratio>=0.3", true, "0.340"),
        ("ratio(locking)>=50", false, "12"),
        ("cpu<=30us", true, "30.0 µs"),
        ("client-cpu<=19.5us", false, "20.0 µs"),
        ("store-cpu<=1s", false, "not measured"),
        ("rss<=0.5GiB", true, "512 MiB"),
        ("rss<512MiB", false, "512 MiB"),
        ("rss<=1KiB", false, "512 MiB"),
        ("spread<=5%", true, "5.0 %"),
        ("others<1%", false, "2.0 %"),
    ] {
        let verdicts = verdicts(requirement);
        let [verdict] = verdicts.as_slice() else { panic!("{verdicts:?}") };
        assert_eq!((verdict.met, verdict.actual.as_str()), (met, actual), "{requirement}");
        assert_eq!(verdict.require, requirement);
        assert!(verdict.place.starts_with("hold-hot, SQLite, one flight"), "{verdict:?}");
    }
}

#[test]
fn a_scenario_is_named_with_or_without_its_store() {
    for (requirement, applies) in [
        ("hold-hot:rate>=1", true),
        ("hold-hot, SQLite: rate>=1", true),
        ("hold-hot, PostgreSQL:rate>=1", false),
        ("hold:rate>=1", false),
        ("hold-hot:goals", true),
        ("read-map:goals", false),
        ("ratio(a:b)<=1", false),
    ] {
        let verdicts = verdicts(requirement);
        let nothing = verdicts.iter().any(|verdict| verdict.actual == "there is nothing that it applies to");
        assert_eq!(nothing, !applies, "{requirement}");
        assert!(applies || verdicts.iter().all(|verdict| !verdict.met), "{requirement}");
    }
}

#[test]
fn every_goal_has_its_own_verdict() {
    let told: Vec<_> = verdicts("goals").into_iter().map(|verdict| (verdict.place, verdict.met)).collect();
    let expected = [
        ("hold-hot, SQLite, one flight / limit, goal >= 0.7".to_owned(), false),
        ("hold-hot, SQLite, one flight / locking, goal >= 10".to_owned(), true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_side_that_answered_nothing_meets_no_time() {
    let silent = Row { side: "silent".to_owned(), ..Row::default() };
    let outcome = Outcome { rows: vec![silent], ..Outcome::default() };
    for requirement in ["p99<=1s", "refused<=100%", "ratio>=0"] {
        let verdicts = check(&[requirement.parse().unwrap()], std::slice::from_ref(&outcome));
        assert!(verdicts.iter().all(|verdict| !verdict.met), "{verdicts:?}");
    }
}

#[test]
fn what_cannot_be_read_is_answered_with_what_can() {
    for (requirement, answer) in [
        ("", "write goals, or what, one of <= >= < >"),
        ("p99=5ms", "write goals"),
        ("goal", "write goals"),
        ("p98<=5ms", "p50, p90, p95, p99, p99.9, p99.99, max, rate"),
        ("p99<=5", "a time is written 800us, 5ms or 1.5s"),
        ("p99<=fastms", "\"fast\" is no number"),
        ("p99<=-1ms", "no number from zero on"),
        ("p99<=nans", "no number"),
        ("rate>=20kHz", "a rate is written 20000"),
        ("refused<=1ms", "a count or a share is written 0 or 1%"),
        ("refused<=x%", "\"x\" is no number"),
        ("ratio(>=1", "ratio(limit)"),
        ("ratio()>=1", "ratio(limit)"),
        ("ratio>=30%", "is no number"),
        ("rss<=1MB", "memory is written 500MiB"),
        ("others<=0.01", "a share is written 1%"),
        (":p99<=5ms", "before the colon"),
        ("<=5ms", "is nothing that can be required"),
    ] {
        let error = requirement.parse::<Requirement>().unwrap_err();
        assert!(format!("{error:#}").contains(answer), "{requirement}: {error:#}");
    }
}

#[test]
fn the_help_names_all_that_can_be_required() {
    for what in ["p99.99", "unsent", "ratio(NAME)", "store-cpu", "client-cpu", "spread", "others", "goals"] {
        assert!(HELP.contains(what), "{what}");
    }
    assert!(HELP.lines().all(|line| line.chars().count() <= 110));
}
