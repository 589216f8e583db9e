//! The bugs that are planted on purpose, and where.

use domain::planted::Bug;

/// A bug that somebody could make. Each must be found within four thousand seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planted {
    /// One that stands in the engine's own code.
    Engine(Bug),
    /// The disk's driver acknowledges what is written before it is synced.
    AckBeforeFsync,
    /// The disk's driver goes on after a failed fsync.
    FsyncErrorIgnored,
    /// Frames on the disk are read back without their checksum.
    NoChecksum,
    /// The database does not look at epochs.
    NoEpochCheck,
    /// A takeover does not raise the epoch.
    EpochNotRaised,
    /// A payment that came too late is kept.
    RefundForgotten,
    /// The feed is told what is decided instead of what is durable.
    FeedFromMemory,
    /// A process that starts does not wake the streams that are due.
    NeverWoken,
    /// A departure with a live hold is dropped from memory and forgotten.
    PassivatedWithHold,
    /// A new owner reads the stream without waiting for the barrier.
    LoadedBeforeBarrier,
    /// Each process gives orders to the provider under keys of its own, so the provider carries them out again.
    KeysRenamed,
    /// An order that nobody answered is taken for refused.
    DoubtIsRefusal,
    /// Each process calls the steps of a booking by names of its own, so a departure does them again.
    StepsRenamed,
    /// A record locator is told before its reservation is durable.
    ToldBeforeReserved,
    /// A record locator that was free when it was looked at is taken without another look.
    LookedThenTaken,
    /// A booking that comes again is given another record locator.
    DrawnAgain,
    /// The sweep gives back what was reserved a moment ago, while the booking is on its way.
    SweptUnderWay,
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 39] = [
        Self::AckBeforeFsync,
        Self::FsyncErrorIgnored,
        Self::NoChecksum,
        Self::NoEpochCheck,
        Self::EpochNotRaised,
        Self::Engine(Bug::MemoryNotJournaled),
        Self::Engine(Bug::TimerHitsNextHold),
        Self::RefundForgotten,
        Self::FeedFromMemory,
        Self::Engine(Bug::UnknownIsFailure),
        Self::Engine(Bug::TimerLost),
        Self::Engine(Bug::RefusalsForgotten),
        Self::PassivatedWithHold,
        Self::NeverWoken,
        Self::Engine(Bug::RefusalsSkipFence),
        Self::Engine(Bug::ConfirmAtDeadline),
        Self::Engine(Bug::NoRollbackWhenFenced),
        Self::Engine(Bug::SplitDropsRest),
        Self::Engine(Bug::OldLivesKept),
        Self::LoadedBeforeBarrier,
        Self::Engine(Bug::CompensationForgotten),
        Self::Engine(Bug::PaidAtDeadline),
        Self::Engine(Bug::HoldClaimedTwice),
        Self::StepsRenamed,
        Self::Engine(Bug::PassivatedMidStep),
        Self::Engine(Bug::StaleAnswerCounts),
        Self::Engine(Bug::CancelledUnheard),
        Self::Engine(Bug::RefundSkipped),
        Self::Engine(Bug::CaptureBeforeSeats),
        Self::Engine(Bug::WebhookTrusted),
        Self::Engine(Bug::ExpiryWhilePaying),
        Self::Engine(Bug::EndedWithoutWord),
        Self::Engine(Bug::OrderDropped),
        Self::KeysRenamed,
        Self::DoubtIsRefusal,
        Self::ToldBeforeReserved,
        Self::LookedThenTaken,
        Self::DrawnAgain,
        Self::SweptUnderWay,
    ];

    /// The bug's name on the command line.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Engine(bug) => kebab(&format!("{bug:?}")),
            other => kebab(&format!("{other:?}")),
        }
    }

    /// The switch in the engine's code, if the bug stands there.
    #[must_use]
    pub const fn engine(self) -> Option<Bug> {
        match self {
            Self::Engine(bug) => Some(bug),
            Self::AckBeforeFsync
            | Self::FsyncErrorIgnored
            | Self::NoChecksum
            | Self::NoEpochCheck
            | Self::EpochNotRaised
            | Self::RefundForgotten
            | Self::FeedFromMemory
            | Self::NeverWoken
            | Self::PassivatedWithHold
            | Self::LoadedBeforeBarrier
            | Self::KeysRenamed
            | Self::DoubtIsRefusal
            | Self::StepsRenamed
            | Self::ToldBeforeReserved
            | Self::LookedThenTaken
            | Self::DrawnAgain
            | Self::SweptUnderWay => None,
        }
    }
}

/// `AckBeforeFsync` as `ack-before-fsync`.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
