//! What goes wrong, on request: by a script, or by a seed.

use std::collections::VecDeque;
use std::time::Duration;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To open a payment.
    Create,
    /// To try one with a means to pay.
    Confirm,
    /// To take what was set aside.
    Capture,
    /// To give a payment up.
    Cancel,
    /// To give money back.
    Refund,
    /// To tell something.
    Read,
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It waits before it is carried out.
    Delay(Duration),
    /// The connection ends before it is carried out.
    LoseRequest,
    /// It is carried out, and the connection ends.
    LoseAnswer,
    /// It is not carried out, and no answer comes.
    Hang,
    /// It is carried out, and no answer comes.
    HangAfter,
    /// No answer comes, and it is carried out when the test says so.
    Late,
    /// 429, and it is not carried out.
    RateLimit,
    /// 409: the same key is at work.
    InProgress,
    /// 500, and it is not carried out.
    Fail,
    /// It is carried out, and answered with 500.
    FailAfter,
    /// It is carried out, and answered with what is no JSON.
    Garble,
    /// It is carried out, and answered with more than anybody reads.
    Flood,
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is sent until it is taken.
    Once,
    /// It is sent twice.
    Twice,
    /// It is lost.
    Never,
    /// It is held back until the test releases what is held, the youngest first.
    HeldBack,
}

/// What is to go wrong.
#[derive(Debug, Default)]
pub struct Faults {
    requests: VecDeque<(Asked, Fault)>,
    deliveries: VecDeque<Delivery>,
    weather: Option<Weather>,
}

#[derive(Debug)]
struct Weather {
    chance: fastrand::Rng,
    per_mille: u16,
}

/// What chance brings. Nothing hangs by chance, so that a run ends.
const BY_CHANCE: [Fault; 9] = [
    Fault::Delay(Duration::from_millis(5)),
    Fault::LoseRequest,
    Fault::LoseAnswer,
    Fault::RateLimit,
    Fault::InProgress,
    Fault::Fail,
    Fault::FailAfter,
    Fault::Garble,
    Fault::Flood,
];

impl Faults {
    pub fn plan(&mut self, asked: Asked, fault: Fault) {
        self.requests.push_back((asked, fault));
    }

    pub fn plan_delivery(&mut self, delivery: Delivery) {
        self.deliveries.push_back(delivery);
    }

    pub fn storm(&mut self, seed: u64, per_mille: u16) {
        self.weather = Some(Weather { chance: fastrand::Rng::with_seed(seed), per_mille });
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// What goes wrong with the next request of a kind. A script comes before chance.
    pub fn next(&mut self, asked: Asked) -> Option<Fault> {
        if let Some(at) = self.requests.iter().position(|(planned, _)| *planned == asked) {
            return self.requests.remove(at).map(|(_, fault)| fault);
        }
        let Weather { chance, per_mille } = self.weather.as_mut()?;
        (chance.u16(..1_000) < *per_mille).then(|| BY_CHANCE[chance.usize(..BY_CHANCE.len())])
    }

    /// What becomes of the next event.
    pub fn next_delivery(&mut self) -> Delivery {
        if let Some(planned) = self.deliveries.pop_front() {
            return planned;
        }
        let Some(Weather { chance, per_mille }) = self.weather.as_mut() else { return Delivery::Once };
        if chance.u16(..1_000) >= *per_mille {
            return Delivery::Once;
        }
        [Delivery::Twice, Delivery::Never, Delivery::HeldBack][chance.usize(..3)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_hits_what_it_is_for_and_in_order() {
        let mut faults = Faults::default();
        faults.plan(Asked::Capture, Fault::Fail);
        faults.plan(Asked::Refund, Fault::RateLimit);
        faults.plan(Asked::Capture, Fault::Garble);
        assert_eq!(faults.next(Asked::Refund), Some(Fault::RateLimit));
        assert_eq!(faults.next(Asked::Capture), Some(Fault::Fail));
        assert_eq!(faults.next(Asked::Capture), Some(Fault::Garble));
        assert_eq!(faults.next(Asked::Capture), None);
    }

    #[test]
    fn a_seed_brings_the_same_weather_again() {
        let weather = |seed| {
            let mut faults = Faults::default();
            faults.storm(seed, 300);
            let requests: Vec<_> = (0..200).map(|_| faults.next(Asked::Capture)).collect();
            (requests, (0..200).map(|_| faults.next_delivery()).collect::<Vec<_>>())
        };
        assert_eq!(weather(7), weather(7));
        assert_ne!(weather(7), weather(8));
        let bad = weather(7).0.into_iter().flatten().count();
        assert!((30..90).contains(&bad), "{bad} of 200");
    }
}
