//! Who travels, in clear. None of it is ever printed.

use std::fmt;

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::SubjectId;

/// Somebody who travels.
#[derive(Clone, PartialEq, Eq)]
pub struct Traveller {
    /// How they wish to be addressed: `Mr`, `Dr`.
    pub title: Option<String>,
    /// What they are called.
    pub first_name: String,
    /// And their family.
    pub last_name: String,
    /// The day of their birth.
    pub born: Date,
    /// What they travel on.
    pub document: Option<Document>,
}

/// What somebody travels on.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// `PASSPORT`, `ID_CARD`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Who issued it, as two letters.
    pub country: String,
    /// The last day on which it is good.
    pub expires: Date,
}

/// Whom to write to about a booking.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their address, in its normal form.
    pub email: String,
    /// Their number, `+` and digits.
    pub phone: String,
}

/// Who travels with a booking: its passengers in their order, and whom to write to.
#[derive(Clone, PartialEq, Eq)]
pub struct WhoTravels {
    /// The first is passenger 1.
    pub travellers: Vec<Traveller>,
    /// Whom to write to.
    pub contact: Contact,
}

/// The same as it is kept: each for themselves, because each may be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPeople {
    /// The first is passenger 1.
    pub travellers: Vec<Kept<Traveller>>,
    /// Whom to write to.
    pub contact: Kept<Contact>,
}

/// Somebody who is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// By which they can be forgotten.
    pub subject: SubjectId,
    /// Who it is; `None` once they are forgotten.
    pub known: Option<T>,
}

/// Shows that there is something, and nothing of it.
macro_rules! never_printed {
    ($($name:ident)*) => {
        $(impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        })*
    };
}
never_printed!(Traveller Document Contact WhoTravels);

/// The sealed columns of a person, in their order.
pub const FIELDS: [&str; 7] = ["title", "first_name", "last_name", "born", "document", "email", "phone"];

/// One text for each of [`FIELDS`], overwritten when it is not needed any more.
pub type Fields = [Option<Zeroizing<String>>; FIELDS.len()];

/// What is not a text that we wrote.
#[derive(Debug, thiserror::Error)]
#[error("what was sealed is not what we seal")]
pub struct Unreadable;

impl Traveller {
    pub(super) fn fields(&self) -> Fields {
        let text = |text: &str| Some(Zeroizing::new(text.to_owned()));
        [
            self.title.as_deref().and_then(text),
            text(&self.first_name),
            text(&self.last_name),
            text(&self.born.to_string()),
            self.document.as_ref().map(Document::text),
            None,
            None,
        ]
    }

    pub(super) fn read(fields: &Fields) -> Result<Self, Unreadable> {
        let [title, first_name, last_name, born, document, ..] = fields;
        Ok(Self {
            title: title.as_deref().cloned(),
            first_name: first_name.as_deref().cloned().ok_or(Unreadable)?,
            last_name: last_name.as_deref().cloned().ok_or(Unreadable)?,
            born: born.as_deref().and_then(|born| born.parse().ok()).ok_or(Unreadable)?,
            document: document.as_deref().map(|text| Document::read(text)).transpose()?,
        })
    }
}

impl Document {
    /// As one text: it is never asked for in parts.
    fn text(&self) -> Zeroizing<String> {
        let Self { kind, number, country, expires } = self;
        let parts = serde_json::to_string(&(kind, number, country, expires.to_string()));
        Zeroizing::new(parts.expect("texts always have a JSON form"))
    }

    fn read(text: &str) -> Result<Self, Unreadable> {
        let parts: (String, String, String, String) = serde_json::from_str(text).map_err(|_| Unreadable)?;
        let (kind, number, country, expires) = parts;
        Ok(Self { kind, number, country, expires: expires.parse().map_err(|_| Unreadable)? })
    }
}

impl Contact {
    pub(super) fn fields(&self) -> Fields {
        let text = |text: &str| Some(Zeroizing::new(text.to_owned()));
        [None, None, None, None, None, text(&self.email), text(&self.phone)]
    }

    pub(super) fn read(fields: &Fields) -> Result<Self, Unreadable> {
        let [.., email, phone] = fields;
        Ok(Self {
            email: email.as_deref().cloned().ok_or(Unreadable)?,
            phone: phone.as_deref().cloned().ok_or(Unreadable)?,
        })
    }
}
