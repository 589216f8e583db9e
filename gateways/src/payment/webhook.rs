//! What a provider tells unasked: whether it is really from them, and what it is about.
//!
//! A verified event is still a hint. It may come twice, late, and after younger ones, so nothing in it is believed but which
//! object to fetch.

use std::time::Duration;

use domain::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

use super::gateway::{Mode, PaymentId};
use super::secret::Secret;

/// How far the time in a signature may be from ours, either way.
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// Signatures in one header that are looked at: a provider sends one for each of its secrets, and has two while they change.
const SIGNATURES_MAX: usize = 8;

/// Bytes of a header that is looked at.
const HEADER_BYTES_MAX: usize = 2_048;

/// Bytes of an event that is looked at.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// Why a message is not taken for the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// The header has no time or no signature.
    #[error("the signature cannot be read")]
    Unreadable,
    /// None of its signatures is one of ours.
    #[error("no signature fits")]
    Forged,
    /// It is too old, or from the future. Its signature is good.
    #[error("the signature is from another time")]
    Untimely,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The event's id. It is the same when the event comes again.
    pub event: String,
    /// What happened, in the provider's words: `payment_intent.succeeded`.
    pub kind: String,
    /// The object it happened to.
    pub object: String,
    /// The payment to fetch; nothing when it is about something else.
    pub payment: Option<PaymentId>,
    /// Whether real money moves. An event of the other mode is not ours.
    pub mode: Mode,
}

/// A body that is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an event")]
pub struct NoEvent;

/// Proves that a message is the provider's: `header` is its `Stripe-Signature`, `body` the bytes as they came. Any of our
/// secrets will do, so that they can be changed without losing an event.
///
/// # Errors
/// When it is not, or is not of these minutes.
pub fn verify(header: &str, body: &[u8], secrets: &[Secret], now: Timestamp) -> Result<(), Unsigned> {
    let (signed_at, signatures) = read(header).ok_or(Unsigned::Unreadable)?;
    let fits = |secret: &Secret| {
        let code = code(signed_at, body, secret);
        // Each comparison takes the same time wherever the two begin to differ.
        signatures.iter().any(|signature| code.clone().verify_slice(signature).is_ok())
    };
    if !secrets.iter().filter(|secret| !secret.expose().is_empty()).any(fits) {
        return Err(Unsigned::Forged);
    }
    let signed_ms = signed_at.parse::<i64>().ok().and_then(|secs| secs.checked_mul(1_000));
    let distance = signed_ms.ok_or(Unsigned::Unreadable)?.abs_diff(now.millis());
    let tolerance_ms = TOLERANCE.as_secs() * 1_000 + 999;
    if distance > tolerance_ms { Err(Unsigned::Untimely) } else { Ok(()) }
}

/// Signs a message as a provider does.
#[must_use]
pub fn sign(body: &[u8], secret: &Secret, now: Timestamp) -> String {
    let signed_at = now.millis().div_euclid(1_000).to_string();
    let code = code(&signed_at, body, secret).finalize().into_bytes();
    let digits: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={signed_at},v1={digits}")
}

fn code(signed_at: &str, body: &[u8], secret: &Secret) -> Hmac<Sha256> {
    let mut code = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key will do");
    code.update(signed_at.as_bytes());
    code.update(b".");
    code.update(body);
    code
}

/// The time and the signatures of a header. Parts of other schemes are passed over.
fn read(header: &str) -> Option<(&str, Vec<[u8; 32]>)> {
    if header.len() > HEADER_BYTES_MAX {
        return None;
    }
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let mut times = parts().filter(|(scheme, _)| *scheme == "t").map(|(_, time)| time);
    let signed_at =
        times.next().filter(|time| !time.is_empty() && time.bytes().all(|b| b.is_ascii_digit()))?;
    let signatures = parts().filter(|(scheme, _)| *scheme == "v1").filter_map(|(_, digits)| bytes(digits));
    let signatures: Vec<_> = signatures.take(SIGNATURES_MAX).collect();
    // Two times would leave open which one was signed.
    (times.next().is_none() && !signatures.is_empty()).then_some((signed_at, signatures))
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let nibbles = digits.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let nibbles: Vec<u8> = nibbles.collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        nibbles.chunks(2).filter(|pair| pair.len() == 2).map(|pair| pair[0] << 4 | pair[1]).collect();
    if nibbles.len() == 64 { bytes.try_into().ok() } else { None }
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    livemode: bool,
    data: Content,
}

#[derive(Deserialize)]
struct Content {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: String,
    #[serde(default)]
    object: String,
    #[serde(default)]
    payment_intent: Option<serde_json::Value>,
}

/// Reads what an event is about. Verify it first.
///
/// # Errors
/// When the body is no event, or one that is too large.
pub fn hint(body: &[u8]) -> Result<Hint, NoEvent> {
    if body.len() > EVENT_BYTES_MAX {
        return Err(NoEvent);
    }
    let Envelope { id, kind, livemode, data } = serde_json::from_slice(body).map_err(|_| NoEvent)?;
    let Object { id: object, object: class, payment_intent } = data.object;
    let is_name = |name: &str| name.parse::<PaymentId>().is_ok();
    if !is_name(&id) || kind.is_empty() || kind.len() > 255 || !is_name(&object) {
        return Err(NoEvent);
    }
    let payment = if class == "payment_intent" {
        object.parse().ok()
    } else {
        payment_intent.as_ref().and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok())
    };
    let mode = if livemode { Mode::Live } else { Mode::Test };
    Ok(Hint { event: id, kind, object, payment, mode })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1","type":"payment_intent.succeeded"}"#;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_millis(secs * 1_000).expect("in range")
    }

    fn secrets(texts: &[&str]) -> Vec<Secret> {
        texts.iter().map(|text| Secret::new(*text)).collect()
    }

    #[test]
    fn a_signature_is_the_known_one() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac whsec_a
        let expected = "t=1700000000,v1=04339dc4f01d6541e8d3b7e4bd93cd2d4f680ccb28592270900b08e49cc09e57";
        assert_eq!(sign(b"{}", &Secret::new("whsec_a"), at(1_700_000_000)), expected);
    }

    #[test]
    fn only_what_was_signed_with_one_of_our_secrets_within_minutes_is_taken() {
        let header = sign(BODY, &Secret::new("old"), at(1_000));
        let digits = header.split_once("v1=").expect("signed").1.to_owned();
        let zeros = "0".repeat(64);
        let check = |header: &str, body: &[u8], texts: &[&str], now: i64, expected: Result<(), Unsigned>| {
            assert_eq!(
                verify(header, body, &secrets(texts), at(now)),
                expected,
                "{header} at {now} by {texts:?}"
            );
        };
        for now in [700, 1_000, 1_300] {
            check(&header, BODY, &["old"], now, Ok(()));
            check(&header, BODY, &["new", "old"], now, Ok(()));
        }
        for now in [0, 699, 1_301, 1_000 + 86_400] {
            check(&header, BODY, &["old"], now, Err(Unsigned::Untimely));
        }
        check(&header, BODY, &["new"], 1_000, Err(Unsigned::Forged));
        check(&header, BODY, &[], 1_000, Err(Unsigned::Forged));
        check(
            &header,
            br#"{"id":"evt_2","type":"payment_intent.succeeded"}"#,
            &["old"],
            1_000,
            Err(Unsigned::Forged),
        );
        check(
            &header,
            br#"{"type":"payment_intent.succeeded","id":"evt_1"}"#,
            &["old"],
            1_000,
            Err(Unsigned::Forged),
        );
        check(&header.replace("t=1000", "t=1001"), BODY, &["old"], 1_001, Err(Unsigned::Forged));
        check(&format!("t=1000,v1={zeros},v1={digits}"), BODY, &["old"], 1_000, Ok(()));
        check(&format!("t=1000,v0=abc, v1={}", digits.to_uppercase()), BODY, &["old"], 1_000, Ok(()));
        check(&format!("t=1000,v0={digits}"), BODY, &["old"], 1_000, Err(Unsigned::Unreadable));
    }

    #[test]
    fn an_empty_secret_proves_nothing() {
        let header = sign(BODY, &Secret::new(""), at(1_000));
        assert_eq!(verify(&header, BODY, &secrets(&[""]), at(1_000)), Err(Unsigned::Forged));
    }

    #[test]
    fn a_header_that_cannot_be_read_is_refused_without_a_panic() {
        let zeros = "0".repeat(64);
        let unreadable = [
            String::new(),
            "t".to_owned(),
            "t=,v1=".to_owned(),
            format!("v1={zeros}"),
            format!("t=-5,v1={zeros}"),
            format!("t=1,t=2,v1={zeros}"),
            format!("t=1,v1={}", &zeros[1..]),
            format!("t=1,v1={zeros}0"),
            "t=1,v1=é".repeat(40),
            format!("t=1,v1={zeros},{}", "x".repeat(4_000)),
        ];
        for header in unreadable {
            assert_eq!(verify(&header, BODY, &secrets(&["s"]), at(1)), Err(Unsigned::Unreadable), "{header}");
        }
        let far = format!("t={},v1={zeros}", "9".repeat(30));
        assert_eq!(verify(&far, BODY, &secrets(&["s"]), at(1)), Err(Unsigned::Forged));
    }

    #[test]
    fn an_event_names_the_payment_to_fetch() {
        let event = |object: &str| {
            format!(r#"{{"id":"evt_1","type":"a.b","livemode":true,"data":{{"object":{object}}}}}"#)
        };
        for (object, payment) in [
            (r#"{"id":"pi_1","object":"payment_intent"}"#, Some("pi_1")),
            (r#"{"id":"re_1","object":"refund","payment_intent":"pi_2"}"#, Some("pi_2")),
            (r#"{"id":"ch_1","object":"charge","payment_intent":null}"#, None),
            (r#"{"id":"cus_1","object":"customer"}"#, None),
            (r#"{"id":"ch_1","object":"charge","payment_intent":"../x"}"#, None),
        ] {
            let hint = hint(event(object).as_bytes()).expect("an event");
            assert_eq!(hint.payment.as_ref().map(PaymentId::as_str), payment, "{object}");
            assert_eq!((hint.event.as_str(), hint.mode), ("evt_1", Mode::Live));
        }
    }

    #[test]
    fn what_is_no_event_is_refused_without_a_panic() {
        let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(EVENT_BYTES_MAX));
        for body in
            ["", "null", "[]", "{", "{}", r#"{"id":1}"#, r#"{"id":"evt_1","type":"","data":{}}"#, &large]
        {
            assert_eq!(hint(body.as_bytes()), Err(NoEvent));
        }
        assert_eq!(hint(&[0xff, 0xfe, 0]), Err(NoEvent));
        let deep = "[".repeat(EVENT_BYTES_MAX);
        assert_eq!(hint(deep.as_bytes()), Err(NoEvent));
    }
}
