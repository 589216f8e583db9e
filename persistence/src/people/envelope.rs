//! A person, sealed: every field under a key of theirs alone, which a master key wraps.

use serde::Serialize;
use zeroize::Zeroizing;

use super::keys::{Draw, Keys, Secret};
use super::person::{FIELDS, Fields};
use super::seal::{Blind, open, seal};
use super::together::Asked;
use super::{PeopleError, SubjectId};
use crate::store::Corrupt;

/// How fields are sealed; another way would get another number.
const FORM: u8 = 1;

/// A person as the tables have them.
#[derive(Debug)]
pub struct Sealed {
    pub subject: SubjectId,
    /// The master key that wraps theirs.
    pub master: u32,
    pub wrapped: Vec<u8>,
    pub fields: [Option<Vec<u8>>; FIELDS.len()],
    pub surname: Option<Blind>,
    pub email: Option<Blind>,
}

/// Where a person stands. Together with the field it is what a sealed text is bound to.
pub struct Spot<'a> {
    pub people: &'a str,
    pub number: i64,
    pub subject: &'a str,
}

impl Spot<'_> {
    fn bound(&self, field: &str) -> String {
        let Self { people, number, subject } = self;
        format!("person|{field}|{subject}|{people}|{number}|{FORM}")
    }
}

/// What the wrapped key of a subject is bound to.
fn bound_key(subject: &str, master: u32) -> String {
    format!("subject|wrapped|{subject}|{master}|{FORM}")
}

/// Seals the fields of somebody new.
pub fn seal_person(
    keys: &Keys,
    (people, number): (&str, i64),
    fields: &Fields,
    draw: Draw<'_>,
) -> Result<Sealed, PeopleError> {
    let mut name = [0; 16];
    if !draw(&mut name) {
        return Err(PeopleError::Chance);
    }
    let subject = SubjectId(u128::from_be_bytes(name));
    let key = Secret::drawn(draw).ok_or(PeopleError::Chance)?;
    let (master, secret) = keys.current();
    let of = subject.to_string();
    let wrapped = seal(secret, &bound_key(&of, master), key.bytes(), draw).ok_or(PeopleError::Chance)?;
    let spot = Spot { people, number, subject: &of };
    let mut sealed = [const { None }; FIELDS.len()];
    for ((field, text), sealed) in FIELDS.iter().zip(fields).zip(&mut sealed) {
        if let Some(text) = text {
            let bytes = seal(&key, &spot.bound(field), text.as_bytes(), draw);
            *sealed = Some(bytes.ok_or(PeopleError::Chance)?);
        }
    }
    Ok(Sealed { subject, master, wrapped, fields: sealed, surname: None, email: None })
}

/// The key of a subject.
pub fn unwrap(keys: &Keys, subject: &str, master: i64, wrapped: &[u8]) -> Result<Secret, Corrupt> {
    let key = u32::try_from(master).ok().and_then(|master| {
        let bytes = open(keys.master(master)?, &bound_key(subject, master), wrapped)?;
        Secret::of(&bytes)
    });
    key.ok_or_else(|| Corrupt::new(subject, "the key of a person", None))
}

/// The key of a subject, wrapped by the current master key.
pub fn wrap(keys: &Keys, subject: &str, key: &Secret, draw: Draw<'_>) -> Result<(u32, Vec<u8>), PeopleError> {
    let (master, secret) = keys.current();
    let wrapped = seal(secret, &bound_key(subject, master), key.bytes(), draw).ok_or(PeopleError::Chance)?;
    Ok((master, wrapped))
}

/// Opens the fields of a person.
pub fn open_fields(
    key: &Secret,
    spot: &Spot<'_>,
    sealed: &[Option<Vec<u8>>; FIELDS.len()],
) -> Result<Fields, Corrupt> {
    let mut fields: Fields = [const { None }; FIELDS.len()];
    for ((field, sealed), text) in FIELDS.iter().zip(sealed).zip(&mut fields) {
        let Some(sealed) = sealed else { continue };
        let opened = open(key, &spot.bound(field), sealed);
        let opened =
            opened.and_then(|bytes| Some(Zeroizing::new(std::str::from_utf8(&bytes).ok()?.to_owned())));
        *text = Some(opened.ok_or_else(|| Corrupt::new(spot.subject, "a sealed field", None))?);
    }
    Ok(fields)
}

/// A person as the statements take them. Bytes are hexadecimal digits.
#[derive(Serialize)]
struct Line<'a> {
    people: &'a str,
    booking: &'a str,
    number: usize,
    subject: String,
    master: u32,
    wrapped: String,
    title: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    born: Option<String>,
    document: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    surname_index: Option<String>,
    email_index: Option<String>,
}

/// The people of these bookings, each in their order, the contact first, as one text.
pub fn lines(all: &[&Asked]) -> String {
    let people =
        all.iter().flat_map(|asked| asked.sealed.iter().enumerate().map(move |person| (*asked, person)));
    let lines: Vec<Line<'_>> = people.map(|(asked, (number, person))| line(asked, number, person)).collect();
    serde_json::to_string(&lines).expect("texts and whole numbers always have a JSON form")
}

fn line<'a>(asked: &'a Asked, number: usize, person: &'a Sealed) -> Line<'a> {
    let [title, first_name, last_name, born, document, email, phone] =
        person.fields.each_ref().map(|field| field.as_deref().map(digits));
    Line {
        people: &asked.people,
        booking: &asked.booking,
        number,
        subject: person.subject.to_string(),
        master: person.master,
        wrapped: digits(&person.wrapped),
        title,
        first_name,
        last_name,
        born,
        document,
        email,
        phone,
        surname_index: person.surname.as_ref().map(|index| digits(index.bytes())),
        email_index: person.email.as_ref().map(|index| digits(index.bytes())),
    }
}

fn digits(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.extend([byte >> 4, byte & 0xF].iter().filter_map(|half| char::from_digit((*half).into(), 16)));
    }
    text
}
