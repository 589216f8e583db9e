//! The keys of personal data: versioned master keys, and the one that indexes are made with.
//!
//! They stand in a file of their own, so that a copy of the database alone is worth nothing. One line for each key: what it
//! is, and 64 hexadecimal digits. `index` is made once and stays; master keys are numbered, and the last one wraps what is
//! new. To put a new one in the place of the last: add a line with the next number and start anew; what older ones wrapped is
//! wrapped anew in the background, and their lines can go when none is left.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

/// Fills bytes with randomness that nobody can guess; `false` when there is none.
pub type Draw<'a> = &'a mut (dyn FnMut(&mut [u8]) -> bool + Send);

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// The first line of the index key.
const INDEX: &str = "index";

/// 256 bits that are overwritten when they are not needed any more, and never printed.
#[derive(Clone)]
pub(super) struct Secret(Zeroizing<[u8; KEY_BYTES]>);

/// The keys of personal data.
#[derive(Clone)]
pub struct Keys {
    index: Secret,
    /// By version; never empty.
    masters: BTreeMap<u32, Secret>,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read or made.
    #[error("cannot read the keys of personal data")]
    File(#[from] io::Error),
    /// Others than its owner may read the file.
    #[error("others may read the keys of personal data: their file must have mode 0600")]
    Readable,
    /// What it says are no keys. The line is not repeated.
    #[error("line {0} of the keys of personal data is no key")]
    Line(usize),
    /// A kind of key is missing.
    #[error("the keys of personal data lack {0}")]
    Missing(&'static str),
    /// The operating system gives no randomness.
    #[error("no randomness for the keys of personal data")]
    Chance,
}

impl Secret {
    pub(super) fn drawn(draw: Draw<'_>) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        draw(bytes.as_mut_slice()).then_some(Self(bytes))
    }

    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; KEY_BYTES] = bytes.try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn read(digits: &str) -> Option<Self> {
        if digits.len() != 2 * KEY_BYTES || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    fn put(&self, text: &mut String) {
        for byte in self.0.iter() {
            for half in [byte >> 4, byte & 0xF] {
                text.extend(char::from_digit(half.into(), 16));
            }
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for Keys {
    /// How many there are, and nothing of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} master keys)", self.masters.len())
    }
}

impl Keys {
    /// Keys that nobody has seen before.
    ///
    /// # Errors
    /// Without randomness.
    pub fn drawn(draw: Draw<'_>) -> Result<Self, KeysError> {
        let index = Secret::drawn(draw).ok_or(KeysError::Chance)?;
        let master = Secret::drawn(draw).ok_or(KeysError::Chance)?;
        Ok(Self { index, masters: BTreeMap::from([(1, master)]) })
    }

    /// The same keys, with a new master key in the place of the last.
    ///
    /// # Errors
    /// Without randomness.
    pub fn rotated(&self, draw: Draw<'_>) -> Result<Self, KeysError> {
        let mut keys = self.clone();
        let master = Secret::drawn(draw).ok_or(KeysError::Chance)?;
        keys.masters.insert(self.current().0 + 1, master);
        Ok(keys)
    }

    /// The keys of this file, which is made when there is none.
    ///
    /// # Errors
    /// When it cannot be read or made, when others may read it, and when it holds no keys.
    pub fn open_or_make(path: &Path, draw: Draw<'_>) -> Result<Self, KeysError> {
        if !path.exists() {
            let keys = Self::drawn(draw)?;
            return keys.make(path).map(|()| keys);
        }
        Self::open(path)
    }

    /// The keys of this file.
    ///
    /// # Errors
    /// When it cannot be read, when others may read it, and when it holds no keys.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        if path.metadata()?.permissions().mode() & 0o077 != 0 {
            return Err(KeysError::Readable);
        }
        Self::read(&Zeroizing::new(std::fs::read_to_string(path)?))
    }

    /// Writes them to a new file, which only its owner reads. It is durable when this returns: what is sealed from now on
    /// is lost without it.
    ///
    /// # Errors
    /// When there is a file already, or the disk refuses.
    pub fn make(&self, path: &Path) -> Result<(), KeysError> {
        let unfinished = path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(self.text().as_bytes())?;
        file.sync_all()?;
        // Unlike a rename, this never takes the place of another one's keys.
        std::fs::hard_link(&unfinished, path)?;
        std::fs::remove_file(&unfinished)?;
        if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    fn read(text: &str) -> Result<Self, KeysError> {
        let (mut index, mut masters) = (None, BTreeMap::new());
        for (at, line) in text.lines().enumerate() {
            let (name, digits) = match line.trim().split_once(' ') {
                Some((name, digits)) if !name.starts_with('#') => (name, digits.trim()),
                Some(_) => continue,
                None if line.trim().is_empty() => continue,
                None => return Err(KeysError::Line(at + 1)),
            };
            let secret = Secret::read(digits).ok_or(KeysError::Line(at + 1))?;
            if name == INDEX {
                index = Some(secret);
            } else {
                let version =
                    name.parse().ok().filter(|version| *version > 0).ok_or(KeysError::Line(at + 1))?;
                masters.insert(version, secret);
            }
        }
        if masters.is_empty() {
            return Err(KeysError::Missing("a master key"));
        }
        Ok(Self { index: index.ok_or(KeysError::Missing("the key of the indexes"))?, masters })
    }

    fn text(&self) -> Zeroizing<String> {
        // So large that it never grows: what a text leaves behind when it moves is not overwritten.
        let mut text = Zeroizing::new(String::with_capacity(256 + self.masters.len() * 128));
        text.push_str("# Keys of personal data. Whoever loses them loses it; whoever has them reads it.\n");
        let masters = self.masters.iter().map(|(version, secret)| (version.to_string(), secret));
        for (name, secret) in std::iter::once((INDEX.to_owned(), &self.index)).chain(masters) {
            text.push_str(&name);
            text.push(' ');
            secret.put(&mut text);
            text.push('\n');
        }
        text
    }

    /// The master key that wraps what is new.
    pub(super) fn current(&self) -> (u32, &Secret) {
        let (version, secret) = self.masters.last_key_value().expect("there is a master key: reading checks");
        (*version, secret)
    }

    pub(super) fn master(&self, version: u32) -> Option<&Secret> {
        self.masters.get(&version)
    }

    pub(super) fn index(&self) -> &Secret {
        &self.index
    }

    /// All of them, by the number under which the store knows them; that of the indexes is 0.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Secret)> {
        std::iter::once((0, &self.index))
            .chain(self.masters.iter().map(|(version, secret)| (*version, secret)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> impl FnMut(&mut [u8]) -> bool + Send {
        let mut next = 0_u8;
        move |bytes| {
            bytes.fill_with(|| {
                next = next.wrapping_add(1);
                next
            });
            true
        }
    }

    #[test]
    fn a_file_of_keys_is_made_once_and_read_by_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("personal.key");
        let made = Keys::open_or_make(&path, &mut counting()).unwrap();
        let again = Keys::open_or_make(&path, &mut |_: &mut [u8]| panic!("nothing is drawn")).unwrap();
        assert_eq!(again.current().1.bytes(), made.current().1.bytes());
        assert_eq!(again.index.bytes(), made.index.bytes());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(made.make(&path), Err(KeysError::File(_))), "nobody's keys are overwritten");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::open(&path), Err(KeysError::Readable)));
    }

    #[test]
    fn the_last_master_key_wraps_what_is_new() {
        let mut draw = counting();
        let keys = Keys::drawn(&mut draw).unwrap();
        let rotated = keys.rotated(&mut draw).unwrap();
        assert_eq!((keys.current().0, rotated.current().0), (1, 2));
        let read = Keys::read(&rotated.text()).unwrap();
        assert_eq!(read.current().1.bytes(), rotated.current().1.bytes());
        assert_eq!(read.master(1).unwrap().bytes(), keys.current().1.bytes());
    }

    #[test]
    fn what_is_no_key_is_refused_by_its_line() {
        let key = "0".repeat(64);
        for (text, line) in [
            ("index", 1),
            ("index 00", 1),
            (&*format!("index {key}\n0 {key}"), 2),
            (&*format!("index {key}\n# a word\n\nx {key}"), 4),
            (&*format!("index {key}\n1 {}", "g".repeat(64)), 2),
        ] {
            assert!(matches!(Keys::read(text), Err(KeysError::Line(found)) if found == line), "{text}");
        }
        assert!(matches!(Keys::read(&format!("1 {key}")), Err(KeysError::Missing(_))));
        assert!(matches!(Keys::read(&format!("index {key}")), Err(KeysError::Missing(_))));
    }

    #[test]
    fn keys_are_not_printed() {
        let keys = Keys::drawn(&mut |bytes: &mut [u8]| {
            bytes.fill(0xAB);
            true
        });
        let keys = keys.unwrap();
        let printed = format!("{keys:?} {:?}", keys.index);
        assert!(!printed.contains("171") && !printed.to_lowercase().contains("ab,"), "{printed}");
        assert!(keys.text().contains(&"ab".repeat(32)));
    }
}
