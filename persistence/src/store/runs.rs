//! Several rows in one line of the journal's table.
//!
//! A hot flight commits hundreds of rows at a time, and to a database each line costs more than what stands in it: a key
//! that is looked up, an entry in the index, a name that is written twice. So rows that follow one another in a stream
//! are written as one line, a *run*. Its body is text: for each row a head, which says when it was decided, which request
//! it answers with which fingerprint (two hyphens when none), and how many bytes its own body has; then that body. Head and body end with
//! a line feed.
//!
//! ```text
//! 1764316800000 00112233445566778899aabbccddeeff ffeeddccbbaa99887766554433221100 31
//! [{"HoldReleased":{"hold":1207}}]
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::str::FromStr;

use domain::ids::Version;
use domain::time::Timestamp;

use crate::journal::{RequestKey, StoredRow};

/// Rows of a run at most: whoever looks for one of them reads all.
pub const ROWS_MAX: usize = 64;

/// Bytes of a run's body at most: a line of it fits a page of SQLite, and two of them one of PostgreSQL.
const BYTES_MAX: usize = 3_900;

/// Bytes of a head, and the ends of its lines.
const HEAD_BYTES: usize = 86;

/// Cuts rows into runs, in their order; most have one row.
///
/// When a stream's rows do not rise, as those of a statement always do, each row is a run of its own, so that the database finds a
/// key that is there twice.
pub fn cut(rows: &[StoredRow]) -> Vec<&[StoredRow]> {
    let runs: Vec<&[StoredRow]> = Cut { rest: rows }.collect();
    if runs.len() == rows.len() || rise(&runs) { runs } else { rows.chunks(1).collect() }
}

struct Cut<'a> {
    rest: &'a [StoredRow],
}

impl<'a> Iterator for Cut<'a> {
    type Item = &'a [StoredRow];

    fn next(&mut self) -> Option<&'a [StoredRow]> {
        let first = self.rest.first()?;
        let mut bytes = first.body.len() + HEAD_BYTES;
        let more = self.rest.windows(2).take(ROWS_MAX - 1).take_while(|pair| {
            bytes += pair[1].body.len() + HEAD_BYTES;
            bytes <= BYTES_MAX && follows(&pair[0], &pair[1])
        });
        let (run, rest) = self.rest.split_at(1 + more.count());
        self.rest = rest;
        Some(run)
    }
}

fn follows(before: &StoredRow, row: &StoredRow) -> bool {
    row.version == before.version.next()
        && (row.schema, row.epoch) == (before.schema, before.epoch)
        && row.stream == before.stream
}

/// Whether the runs of each stream rise.
fn rise(runs: &[&[StoredRow]]) -> bool {
    let mut ends = BTreeMap::new();
    runs.iter().all(|run| {
        let (first, last) = (&run[0], &run[run.len() - 1]);
        ends.insert(&first.stream, last.version).is_none_or(|end| end < first.version)
    })
}

/// Writes the body of a line: that of the one row, or of a run.
pub fn write(run: &[StoredRow], text: &mut Vec<u8>) {
    if let [row] = run {
        return text.extend_from_slice(row.body.as_bytes());
    }
    for row in run {
        let at = row.at.millis();
        match row.request {
            Some(RequestKey { id, fingerprint }) => write!(text, "{at} {id} {fingerprint} "),
            None => write!(text, "{at} - - "),
        }
        .and_then(|()| writeln!(text, "{}", row.body.len()))
        .expect("memory takes everything");
        text.extend_from_slice(row.body.as_bytes());
        text.push(b'\n');
    }
}

/// The same as a text.
pub fn text(run: &[StoredRow]) -> Cow<'_, str> {
    if let [row] = run {
        return Cow::Borrowed(&row.body);
    }
    let mut text = Vec::with_capacity(BYTES_MAX);
    write(run, &mut text);
    Cow::Owned(String::from_utf8(text).expect("heads and bodies are text"))
}

/// A row of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its number in the stream.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// The request that it answers.
    pub request: Option<RequestKey>,
    /// Its events.
    pub body: &'a str,
}

/// The body of a line is none of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no run of rows")]
pub struct NotARun;

/// Takes the body of a run apart, whose first row has this version.
///
/// # Errors
/// When it is none.
pub fn read(first: Version, mut text: &str) -> impl Iterator<Item = Result<Part<'_>, NotARun>> {
    let mut version = first;
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let part = part(version, &mut text).ok_or(NotARun);
        version = version.next();
        if part.is_err() {
            text = "";
        }
        Some(part)
    })
}

fn part<'a>(version: Version, text: &mut &'a str) -> Option<Part<'a>> {
    let (head, rest) = text.split_once('\n')?;
    let mut words = head.split(' ');
    let at = Timestamp::from_millis(word(&mut words)?).ok()?;
    let request = match (words.next()?, words.next()?) {
        ("-", "-") => None,
        (id, fingerprint) => {
            Some(RequestKey { id: id.parse().ok()?, fingerprint: fingerprint.parse().ok()? })
        }
    };
    let (body, rest) = rest.split_at_checked(word(&mut words)?)?;
    *text = rest.strip_prefix('\n')?;
    words.next().is_none().then_some(Part { version, at, request, body })
}

fn word<T: FromStr>(words: &mut std::str::Split<'_, char>) -> Option<T> {
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use domain::ids::Version;
    use domain::time::Timestamp;

    use super::{BYTES_MAX, NotARun, ROWS_MAX, cut, read, text};
    use crate::journal::{Epoch, Fingerprint, RequestId, RequestKey, StoredRow};

    fn row(stream: &str, version: u64) -> StoredRow {
        let key = RequestKey { id: RequestId::new([7; 16]), fingerprint: Fingerprint::new([0xa0; 16]) };
        StoredRow {
            stream: stream.parse().unwrap(),
            version: Version::new(version),
            at: Timestamp::from_millis(1_000 + i64::try_from(version).unwrap()).unwrap(),
            epoch: Epoch::new(1),
            schema: 1,
            request: version.is_multiple_of(2).then_some(key),
            body: format!("[\"Zoë {version}\n\"]").into(),
        }
    }

    fn lengths(rows: &[StoredRow]) -> Vec<usize> {
        cut(rows).iter().map(|run| run.len()).collect()
    }

    #[test]
    fn a_run_reads_as_it_was_written() {
        let rows: Vec<StoredRow> = (5..12).map(|version| row("flight/a", version)).collect();
        let text = text(&rows);
        let parts = read(Version::new(5), &text).map(Result::unwrap);
        let same = rows.iter().map(|row| (row.version, row.at, row.request, &*row.body));
        assert!(parts.map(|part| (part.version, part.at, part.request, part.body)).eq(same));
    }

    #[test]
    fn rows_that_follow_one_another_are_a_run() {
        let (a, b) = (|version| row("flight/a", version), |version| row("flight/b", version));
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&[a(1), a(2), b(3), b(4), b(5), a(3)]), [2, 3, 1]);
        assert_eq!(lengths(&[a(1), a(3), a(4)]), [1, 2], "a gap");
        let newer = StoredRow { schema: 2, ..a(2) };
        assert_eq!(lengths(&[a(1), newer, a(3)]), [1; 3], "another schema");
        assert_eq!(lengths(&[a(1), StoredRow { epoch: Epoch::new(2), ..a(2) }]), [1; 2], "another epoch");
    }

    #[test]
    fn rows_that_do_not_rise_stand_alone() {
        let (a, b) = (|version| row("flight/a", version), |version| row("flight/b", version));
        assert_eq!(lengths(&[a(1), a(2), a(2), a(3)]), [1; 4]);
        assert_eq!(lengths(&[a(1), a(2), b(1), a(2)]), [1; 4]);
        assert_eq!(lengths(&[a(4), a(5), b(1), a(1), a(2)]), [1; 5]);
    }

    #[test]
    fn a_run_has_a_bounded_length() {
        let rows: Vec<StoredRow> = (1..=300).map(|version| row("flight/a", version)).collect();
        let runs = cut(&rows);
        assert!(runs.len() > 300 / ROWS_MAX && runs.len() < 30, "{}", runs.len());
        assert!(runs.iter().all(|run| run.len() <= ROWS_MAX && text(run).len() <= BYTES_MAX));
        let short: Vec<StoredRow> =
            rows.iter().map(|row| StoredRow { body: "[]".into(), request: None, ..row.clone() }).collect();
        assert!(cut(&short).iter().all(|run| run.len() <= ROWS_MAX));
    }

    #[test]
    fn what_is_no_run_is_said_to_be_none() {
        let rows: Vec<StoredRow> = (1..4).map(|version| row("flight/a", version)).collect();
        let whole = text(&rows).into_owned();
        let fails = |text: &str| read(Version::new(1), text).any(|part| part == Err(NotARun));
        assert!(!fails(&whole));
        let ends = whole.match_indices('\n').map(|(at, _)| at + 1);
        let ends: Vec<usize> = ends.filter(|at| !fails(&whole[..*at])).collect();
        assert_eq!(ends.len(), rows.len(), "a part is a run only at the end of a row");
        for at in (1..whole.len()).filter(|at| whole.is_char_boundary(*at) && !ends.contains(at)) {
            assert!(fails(&whole[..at]), "the first {at} bytes");
        }
        for text in [
            "[]",
            "\n",
            "1 - -\n",
            "1 - - 2\n[]",
            "1 - x 2\n[]\n",
            "-1 - - 2\n[]\n",
            "1 - - 2 3\n[]\n",
            "1 - - 1\në\n",
        ] {
            assert!(fails(text), "{text:?}");
        }
    }
}
