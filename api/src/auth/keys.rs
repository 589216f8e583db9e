//! The keys that sign tokens: Ed25519 keys in files that only their owner reads.
//!
//! A key signs from an instant on, which stands in its file's name, until the next one does. It is published one token's life
//! before that, so that whoever keeps a copy of the published set knows it in time, and verifies one token's life longer than
//! it signs. So nobody notices when the key changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::Role;
use domain::ids::PrincipalId;
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::key_files::{self, KeyError, KeyFile};
use super::tokens::{AUDIENCE, Claims, ISSUER, LEEWAY_SECS};

/// How long tokens live that are signed, unless it is said.
const TOKEN_LIFE_SECS: i64 = 600;

/// The keys, from the oldest that still verifies to one that does not sign yet. They can change while they are used.
pub struct Keys {
    /// Where their files are; keys that nobody keeps have none.
    directory: Option<PathBuf>,
    /// The longest life of a token that lasts through a change of keys.
    token_life_secs: i64,
    /// How far the clocks of two nodes may be apart.
    leeway_secs: i64,
    ring: RwLock<Arc<Ring>>,
}

/// A set of keys, in the order in which they sign.
pub(super) struct Ring(Vec<Key>);

/// One key.
pub(super) struct Key {
    file: KeyFile,
    signing: EncodingKey,
    /// Verifies what the key has signed.
    pub verifying: DecodingKey,
    /// The public half, as JSON web keys write it.
    public: String,
    name: String,
    /// What offers are sealed with.
    offers: [u8; 32],
}

/// For whom a token speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaks<'a> {
    /// The subject.
    pub subject: &'a PrincipalId,
    /// The role.
    pub role: Role,
    /// The sign-in.
    pub session: &'a str,
    /// The account's, when it was signed.
    pub ver: u64,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl Keys {
    /// The keys in the data directory; one is drawn when there is none yet.
    ///
    /// # Errors
    /// When a file cannot be written, or holds no key.
    pub fn load_or_create(directory: &Path) -> Result<Self, KeyError> {
        key_files::create_first(directory)?;
        Ok(Self::with(Some(directory.to_owned()), Ring::read(directory)?))
    }

    /// A key that nobody keeps, for tests.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn drawn() -> Result<Self, KeyError> {
        Ok(Self::with(None, Ring(vec![Key::of(KeyFile::FIRST, &key_files::draw()?)])))
    }

    fn with(directory: Option<PathBuf>, ring: Ring) -> Self {
        let leeway_secs = LEEWAY_SECS.cast_signed();
        Self { directory, token_life_secs: TOKEN_LIFE_SECS, leeway_secs, ring: RwLock::new(Arc::new(ring)) }
    }

    /// The same, for nodes whose clocks are no further apart.
    #[must_use]
    pub fn for_clocks_within(mut self, secs: u32) -> Self {
        self.leeway_secs = secs.into();
        self
    }

    /// The same, for tokens that live so long.
    #[must_use]
    pub fn for_tokens_of(mut self, secs: u64) -> Self {
        self.token_life_secs = i64::try_from(secs).unwrap_or(i64::MAX);
        self
    }

    pub(super) fn ring(&self) -> Arc<Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token for a program called `subject` that lives for so many seconds from `now` (seconds since 1970). It belongs to
    /// no sign-in: it is good until it ends, or until the key that signed it does.
    ///
    /// # Panics
    /// Never: our own claims can always be signed.
    #[must_use]
    pub fn issue(&self, role: Role, subject: &PrincipalId, ttl_secs: u64, now: i64) -> String {
        let session = draw_name().unwrap_or_else(|_| "unnamed".to_owned());
        self.sign(Speaks { subject, role, session: &session, ver: 1 }, ttl_secs, now)
    }

    /// A token that lives for so many seconds from `now`.
    pub(crate) fn sign(&self, speaks: Speaks<'_>, ttl_secs: u64, now: i64) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: speaks.subject.to_string(),
            sid: speaks.session.to_owned(),
            role: speaks.role,
            ver: speaks.ver,
            iat: now,
            nbf: now,
            exp: now.saturating_add(i64::try_from(ttl_secs).unwrap_or(i64::MAX)),
            jti: draw_name().unwrap_or_else(|_| "unnamed".to_owned()),
        };
        let ring = self.ring();
        let key = ring.signs_at(now);
        jsonwebtoken::encode(&key.header(), &claims, &key.signing).expect("our own claims can be signed")
    }

    /// What offers are sealed with, the one for those made at `now` (seconds since 1970) first. The others open what was
    /// sealed before the keys changed.
    pub(crate) fn offer_keys(&self, now: i64) -> Vec<[u8; 32]> {
        let ring = self.ring();
        let first = ring.signs_at(now).offers;
        let others = ring.0.iter().map(|key| key.offers).filter(|key| *key != first);
        std::iter::once(first).chain(others).collect()
    }

    /// The name of the key that signs now, as tokens carry it.
    #[must_use]
    pub fn name(&self) -> String {
        self.ring().signs_at(super::tokens::now()).name.clone()
    }

    /// The public halves for whoever verifies our tokens (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self) -> Value {
        let ring = self.ring();
        let shown = |key: &Key| {
            json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.name, "x": key.public,
            })
        };
        json!({ "keys": ring.0.iter().map(shown).collect::<Vec<_>>() })
    }

    /// Draws the next key. It is published at once and signs one token's life later; when (seconds since 1970).
    ///
    /// # Errors
    /// When one is waiting already, or its file cannot be written.
    pub fn rotate(&self, now: i64) -> Result<i64, KeyError> {
        let from = now.saturating_add(self.token_life_secs).saturating_add(self.leeway_secs);
        let waiting = self.ring().0.iter().map(|key| key.file.from).find(|from| *from > now);
        match (waiting, &self.directory) {
            (Some(from), _) => Err(KeyError::Waiting(from)),
            (None, None) => Err(KeyError::Nowhere),
            (None, Some(directory)) => {
                key_files::create(directory, KeyFile { from })?;
                self.refresh(now)?;
                Ok(from)
            }
        }
    }

    /// Takes in keys that another process has drawn, and drops those that have ended; whether any was dropped.
    ///
    /// # Errors
    /// When a file holds no key. The keys stay as they are.
    pub fn refresh(&self, now: i64) -> Result<bool, KeyError> {
        let Some(directory) = &self.directory else { return Ok(false) };
        let life = self.token_life_secs.saturating_add(2 * self.leeway_secs);
        let mut files = key_files::list(directory)?;
        while let [ended, next, ..] = files[..]
            && next.from.saturating_add(life) <= now
        {
            key_files::remove(directory, ended)?;
            files.remove(0);
        }
        let known: Vec<KeyFile> = self.ring().0.iter().map(|key| key.file).collect();
        if files == known || files.is_empty() {
            return Ok(false);
        }
        let ring = Arc::new(Ring::read(directory)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(known.iter().any(|file| !files.contains(file)))
    }
}

impl Ring {
    fn read(directory: &Path) -> Result<Self, KeyError> {
        let files = key_files::list(directory)?;
        let keys = files.into_iter().map(|file| Ok(Key::of(file, &key_files::read(directory, file)?)));
        let keys = keys.collect::<Result<Vec<_>, KeyError>>()?;
        if keys.is_empty() { Err(KeyError::Nowhere) } else { Ok(Self(keys)) }
    }

    /// The latest key whose time has come; before every one's, the first.
    fn signs_at(&self, now: i64) -> &Key {
        let begun = self.0.iter().rev().find(|key| key.file.from <= now);
        begun.or(self.0.first()).expect("a ring has a key: it is never made without")
    }

    /// The key that a token names, if the rest of its head is the very one that we write: algorithm, type and name, and
    /// nothing beside them that could name another key or ask for something that we do not understand.
    pub(super) fn of(&self, header: &Header) -> Option<&Key> {
        let named = header.kid.as_deref()?;
        self.0.iter().find(|key| key.name == named).filter(|key| *header == key.header())
    }
}

impl Key {
    fn of(file: KeyFile, key: &SigningKey) -> Self {
        let verifying = key.verifying_key();
        let public = URL_SAFE_NO_PAD.encode(verifying.as_bytes());
        let digest = Sha256::digest(verifying.as_bytes());
        Self {
            file,
            signing: EncodingKey::from_ed_der(&private(key)),
            verifying: DecodingKey::from_ed_components(&public).expect("our own key has a public half"),
            name: URL_SAFE_NO_PAD.encode(&digest[..12]),
            public,
            offers: offer_key(key),
        }
    }

    /// The head of every token that this key signs.
    fn header(&self) -> Header {
        Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(self.name.clone()),
            ..Header::new(Algorithm::EdDSA)
        }
    }
}

/// A secret beside the key, which tells nothing of it.
fn offer_key(key: &SigningKey) -> [u8; 32] {
    Sha256::new().chain_update(b"aisle offers 1").chain_update(key.to_bytes()).finalize().into()
}

/// PKCS #8 without the public half, which is what the signer reads (RFC 8410, section 7).
fn private(key: &SigningKey) -> Vec<u8> {
    const HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let mut der = HEAD.to_vec();
    der.extend(key.to_bytes());
    der
}

/// A name that nobody guesses.
pub(crate) fn draw_name() -> Result<String, KeyError> {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Chance)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
