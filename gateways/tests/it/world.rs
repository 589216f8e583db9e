//! Departures and suppliers as a test needs them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::fare::FareBasis;
use domain::flight::{Service, Status, Times};
use domain::ids::Version;
use domain::money::Currency;
use domain::party::Party;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::{CabinCounts, Summary};
use gateways::{Asking, Elsewhere, Failure, Fetching, Found, Supplier};
use search::{Direction, Wish};

/// A clock that stands still, long before all departures.
pub fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().expect("an instant")
}

/// A departure from JFK to BOS or back: `18 2026-12-01T09:00Z`, half an hour long, with so many of its hundred seats sold.
pub fn departure((number, origin, destination): (u16, &str, &str), departs: &str, sold: u16) -> Summary {
    let departs: Timestamp = departs.parse().expect("an instant");
    let times = Times { departs, arrives: departs + Duration::from_secs(3_600) };
    let day = &departs.to_string()[..10];
    Summary {
        flight_id: format!("B6-{number}-{day}-{origin}").parse().expect("a flight"),
        version: Version::new(1 + u64::from(sold)),
        service: Service::published(destination, "Test frame").expect("a service"),
        scheduled: times,
        latest: times,
        status: Status::Scheduled,
        gate: None,
        basis: FareBasis { distance_mi: 187, currency: Currency::USD },
        cabins: vec![CabinCounts {
            cabin_class: CabinClass::Economy,
            seats: 100,
            available: 100 - sold,
            held: 0,
            sold,
            blocked: 0,
            sellable: 100 - sold,
        }],
    }
}

pub fn wish(date: &str, back: Option<&str>) -> Wish {
    let code = |text: &str| text.parse().expect("an airport");
    let day = |text: &str| text.parse().expect("a day");
    Wish {
        out: Direction { origins: vec![code("JFK")], destinations: vec![code("BOS")], date: day(date) },
        back: back.map(day),
        party: Party { adults: 1, children: 0, infants: 0 },
        class: CabinClass::Economy,
        stops_max: 1,
    }
}

/// What a made-up supplier does when it is asked.
#[derive(Debug, Clone, Copy)]
pub enum Habit {
    /// It has nothing, after so long.
    Answers(Duration),
    /// It is down.
    Fails,
    /// It never answers.
    Hangs,
    /// It has a bug.
    Panics,
}

/// A supplier that counts how often it is asked.
pub struct Other {
    pub name: &'static str,
    pub habit: Habit,
    pub asked: AtomicUsize,
}

impl Other {
    pub fn new(name: &'static str, habit: Habit) -> Arc<Self> {
        Arc::new(Self { name, habit, asked: AtomicUsize::new(0) })
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Supplier for Other {
    fn name(&self) -> &str {
        self.name
    }

    fn deadline(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn search<'a>(&'a self, _: &'a Wish) -> Asking<'a> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            match self.habit {
                Habit::Answers(after) => tokio::time::sleep(after).await,
                Habit::Fails => return Err(Failure::Unavailable("503".to_owned())),
                Habit::Hangs => std::future::pending().await,
                Habit::Panics => panic!("a bug in {}", self.name),
            }
            Ok(Found::default())
        })
    }
}

/// A place that nodes share, in memory.
#[derive(Default)]
pub struct Place {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    puts: AtomicUsize,
}

impl Place {
    pub fn len(&self) -> usize {
        self.kept.lock().expect("no test panicked here").len()
    }

    /// Waits until so often something was put here: whoever searches does not wait for that.
    pub async fn was_given(&self, times: usize) {
        while self.puts.load(Ordering::Acquire) < times {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What it holds first.
    pub fn taken(&self) -> Vec<u8> {
        let kept = self.kept.lock().expect("no test panicked here");
        kept.values().next().expect("it holds something").clone()
    }

    /// Puts this in the place of everything.
    pub fn spoil(&self, with: &[u8]) {
        let mut kept = self.kept.lock().expect("no test panicked here");
        kept.values_mut().for_each(|value| *value = with.to_vec());
    }
}

impl Elsewhere for Place {
    fn get(&self, key: String) -> Fetching<'_, Option<Vec<u8>>> {
        let kept = self.kept.lock().expect("no test panicked here").get(&key).cloned();
        Box::pin(async move { kept })
    }

    fn put(&self, key: String, kept: Vec<u8>, _: Duration) -> Fetching<'_, ()> {
        self.kept.lock().expect("no test panicked here").insert(key, kept);
        self.puts.fetch_add(1, Ordering::Release);
        Box::pin(async {})
    }
}
