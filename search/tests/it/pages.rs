//! Pages of trips, held against all pairs put in order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::money::{Currency, Money};
use domain::view::Summary;
use jiff::civil::time;
use proptest::prelude::*;
use search::{Fan, Filters, Hours, Itinerary, PageWish, Place, Sort, Trip, Window, arrange, cheapest};

use crate::world::{ONE, leg, now, sold, timetable, wish};

const SORTS: [Sort; 5] = [Sort::Best, Sort::Price, Sort::Duration, Sort::Departure, Sort::Arrival];

/// Departures of one day with this many minutes after midnight and this many sold, from JFK to BOS or back.
fn ways(origin: &str, destination: &str, date: &str, drawn: &[(u16, u16, u16)]) -> Vec<Itinerary> {
    let made = drawn.iter().enumerate().map(|(at, (minute, long, taken))| {
        let clock = format!("{date}T{:02}:{:02}", minute / 60, minute % 60);
        let number = at + 1;
        let mut made = leg(&format!("B6 {number} {origin} {clock} {destination} {clock}"));
        made.latest.arrives = made.latest.departs + Duration::from_secs(60 * u64::from(*long));
        sold(made, *taken)
    });
    let made: Vec<Summary> = made.collect();
    let wish = wish(origin, destination, date, 0);
    timetable(&made).find(&wish.out, &wish, now())
}

fn fan(out: Vec<Itinerary>, back: Option<Vec<Itinerary>>) -> Fan {
    Fan { supplier: Arc::from("own"), out, back }
}

/// All pages, each of `most` trips.
fn pages(fans: &[Fan], filters: &Filters, sort: Sort, most: usize) -> Vec<Trip> {
    let (mut trips, mut after): (Vec<Trip>, Option<Place>) = (Vec::new(), None);
    loop {
        let page = arrange(fans, &PageWish { filters, sort, party: &ONE, after, most });
        assert!(page.trips.len() <= most);
        trips.extend(page.trips);
        let Some(next) = page.next else { return trips };
        assert!(after.is_none_or(|after| after < next), "it goes on");
        assert_eq!(Place::from_numbers(next.numbers()), next);
        after = Some(next);
    }
}

fn names(trip: &Trip) -> Vec<String> {
    trip.slices.iter().flat_map(Itinerary::legs).map(|leg| leg.flight_id.to_string()).collect()
}

/// What the trips are in order of.
fn weight(trip: &Trip, sort: Sort) -> i64 {
    let minutes: u64 = trip.slices.iter().map(|slice| slice.duration().as_secs() / 60).sum();
    match sort {
        // A dollar is a hundred cents, an hour is worth 24 of them; nobody stops here.
        Sort::Best => trip.total.minor() + i64::try_from(minutes * 40).expect("hours of a trip"),
        Sort::Price => trip.total.minor(),
        Sort::Duration => i64::try_from(minutes).expect("hours of a trip"),
        Sort::Departure => trip.slices[0].departs().millis(),
        Sort::Arrival => trip.slices[0].arrives().millis(),
    }
}

fn any_ways() -> impl Strategy<Value = Vec<(u16, u16, u16)>> {
    proptest::collection::vec((0..24 * 60_u16, 40..300_u16, (0..10_u16).prop_map(|tens| tens * 10)), 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pages_of_any_size_are_all_pairs_in_order(
        (out, back) in (any_ways(), any_ways()),
        day_of_return in proptest::sample::select(&["2026-11-01", "2026-11-02"][..]),
        sort in proptest::sample::select(&SORTS[..]),
        (most, price_max) in (1..9_usize, proptest::option::of(10_000..40_000_i64)),
    ) {
        let out = ways("JFK", "BOS", "2026-11-01", &out);
        let back = ways("BOS", "JFK", day_of_return, &back);
        let price_max = price_max.map(|minor| Money::from_minor(minor, Currency::USD));
        let filters = Filters { price_max, ..Filters::default() };
        let stay = Duration::from_secs(3_600);
        let mut expected = BTreeSet::new();
        for (out, back) in out.iter().flat_map(|out| back.iter().map(move |back| (out, back))) {
            let total = out.total.plus(back.total).unwrap();
            let affordable = price_max.is_none_or(|most| total.minor() <= most.minor());
            if affordable && back.departs() >= out.arrives() + stay {
                let name = |way: &Itinerary| way.segments[0].leg.flight_id.to_string();
                expected.insert(vec![name(out), name(back)]);
            }
        }
        let fans = [fan(out.clone(), Some(back.clone()))];
        let trips = pages(&fans, &filters, sort, most);
        let set: BTreeSet<_> = trips.iter().map(names).collect();
        prop_assert_eq!(set.len(), trips.len(), "each once");
        prop_assert_eq!(&set, &expected);
        prop_assert!(trips.is_sorted_by_key(|trip| weight(trip, sort)));
        // The order is the same however the pages are cut and in whatever order the ways were found.
        let reversed = [fan(out.into_iter().rev().collect(), Some(back.into_iter().rev().collect()))];
        let whole = pages(&reversed, &filters, sort, 1_000);
        prop_assert_eq!(trips.iter().map(names).collect::<Vec<_>>(), whole.iter().map(names).collect::<Vec<_>>());
    }

    #[test]
    fn the_cheapest_is_the_first_by_price(out in any_ways(), back in any_ways()) {
        let fans = [fan(ways("JFK", "BOS", "2026-11-01", &out), Some(ways("BOS", "JFK", "2026-11-03", &back)))];
        let first = pages(&fans, &Filters::default(), Sort::Price, 50).first().map(|trip| trip.total);
        prop_assert_eq!(cheapest(&fans, &ONE), first);
    }
}

#[test]
fn two_suppliers_are_shown_in_one_order_and_never_mixed_in_one_trip() {
    let out = ways("JFK", "BOS", "2026-11-01", &[(500, 70, 0), (600, 70, 50)]);
    let back = ways("BOS", "JFK", "2026-11-03", &[(500, 70, 0), (600, 70, 50)]);
    let other = Fan { supplier: Arc::from("other"), ..fan(out.clone(), Some(back.clone())) };
    let fans = [fan(out, Some(back)), other];
    let trips = pages(&fans, &Filters::default(), Sort::Price, 3);
    assert_eq!(trips.len(), 8);
    let of = |name: &str| trips.iter().filter(|trip| &*trip.supplier == name).count();
    assert_eq!((of("own"), of("other")), (4, 4));
    assert!(trips.is_sorted_by_key(|trip| trip.total.minor()));
}

#[test]
fn filters_keep_what_they_say() {
    let out = ways("JFK", "BOS", "2026-12-01", &[(6 * 60, 70, 0), (9 * 60, 90, 0), (20 * 60, 70, 0)]);
    let fans = [fan(out, None)];
    let window = |from, to| Some(Window { from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) });
    let flights = |filters: &Filters| {
        let trips = pages(&fans, filters, Sort::Departure, 10);
        trips.iter().map(|trip| trip.slices[0].segments[0].leg.flight_id.number()).collect::<Vec<_>>()
    };
    let all = Filters::default();
    assert_eq!(flights(&all), [1, 2, 3]);
    let morning = Hours { departs: window(6, 9), ..Hours::default() };
    assert_eq!(flights(&Filters { out: morning, ..all.clone() }), [1, 2]);
    let landing = Hours { arrives: window(10, 22), ..Hours::default() };
    assert_eq!(flights(&Filters { out: landing, ..all.clone() }), [2, 3]);
    let quick = Some(Duration::from_secs(70 * 60));
    assert_eq!(flights(&Filters { duration_max: quick, ..all.clone() }), [1, 3]);
    let carriers = |code: &str| Filters { carriers: vec![code.parse().unwrap()], ..all.clone() };
    assert_eq!(flights(&carriers("B6")), [1, 2, 3]);
    assert!(flights(&carriers("AA")).is_empty());
    let dear = pages(&fans, &all, Sort::Price, 10).last().unwrap().total;
    let price_max = Some(Money::from_minor(dear.minor() - 1, dear.currency()));
    assert!(flights(&Filters { price_max, ..all.clone() }).len() < 3);
    assert_eq!(flights(&Filters { price_max: Some(dear), ..all.clone() }), [1, 2, 3]);
    // In euros it is compared at the tariff's parity.
    let euros = Some(Money::from_minor(dear.minor(), Currency::EUR));
    assert_eq!(flights(&Filters { price_max: euros, ..all }), [1, 2, 3]);
}

#[test]
fn a_dear_way_out_goes_with_a_cheap_way_back_as_far_as_the_money_does() {
    let out = ways("JFK", "BOS", "2026-12-01", &[(500, 70, 90), (600, 70, 80)]);
    let back = ways("BOS", "JFK", "2026-12-03", &[(500, 70, 0), (600, 70, 70)]);
    let total = |ways: &[Itinerary], at: usize| ways[at].total.minor();
    let most = total(&out, 0) + total(&back, 0);
    assert!(total(&out, 1) + total(&back, 0) < most && total(&out, 1) + total(&back, 1) > most);
    let price_max = Some(Money::from_minor(most, Currency::USD));
    let shown = |fan: Fan| {
        let filters = Filters { price_max, ..Filters::default() };
        pages(&[fan], &filters, Sort::Price, 10).iter().map(|trip| trip.total.minor()).collect::<Vec<_>>()
    };
    let expected = [total(&out, 1) + total(&back, 0), most];
    assert_eq!(shown(fan(out.clone(), Some(back.clone()))), expected);
    assert_eq!(shown(fan(back, Some(out))), [], "nobody comes back before they go");
}

#[test]
fn a_page_far_behind_comes_as_fast_as_the_first() {
    let many: Vec<(u16, u16, u16)> = (0..1_000).map(|at| (at % 1_440, 40 + at % 200, at % 90)).collect();
    let fans = [fan(ways("JFK", "BOS", "2026-12-01", &many), Some(ways("BOS", "JFK", "2026-12-03", &many)))];
    let filters = Filters::default();
    let wish = PageWish { filters: &filters, sort: Sort::Price, party: &ONE, after: None, most: 20 };
    let first = arrange(&fans, &wish);
    let total: i64 = first.trips.last().unwrap().total.minor();
    let numbers = first.next.unwrap().numbers();
    // A place in the middle of a million: twice the price.
    let middle = Place::from_numbers([u64::try_from(total).unwrap() * 2, 0, 0, 0, 0, 0, 0]);
    let page = arrange(&fans, &PageWish { after: Some(middle), ..wish });
    assert_eq!(page.trips.len(), 20);
    assert!(page.trips.iter().all(|trip| trip.total.minor() >= total * 2));
    assert_eq!(numbers[0], u64::try_from(total).unwrap());
}
