//! Who travels and whom to call, as a request says it. None of it is ever logged.

use std::fmt;

use domain::identity::EmailAddress;
use domain::ids::FlightId;
use domain::party::TravellerType;
use domain::plan::SeatNumber;
use jiff::civil::Date;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::fields::{Fields, checked, parsed, word};

/// Characters of a name: more than any passport prints.
const NAME_CHARS_MAX: usize = 80;

/// Characters of a title, like `Mr` or `Dr. med.`.
const TITLE_CHARS_MAX: usize = 12;

/// Digits of a telephone number with its country (ITU-T E.164), and the fewest that reach anybody.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Characters of a document's number: passports have 9, some cards more.
const DOCUMENT_CHARS: std::ops::RangeInclusive<usize> = 3..=20;

/// Nobody was ever older, in years.
const YEARS_MAX: i16 = 125;

/// Seats that one traveller may name: one a segment, and a trip has fewer.
const SEATS_MAX: usize = 12;

/// One traveller, in the order of the request.
#[derive(Clone, PartialEq, Eq)]
pub struct Traveller {
    /// What they are by their own word.
    pub kind: TravellerType,
    /// How they are addressed.
    pub title: Option<String>,
    /// What they are called.
    pub first_name: String,
    /// And their family.
    pub last_name: String,
    /// When they were born.
    pub born: Date,
    /// The seats that they name, each on a departure; without one, on the only departure of the trip.
    pub seats: Vec<(Option<FlightId>, SeatNumber)>,
    /// With what they travel.
    pub document: Option<Document>,
}

/// What a traveller shows at a border.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Which kind.
    pub kind: DocumentKind,
    /// Its number: capitals and digits.
    pub number: String,
    /// Who issued it: two letters (ISO 3166-1).
    pub country: String,
    /// The last day on which it is good.
    pub expires: Date,
}

/// The kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentKind {
    /// A passport.
    Passport,
    /// An identity card.
    IdentityCard,
}

impl DocumentKind {
    /// As it is written everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "PASSPORT",
            Self::IdentityCard => "IDENTITY_CARD",
        }
    }
}

/// Whom to call about a booking.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Where to write.
    pub email: EmailAddress,
    /// Where to call: `+` and digits.
    pub phone: String,
}

impl fmt::Debug for Traveller {
    /// People do not belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Traveller({:?}, …)", self.kind)
    }
}

impl fmt::Debug for Document {
    /// Neither do their papers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?}, …)", self.kind)
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// What the fields of a traveller may be called.
pub const FIELDS: [&str; 8] =
    ["type", "title", "firstName", "lastName", "dateOfBirth", "seat", "seats", "document"];

impl Traveller {
    /// Reads one traveller; `travels` are the days on which the trip begins and ends, when that is known.
    pub fn read(fields: &mut Fields, today: Date, travels: Option<(Date, Date)>) -> Option<Self> {
        let kind = fields.required("type", word("it must be ADULT, CHILD or INFANT"));
        let title = fields.optional("title", |value| name(value, TITLE_CHARS_MAX));
        let first_name = fields.required("firstName", |value| name(value, NAME_CHARS_MAX));
        let last_name = fields.required("lastName", |value| name(value, NAME_CHARS_MAX));
        let born = fields.required("dateOfBirth", |value| birthday(value, today));
        if let (Some(kind), Some(born), Some((first, _))) = (kind, born, travels)
            && super::ages::kind_on(born, first) != kind
        {
            let is = super::ages::kind_on(born, first);
            fields.refuse(
                "type",
                "invalid",
                format!("by the date of birth it is {} on {first}", word_of(is)),
            );
        }
        let seats = seats(fields);
        let document = document(fields, travels.map(|(_, last)| last));
        Some(Self {
            kind: kind?,
            title,
            first_name: first_name?,
            last_name: last_name?,
            born: born?,
            seats: seats?,
            document: document?,
        })
    }
}

const fn word_of(kind: TravellerType) -> &'static str {
    match kind {
        TravellerType::Adult => "ADULT",
        TravellerType::Child => "CHILD",
        TravellerType::Infant => "INFANT",
    }
}

/// A name as people write theirs: letters of any script, with the marks on them, and what stands between.
fn name(value: &Value, most: usize) -> Result<String, String> {
    let refused =
        || format!("it must be 1 to {most} letters of any script; spaces, ' - and . may stand between");
    let text: String = value.as_str().ok_or_else(refused)?.nfc().collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = |letter: char| {
        letter.is_alphabetic() || is_combining_mark(letter) || matches!(letter, ' ' | '\'' | '’' | '-' | '.')
    };
    let sound = (1..=most).contains(&text.chars().count())
        && text.chars().all(fits)
        && text.chars().next().is_some_and(char::is_alphabetic);
    if sound { Ok(text) } else { Err(refused()) }
}

fn birthday(value: &Value, today: Date) -> Result<Date, String> {
    let born: Date = parsed("it must be a day like 1990-01-01")(value)?;
    if born > today {
        return Err("it must not be in the future".to_owned());
    }
    if born.year() + YEARS_MAX < today.year() {
        return Err(format!("it must be in the last {YEARS_MAX} years"));
    }
    Ok(born)
}

/// The seats of one traveller: one for the only departure, or one for each that they care about.
fn seats(fields: &mut Fields) -> Option<Vec<(Option<FlightId>, SeatNumber)>> {
    let seat = || parsed::<SeatNumber>("it must be a seat like 12A");
    let one = fields.optional("seat", seat());
    let each = fields.objects("seats", SEATS_MAX, &["flightId", "seat"], |inner| {
        let flight = inner.required("flightId", parsed::<FlightId>("it must be like B6-523-2026-12-01-JFK"));
        let seat = inner.required("seat", seat());
        Some((Some(flight?), seat?))
    });
    if fields.has("seat") && fields.has("seats") {
        fields.refuse("seats", "invalid", "name one seat, or one for each departure; not both");
    }
    Some(each.unwrap_or_else(|| one.map(|seat| (None, seat)).into_iter().collect()))
}

/// Nothing when there is none, and outermost nothing when it cannot be taken.
#[expect(clippy::option_option, reason = "one says that there is none, the other that it cannot be read")]
fn document(fields: &mut Fields, until: Option<Date>) -> Option<Option<Document>> {
    if !fields.has("document") {
        return Some(None);
    }
    fields
        .object("document", &["type", "number", "country", "expires"], |inner| {
            let kind = inner.required("type", word("it must be PASSPORT or IDENTITY_CARD"));
            let number = inner.required("number", document_number);
            let country = inner.required("country", country);
            let expires: Option<Date> = inner.required("expires", parsed("it must be a day like 2031-05-30"));
            if let (Some(expires), Some(until)) = (expires, until)
                && expires < until
            {
                inner.refuse(
                    "expires",
                    "invalid",
                    format!("it must be good until {until}, when the trip ends"),
                );
            }
            Some(Document { kind: kind?, number: number?, country: country?, expires: expires? })
        })
        .flatten()
        .map(Some)
}

fn document_number(value: &Value) -> Result<String, String> {
    let number: String = value.as_str().unwrap_or_default().chars().filter(|letter| *letter != ' ').collect();
    let number = number.to_ascii_uppercase();
    let sound = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if sound && DOCUMENT_CHARS.contains(&number.len()) {
        return Ok(number);
    }
    Err("it must be 3 to 20 letters and digits".to_owned())
}

fn country(value: &Value) -> Result<String, String> {
    let code = value.as_str().unwrap_or_default();
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(code.to_owned());
    }
    Err("it must be two capitals like US (ISO 3166-1)".to_owned())
}

impl Contact {
    /// Reads whom to call.
    pub fn read(fields: &mut Fields) -> Option<Self> {
        if !fields.has("contactInfo") {
            fields.refuse("contactInfo", "missing", "it must be there");
            return None;
        }
        fields.object("contactInfo", &["email", "phone"], |inner| {
            let email = inner.required("email", checked::<EmailAddress>);
            let phone = inner.required("phone", phone);
            Some(Self { email: email?, phone: phone? })
        })?
    }
}

/// `+` and digits, whatever stands between them for the eye.
fn phone(value: &Value) -> Result<String, String> {
    let refused = || "it must be + and 7 to 15 digits, the country's first (E.164)".to_owned();
    let text = value.as_str().ok_or_else(refused)?.trim();
    let rest = text.strip_prefix('+').ok_or_else(refused)?;
    let sound = rest
        .chars()
        .all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/'));
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    if sound && PHONE_DIGITS.contains(&digits.len()) && !digits.starts_with('0') {
        return Ok(format!("+{digits}"));
    }
    Err(refused())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::problem::Problem;

    const TODAY: Date = date(2026, 12, 1);

    fn bad(problem: &Problem) -> String {
        let errors = problem.members["errors"].as_array().unwrap();
        let said = errors.iter().map(|bad| bad["field"].as_str().unwrap().to_owned());
        said.collect::<Vec<_>>().join(" ")
    }

    /// Reads one traveller with these fields over those of John Doe; what cannot be taken.
    fn traveller(more: &Value) -> Result<Traveller, String> {
        let mut body = json!({ "type": "ADULT", "title": "Mr", "firstName": "John", "lastName": "Doe",
            "dateOfBirth": "1990-01-01" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let mut fields = Fields::of_value(body, &FIELDS);
        let read = Traveller::read(&mut fields, TODAY, Some((date(2026, 12, 3), date(2026, 12, 9))));
        fields.done().map_err(|problem| bad(&problem)).map(|()| read.expect("nothing was wrong"))
    }

    #[test]
    fn a_traveller_is_read_as_they_write_themselves() {
        let john = traveller(&json!({})).unwrap();
        assert_eq!((john.title.as_deref(), john.born), (Some("Mr"), date(1990, 1, 1)));
        for (written, kept) in [
            ("Nguyễn", "Nguyễn"),
            ("  O'Neil-Smith   Jr. ", "O'Neil-Smith Jr."),
            ("D’Arcy", "D’Arcy"),
            ("王", "王"),
            ("नरेंद्र", "नरेंद्र"),
            ("Zoe\u{308}", "Zoë"),
            ("محمد", "محمد"),
        ] {
            assert_eq!(traveller(&json!({ "lastName": written })).unwrap().last_name, kept);
        }
    }

    #[test]
    fn what_is_no_traveller_is_refused_by_its_field() {
        for (more, field) in [
            (json!({ "type": "SENIOR" }), "type"),
            (json!({ "type": "CHILD" }), "type"),
            (json!({ "type": null }), "type"),
            (json!({ "title": "Her Royal Highness" }), "title"),
            (json!({ "firstName": "" }), "firstName"),
            (json!({ "firstName": "R2D2" }), "firstName"),
            (json!({ "firstName": "John\u{202e}" }), "firstName"),
            (json!({ "lastName": "'" }), "lastName"),
            (json!({ "lastName": "x".repeat(81) }), "lastName"),
            (json!({ "dateOfBirth": "1990-02-30" }), "dateOfBirth"),
            (json!({ "dateOfBirth": "2026-12-02" }), "dateOfBirth"),
            (json!({ "dateOfBirth": "1900-01-01" }), "dateOfBirth"),
            (json!({ "seat": "A12" }), "seat"),
            (json!({ "seats": [{ "flightId": "x", "seat": "12A" }] }), "seats[0].flightId"),
            (json!({ "seat": "12A", "seats": [] }), "seats"),
            (json!({ "price": 1 }), "price"),
            (json!({ "document": "x" }), "document"),
        ] {
            assert_eq!(traveller(&more).unwrap_err(), field, "{more}");
        }
        let all = json!({ "type": 1, "firstName": 2, "lastName": 3, "dateOfBirth": 4, "seat": 5 });
        assert_eq!(traveller(&all).unwrap_err(), "type firstName lastName dateOfBirth seat");
    }

    #[test]
    fn a_document_is_good_until_the_trip_ends() {
        let document = |number: &str, country: &str, expires: &str| json!({ "document": { "type": "PASSPORT", "number": number, "country": country, "expires": expires } });
        let read = traveller(&document("ab 123-456", "US", "2026-12-09")).unwrap().document.unwrap();
        assert_eq!((read.number.as_str(), read.kind), ("AB123-456", DocumentKind::Passport));
        assert_eq!(format!("{read:?}"), "Document(Passport, …)");
        for (number, country, expires, field) in [
            ("AB", "US", "2030-01-01", "number"),
            ("AB1234567", "us", "2030-01-01", "country"),
            ("AB1234567", "USA", "2030-01-01", "country"),
            ("AB1234567", "US", "2026-12-08", "expires"),
        ] {
            let refused = traveller(&document(number, country, expires)).unwrap_err();
            assert_eq!(refused, format!("document.{field}"));
        }
    }

    #[test]
    fn a_contact_has_an_address_and_a_number() {
        let contact = |email: &str, phone: &str| {
            let body = json!({ "contactInfo": { "email": email, "phone": phone } });
            let mut fields = Fields::of_value(body, &["contactInfo"]);
            let read = Contact::read(&mut fields);
            fields.done().map_err(|problem| bad(&problem)).map(|()| read.expect("nothing was wrong").phone)
        };
        for (written, kept) in [
            ("+1234567890", "+1234567890"),
            ("+49 (30) 123-45.67", "+49301234567"),
            (" +44 20 7946 0958", "+442079460958"),
        ] {
            assert_eq!(contact("test@example.com", written).unwrap(), kept);
        }
        for phone in [
            "",
            "+",
            "12345678",
            "+0123456789",
            "+123456",
            "+1234567890123456",
            "+12345678x",
            "+１２３４５６７８",
        ] {
            assert_eq!(contact("test@example.com", phone).unwrap_err(), "contactInfo.phone", "{phone}");
        }
        assert_eq!(contact("nobody", "x").unwrap_err(), "contactInfo.email contactInfo.phone");
    }
}
