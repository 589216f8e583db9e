//! What an answer means.

use serde::de::DeserializeOwned;

use super::shape::{Failed, Fault};
use super::wire::Answer;
use crate::payment::failure::{Doubt, Failure, Outage, Refusal};

/// What to do after an answer.
#[derive(Debug)]
pub enum Verdict<T> {
    /// It was carried out.
    Done(T),
    /// It was not, and asking again would not help.
    Never(Failure),
    /// It was not; asking again may help.
    NotYet(Outage),
    /// It may have been.
    Doubtful(Doubt),
    /// It failed, and every repeat will be told so.
    Spent,
}

/// Judges an answer.
pub fn of<T: DeserializeOwned>(answer: &Answer) -> Verdict<T> {
    match answer.status {
        200..300 => match serde_json::from_slice(&answer.body) {
            Ok(object) => Verdict::Done(object),
            Err(_) => Verdict::Doubtful(Doubt::Garbage),
        },
        409 => Verdict::Doubtful(Doubt::InProgress),
        429 => Verdict::NotYet(Outage::RateLimited),
        400..500 => refused(answer),
        500..600 if answer.replayed => Verdict::Spent,
        500..600 => Verdict::Doubtful(Doubt::Fault),
        _ => Verdict::Doubtful(Doubt::Garbage),
    }
}

fn refused<T>(answer: &Answer) -> Verdict<T> {
    match (answer.status, serde_json::from_slice::<Failed>(&answer.body)) {
        (401 | 403, _) => Verdict::Never(Failure::Refused(Refusal::Unauthorised)),
        (status, Ok(Failed { error })) => Verdict::Never(failure(status, &error)),
        // Somebody on the way answered in the provider's place.
        (_, Err(_)) => Verdict::Doubtful(Doubt::Garbage),
    }
}

fn failure(status: u16, error: &Fault) -> Failure {
    let (kind, code) = (error.kind.as_deref().unwrap_or_default(), error.code.as_deref().unwrap_or_default());
    if status == 402 || kind == "card_error" {
        return Failure::Declined(error.decline());
    }
    let refusal = match (kind, code) {
        ("idempotency_error", _) => Refusal::KeyReused,
        (_, "resource_missing") => Refusal::NotFound,
        (_, "payment_intent_unexpected_state" | "charge_already_captured") => Refusal::Stage,
        (_, "charge_already_refunded") => Refusal::BeyondCaptured,
        (_, "amount_too_large" | "amount_too_small") => Refusal::Amount,
        _ if status == 404 => Refusal::NotFound,
        _ if error.param.as_deref() == Some("amount") => Refusal::Amount,
        _ => Refusal::Invalid,
    };
    Failure::Refused(refusal)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::shape::Intent;
    use super::*;
    use crate::payment::failure::DeclineReason;

    fn judged(status: u16, replayed: bool, body: &str) -> String {
        let answer = Answer { status, replayed, body: Bytes::from(body.to_owned()) };
        match of::<serde_json::Value>(&answer) {
            Verdict::Done(_) => "done".to_owned(),
            Verdict::Never(failure) => failure.to_string(),
            Verdict::NotYet(outage) => format!("not yet: {outage}"),
            Verdict::Doubtful(doubt) => format!("doubtful: {doubt}"),
            Verdict::Spent => "spent".to_owned(),
        }
    }

    #[test]
    fn every_answer_has_one_meaning() {
        let error = |kind: &str, code: &str| format!(r#"{{"error":{{"type":"{kind}","code":"{code}"}}}}"#);
        let invalid = |code: &str| error("invalid_request_error", code);
        let garbage = format!("doubtful: {}", Doubt::Garbage);
        for (status, body, expected) in [
            (200, "{}".to_owned(), "done".to_owned()),
            (200, "<html>".to_owned(), garbage.clone()),
            (200, String::new(), garbage.clone()),
            (302, String::new(), garbage.clone()),
            (600, String::new(), garbage.clone()),
            (400, "<html>".to_owned(), garbage.clone()),
            (404, "[]".to_owned(), garbage),
            (400, invalid("payment_intent_unexpected_state"), format!("refused: {}", Refusal::Stage)),
            (400, invalid("charge_already_refunded"), format!("refused: {}", Refusal::BeyondCaptured)),
            (400, invalid("amount_too_small"), format!("refused: {}", Refusal::Amount)),
            (400, invalid("parameter_unknown"), format!("refused: {}", Refusal::Invalid)),
            (400, error("idempotency_error", ""), format!("refused: {}", Refusal::KeyReused)),
            (404, invalid("resource_missing"), format!("refused: {}", Refusal::NotFound)),
            (401, String::new(), format!("refused: {}", Refusal::Unauthorised)),
            (
                402,
                error("card_error", "expired_card"),
                format!("declined: {}", DeclineReason::ExpiredCard.as_str()),
            ),
            (409, String::new(), format!("doubtful: {}", Doubt::InProgress)),
            (429, String::new(), format!("not yet: {}", Outage::RateLimited)),
            (500, String::new(), format!("doubtful: {}", Doubt::Fault)),
            (503, "{".to_owned(), format!("doubtful: {}", Doubt::Fault)),
        ] {
            assert_eq!(judged(status, false, &body), expected, "{status} {body}");
        }
        assert_eq!(judged(500, true, ""), "spent");
    }

    /// A whole answer with some bytes changed, taken out or doubled.
    fn damaged(whole: &str, seed: u64) -> Bytes {
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut bytes = whole.as_bytes().to_vec();
        for _ in 0..chance.usize(1..6) {
            let at = chance.usize(..bytes.len());
            match chance.u8(..3) {
                0 => bytes[at] = chance.u8(..),
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, bytes[at]),
            }
        }
        bytes.into()
    }

    #[test]
    fn a_damaged_answer_is_judged_without_a_panic() {
        const INTENT: &str = r#"{"id":"pi_1","amount":9223372036854775807,"amount_received":900,"currency":"eur",
            "created":1700000000,"status":"succeeded","metadata":{"key":"a:capture","reference":"a"},
            "last_payment_error":{"code":"card_declined","payment_intent":{"id":"pi_1"}}}"#;
        const ERROR: &str = r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"lost_card","param":null,
            "payment_intent":{"id":"pi_1","amount":1,"currency":"eur","created":1,"status":"canceled"}}}"#;
        let mut read = 0;
        for seed in 0..20_000 {
            for (status, whole) in [(200, INTENT), (402, ERROR), (400, ERROR)] {
                let answer = Answer { status, replayed: false, body: damaged(whole, seed) };
                match of::<Intent>(&answer) {
                    Verdict::Done(intent) => read += usize::from(intent.payment().is_ok()),
                    Verdict::Never(_) | Verdict::NotYet(_) | Verdict::Doubtful(_) | Verdict::Spent => {}
                }
            }
        }
        assert!(read > 100, "the damage is such that {read} could still be read");
    }
}
