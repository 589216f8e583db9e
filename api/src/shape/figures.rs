//! How the business goes, in numbers.

use std::collections::BTreeMap;

use domain::booking::Status;
use domain::money::Money as Amount;
use jiff::civil::Date;
use persistence::bookings::{Figure, Load, StatusFigure};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::money::Money;

/// Which days.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what is read field by field")]
pub struct Days {
    /// The first day (UTC).
    #[param(example = "2026-12-01")]
    pub from: Option<String>,
    /// The last day; at most 366 days in all.
    #[param(example = "2026-12-31")]
    pub to: Option<String>,
}

/// Bookings by where they stand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingStats {
    /// All bookings.
    #[schema(example = 1200)]
    pub total: u64,
    /// Of them, made in the last 24 hours.
    #[schema(example = 80)]
    pub recent: u64,
    /// How many stand where.
    #[schema(value_type = BTreeMap<String, u64>, example = json!({"HELD": 20, "CONFIRMED": 900}))]
    pub by_status: BTreeMap<Status, u64>,
    /// What is bought, in each currency.
    pub revenue: Vec<Money>,
}

/// Bookings that were made on some days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingFigures {
    /// The first day.
    #[schema(example = "2026-12-01")]
    pub from: String,
    /// The last day.
    #[schema(example = "2026-12-31")]
    pub to: String,
    /// Day by day (UTC); days without a booking are left out.
    pub by_day: Vec<BookingFigure>,
    /// By where they begin and end.
    pub by_route: Vec<BookingFigure>,
}

/// Bookings of one day, route or agent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingFigure {
    /// The day, the route (`JFK-LAX`) or who made them.
    #[schema(example = "2026-12-01")]
    pub of: String,
    /// What an agent is called; missing for one without an account here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Sam Reed")]
    pub name: Option<String>,
    /// How many.
    #[schema(example = 120)]
    pub bookings: u64,
    /// Their seats, each departure for itself.
    #[schema(example = 260)]
    pub seats: u64,
    /// How many stand where.
    #[schema(value_type = BTreeMap<String, u64>, example = json!({"CONFIRMED": 100, "CANCELLED": 20}))]
    pub by_status: BTreeMap<Status, u64>,
    /// What is bought of them, in each currency.
    pub revenue: Vec<Money>,
}

/// What bookings brought in that were made on some days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueFigures {
    /// The first day.
    #[schema(example = "2026-12-01")]
    pub from: String,
    /// The last day.
    #[schema(example = "2026-12-31")]
    pub to: String,
    /// Everything that is bought, in each currency.
    pub total: Vec<Money>,
    /// Day by day (UTC); days without revenue are left out.
    pub by_day: Vec<RevenueFigure>,
    /// By where bookings begin and end.
    pub by_route: Vec<RevenueFigure>,
}

/// What one day or route brought in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevenueFigure {
    /// The day, or the route (`JFK-LAX`).
    #[schema(example = "JFK-LAX")]
    pub of: String,
    /// How many bookings are bought.
    #[schema(example = 100)]
    pub bookings: u64,
    /// What they cost, in each currency.
    pub revenue: Vec<Money>,
}

/// How full the departures of some days are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadFigures {
    /// The first day, in the local time of the airport that is left.
    #[schema(example = "2026-12-01")]
    pub from: String,
    /// The last day.
    #[schema(example = "2026-12-14")]
    pub to: String,
    /// Day by day.
    pub by_day: Vec<LoadFigure>,
    /// By route.
    pub by_route: Vec<LoadFigure>,
}

/// How full the departures of one day or route are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadFigure {
    /// The day, or the route (`JFK-LAX`).
    #[schema(example = "JFK-LAX")]
    pub of: String,
    /// How many departures.
    #[schema(example = 31)]
    pub departures: u64,
    /// Their seats.
    #[schema(example = 5000)]
    pub seats: u64,
    /// Sold of them, here and elsewhere.
    #[schema(example = 2750)]
    pub sold: u64,
    /// Held of them.
    #[schema(example = 40)]
    pub held: u64,
    /// Sold of a hundred, rounded down.
    #[schema(example = 55)]
    pub load_percent: u64,
}

/// Who made the bookings of some days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentFigures {
    /// The first day.
    #[schema(example = "2026-12-01")]
    pub from: String,
    /// The last day.
    #[schema(example = "2026-12-31")]
    pub to: String,
    /// Every agent who made some: `of` is who. What customers made for themselves is left out.
    pub agents: Vec<BookingFigure>,
}

/// What there is in each currency.
#[derive(Debug, Default)]
struct Purse(BTreeMap<&'static str, Amount>);

impl Purse {
    fn put(&mut self, money: Option<Amount>) {
        let Some(money) = money else { return };
        let code = money.currency().code();
        let sum = self.0.get(code).map_or(Ok(money), |sum| sum.plus(money));
        self.0.insert(code, sum.expect("what is bought fits a number of 64 bits"));
    }

    fn shown(self) -> Vec<Money> {
        self.0.into_values().map(Money::from).collect()
    }
}

/// Whether a booking of this status brought its price in.
const fn is_bought(status: Status) -> bool {
    match status {
        Status::Confirmed => true,
        Status::Holding
        | Status::Held
        | Status::Paying
        | Status::Cancelled
        | Status::Expired
        | Status::Refused
        | Status::Failed => false,
    }
}

impl BookingStats {
    /// The counts of each status.
    #[must_use]
    pub fn of(counts: &[StatusFigure]) -> Self {
        let (mut by_status, mut purse) = (BTreeMap::new(), Purse::default());
        for count in counts {
            *by_status.entry(count.status).or_default() += count.bookings;
            purse.put(count.total.filter(|_| is_bought(count.status)));
        }
        Self {
            total: counts.iter().map(|count| count.bookings).sum(),
            recent: counts.iter().map(|count| count.recent).sum(),
            by_status,
            revenue: purse.shown(),
        }
    }
}

/// The figures of each day, route or agent together, in their order.
#[must_use]
pub fn bookings(figures: &[Figure]) -> Vec<BookingFigure> {
    grouped(figures)
        .map(|(of, figures)| {
            let (mut by_status, mut purse) = (BTreeMap::new(), Purse::default());
            for figure in figures {
                *by_status.entry(figure.status).or_default() += figure.bookings;
                purse.put(figure.total.filter(|_| is_bought(figure.status)));
            }
            BookingFigure {
                of: of.to_owned(),
                name: None,
                bookings: figures.iter().map(|figure| figure.bookings).sum(),
                seats: figures.iter().map(|figure| figure.seats).sum(),
                by_status,
                revenue: purse.shown(),
            }
        })
        .collect()
}

/// What each day or route brought in, in their order.
#[must_use]
pub fn revenue(figures: &[Figure]) -> Vec<RevenueFigure> {
    let brought = bookings(figures).into_iter().filter(|figure| !figure.revenue.is_empty());
    brought
        .map(|figure| RevenueFigure {
            bookings: figure.by_status.get(&Status::Confirmed).copied().unwrap_or_default(),
            of: figure.of,
            revenue: figure.revenue,
        })
        .collect()
}

/// Everything that is bought.
#[must_use]
pub fn total(figures: &[Figure]) -> Vec<Money> {
    let mut purse = Purse::default();
    figures.iter().filter(|figure| is_bought(figure.status)).for_each(|figure| purse.put(figure.total));
    purse.shown()
}

fn grouped(figures: &[Figure]) -> impl Iterator<Item = (&str, &[Figure])> {
    figures.chunk_by(|one, other| one.of == other.of).map(|group| (group[0].of.as_str(), group))
}

/// How full each day or route is.
#[must_use]
pub fn loads(loads: &BTreeMap<String, Load>) -> Vec<LoadFigure> {
    let shown = loads.iter().map(|(of, load)| LoadFigure {
        of: of.clone(),
        departures: load.departures,
        seats: load.seats,
        sold: load.sold,
        held: load.held,
        load_percent: (100 * load.sold).checked_div(load.seats).unwrap_or_default(),
    });
    shown.collect()
}

/// The days of a figure as texts.
#[must_use]
pub fn days((from, to): (Date, Date)) -> (String, String) {
    (from.to_string(), to.to_string())
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    #[test]
    fn only_what_is_bought_is_revenue_and_currencies_stay_apart() {
        let figure = |of: &str, status, bookings, total: Option<(i64, Currency)>| Figure {
            of: of.to_owned(),
            status,
            bookings,
            seats: 2 * bookings,
            total: total.map(|(minor, currency)| Amount::from_minor(minor, currency)),
        };
        let eur: Currency = "EUR".parse().unwrap();
        let figures = [
            figure("JFK-LAX", Status::Cancelled, 1, Some((500, eur))),
            figure("JFK-LAX", Status::Confirmed, 2, Some((700, eur))),
            figure("JFK-LAX", Status::Confirmed, 3, Some((10_000, Currency::USD))),
            figure("JFK-SFO", Status::Refused, 4, None),
        ];
        let shown = bookings(&figures);
        assert_eq!((shown.len(), shown[0].bookings, shown[0].seats), (2, 6, 12));
        assert_eq!(shown[0].by_status, BTreeMap::from([(Status::Confirmed, 5), (Status::Cancelled, 1)]));
        let amounts = |monies: &[Money]| monies.iter().map(|money| money.amount.clone()).collect::<Vec<_>>();
        assert_eq!(amounts(&shown[0].revenue), ["7.00", "100.00"]);
        assert_eq!(amounts(&total(&figures)), ["7.00", "100.00"]);
        let brought = revenue(&figures);
        assert_eq!((brought.len(), brought[0].bookings, brought[0].of.as_str()), (1, 5, "JFK-LAX"));
    }

    #[test]
    fn a_load_is_of_a_hundred_and_nothing_of_nothing() {
        let load = |seats, sold| Load { departures: 1, seats, sold, held: 0 };
        let shown = loads(&BTreeMap::from([("a".to_owned(), load(3, 2)), ("b".to_owned(), load(0, 0))]));
        assert_eq!(shown.iter().map(|load| load.load_percent).collect::<Vec<_>>(), [66, 0]);
    }
}
