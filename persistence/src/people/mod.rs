//! Who travels, and the record locators of their bookings.
//!
//! A booking's stream says who its passengers are by number alone, and names the people who go with it
//! ([`PeopleRef`]). Who they are stands here, sealed: each person is a *subject* with a key of their own (`envelope`),
//! which a master key wraps (`keys`). To forget somebody is to take their key away: no copy of a journal has to be
//! searched. What may be looked for has a blind index (`seal`).
//!
//! * [`People`]: the repository. `together`: bookings that come at once are prepared in one transaction. `locators`: record
//!   locators, and what bookings leave behind that never came to be.
//! * [`Keys`]: the keys, in a file of their own.
//! * [`WhoTravels`], [`KnownPeople`]: people in clear; nothing of them is ever printed.

mod envelope;
mod keys;
mod locators;
mod normal;
mod person;
mod seal;
mod sql;
mod together;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use domain::ids::{BookingId, PeopleRef, RecordLocator};
use domain::time::Timestamp;

use crate::plain::Place;
use crate::store::{Corrupt, PlainError};
use envelope::{Sealed, Spot};
pub use keys::{Draw, Keys, KeysError};
pub use person::{Contact, Document, Kept, KnownPeople, Traveller, WhoTravels};
use person::{Fields, Unreadable};
pub use seal::Blind;
pub use sql::STATEMENTS;
use together::{Asked, Together};

/// Keys that are wrapped anew in one transaction: a moment's work.
const REWRAPPED_AT_ONCE: i64 = 50;

/// Somebody who may be forgotten. 128 random bits, printed as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId(u128);

/// Why people are not kept or known.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The store does not do it.
    #[error(transparent)]
    Store(#[from] PlainError),
    /// What is stored was sealed with other keys than ours.
    #[error("the store was sealed with another key {0} than ours")]
    OtherKey(u32),
    /// The operating system gives no randomness.
    #[error("no randomness to seal with")]
    Chance,
}

/// A booking that is to come.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Which.
    pub booking: BookingId,
    /// By which name it knows its people. What was kept first under a name stays.
    pub people: PeopleRef,
    /// Who they are.
    pub who: &'a WhoTravels,
    /// When it was asked for.
    pub at: Timestamp,
}

/// What somebody types to find a booking.
#[derive(Debug, Clone, Copy)]
pub struct Sought {
    /// If it could be one.
    pub locator: Option<RecordLocator>,
    /// Taken for a surname.
    pub surname: Blind,
    /// Taken for an address.
    pub email: Blind,
}

/// People, sealed, in whichever store. Copies share it.
#[derive(Debug, Clone)]
pub struct People {
    place: Place,
    keys: Arc<Keys>,
    together: Arc<Together>,
}

/// `number, subject, master, wrapped` and the sealed fields of a person.
type PersonColumns = (
    i64,
    String,
    Option<i64>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for SubjectId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl From<Corrupt> for PeopleError {
    fn from(error: Corrupt) -> Self {
        Self::Store(error.into())
    }
}

impl People {
    /// The people of this store, with these keys.
    ///
    /// # Errors
    /// When others were kept there with other keys.
    pub(crate) async fn open(place: Place, keys: Keys) -> Result<Self, PeopleError> {
        let mut turn = place.turn().await?;
        for (version, secret) in keys.all() {
            let ours = seal::proof(secret);
            turn.execute(sql::KEEP_PROOF, &[i64::from(version).into(), ours.as_slice().into()]).await?;
            let kept: Option<(Vec<u8>,)> = turn.row(sql::PROOF, &[i64::from(version).into()]).await?;
            if kept.is_none_or(|(kept,)| kept != ours) {
                return Err(PeopleError::OtherKey(version));
            }
        }
        place.commit(turn).await?;
        Ok(Self { place, keys: Arc::new(keys), together: Arc::default() })
    }

    /// Reserves the record locator of a booking that is to come, and keeps its people. Both are durable when this returns;
    /// to ask again gives the same locator, and keeps nobody twice.
    ///
    /// # Errors
    /// When nobody knows whether they are.
    pub async fn prepare(
        &self,
        expected: &Expected<'_>,
        draw: Draw<'_>,
    ) -> Result<RecordLocator, PeopleError> {
        let people = expected.people.to_string();
        let asked = Arc::new(Asked {
            sealed: self.seal(&people, expected.who, draw)?,
            people,
            booking: expected.booking.to_string(),
            at: expected.at,
            draws: locators::drawn(draw)?,
        });
        if let Some(locator) = self.together.with_others(&self.place, &asked).await {
            return Ok(locator);
        }
        self.together.alone(&self.place, &asked).await
    }

    /// Who goes by this name; `None` when nobody does.
    ///
    /// # Errors
    /// When the store does not answer, and when what it holds does not open.
    pub async fn people(&self, of: PeopleRef) -> Result<Option<KnownPeople>, PeopleError> {
        let name = of.to_string();
        let found: Vec<PersonColumns> = self.place.read(sql::PEOPLE, &[name.as_str().into()]).await?;
        let mut found = found.into_iter();
        let Some(contact) = found.next() else { return Ok(None) };
        let contact = self.known(&name, contact, Contact::read)?;
        let travellers = found.map(|found| self.known(&name, found, Traveller::read));
        Ok(Some(KnownPeople { travellers: travellers.collect::<Result<_, _>>()?, contact }))
    }

    /// Forgets somebody for ever; whether they were known.
    ///
    /// # Errors
    /// When nobody knows whether they are forgotten.
    pub async fn erase(&self, subject: SubjectId) -> Result<bool, PeopleError> {
        let name = subject.to_string();
        let mut turn = self.place.turn().await?;
        let keys = turn.execute(sql::FORGET_SUBJECT, &[name.as_str().into()]).await?;
        turn.execute(sql::BLANK_PERSON, &[name.as_str().into()]).await?;
        self.place.commit(turn).await?;
        Ok(keys > 0)
    }

    /// Wraps anew what an older master key than the current one wraps; how many keys that were. Call it until none is left.
    ///
    /// # Errors
    /// When the store does not answer, and when a key does not open.
    pub async fn rewrap(&self, draw: Draw<'_>) -> Result<u64, PeopleError> {
        let (current, _) = self.keys.current();
        let values = [i64::from(current).into(), REWRAPPED_AT_ONCE.into()];
        let found: Vec<(String, i64, Vec<u8>)> = self.place.read(sql::WRAPPED_BEFORE, &values).await?;
        let mut anew = Vec::with_capacity(found.len());
        for (subject, before, wrapped) in found {
            let key = envelope::unwrap(&self.keys, &subject, before, &wrapped)?;
            let (master, wrapped) = envelope::wrap(&self.keys, &subject, &key, draw)?;
            anew.push((subject, before, i64::from(master), wrapped));
        }
        if anew.is_empty() {
            return Ok(0);
        }
        let mut turn = self.place.turn().await?;
        for (subject, before, master, wrapped) in &anew {
            let values =
                [subject.as_str().into(), (*before).into(), (*master).into(), wrapped.as_slice().into()];
            turn.execute(sql::REWRAP, &values).await?;
        }
        self.place.commit(turn).await?;
        Ok(anew.len() as u64)
    }

    /// What `text` could mean to somebody who looks for a booking.
    #[must_use]
    pub fn sought(&self, text: &str) -> Sought {
        let email = Blind::of(self.keys.index(), EMAIL, &normal::email(text));
        Sought { locator: text.trim().parse().ok(), surname: self.surname(text), email }
    }

    /// By which a surname is found, however it is written.
    #[must_use]
    pub fn surname(&self, text: &str) -> Blind {
        Blind::of(self.keys.index(), SURNAME, &normal::surname(text))
    }

    /// The contact, and then everybody who travels.
    fn seal(&self, people: &str, who: &WhoTravels, draw: Draw<'_>) -> Result<Vec<Sealed>, PeopleError> {
        let mut contact = envelope::seal_person(&self.keys, (people, 0), &who.contact.fields(), draw)?;
        contact.email = Some(Blind::of(self.keys.index(), EMAIL, &normal::email(&who.contact.email)));
        let mut sealed = vec![contact];
        for (number, traveller) in (1..).zip(&who.travellers) {
            let mut person = envelope::seal_person(&self.keys, (people, number), &traveller.fields(), draw)?;
            person.surname = Some(self.surname(&traveller.last_name));
            sealed.push(person);
        }
        Ok(sealed)
    }

    fn known<T>(
        &self,
        people: &str,
        found: PersonColumns,
        read: impl FnOnce(&Fields) -> Result<T, Unreadable>,
    ) -> Result<Kept<T>, PeopleError> {
        let (number, name, master, wrapped, title, first, last, born, document, email, phone) = found;
        let corrupt = |error: Box<dyn std::error::Error + Send + Sync>| {
            Corrupt::new(people, "somebody who travels", Some(error))
        };
        let subject = name.parse().map_err(|error| corrupt(Box::new(error)))?;
        // Without a key they are forgotten.
        let (Some(master), Some(wrapped)) = (master, wrapped) else {
            return Ok(Kept { subject, known: None });
        };
        let key = envelope::unwrap(&self.keys, &name, master, &wrapped)?;
        let spot = Spot { people, number, subject: &name };
        let fields = envelope::open_fields(&key, &spot, &[title, first, last, born, document, email, phone])?;
        let known = read(&fields).map_err(|error| corrupt(Box::new(error)))?;
        Ok(Kept { subject, known: Some(known) })
    }
}

/// The fields that have an index.
const SURNAME: &str = "surname";
const EMAIL: &str = "email";
