//! Offers and where they come from: the market, our own departures in it, and the seal under which a price holds.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use cluster::{Door, Shared};
use domain::flight::limits;
use domain::ids::FlightId;
use domain::party::Party;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use gateways::{Elsewhere, Fetching, Inventory, Market};
use search::{BadOffer, Priced, Seal, Trip};

use crate::auth::Keys;
use crate::problem::Problem;
use crate::state::now;

/// How long a price holds: long enough to read and to decide, and no longer than a key is kept when its successor has
/// begun to sign.
pub const OFFER_LIVES: Duration = Duration::from_secs(10 * 60);

/// What clients know our own departures by, as a supplier.
const OWN: &str = "aisle";

/// How often the timetable takes in what has changed: a traveller's eye does not see the difference, and a thousand hot
/// departures cost four looks a second each.
const TAKE_IN_EVERY: Duration = Duration::from_millis(250);

/// How long to wait until a store that does not answer is asked again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// How often what has left is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);

/// Where offers come from.
#[derive(Debug)]
pub struct Offers {
    /// Our own departures.
    pub inventory: Arc<Inventory>,
    /// All suppliers, ours among them.
    pub market: Market,
}

impl Offers {
    /// A market of our own departures alone, which are read from the store and kept up to date from now on.
    ///
    /// # Panics
    /// Outside of a tokio runtime: a task keeps them.
    #[must_use]
    pub fn of(door: &Door, shared: Option<Shared>) -> Self {
        let inventory = Arc::new(Inventory::new(OWN, now));
        tokio::spawn(keep(door.clone(), inventory.clone()));
        let market = Market::of(vec![inventory.clone()]);
        let market = match shared {
            Some(shared) => market.shared(Arc::new(ThroughRedis(shared))),
            None => market,
        };
        Self { market, inventory }
    }
}

/// Answers that nodes keep for each other in a Redis.
struct ThroughRedis(Shared);

impl Elsewhere for ThroughRedis {
    fn get(&self, key: String) -> Fetching<'_, Option<Vec<u8>>> {
        Box::pin(async move { self.0.get(&key).await })
    }

    fn put(&self, key: String, kept: Vec<u8>, lives: Duration) -> Fetching<'_, ()> {
        Box::pin(async move { self.0.put(&key, &kept, lives).await })
    }
}

/// Fills our timetable and keeps it up to date for as long as the process lives.
async fn keep(door: Door, inventory: Arc<Inventory>) {
    // Before the list is read, so that nothing changes between the two unnoticed.
    door.listen();
    fill(&door, &inventory).await;
    inventory.tidy();
    inventory.mark_filled();
    let mut tidied = tokio::time::Instant::now();
    loop {
        inventory.take_in(door.changed().await);
        if tidied.elapsed() >= TIDY_EVERY {
            inventory.tidy();
            tidied = tokio::time::Instant::now();
        }
        tokio::time::sleep(TAKE_IN_EVERY).await;
    }
}

async fn fill(door: &Door, inventory: &Inventory) {
    let mut after: Option<FlightId> = None;
    loop {
        match door.listings(after).await {
            Ok(page) => {
                let Some(last) = page.last() else { return };
                after = Some(last.flight_id);
                inventory.take_in(page);
            }
            Err(error) => {
                tracing::warn!(error = %error, "cannot read the departures on sale; searches wait");
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
        }
    }
}

/// Until when the price of a trip holds that is offered at `now`, to the second: no longer than its first departure is
/// on sale.
pub fn expiry(trip: &Trip, now: Timestamp) -> Timestamp {
    let departs = trip.slices.iter().map(search::Itinerary::departs).min().unwrap_or(now);
    let latest = (now + OFFER_LIVES).min(departs.minus(limits::SALE_CLOSES_BEFORE));
    latest.minus(Duration::from_millis(latest.millis().unsigned_abs() % 1_000))
}

/// What an offer's id is to carry.
pub fn priced(trip: &Trip, (party, class): (&Party, CabinClass), expires: Timestamp) -> Priced {
    let slice = |way: &search::Itinerary| {
        way.segments.iter().map(|segment| (segment.leg.flight_id, segment.adult)).collect()
    };
    Priced { party: *party, class, slices: trip.slices.iter().map(slice).collect(), expires }
}

/// The seals of this house's keys, that of the key that signs at `now` first.
fn seals(keys: &Keys, now: Timestamp) -> impl Iterator<Item = Seal> {
    keys.offer_keys(now.millis() / 1_000).into_iter().map(|key| Seal::new(&key))
}

/// The seal for offers that are made at `now`.
pub fn seal(keys: &Keys, now: Timestamp) -> Seal {
    seals(keys, now).next().expect("a house has a key that signs")
}

/// What an offer's id stands for, if we made it and its price still holds at `now`.
///
/// # Errors
/// When we did not, and when it no longer does.
pub fn open(keys: &Keys, id: &str, now: Timestamp) -> Result<Priced, BadOffer> {
    let mut opened = seals(keys, now).map(|seal| seal.open(id, now));
    opened.find(|opened| !matches!(opened, Err(BadOffer::Forged))).unwrap_or(Err(BadOffer::Forged))
}

impl From<BadOffer> for Problem {
    fn from(bad: BadOffer) -> Self {
        match bad {
            BadOffer::Forged => {
                let detail =
                    "no offer of ours has this id; search again, and send an offer's id as it stands";
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "offer-unknown", detail)
            }
            BadOffer::Expired(at) => {
                let detail = format!("the offer's price held until {at}; search again");
                Self::new(StatusCode::GONE, "offer-expired", detail).with("expiredAt", at.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::fare::Fare;
    use domain::money::{Currency, Money};

    use super::*;

    #[test]
    fn a_price_outlives_a_change_of_keys() {
        let directory = tempfile::tempdir().unwrap();
        let keys = Keys::load_or_create(directory.path()).unwrap();
        let now: Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
        let money = |minor| Money::from_minor(minor, Currency::USD);
        let fare = Fare { base: money(16_300), taxes: money(2_233) };
        let offer = Priced {
            party: Party { adults: 1, children: 0, infants: 0 },
            class: CabinClass::Economy,
            slices: vec![vec![("B6-523-2026-12-03-JFK".parse().unwrap(), fare)]],
            expires: now + Duration::from_secs(3_600),
        };
        let before = seal(&keys, now).seal(&offer).to_string();
        let signs_from = keys.rotate(now.millis() / 1_000).unwrap();
        let later = Timestamp::from_millis(signs_from * 1_000).unwrap();
        let after = seal(&keys, later).seal(&offer).to_string();
        assert_ne!(before, after, "it is made with the new key");
        for id in [before, after] {
            assert_eq!(open(&keys, &id, later), Ok(offer.clone()));
        }
    }

    #[test]
    fn a_bad_offer_says_what_to_do() {
        let expired = Problem::from(BadOffer::Expired("2026-12-01T12:10:00Z".parse().unwrap()));
        assert_eq!((expired.status.as_u16(), expired.code), (410, "offer-expired"));
        assert_eq!(expired.members["expiredAt"], "2026-12-01T12:10:00.000Z");
        let forged = Problem::from(BadOffer::Forged);
        assert_eq!((forged.status.as_u16(), forged.code), (422, "offer-unknown"));
        assert!([expired.detail, forged.detail].iter().all(|detail| detail.contains("search again")));
    }
}
