//! Reading a request's body field by field, so that everything that is wrong is said at once.

use std::str::FromStr;

use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::problem::{BadField, Problem};

/// The fields of one JSON object, and what is wrong with them so far.
#[derive(Debug)]
pub struct Fields {
    values: Map<String, Value>,
    bad: Vec<BadField>,
}

impl Fields {
    /// The fields of a request's body. `known` names those that it may have.
    ///
    /// # Errors
    /// When the content type names another format, or the body is no JSON object, or it holds U+0000.
    pub fn of(headers: &HeaderMap, body: &Bytes, known: &[&str]) -> Result<Self, Problem> {
        require_json(headers)?;
        let value: Value = serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))?;
        if holds_nul(&value) {
            return Err(unreadable("no text may hold U+0000"));
        }
        let Value::Object(values) = value else { return Err(unreadable("it must be a JSON object")) };
        Ok(Self::known(values, known, ""))
    }

    fn known(values: Map<String, Value>, known: &[&str], within: &str) -> Self {
        let unknown = values.keys().filter(|name| !known.contains(&name.as_str()));
        let bad = unknown
            .map(|name| BadField {
                field: format!("{within}{name}"),
                code: "unknown",
                message: format!("there is no such field; there are {}", known.join(", ")),
            })
            .collect();
        Self { values, bad }
    }

    /// Notes that a field cannot be taken.
    pub fn refuse(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.bad.push(BadField { field: field.to_owned(), code, message: message.into() });
    }

    /// Whether the field is there and not null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field that may be missing; `read` says what would do when it cannot be taken.
    pub fn optional<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        let value = self.values.get(name).filter(|value| !value.is_null())?;
        match read(value) {
            Ok(value) => Some(value),
            Err(message) => {
                self.refuse(name, "invalid", message);
                None
            }
        }
    }

    /// A field that must be there.
    pub fn required<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        if !self.has(name) {
            self.refuse(name, "missing", "it must be there");
            return None;
        }
        self.optional(name, read)
    }

    /// The fields of an object in a field, with everything that is wrong in it.
    pub fn object(&mut self, name: &str, known: &[&str]) -> Option<Self> {
        match self.values.get(name)? {
            Value::Object(values) => Some(Self::known(values.clone(), known, &format!("{name}."))),
            Value::Null => None,
            _ => {
                self.refuse(name, "invalid", "it must be an object");
                None
            }
        }
    }

    /// Takes over what is wrong with an inner object.
    pub fn absorb(&mut self, inner: Self) {
        self.bad.extend(inner.bad);
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn done(self) -> Result<(), Problem> {
        if self.bad.is_empty() { Ok(()) } else { Err(Problem::validation(&self.bad)) }
    }
}

/// A body whose type is not said is read as JSON; one that is said to be something else is not.
fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(said) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let said = said.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let said = said.to_ascii_lowercase();
    let unsaid = ["", "application/octet-stream", "text/plain"];
    if said == "application/json" || said.ends_with("+json") || unsaid.contains(&said.as_str()) {
        return Ok(());
    }
    let detail = "send the body as application/json";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail))
}

fn unreadable(why: &str) -> Problem {
    let bad = BadField { field: String::new(), code: "invalid", message: format!("the body cannot be read: {why}") };
    Problem::validation(&[bad])
}

/// PostgreSQL has no place for it, so nobody may bring it in.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(values) => values.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A text that is one of ours; `expected` says what would do.
pub fn parsed<T: FromStr>(expected: &'static str) -> impl Fn(&Value) -> Result<T, String> {
    move |value| value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| expected.to_owned())
}

/// A text of `least` to `most` characters.
pub fn text(least: usize, most: usize) -> impl Fn(&Value) -> Result<String, String> {
    move |value| {
        let text = value.as_str().filter(|text| (least..=most).contains(&text.chars().count()));
        text.map(str::to_owned).ok_or_else(|| format!("it must be a text of {least} to {most} characters"))
    }
}

/// A whole number from `least` to `most`.
pub fn whole(least: u64, most: u64) -> impl Fn(&Value) -> Result<u64, String> {
    move |value| {
        let number = value.as_u64().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| format!("it must be a whole number from {least} to {most}"))
    }
}

/// Yes or no.
pub fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "it must be true or false".to_owned())
}

/// A list of at most `most`, each read by `read`.
pub fn list<T>(
    most: usize,
    read: impl Fn(&Value) -> Result<T, String>,
) -> impl Fn(&Value) -> Result<Vec<T>, String> {
    move |value| {
        let items = value.as_array().filter(|items| items.len() <= most);
        let items = items.ok_or_else(|| format!("it must be a list of at most {most}"))?;
        let read = items.iter().enumerate().map(|(at, item)| read(item).map_err(|why| format!("[{at}]: {why}")));
        read.collect()
    }
}

/// One of our own words, as its type reads it.
pub fn word<T: serde::de::DeserializeOwned>(expected: &'static str) -> impl Fn(&Value) -> Result<T, String> {
    move |value| serde_json::from_value(value.clone()).map_err(|_| expected.to_owned())
}
