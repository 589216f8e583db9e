//! Reads stored events of any schema as events of today.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Lifts one event from a schema to the next.
pub type Upcaster = fn(Value) -> Value;

/// The steps from each older schema to the next one. The first lifts schema 1 to 2.
#[derive(Debug, Clone, Copy)]
pub struct Upcasters {
    steps: &'static [Upcaster],
}

/// A row that cannot be read. Its stream must not be activated: a person has to look.
#[derive(Debug, thiserror::Error)]
pub enum CannotDecode {
    /// The row was written by a later version of the software.
    #[error("schema {stored} is newer than {known}")]
    FromTheFuture {
        /// The schema of the row.
        stored: u16,
        /// The newest that is known here.
        known: u16,
    },
    /// The body is not what its schema says.
    #[error("cannot decode a body of schema {schema}")]
    Body {
        /// The schema of the row.
        schema: u16,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

impl Upcasters {
    /// No older schema exists.
    pub const NONE: Self = Self { steps: &[] };

    /// The chain of these steps, from schema 1 on.
    #[must_use]
    pub const fn new(steps: &'static [Upcaster]) -> Self {
        Self { steps }
    }

    /// The schema of today.
    #[must_use]
    pub fn schema(&self) -> u16 {
        1 + u16::try_from(self.steps.len()).expect("there are few schemas")
    }

    /// Reads a row's body: the list of its events.
    ///
    /// # Errors
    /// Refuses a body of a later schema, and one that is not what its schema says.
    pub fn events<E: DeserializeOwned>(&self, schema: u16, body: &str) -> Result<Vec<E>, CannotDecode> {
        let wrong = |source| CannotDecode::Body { schema, source };
        if schema == self.schema() {
            return serde_json::from_str(body).map_err(wrong);
        }
        let Some(steps) = schema.checked_sub(1).and_then(|done| self.steps.get(usize::from(done)..)) else {
            return Err(CannotDecode::FromTheFuture { stored: schema, known: self.schema() });
        };
        let events: Vec<Value> = serde_json::from_str(body).map_err(wrong)?;
        let lift = |event| steps.iter().fold(event, |event, step| step(event));
        events.into_iter().map(|event| serde_json::from_value(lift(event)).map_err(wrong)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Held {
        seats: Vec<String>,
        places: u8,
    }

    /// Schema 2 wrote a list where schema 1 had one seat.
    fn one_seat_becomes_a_list(mut event: Value) -> Value {
        if let Some(seat) = event.as_object_mut().and_then(|held| held.remove("seat")) {
            event["seats"] = json!([seat]);
        }
        event
    }

    /// Schema 3 counts the places apart.
    fn places_are_counted(mut event: Value) -> Value {
        event["places"] = json!(event["seats"].as_array().map_or(0, Vec::len));
        event
    }

    const CHAIN: Upcasters = Upcasters::new(&[one_seat_becomes_a_list, places_are_counted]);

    #[test]
    fn an_event_of_any_older_schema_reads_as_one_of_today() {
        let today = Held { seats: vec!["12A".into()], places: 1 };
        for (schema, body) in [
            (1, r#"[{"seat":"12A"}]"#),
            (2, r#"[{"seats":["12A"]}]"#),
            (3, r#"[{"seats":["12A"],"places":1}]"#),
        ] {
            assert_eq!(CHAIN.events::<Held>(schema, body).unwrap(), [today_of(&today)], "schema {schema}");
        }
    }

    fn today_of(held: &Held) -> Held {
        Held { seats: held.seats.clone(), places: held.places }
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_not_a_guess() {
        assert!(matches!(
            CHAIN.events::<Held>(4, "[]"),
            Err(CannotDecode::FromTheFuture { stored: 4, known: 3 })
        ));
        assert!(matches!(CHAIN.events::<Held>(0, "[]"), Err(CannotDecode::FromTheFuture { .. })));
        assert!(matches!(CHAIN.events::<Held>(3, "garbage"), Err(CannotDecode::Body { schema: 3, .. })));
        assert!(matches!(
            CHAIN.events::<Held>(1, r#"[{"place":1}]"#),
            Err(CannotDecode::Body { schema: 1, .. })
        ));
    }
}
