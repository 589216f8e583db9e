//! What clients say.

use cluster::Unserved;
use domain::ids::{FlightId, Version};
use serde::Deserialize;

use crate::problem::Problem;

/// Bytes of what the parser has to say about a word: enough to find the place.
const DETAIL_BYTES_MAX: usize = 200;

/// What a client wishes.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Wish {
    /// To sign in, or to stay signed in.
    Auth {
        /// A ticket, good for one use.
        ticket: String,
    },
    /// To watch something.
    Subscribe {
        /// What of it.
        topic: Topic,
        /// Which departure.
        flight_id: String,
        /// What it has seen before.
        #[serde(default)]
        from: Option<Version>,
    },
    /// To watch it no longer.
    Unsubscribe {
        /// What of it.
        topic: Topic,
        /// Which departure.
        flight_id: String,
    },
    /// To be told of all events after one.
    Resume {
        /// The last event that it was told of.
        after: String,
    },
    /// To hear something.
    Ping {},
}

/// What can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// The seats of a departure.
    SeatMap,
}

/// Why a wish is not granted.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, for programs; the same words as over HTTP.
    pub code: &'static str,
    /// For people.
    pub detail: String,
    /// The departure that it is about.
    pub flight: Option<String>,
    /// Whether the client should have known better.
    pub is_mistake: bool,
}

impl Wish {
    /// Reads a word.
    ///
    /// # Errors
    /// When it is none of ours.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        serde_json::from_str(text).map_err(|error| {
            let mut detail = error.to_string();
            detail.truncate(detail.floor_char_boundary(DETAIL_BYTES_MAX));
            Refusal::mistake("validation", detail)
        })
    }
}

/// The departure of that name.
///
/// # Errors
/// When no departure can have it.
pub fn flight(name: &str) -> Result<FlightId, Refusal> {
    name.parse().map_err(|_| {
        let detail = "`flightId` must be like B6-523-2026-12-01-JFK";
        Refusal::mistake("validation", detail)
    })
}

impl Refusal {
    /// The client should have known better.
    pub fn mistake(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), flight: None, is_mistake: true }
    }

    /// It cannot be had at the moment, or not at all.
    pub fn unserved(why: Unserved) -> Self {
        let Problem { code, detail, .. } = why.into();
        Self { code, detail, flight: None, is_mistake: false }
    }

    /// The same, about a departure.
    #[must_use]
    pub fn about(self, flight: FlightId) -> Self {
        Self { flight: Some(flight.to_string()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_contract_are_understood() {
        let subscribe = |from| Wish::Subscribe { topic: Topic::SeatMap, flight_id: "B6-1".to_owned(), from };
        for (text, wish) in [
            (r#"{"op":"subscribe","topic":"seat-map","flightId":"B6-1"}"#, subscribe(None)),
            (
                r#"{"op":"subscribe","topic":"seat-map","flightId":"B6-1","from":7}"#,
                subscribe(Some(Version::new(7))),
            ),
            (r#"{"op":"auth","ticket":"t"}"#, Wish::Auth { ticket: "t".to_owned() }),
            (r#"{"op":"resume","after":"e"}"#, Wish::Resume { after: "e".to_owned() }),
            (r#"{"op":"ping"}"#, Wish::Ping {}),
        ] {
            assert_eq!(Wish::read(text), Ok(wish), "{text}");
        }
    }

    #[test]
    fn other_words_are_refused_with_the_place() {
        for (text, part) in [
            ("", "EOF"),
            ("garbage", "line 1"),
            ("[]", "line 1"),
            ("null", ""),
            ("{}", "op"),
            (r#"{"op":"fly"}"#, "fly"),
            (r#"{"op":"ping","extra":1}"#, "extra"),
            (r#"{"op":"subscribe","topic":"weather","flightId":"x"}"#, "weather"),
            (r#"{"op":"subscribe","topic":"seat-map"}"#, "flightId"),
            (r#"{"op":"subscribe","topic":"seat-map","flightId":"x","from":-1}"#, "-1"),
        ] {
            let refusal = Wish::read(text).unwrap_err();
            assert_eq!(refusal.code, "validation", "{text}");
            assert!(refusal.detail.contains(part), "{text}: {}", refusal.detail);
            assert!(refusal.is_mistake);
        }
    }

    #[test]
    fn a_long_name_is_not_repeated_in_full() {
        let text = format!(r#"{{"op":"{}"}}"#, "ä".repeat(5_000));
        assert!(Wish::read(&text).unwrap_err().detail.len() <= DETAIL_BYTES_MAX);
    }
}
