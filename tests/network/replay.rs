//! The week's delays and cancellations, driven through a running server by the command line.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::server::Server;
use crate::web::With;

/// How long to wait for what must come.
const WITHIN: Duration = Duration::from_secs(30);

/// A Monday, as the real week begins with one.
const DAY: &str = "2030-06-03";

/// Departures of the real Monday: one left early, one late, one never; the last is not put on sale here.
const LINES: [&str; 5] = [
    "service_date,carrier,flight,origin,dest,dep_delay_min,arr_delay_min,cancelled,diverted,actual_dep_utc,actual_arr_utc,air_time_min",
    "2013-07-08,US,1431,EWR,CLT,-1,1,0,0,2013-07-08T08:59Z,2013-07-08T10:41Z,81",
    "2013-07-08,UA,1258,EWR,DEN,19,7,0,0,2013-07-08T09:34Z,2013-07-08T13:32Z,212",
    "2013-07-08,DL,461,LGA,ATL,,,1,0,,,",
    "2013-07-08,AA,701,JFK,MIA,-2,-15,0,0,2013-07-08T09:38Z,2013-07-08T12:25Z,142",
];

/// The three that are on sale, and how they end.
const ENDS: [(&str, &str); 3] = [
    ("US-1431-2030-06-03-EWR", "ARRIVED"),
    ("UA-1258-2030-06-03-EWR", "ARRIVED"),
    ("DL-461-2030-06-03-LGA", "CANCELLED"),
];

struct Bed {
    server: Server,
    file: PathBuf,
    _directory: tempfile::TempDir,
}

impl Bed {
    async fn new() -> Self {
        let server = Server::start(&[]).await;
        for (carrier, number, origin, destination, departs, arrives) in [
            ("US", 1_431, "EWR", "CLT", "05:00", "06:40"),
            ("UA", 1_258, "EWR", "DEN", "05:15", "07:25"),
            ("DL", 461, "LGA", "ATL", "06:00", "08:26"),
        ] {
            let body = json!({
                "carrier": carrier, "number": number, "date": DAY, "origin": origin, "destination": destination,
                "aircraft": { "name": "Test frame", "cabins": "Y:1-5:AB-CD" }, "departs": format!("{DAY}T{departs}"),
                "arrives": format!("{DAY}T{arrives}"), "distanceMi": 600,
            });
            let token = server.token("AIRLINE_AGENT", "operator");
            let with = With { token: Some(&token), body: Some(&body), ..With::default() };
            let answer = server.web().await.insist("POST", "/api/v1/flights", with).await;
            assert_eq!(answer.status, 201, "{}", answer.json());
        }
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("operations.csv");
        std::fs::write(&file, LINES.join("\n")).expect("a file");
        Self { server, file, _directory: directory }
    }

    fn arguments<'a>(&'a self, speed: &'a str) -> [&'a str; 8] {
        let file = self.file.to_str().expect("a temporary path is UTF-8");
        ["replay", file, "--speed", speed, "--first-day", DAY, "--days", "1"]
    }

    async fn status(&self, flight: &str) -> String {
        let path = format!("/api/v1/flights/{flight}");
        self.server.web().await.insist("GET", &path, With::default()).await.text("status")
    }

    async fn assert_ended(&self) {
        for (flight, end) in ENDS {
            assert_eq!(self.status(flight).await, end, "{flight}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_is_replayed_and_once_more_without_harm() {
    let mut bed = Bed::new().await;
    let (done, said) = bed.server.command(&bed.arguments("1000000x"));
    assert!(done && said.contains("6 changes taken"), "{said}");
    assert!(said.contains("2 were about departures that are not on sale"), "{said}");
    bed.assert_ended().await;
    let path = format!("/api/v1/flights/{}", ENDS[1].0);
    let late = bed.server.web().await.insist("GET", &path, With::default()).await;
    assert_eq!(late.json()["departure"]["latest"], "2030-06-03T09:34:00.000Z", "{}", late.json());
    let (done, said) = bed.server.command(&bed.arguments("1000000x"));
    assert!(done && said.contains("3 came after"), "{said}");
    bed.assert_ended().await;
    bed.server.stop();
    bed.server.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_outlives_the_server_that_it_speaks_to() {
    let mut bed = Bed::new().await;
    // Seven hours in some two seconds.
    let mut replay = bed.server.start_command(&bed.arguments("10000x"));
    let until = Instant::now() + WITHIN;
    while bed.status(ENDS[1].0).await == "SCHEDULED" {
        assert!(Instant::now() < until, "nothing happens");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bed.server.launch(&[]);
    bed.server.ready().await;
    let ended = tokio::task::spawn_blocking(move || replay.wait().expect("a child of ours"));
    assert!(ended.await.expect("it was waited for").success());
    bed.assert_ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_says_what_it_cannot_do() {
    let mut bed = Bed::new().await;
    let (done, said) = bed.server.command(&["replay", "/nowhere.csv"]);
    assert!(!done && said.contains("cannot read /nowhere.csv"), "{said}");
    let (done, said) = bed.server.command(&bed.arguments("0x"));
    assert!(!done && said.contains("like 60x"), "{said}");
    bed.server.kill();
    let (done, said) = bed.server.command(&bed.arguments("60x"));
    assert!(!done && said.contains("aisle serve"), "{said}");
}
