//! How one field is sealed: XChaCha20-Poly1305 with a random nonce, bound to the place where it stands.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::{Draw, Secret};

/// So long that a random one never comes twice.
const NONCE_BYTES: usize = 24;

/// Bytes of an index: so few that two names share one only by chance, and nobody can ask which name it is without the key.
const INDEX_BYTES: usize = 16;

/// Seals `plain` for the place that `bound` names, where alone it opens; `None` without randomness.
pub fn seal(key: &Secret, bound: &str, plain: &[u8], draw: Draw<'_>) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_BYTES];
    if !draw(&mut nonce) {
        return None;
    }
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let payload = Payload { msg: plain, aad: bound.as_bytes() };
    // Sealing fails for texts of more than 256 GiB alone.
    let mut sealed = cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
    sealed.splice(..0, nonce);
    Some(sealed)
}

/// Opens what was sealed with this key for this place.
pub fn open(key: &Secret, bound: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    cipher
        .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: bound.as_bytes() })
        .ok()
        .map(Zeroizing::new)
}

/// A keyed digest of a value that may be looked for: equal for equal values, and nothing else can be told from it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Blind([u8; INDEX_BYTES]);

impl Blind {
    /// Of this value of a field, in its normal form.
    pub(super) fn of(key: &Secret, field: &str, value: &str) -> Self {
        let of_field = Zeroizing::new(digest(key.bytes(), field.as_bytes()));
        let mut index = [0; INDEX_BYTES];
        index.copy_from_slice(&digest(of_field.as_slice(), value.as_bytes())[..INDEX_BYTES]);
        Self(index)
    }

    /// As the tables have it.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Blind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blind(…)")
    }
}

/// What a key makes of a known text: tells whether another process has the same key.
pub fn proof(key: &Secret) -> [u8; 32] {
    digest(key.bytes(), b"the key of personal data")
}

fn digest(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Secret {
        Secret::of(&[byte; 32]).unwrap()
    }

    fn draw(byte: u8) -> impl FnMut(&mut [u8]) -> bool + Send {
        move |bytes| {
            bytes.fill(byte);
            true
        }
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_alone() {
        let sealed = seal(&key(1), "person|last_name|a", b"Quartermain", &mut draw(9)).unwrap();
        assert!(!sealed.windows(6).any(|part| b"Quartermain".starts_with(part)));
        assert_eq!(open(&key(1), "person|last_name|a", &sealed).unwrap().as_slice(), b"Quartermain");
        assert!(open(&key(2), "person|last_name|a", &sealed).is_none());
        assert!(open(&key(1), "person|first_name|a", &sealed).is_none());
        assert!(open(&key(1), "person|last_name|b", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&key(1), "person|last_name|a", &changed).is_none(), "byte {at}");
        }
        assert!(open(&key(1), "person|last_name|a", &sealed[..20]).is_none());
        assert!(seal(&key(1), "", b"", &mut |_: &mut [u8]| false).is_none());
    }

    #[test]
    fn an_index_tells_equal_values_of_one_field() {
        let surname = |value| Blind::of(&key(1), "surname", value);
        assert_eq!(surname("MULLER"), surname("MULLER"));
        assert_ne!(surname("MULLER"), surname("MILLER"));
        assert_ne!(surname("MULLER"), Blind::of(&key(1), "email", "MULLER"));
        assert_ne!(surname("MULLER"), Blind::of(&key(2), "surname", "MULLER"));
        assert_eq!(format!("{:?}", surname("MULLER")), "Blind(…)");
    }
}
