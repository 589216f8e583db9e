//! Seats that other channels have sold, as nobody ever did: a model, so that a cabin is not empty.
//!
//! Each cabin of each departure draws how much of it is sold, evenly between the two ends of the
//! [`SoldShare`], rounded down to whole seats. Parties of one to three come one after the other, and take the
//! first open seats from one on that they draw. All draws are those of a [`Draws`] that is keyed by seed and
//! flight id alone: the same departure has the same seats sold in every window, on every machine.

use domain::ids::FlightId;
use domain::plan::{Cabin, SeatIndex, SeatNumber, SeatPlan};

use crate::options::SoldShare;

/// The largest party that sits together.
const PARTY_MAX: u64 = 3;

/// The seats of a departure that other channels have sold, in the plan's order.
pub fn elsewhere(flight: FlightId, plan: &SeatPlan, seed: u64, share: SoldShare) -> Vec<SeatNumber> {
    let mut draws = Draws::of(seed, flight);
    let sold = plan.cabins().iter().flat_map(|cabin| sold_in(cabin, share, &mut draws));
    sold.map(|seat| plan.seat(seat).number).collect()
}

fn sold_in(cabin: &Cabin, share: SoldShare, draws: &mut Draws) -> Vec<SeatIndex> {
    let (least, most) = (u64::from(share.least_percent()), u64::from(share.most_percent()));
    let percent = least + draws.below(most - least + 1);
    let seats = cabin.seat_count() as u64;
    let mut to_sell = seats * percent / 100;
    let mut sold = vec![false; cabin.seat_count()];
    while to_sell > 0 {
        let party = (1 + draws.below(PARTY_MAX)).min(to_sell);
        let from = draws.below(seats) as usize;
        sit_down(&mut sold, from, party as usize);
        to_sell -= party;
    }
    cabin.seat_indices().zip(sold).filter_map(|(seat, sold)| sold.then_some(seat)).collect()
}

/// Sells the first `party` seats that are open, from `from` on and round to the front again.
fn sit_down(sold: &mut [bool], from: usize, party: usize) {
    let (front, back) = sold.split_at_mut(from);
    let open = back.iter_mut().chain(front).filter(|sold| !**sold);
    open.take(party).for_each(|seat| *seat = true);
}

/// Numbers that look drawn and are not: SplitMix64 (Steele, Lea and Flood, 2014).
struct Draws(u64);

impl Draws {
    /// Those of one departure.
    fn of(seed: u64, flight: FlightId) -> Self {
        Self(mixed(seed) ^ fnv_1a(&flight.to_string()))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number below `end`, which is not zero.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}

const fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

/// FNV-1a of 64 bits.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_and_hashes_are_those_that_are_published() {
        let mut draws = Draws(0);
        let drawn = [draws.next(), draws.next(), draws.next()];
        assert_eq!(drawn, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
        assert_eq!(fnv_1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_party_sits_in_the_first_open_seats_and_goes_round_to_the_front() {
        let mut sold = [false, true, false, true, false];
        sit_down(&mut sold, 3, 2);
        assert_eq!(sold, [true, true, false, true, true]);
    }
}
