//! What a process costs, as the kernel counts it in `/proc`.

use std::fs;
use std::time::Duration;

use anyhow::Context;

/// What a process has used so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// CPU time in user space and in the kernel, over all its threads. Counted in ticks, so its grain is 10 ms.
    pub cpu: Duration,
    /// Memory that is resident now, in bytes.
    pub rss_bytes: u64,
}

/// The fields of `/proc/<pid>/stat` that we read. Numbered from the field after the name: the name may contain
/// anything, so it is skipped first.
mod field {
    pub const PARENT: usize = 1;
    pub const USER: usize = 11;
    pub const SYSTEM: usize = 12;
    pub const CHILDREN_USER: usize = 13;
    pub const CHILDREN_SYSTEM: usize = 14;
    pub const RSS_PAGES: usize = 21;
}

/// What one process has used.
///
/// # Errors
/// When there is no such process.
pub fn of(pid: u32) -> anyhow::Result<Usage> {
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let fields = fields(&text).with_context(|| format!("cannot understand {path}"))?;
    let rss_bytes = fields[field::RSS_PAGES] * rustix::param::page_size() as u64;
    Ok(Usage { cpu: ticks(fields[field::USER] + fields[field::SYSTEM]), rss_bytes })
}

/// The memory of one process in bytes: what is resident, a page that several processes share by its part only
/// (`Pss` in `smaps_rollup`).
///
/// # Errors
/// When there is no such process.
pub fn memory_bytes(pid: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    proportional_bytes(&text).with_context(|| format!("cannot understand {path}"))
}

fn proportional_bytes(rollup: &str) -> Option<u64> {
    let kib = rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB"));
    Some(kib?.trim().parse::<u64>().ok()? * 1_024)
}

/// The CPU time of a process and its children, those that have ended included: for PostgreSQL, which has a
/// process for each connection.
///
/// # Errors
/// When there is no such process.
pub fn cpu_of_family(pid: u32) -> anyhow::Result<Duration> {
    let mut sum = 0;
    for entry in fs::read_dir("/proc").context("cannot list /proc")? {
        let path = entry.context("cannot list /proc")?.path().join("stat");
        // Most entries are no processes, and a process may end while we look.
        let Some(fields) = fs::read_to_string(path).ok().as_deref().and_then(fields) else { continue };
        if fields[field::PARENT] == u64::from(pid) {
            sum += fields[field::USER] + fields[field::SYSTEM];
        }
    }
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let own = fields(&text).with_context(|| format!("cannot understand {path}"))?;
    sum += own[field::USER..=field::CHILDREN_SYSTEM].iter().sum::<u64>();
    const { assert!(field::CHILDREN_USER == field::SYSTEM + 1) };
    Ok(ticks(sum))
}

/// The time that all cores together have been busy since the machine started, or were taken away by its host.
///
/// # Errors
/// When the kernel does not tell.
pub fn busy() -> anyhow::Result<Duration> {
    let text = fs::read_to_string("/proc/stat").context("cannot read /proc/stat")?;
    busy_ticks(&text).map(ticks).context("cannot understand /proc/stat")
}

/// User, nice, system, idle, iowait, irq, softirq, steal; guests are in user time already.
fn busy_ticks(stat: &str) -> Option<u64> {
    let numbers = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let numbers: Vec<u64> = numbers.map_while(|number| number.parse().ok()).collect();
    let &[user, nice, system, _idle, _iowait, irq, softirq, steal, ..] = numbers.as_slice() else {
        return None;
    };
    Some(user + nice + system + irq + softirq + steal)
}

fn ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second())
}

/// The numbers after the name; what is no number reads as 0.
fn fields(stat: &str) -> Option<Vec<u64>> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<u64> = after_name.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect();
    (fields.len() > field::RSS_PAGES).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_does_not_shift_the_fields() {
        let stat = "7 (a b) c) S 6 7 7 0 -1 4194560 1 0 0 0 250 50 3 4 20 0 9 0 100 0 42 0";
        let fields = fields(stat).unwrap();
        assert_eq!((fields[field::PARENT], fields[field::USER], fields[field::SYSTEM]), (6, 250, 50));
        assert_eq!((fields[field::CHILDREN_USER], fields[field::CHILDREN_SYSTEM]), (3, 4));
        assert_eq!(fields[field::RSS_PAGES], 42);
    }

    #[test]
    fn a_machine_is_busy_when_it_is_not_idle() {
        assert_eq!(busy_ticks("cpu  1 2 4 1000 1000 8 16 32 64 64\ncpu0 9"), Some(63));
        assert_eq!(busy_ticks("cpu  1 2 4"), None);
        assert!(busy().unwrap() > Duration::ZERO);
    }

    #[test]
    fn shared_memory_counts_by_its_part() {
        let rollup = "55d0-7ffc ---p 0 00:00 0 [rollup]\nRss:  900 kB\nPss:      700 kB\nPss_Anon: 600 kB\n";
        assert_eq!(proportional_bytes(rollup), Some(700 * 1_024));
        assert_eq!(proportional_bytes("Rss: 900 kB"), None);
        let pid = std::process::id();
        assert!((100_000..=of(pid).unwrap().rss_bytes * 2).contains(&memory_bytes(pid).unwrap()));
    }

    #[test]
    fn we_use_memory_and_have_a_family() {
        let pid = std::process::id();
        let own = of(pid).unwrap();
        assert!(own.rss_bytes > 100_000);
        // Asked for afterwards: time goes on between two questions, and never back.
        assert!(cpu_of_family(pid).unwrap() >= own.cpu);
    }
}
