//! When requests of an open loop are due.

use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::ValueEnum;

/// The rhythm of an open loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Arrivals {
    /// Independent of each other, as those of many people are: gaps are exponentially distributed
    Poisson,
    /// One after the other at equal distances
    Constant,
}

/// What is due and not yet sent. Every client takes the oldest.
pub type Dues = async_channel::Receiver<Instant>;

/// The same gaps in each run, so that two servers get the same crowd.
const SEED: u64 = 0x5EED_0F0A_1515_1EED;

impl Arrivals {
    /// The moments at which something is due, from zero on, without end. `rate` a second, above zero.
    pub fn moments(self, rate: f64) -> impl Iterator<Item = Duration> + Send + use<> {
        let mut random = SEED;
        let mut at = 0.0;
        std::iter::from_fn(move || {
            at += match self {
                Self::Constant => 1.0,
                Self::Poisson => -(1.0 - unit(&mut random)).ln(),
            } / rate;
            Some(Duration::from_secs_f64(at))
        })
    }
}

/// The next number from 0 to below 1 of a sequence (`SplitMix64`: Steele, Lea, Flood, OOPSLA 2014).
pub fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// Starts a thread that announces what is due, from now until `until`. A thread of its own, because the
/// runtime's timers are a millisecond coarse, and a commit takes less.
///
/// # Errors
/// When `rate` is not above zero, or there is no thread to be had.
pub fn start(arrivals: Arrivals, rate: f64, until: Instant) -> anyhow::Result<Dues> {
    ensure!(rate.is_finite() && rate > 0.0, "a rate of {rate} a second is no rate");
    let (due, dues) = async_channel::unbounded();
    let began = Instant::now();
    let announce = move || {
        for moment in arrivals.moments(rate).map(|moment| began + moment).take_while(|due| *due < until) {
            let left = moment.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                std::thread::sleep(left);
            }
            if due.try_send(moment).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("arrivals".to_owned()).spawn(announce)?;
    Ok(dues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_arrivals_are_as_far_apart_as_the_rate_says() {
        let moments: Vec<_> = Arrivals::Constant.moments(1_000.0).take(3).collect();
        assert_eq!(moments, [1, 2, 3].map(Duration::from_millis));
    }

    #[test]
    fn poisson_arrivals_have_the_rate_as_mean_and_scatter_as_much_as_their_mean() {
        const COUNT: usize = 200_000;
        let moments: Vec<_> = Arrivals::Poisson.moments(100.0).take(COUNT).collect();
        let gaps: Vec<f64> = moments.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean * 100.0 - 1.0).abs() < 0.02, "mean {mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.02, "deviation {}", variance.sqrt());
    }

    #[test]
    fn two_runs_get_the_same_crowd() {
        let crowd = || Arrivals::Poisson.moments(7.0).take(100).collect::<Vec<_>>();
        assert_eq!(crowd(), crowd());
    }

    #[test]
    fn what_is_due_is_announced_then_and_not_after_the_end() {
        let until = Instant::now() + Duration::from_millis(100);
        let dues = start(Arrivals::Constant, 1_000.0, until).unwrap();
        let mut count = 0;
        while let Ok(due) = dues.recv_blocking() {
            assert!(due <= Instant::now() && due < until);
            count += 1;
        }
        assert!((98..=100).contains(&count), "{count}");
        assert!(start(Arrivals::Constant, 0.0, until).is_err());
    }
}
