//! The real week, laid onto other days.

mod leg;
mod sold;
#[cfg(test)]
mod tests;

use domain::flight::OpenSale;
use jiff::civil::Date;

pub(crate) use self::leg::Leg;
use crate::options::Options;
use crate::week;

/// The departures of a window, day by day, each as the command that opens its sale: about 27,000 in 14 days.
///
/// Every day gets the departures of its weekday in the real week, moved in local time: each keeps its
/// airline, its number, the time that clocks show when it leaves, and how long it takes. Behind them come the
/// ways back that leave on that day, among them those of flights that left New York the evening before. So a
/// day's departures are the same in every window.
///
/// Deterministic, and made one by one as they are asked for.
pub fn departures(options: &Options) -> impl Iterator<Item = OpenSale> + use<> {
    let Options { window, seed, sold } = *options;
    window.dates().flat_map(legs_on).map(move |leg| leg.open_sale(seed, sold))
}

fn legs_on(date: Date) -> impl Iterator<Item = Leg> {
    let eve = date.yesterday().expect("windows begin long after the first day of the calendar");
    let ways_back = outbound(eve).chain(outbound(date)).map(|leg| leg.way_back());
    outbound(date).chain(ways_back.filter(move |leg| leg.flight.date == date))
}

fn outbound(date: Date) -> impl Iterator<Item = Leg> {
    week::on(date.weekday()).iter().map(move |real| Leg::outbound(real, date))
}
