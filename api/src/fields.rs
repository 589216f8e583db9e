//! Reading a request field by field, so that everything that is wrong is said at once.

use std::str::FromStr;

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use serde_json::{Map, Value};

use crate::card_number;
use crate::problem::{BadField, Problem};
use crate::sent::Sent;

/// Bad fields that one answer names: more than any request has, and an answer to rubbish stays small.
const BAD_MAX: usize = 32;

/// Characters of an unknown field's name that are repeated.
const NAME_CHARS_SHOWN: usize = 64;

/// The fields of one JSON object or of one query, and what is wrong with them so far.
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
    pub fn of(sent: &Sent, known: &[&str]) -> Result<Self, Problem> {
        require_json(&sent.headers)?;
        let value: Value =
            serde_json::from_slice(&sent.body).map_err(|error| unreadable(&error.to_string()))?;
        if holds_nul(&value) {
            return Err(unreadable("no text may hold U+0000"));
        }
        if card_number::is_in(&value) {
            let detail = "the number of a card belongs nowhere here; send the provider's name of it, like pm_card_visa";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "card-number", detail));
        }
        let Value::Object(values) = value else { return Err(unreadable("it must be a JSON object")) };
        Ok(Self::known(values, known))
    }

    /// The same of a body that may be missing.
    ///
    /// # Errors
    /// As [`Fields::of`], when there is a body.
    pub fn of_perhaps(sent: &Sent, known: &[&str]) -> Result<Self, Problem> {
        if sent.body.is_empty() {
            return Ok(Self::known(Map::new(), known));
        }
        Self::of(sent, known)
    }

    /// The parameters of a query, all of them texts; an empty one is as good as none.
    ///
    /// # Errors
    /// When the query cannot be read.
    pub fn of_query(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
            return Err(Problem::invalid("", "the query cannot be read"));
        };
        let mut fields = Self::known(Map::new(), known);
        for (name, text) in pairs {
            if !known.contains(&name.as_str()) {
                fields.bad.push(unknown(&name, known));
            } else if fields.values.contains_key(&name) {
                fields.refuse(&name, "invalid", "it stands there twice");
            } else if !text.is_empty() {
                fields.values.insert(name, text.into());
            }
        }
        Ok(fields)
    }

    /// The fields of an object that a test has at hand.
    #[cfg(test)]
    pub fn of_value(value: Value, known: &[&str]) -> Self {
        let Value::Object(values) = value else { panic!("an object has fields") };
        Self::known(values, known)
    }

    fn known(values: Map<String, Value>, known: &[&str]) -> Self {
        let strange = values.keys().filter(|name| !known.contains(&name.as_str()));
        let bad = strange.map(|name| unknown(name, known)).collect();
        Self { values, bad }
    }

    /// Takes over what is wrong within the field `place`, such as `travellers[1]`.
    fn blame(&mut self, place: impl Fn() -> String, inner: Self) {
        self.bad.extend(
            inner.bad.into_iter().map(|bad| BadField { field: format!("{}.{}", place(), bad.field), ..bad }),
        );
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

    /// A list of at most `most`, each read by `read`; of a bad one its place is named.
    pub fn list<T>(
        &mut self,
        name: &str,
        most: usize,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let items = self.items(name, most)?;
        let mut taken = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            match read(item) {
                Ok(item) => taken.push(item),
                Err(message) => self.refuse(&format!("{name}[{at}]"), "invalid", message),
            }
        }
        Some(taken)
    }

    /// A list of at most `most` objects, each read by `read`.
    pub fn objects<T>(
        &mut self,
        name: &str,
        most: usize,
        known: &[&str],
        read: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(name, most)?;
        let mut taken = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let Value::Object(values) = item else {
                self.refuse(&format!("{name}[{at}]"), "invalid", "it must be an object");
                continue;
            };
            let mut inner = Self::known(values, known);
            taken.extend(read(&mut inner));
            self.blame(|| format!("{name}[{at}]"), inner);
        }
        Some(taken)
    }

    /// Takes a list out; an empty one stays, so that the field is still there.
    fn items(&mut self, name: &str, most: usize) -> Option<Vec<Value>> {
        let value = self.values.get_mut(name).filter(|value| !value.is_null())?;
        match value {
            Value::Array(items) if items.len() <= most => Some(std::mem::take(items)),
            _ => {
                self.refuse(name, "invalid", format!("it must be a list of at most {most}"));
                None
            }
        }
    }

    /// An object in a field, read by `read`.
    pub fn object<T>(&mut self, name: &str, known: &[&str], read: impl Fn(&mut Self) -> T) -> Option<T> {
        let refused = || "it must be an object".to_owned();
        let values = self.optional(name, |value| value.as_object().cloned().ok_or_else(refused))?;
        let mut inner = Self::known(values, known);
        let taken = read(&mut inner);
        self.blame(|| name.to_owned(), inner);
        Some(taken)
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub fn done(mut self) -> Result<(), Problem> {
        self.bad.truncate(BAD_MAX);
        if self.bad.is_empty() { Ok(()) } else { Err(Problem::validation(&self.bad)) }
    }
}

fn unknown(name: &str, known: &[&str]) -> BadField {
    let shown: String = name.chars().take(NAME_CHARS_SHOWN).collect();
    let message = match known {
        [] => "there are no fields here".to_owned(),
        known => format!("there is no such field; there are {}", known.join(", ")),
    };
    BadField { field: shown, code: "unknown", message }
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
    Problem::invalid("", format!("the body cannot be read: {why}"))
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

/// A text as it is, whatever it says.
pub fn any_text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "it must be a text".to_owned())
}

/// A text that is one of ours, which says itself what would do.
pub fn checked<T>(value: &Value) -> Result<T, String>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    value.as_str().unwrap_or_default().parse().map_err(|error: T::Err| error.to_string())
}

/// A text of `least` to `most` characters, without the spaces around it.
pub fn text(least: usize, most: usize) -> impl Fn(&Value) -> Result<String, String> {
    move |value| {
        let text = value.as_str().map(str::trim);
        let text = text.filter(|text| (least..=most).contains(&text.chars().count()));
        text.map(str::to_owned).ok_or_else(|| format!("it must be a text of {least} to {most} characters"))
    }
}

/// A whole number from `least` to `most`.
pub fn whole(least: u64, most: u64) -> impl Fn(&Value) -> Result<u64, String> {
    move |value| within(value.as_u64(), least, most)
}

/// A whole number from `least` to `most` in a query, where it is written as a text.
pub fn written(least: u64, most: u64) -> impl Fn(&Value) -> Result<u64, String> {
    move |value| within(value.as_str().and_then(|text| text.parse().ok()), least, most)
}

fn within(number: Option<u64>, least: u64, most: u64) -> Result<u64, String> {
    let number = number.filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("it must be a whole number from {least} to {most}"))
}

/// Yes or no.
pub fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "it must be true or false".to_owned())
}

/// One of our own words, as its type reads it.
pub fn word<T: serde::de::DeserializeOwned>(expected: &'static str) -> impl Fn(&Value) -> Result<T, String> {
    move |value| T::deserialize(value).map_err(|_| expected.to_owned())
}
