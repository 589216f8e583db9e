//! Requests that are answered once.

use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use persistence::journal::{Fingerprint, RequestId, RequestKey};
use sha2::{Digest as _, Sha256};

use crate::auth::Principal;
use crate::problem::Problem;
use crate::sent::Sent;

/// The header's name.
pub const HEADER: &str = "idempotency-key";

/// Says that an answer was given before.
const REPLAYED: &str = "idempotent-replayed";

/// How long a key may be, in characters.
const KEY_CHARS_MAX: usize = 255;

/// How a request is told from others, and whether its client can ask again.
#[derive(Debug, Clone)]
pub struct Once {
    /// The key as clients write it.
    pub key: String,
    /// Whether the client chose it: one that was drawn for them is for accepted requests only.
    pub is_chosen: bool,
    /// For the departure's memory.
    pub request: RequestKey,
}

impl Once {
    /// What the request's header says, or a key that is drawn.
    ///
    /// # Errors
    /// When the header is no key.
    pub fn of(principal: &Principal, sent: &Sent) -> Result<Self, Problem> {
        let fingerprint = Fingerprint::new(half(Sha256::digest(&sent.body).into()));
        Self::named(principal.subject.as_str(), sent, &fingerprint)
    }

    /// The same where the body must not be digested as it is, or nobody has signed in yet: `asker` stands for the
    /// principal.
    ///
    /// # Errors
    /// When the header is no key.
    pub fn named(asker: &str, sent: &Sent, fingerprint: &Fingerprint) -> Result<Self, Problem> {
        let given = sent.headers.get(HEADER).map(key).transpose()?;
        let is_chosen = given.is_some();
        let key = match given {
            Some(key) => key,
            None => crate::chance::name().ok_or_else(|| Problem::overloaded("no randomness"))?,
        };
        let request = RequestKey {
            id: request_id(asker, &sent.method, sent.path.path(), &key),
            fingerprint: *fingerprint,
        };
        Ok(Self { key, is_chosen, request })
    }

    /// The answer, saying whether it was given before, and by which key it can be asked for again. A drawn key
    /// is told with failures too: whoever does not know what became of a request needs it most.
    pub fn mark(&self, replayed: bool, answer: impl IntoResponse) -> Response {
        let mut answer = answer.into_response();
        if replayed {
            answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        if !self.is_chosen
            && let Ok(key) = HeaderValue::from_str(&self.key)
        {
            answer.headers_mut().insert(HEADER, key);
        }
        answer
    }
}

/// The refusal of a key that was used before for something else.
#[must_use]
pub fn reused() -> Problem {
    let detail = "this Idempotency-Key was used before with another body; draw a new one";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-mismatch", detail)
}

/// The name of a request that was posted to this path.
///
/// # Errors
/// When nobody can have sent such a key.
pub fn posted(asker: &str, path: &str, key: &str) -> Result<RequestId, Problem> {
    let value = HeaderValue::from_str(key).map_err(|_| Problem::invalid("key", "no header can hold it"))?;
    let key = self::key(&value)?;
    Ok(request_id(asker, &Method::POST, path, &key))
}

/// The key of a header: bare, or a quoted string as structured fields write one (RFC 9651).
fn key(value: &HeaderValue) -> Result<String, Problem> {
    let text = value.to_str().unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let sound = (1..=KEY_CHARS_MAX).contains(&bare.len())
        && bare.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if sound {
        return Ok(bare.to_owned());
    }
    Err(Problem::invalid("Idempotency-Key", "it must be 1 to 255 printable ASCII characters"))
}

/// A key belongs to (principal, method, path). Each part is preceded by its length, so none runs into another.
fn request_id(asker: &str, method: &Method, path: &str, key: &str) -> RequestId {
    RequestId::new(digest(&[asker, method.as_str(), path, key]))
}

/// A digest of what was asked, part by part.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> Fingerprint {
    Fingerprint::new(digest(parts))
}

fn digest(parts: &[&str]) -> [u8; 16] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    half(digest.finalize().into())
}

fn half(digest: [u8; 32]) -> [u8; 16] {
    let (first, _) = digest.split_at(16);
    first.try_into().expect("a half of 32 bytes is 16")
}
