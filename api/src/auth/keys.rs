//! The key that signs tokens: an Ed25519 key in a file that only its owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::PrincipalId;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Role;
use super::tokens::{AUDIENCE, Claims, ISSUER};

/// The file in the data directory.
const FILE: &str = "signing-key.pem";

/// The signing key and its name.
pub struct Keys {
    signing: EncodingKey,
    /// The public half, as JSON web keys write it.
    public: String,
    name: String,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be used.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The file holds no key of ours.
    #[error("{} holds no Ed25519 key in PKCS #8", .0.display())]
    Unreadable(PathBuf),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Chance,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Keys {
    /// The key in the data directory, drawn when there is none yet.
    ///
    /// # Errors
    /// When the file cannot be written, or holds no key.
    pub fn load_or_create(directory: &Path) -> Result<Self, KeyError> {
        let path = directory.join(FILE);
        if !path.exists() {
            create(directory, &path)?;
        }
        let pem =
            fs::read_to_string(&path).map_err(|source| KeyError::File { path: path.clone(), source })?;
        let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeyError::Unreadable(path.clone()))?;
        Ok(Self::of(&key))
    }

    /// A key that nobody keeps, for tests.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn drawn() -> Result<Self, KeyError> {
        draw().map(|key| Self::of(&key))
    }

    fn of(key: &SigningKey) -> Self {
        let verifying = key.verifying_key();
        let public = URL_SAFE_NO_PAD.encode(verifying.as_bytes());
        let digest = Sha256::digest(verifying.as_bytes());
        let name = URL_SAFE_NO_PAD.encode(&digest[..12]);
        Self { signing: EncodingKey::from_ed_der(&private(key)), public, name }
    }

    /// A token for `subject` that lives for so many seconds from `now` (seconds since 1970).
    ///
    /// # Panics
    /// Never: our own claims can always be signed.
    #[must_use]
    pub fn issue(&self, role: Role, subject: &PrincipalId, ttl_secs: u64, now: i64) -> String {
        let drawn = || draw_name().unwrap_or_else(|_| "unnamed".to_owned());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: subject.to_string(),
            sid: drawn(),
            role,
            ver: 1,
            iat: now,
            nbf: now,
            exp: now.saturating_add(i64::try_from(ttl_secs).unwrap_or(i64::MAX)),
            jti: drawn(),
        };
        jsonwebtoken::encode(&self.header(), &claims, &self.signing).expect("our own claims can be signed")
    }

    /// The head of every token that this key signs.
    pub(super) fn header(&self) -> Header {
        Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(self.name.clone()),
            ..Header::new(Algorithm::EdDSA)
        }
    }

    /// The key's name, as tokens carry it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public half, in base64url.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The public half for whoever verifies our tokens (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.name, "x": self.public,
        }] })
    }
}

/// PKCS #8 without the public half, which is what the signer reads (RFC 8410, section 7).
fn private(key: &SigningKey) -> Vec<u8> {
    const HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let mut der = HEAD.to_vec();
    der.extend(key.to_bytes());
    der
}

fn draw() -> Result<SigningKey, KeyError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| KeyError::Chance)?;
    Ok(SigningKey::from_bytes(&seed))
}

/// A name that nobody guesses.
pub(crate) fn draw_name() -> Result<String, KeyError> {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Chance)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Writes a new key, whole or not at all. Of two processes that do so at once, one wins and both read its key.
fn create(directory: &Path, path: &Path) -> Result<(), KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    let pem = draw()?.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Unreadable(path.to_owned()))?;
    fs::create_dir_all(directory).map_err(failed)?;
    let draft = directory.join(format!("{FILE}.{}", draw_name()?));
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(failed)?;
    let written = file.write_all(pem.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    linked.and(removed).map_err(failed)?;
    File::open(directory).and_then(|opened| opened.sync_all()).map_err(failed)
}
