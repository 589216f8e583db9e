//! Where keys are kept: one file each, whose name says from when on it signs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};

use super::keys::draw_name;

/// A key's file begins so,
const STEM: &str = "signing-key";

/// and ends so.
const ENDING: &str = ".pem";

/// The file of a key. In the order in which the keys sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyFile {
    /// From when on the key signs, in seconds since 1970.
    pub from: i64,
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
    /// The next key has been drawn already.
    #[error("the next key has been drawn already; it signs from {0} on, in seconds since 1970")]
    Waiting(i64),
    /// There is no directory in which keys are kept, or no key in it.
    #[error("there are no files in which keys are kept")]
    Nowhere,
}

impl KeyFile {
    /// The first key of a house, which has always signed.
    pub const FIRST: Self = Self { from: 0 };

    fn name(self) -> String {
        if self == Self::FIRST { format!("{STEM}{ENDING}") } else { format!("{STEM}.{}{ENDING}", self.from) }
    }

    fn read(name: &str) -> Option<Self> {
        let middle = name.strip_prefix(STEM)?.strip_suffix(ENDING)?;
        match middle {
            "" => Some(Self::FIRST),
            middle => Some(Self { from: middle.strip_prefix('.')?.parse().ok()? }),
        }
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> KeyError + use<> {
    let path = path.to_owned();
    move |source| KeyError::File { path, source }
}

/// The files in a directory, in order.
pub fn list(directory: &Path) -> Result<Vec<KeyFile>, KeyError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed(directory))? {
        let name = entry.map_err(failed(directory))?.file_name();
        files.extend(name.to_str().and_then(KeyFile::read));
    }
    files.sort_unstable();
    Ok(files)
}

/// The key in a file.
pub fn read(directory: &Path, file: KeyFile) -> Result<SigningKey, KeyError> {
    let path = directory.join(file.name());
    let pem = fs::read_to_string(&path).map_err(failed(&path))?;
    SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeyError::Unreadable(path))
}

/// Takes a key away for ever.
pub fn remove(directory: &Path, file: KeyFile) -> Result<(), KeyError> {
    let path = directory.join(file.name());
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&path)(error)),
        _ => Ok(()),
    }
}

/// Draws the first key of a house, unless it has one.
pub fn create_first(directory: &Path) -> Result<(), KeyError> {
    if directory.exists() && !list(directory)?.is_empty() {
        return Ok(());
    }
    create(directory, KeyFile::FIRST)
}

/// Writes a new key, whole or not at all. Of two processes that do so at once, one wins and both read its key.
pub fn create(directory: &Path, file: KeyFile) -> Result<(), KeyError> {
    let path = directory.join(file.name());
    let pem = draw()?.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Unreadable(path.clone()))?;
    fs::create_dir_all(directory).map_err(failed(&path))?;
    let draft = directory.join(format!("{STEM}.draft.{}", draw_name()?));
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(&draft);
    let written = opened.and_then(|mut opened| {
        opened.write_all(pem.as_bytes())?;
        opened.sync_all()
    });
    let linked = written.and_then(|()| match fs::hard_link(&draft, &path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    linked.and(removed).map_err(failed(&path))?;
    File::open(directory).and_then(|opened| opened.sync_all()).map_err(failed(directory))
}

/// A new key.
pub fn draw() -> Result<SigningKey, KeyError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| KeyError::Chance)?;
    Ok(SigningKey::from_bytes(&seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_says_from_when_on_its_key_signs() {
        for (name, from) in [("signing-key.pem", 0), ("signing-key.1800000000.pem", 1_800_000_000)] {
            assert_eq!(KeyFile::read(name), Some(KeyFile { from }));
            assert_eq!(KeyFile { from }.name(), name);
        }
        for name in ["", "signing-key", "signing-key.draft.abc", "signing-key.x.pem", "signing-key.pem.bak"] {
            assert_eq!(KeyFile::read(name), None, "{name}");
        }
    }
}
