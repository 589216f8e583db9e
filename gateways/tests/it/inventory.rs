//! Our own departures as a supplier: always with the figures of now.

use std::sync::Arc;

use domain::flight::Status as FlightStatus;
use domain::view::Summary;
use gateways::{Inventory, Market, Offers, Status};

use crate::world::{departure, now, wish};

const OUT: (u16, &str, &str) = (18, "JFK", "BOS");
const BACK: (u16, &str, &str) = (19, "BOS", "JFK");

fn filled(departures: Vec<Summary>) -> (Arc<Inventory>, Market) {
    let own = Arc::new(Inventory::new("aisle", now));
    own.take_in(departures);
    own.mark_filled();
    (own.clone(), Market::of(vec![own]))
}

fn cheapest(offers: &Offers) -> i64 {
    search::cheapest(&offers.fans, &wish("2026-12-01", None).party).expect("something to buy").minor()
}

#[tokio::test]
async fn it_answers_when_it_has_been_filled_and_not_before() {
    let own = Arc::new(Inventory::new("aisle", now));
    let market = Market::of(vec![own.clone()]);
    let before = market.search(&wish("2026-12-01", None)).await;
    assert_eq!(before.answer.reports[0].status, Status::Failed);
    assert!(before.fans.is_empty());
    own.take_in([departure(OUT, "2026-12-01T15:00:00Z", 0)]);
    own.mark_filled();
    own.filled().await;
    let after = market.search(&wish("2026-12-01", Some("2026-12-03"))).await;
    assert_eq!(after.answer.reports[0].status, Status::Answered);
}

#[tokio::test]
async fn an_answer_that_is_kept_shows_what_has_been_sold_since() {
    let (own, market) = filled(vec![
        departure(OUT, "2026-12-01T15:00:00Z", 0),
        departure((20, "JFK", "BOS"), "2026-12-01T18:00:00Z", 0),
    ]);
    let wish = wish("2026-12-01", None);
    let first = market.search(&wish).await;
    assert_eq!((first.is_kept, first.fans[0].out.len()), (false, 2));
    own.take_in([departure(OUT, "2026-12-01T15:00:00Z", 100)]);
    let sold_out = market.search(&wish).await;
    assert_eq!((sold_out.is_kept, sold_out.fans[0].out.len()), (true, 1));
    own.take_in([departure((20, "JFK", "BOS"), "2026-12-01T18:00:00Z", 90)]);
    let dearer = market.search(&wish).await;
    assert_eq!(dearer.fans[0].out[0].seats_left, 10);
    assert!(cheapest(&dearer) > cheapest(&first));
    let day = |offers: &Offers| offers.days[3].least.map(domain::money::Money::minor);
    assert_eq!((day(&first), day(&dearer)), (Some(cheapest(&first)), Some(cheapest(&dearer))));
    own.take_in([departure((22, "JFK", "BOS"), "2026-12-01T20:00:00Z", 0)]);
    assert_eq!(market.search(&wish).await.fans[0].out.len(), 2, "what went on sale since is found");
    own.take_in([departure((22, "JFK", "BOS"), "2026-12-01T20:00:00Z", 100)]);
    let gone = departure((20, "JFK", "BOS"), "2026-12-01T18:00:00Z", 91);
    own.take_in([Summary { status: FlightStatus::Cancelled, ..gone }]);
    assert!(market.search(&wish).await.fans[0].out.is_empty());
}

#[tokio::test]
async fn the_days_around_say_what_a_trip_costs_at_least() {
    let day = |day: u8, sold| departure(OUT, &format!("2026-12-{day:02}T15:00:00Z"), sold);
    let (_, market) = filled(vec![
        day(2, 100),
        day(3, 80),
        day(4, 0),
        day(5, 50),
        day(7, 10),
        departure(BACK, "2026-12-06T15:00:00Z", 0),
    ]);
    let single = market.search(&wish("2026-12-04", None)).await;
    let days: Vec<(String, Option<i64>)> = single
        .days
        .iter()
        .map(|day| (day.date.to_string(), day.least.map(domain::money::Money::minor)))
        .collect();
    let dates: Vec<&str> = days.iter().map(|(date, _)| &date[8..]).collect();
    assert_eq!(dates, ["01", "02", "03", "04", "05", "06", "07"]);
    let priced: Vec<bool> = days.iter().map(|(_, least)| least.is_some()).collect();
    assert_eq!(priced, [false, false, true, true, true, false, true], "nothing, and sold out, have no price");
    assert!(days[2].1 > days[4].1 && days[4].1 > days[3].1, "{days:?}");
    assert_eq!(days[3].1, Some(cheapest(&single)));
    // A round trip that comes back on the sixth cannot begin on the seventh.
    let round = market.search(&wish("2026-12-04", Some("2026-12-06"))).await;
    let priced: Vec<bool> = round.days.iter().map(|day| day.least.is_some()).collect();
    assert_eq!(priced, [false, false, true, true, true, false, false]);
    assert!(round.days[3].least.map(domain::money::Money::minor) > days[3].1);
}
