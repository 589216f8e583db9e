//! Offers' ids: they carry what was offered, at which price and until when, so that nothing needs to be stored.
//!
//! An id is a short binary form of [`Priced`] and the first half of its HMAC-SHA256 under the node's key, in base64url.
//! Anybody may read what is in it; nobody else can make one, or change a price or a deadline in it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::fare::Fare;
use domain::ids::FlightId;
use domain::money::{Currency, Money};
use domain::party::Party;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::civil::{Date, date};
use sha2::Sha256;

/// The form that this code writes; it stands in front of every id.
const FORM: u8 = 1;

/// Bytes of the code: enough that nobody guesses one.
const CODE_BYTES: usize = 16;

/// The longest id that is looked at, in characters: a trip has six segments at most.
const ID_CHARS_MAX: usize = 400;

/// Service dates count from here.
const DAY_ZERO: Date = date(1970, 1, 1);

/// What proves that an id is ours.
type Code = Hmac<Sha256>;

/// What was offered, and at which price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// For whom.
    pub party: Party,
    /// In which cabin.
    pub class: CabinClass,
    /// The way out and perhaps the way back: each segment with the fare of an adult.
    pub slices: Vec<Vec<(FlightId, Fare)>>,
    /// From when on the price no longer holds, to the second.
    pub expires: Timestamp,
}

/// The key that ids are made with.
#[derive(Clone)]
pub struct Seal(Code);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

/// An offer's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl std::fmt::Display for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an id opens no offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadOffer {
    /// We never made it, or somebody changed it.
    #[error("no offer of ours has this id")]
    Forged,
    /// Its time is over.
    #[error("the offer expired at {0}")]
    Expired(Timestamp),
}

impl Seal {
    /// The seal with this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Code::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// The id of an offer.
    #[must_use]
    pub fn seal(&self, offer: &Priced) -> Sealed {
        let mut bytes = written(offer);
        let code = self.0.clone().chain_update(&bytes).finalize().into_bytes();
        bytes.extend(&code[..CODE_BYTES]);
        Sealed(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What an id stands for, if we made it and its price still holds at `now`.
    ///
    /// # Errors
    /// When we did not, and when it no longer does.
    pub fn open(&self, id: &str, now: Timestamp) -> Result<Priced, BadOffer> {
        if id.len() > ID_CHARS_MAX {
            return Err(BadOffer::Forged);
        }
        let bytes = URL_SAFE_NO_PAD.decode(id).map_err(|_| BadOffer::Forged)?;
        let (text, code) = bytes.split_last_chunk::<CODE_BYTES>().ok_or(BadOffer::Forged)?;
        let genuine = self.0.clone().chain_update(text).verify_truncated_left(code);
        genuine.map_err(|_| BadOffer::Forged)?;
        // What we sealed can be read, unless it has another form.
        let offer = read(text).ok_or(BadOffer::Forged)?;
        if now < offer.expires { Ok(offer) } else { Err(BadOffer::Expired(offer.expires)) }
    }
}

fn written(offer: &Priced) -> Vec<u8> {
    let Priced { party, class, slices, expires } = offer;
    let fares = slices.iter().flatten().map(|(_, fare)| fare.base.currency());
    let currency = fares.clone().next().unwrap_or(Currency::USD);
    debug_assert!(fares.clone().all(|other| other == currency), "an offer has one currency");
    let letter = u8::try_from(class.letter()).expect("a class has a letter of ASCII");
    let mut bytes = vec![FORM, letter, party.adults, party.children, party.infants];
    bytes.extend((expires.millis() / 1_000).to_be_bytes());
    bytes.extend(currency.code().as_bytes());
    bytes.push(u8::try_from(slices.len()).expect("a trip has two directions at most"));
    for slice in slices {
        bytes.push(u8::try_from(slice.len()).expect("a slice has three segments at most"));
        for (flight, fare) in slice {
            bytes.extend(flight.carrier.to_string().as_bytes());
            bytes.extend(flight.number().to_be_bytes());
            bytes.extend((flight.date - DAY_ZERO).get_days().to_be_bytes());
            bytes.extend(flight.origin.to_string().as_bytes());
            bytes.extend(fare.base.minor().to_be_bytes());
            bytes.extend(fare.taxes.minor().to_be_bytes());
        }
    }
    bytes
}

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn word<const N: usize, T: std::str::FromStr>(&mut self) -> Option<T> {
        std::str::from_utf8(&self.take::<N>()?).ok()?.parse().ok()
    }

    fn segment(&mut self, currency: Currency) -> Option<(FlightId, Fare)> {
        let carrier = self.word::<2, _>()?;
        let number = u16::from_be_bytes(self.take()?);
        let days = jiff::Span::new().try_days(i32::from_be_bytes(self.take()?)).ok()?;
        let date = DAY_ZERO.checked_add(days).ok()?;
        let flight = FlightId::new(carrier, number, date, self.word::<3, _>()?).ok()?;
        let base = Money::from_minor(i64::from_be_bytes(self.take()?), currency);
        let taxes = Money::from_minor(i64::from_be_bytes(self.take()?), currency);
        Some((flight, Fare { base, taxes }))
    }
}

fn read(bytes: &[u8]) -> Option<Priced> {
    let mut text = Text(bytes);
    if text.byte()? != FORM {
        return None;
    }
    let class = CabinClass::from_letter(char::from(text.byte()?))?;
    let party = Party { adults: text.byte()?, children: text.byte()?, infants: text.byte()? };
    let expires = Timestamp::from_millis(i64::from_be_bytes(text.take()?).checked_mul(1_000)?).ok()?;
    let currency = text.word::<3, _>()?;
    let mut slices = Vec::new();
    for _ in 0..text.byte()? {
        let segments = text.byte()?;
        let slice = (0..segments).map(|_| text.segment(currency)).collect::<Option<Vec<_>>>()?;
        slices.push(slice);
    }
    text.0.is_empty().then_some(Priced { party, class, slices, expires })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fare(base: i64, taxes: i64, currency: Currency) -> Fare {
        Fare { base: Money::from_minor(base, currency), taxes: Money::from_minor(taxes, currency) }
    }

    fn offer() -> Priced {
        let flight = |name: &str| name.parse().unwrap();
        Priced {
            party: Party { adults: 2, children: 1, infants: 1 },
            class: CabinClass::Economy,
            slices: vec![
                vec![
                    (flight("B6-1023-2026-12-01-LAX"), fare(16_300, 2_233, Currency::USD)),
                    (flight("B6-18-2026-12-01-JFK"), fare(6_100, 1_468, Currency::USD)),
                ],
                vec![(flight("B6-9999-2026-12-08-BOS"), fare(i64::MAX, 0, Currency::USD))],
            ],
            expires: "2026-11-27T10:15:00Z".parse().unwrap(),
        }
    }

    fn before() -> Timestamp {
        "2026-11-27T10:14:59.999Z".parse().unwrap()
    }

    #[test]
    fn an_id_carries_the_whole_offer_and_fits_an_address() {
        let seal = Seal::new(&[7; 32]);
        let id = seal.seal(&offer()).to_string();
        assert!(id.len() < 200, "{}: {id}", id.len());
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
        assert_eq!(seal.open(&id, before()), Ok(offer()));
        let yen = Priced {
            slices: vec![vec![(offer().slices[1][0].0, fare(9_008, 2_191, Currency::JPY))]],
            class: CabinClass::First,
            ..offer()
        };
        assert_eq!(seal.open(&seal.seal(&yen).to_string(), before()), Ok(yen));
    }

    #[test]
    fn an_offer_holds_until_its_instant_and_no_longer() {
        let seal = Seal::new(&[7; 32]);
        let id = seal.seal(&offer()).to_string();
        let expires = offer().expires;
        assert_eq!(seal.open(&id, expires), Err(BadOffer::Expired(expires)));
        assert_eq!(seal.open(&id, Timestamp::MAX), Err(BadOffer::Expired(expires)));
    }

    #[test]
    fn one_changed_bit_is_found_wherever_it_is() {
        let seal = Seal::new(&[7; 32]);
        let id = seal.seal(&offer()).to_string();
        let bytes = URL_SAFE_NO_PAD.decode(&id).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(seal.open(&changed, before()), Err(BadOffer::Forged), "bit {bit}");
        }
    }

    #[test]
    fn what_another_key_made_and_what_nobody_made_opens_nothing() {
        let seal = Seal::new(&[7; 32]);
        let foreign = Seal::new(&[8; 32]).seal(&offer()).to_string();
        let own = seal.seal(&offer()).to_string();
        let long = "A".repeat(10_000);
        for id in ["", "A", "AAAA", "off_123", "%00", "ü", &own[..own.len() - 2], &format!("{own}AA"), &long]
        {
            assert_eq!(seal.open(id, before()), Err(BadOffer::Forged), "{id}");
        }
        assert_eq!(seal.open(&foreign, before()), Err(BadOffer::Forged));
    }

    #[test]
    fn a_key_is_never_written_out() {
        assert_eq!(format!("{:?}", Seal::new(&[7; 32])), "Seal(…)");
    }
}
