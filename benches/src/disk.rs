//! What the disk does to everybody while something is measured.
//!
//! A disk that many machines share now and then takes a second for what it does in a fifth of a millisecond. Whoever commits waits for
//! it, and the times of that round tell of the disk. So beside each measurement a few bytes are committed ten times a second, and
//! the longest of these commits stands with the results.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Often enough to be there when the disk stalls for a tenth of a second, and too rarely to cost anything.
const EVERY: Duration = Duration::from_millis(100);

/// Commits a few bytes now and then, until it is asked for the longest time.
#[derive(Debug)]
pub struct Watch {
    /// Dropped at the end.
    goes_on: mpsc::Sender<()>,
    thread: JoinHandle<io::Result<Duration>>,
}

impl Watch {
    /// Begins to watch the disk that has this directory.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn begin(directory: &Path) -> io::Result<Self> {
        let file = File::create(directory.join("disk-watch"))?;
        // Only the first one makes the file longer.
        commit(&file)?;
        let (goes_on, end) = mpsc::channel();
        Ok(Self { goes_on, thread: thread::spawn(move || watch(&file, &end)) })
    }

    /// The longest that one commit of 4 KiB took.
    ///
    /// # Errors
    /// When one failed.
    ///
    /// # Panics
    /// Never: nothing in the thread does.
    pub fn end(self) -> io::Result<Duration> {
        drop(self.goes_on);
        self.thread.join().expect("a thread that cannot panic")
    }
}

fn watch(file: &File, end: &mpsc::Receiver<()>) -> io::Result<Duration> {
    let mut longest = Duration::ZERO;
    loop {
        longest = longest.max(commit(file)?);
        if end.recv_timeout(EVERY) == Err(RecvTimeoutError::Disconnected) {
            return Ok(longest);
        }
    }
}

fn commit(file: &File) -> io::Result<Duration> {
    let began = Instant::now();
    file.write_all_at(&[1; 4_096], 0)?;
    file.sync_data()?;
    Ok(began.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_takes_its_time() {
        let directory = testbed::directory().unwrap();
        let watch = Watch::begin(directory.path()).unwrap();
        thread::sleep(EVERY * 2);
        assert!(watch.end().unwrap() > Duration::ZERO);
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        assert!(Watch::begin(Path::new("/nowhere")).is_err());
    }
}
