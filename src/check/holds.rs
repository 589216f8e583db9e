//! The lives of a departure's holds, from the events alone.

use std::collections::BTreeMap;

use domain::aggregate::Turn;
use domain::flight::SeatsHeld;
use domain::ids::{BookingId, HoldNumber, Version};
use domain::time::Timestamp;

use super::report::HoldCounts;

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A booking bought its places.
    Sold,
    /// Its principal or its booking let it go.
    Released,
    /// Its deadline came.
    Lapsed,
    /// The departure ended it.
    Ended,
}

impl End {
    const fn deed(self) -> &'static str {
        match self {
            Self::Sold => "sells",
            Self::Released => "releases",
            Self::Lapsed => "lapses",
            Self::Ended => "ends",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Sold => "sold",
            Self::Released => "released",
            Self::Lapsed => "lapsed",
            Self::Ended => "ended",
        }
    }
}

/// A hold that lives.
#[derive(Debug, Clone, Copy)]
struct Life {
    until: Timestamp,
    /// The booking that has it, and the deadline that it gets back when it is returned.
    taken: Option<(BookingId, Timestamp)>,
}

/// All holds of a departure.
#[derive(Debug, Default)]
pub struct Holds {
    live: BTreeMap<HoldNumber, Life>,
    over: BTreeMap<HoldNumber, (End, Version)>,
}

impl Holds {
    /// A hold is made: numbered by its row, with a deadline to come.
    pub fn make(&mut self, turn: Turn, held: &SeatsHeld, wrong: &mut Vec<String>) {
        let hold = held.hold;
        if hold != HoldNumber::made_by(turn.version) {
            wrong.push(format!("makes hold {hold}, which is not its number"));
        }
        if held.until <= turn.now {
            wrong.push(format!("makes hold {hold} until {}, which is no later than itself", held.until));
        }
        let life = Life { until: held.until, taken: None };
        if self.live.insert(hold, life).is_some() || self.over.contains_key(&hold) {
            wrong.push(format!("makes hold {hold}, which was there before"));
        }
    }

    /// Its deadline moves.
    pub fn extend(&mut self, turn: Turn, hold: HoldNumber, until: Timestamp, wrong: &mut Vec<String>) {
        if let Some(life) = self.usable(turn, hold, "extends", wrong) {
            life.until = until;
        }
    }

    /// A booking takes holds over; its deadline is theirs.
    pub fn claim(
        &mut self,
        turn: Turn,
        holds: &[HoldNumber],
        (booking, until): (BookingId, Timestamp),
        wrong: &mut Vec<String>,
    ) {
        for hold in holds {
            let Some(life) = self.usable(turn, *hold, "claims", wrong) else { continue };
            let before = life.taken.replace((booking, life.until));
            life.until = until;
            if let Some((other, _)) = before {
                wrong.push(format!("claims hold {hold} for booking {booking}, but booking {other} has it"));
            }
        }
    }

    /// A booking gives its holds back: they have their old deadlines again.
    pub fn give_back(&mut self, turn: Turn, booking: BookingId, wrong: &mut Vec<String>) {
        for hold in self.of(booking, "returns its claim", wrong) {
            let Some(life) = self.usable(turn, hold, "returns", wrong) else { continue };
            life.until = life.taken.take().map_or(life.until, |(_, before)| before);
        }
    }

    /// A booking's holds get another deadline because it pays.
    pub fn fence(&mut self, turn: Turn, booking: BookingId, until: Timestamp, wrong: &mut Vec<String>) {
        for hold in self.of(booking, "starts paying", wrong) {
            if let Some(life) = self.usable(turn, hold, "starts paying for", wrong) {
                life.until = until;
            }
        }
    }

    /// A hold ends by its deadline; `None` when it did not live, or how late it was.
    pub fn lapse(&mut self, turn: Turn, hold: HoldNumber, wrong: &mut Vec<String>) -> Option<u64> {
        let until = self.live.get(&hold).map(|life| life.until);
        self.end(turn, hold, End::Lapsed, wrong);
        let late = turn.now.millis() - until?.millis();
        let late = u64::try_from(late);
        if late.is_err() {
            wrong.push(format!("lapses hold {hold} at {}, before its deadline {}", turn.now, until?));
        }
        late.ok()
    }

    /// Its principal lets it go, while it is theirs to let go.
    pub fn release(&mut self, turn: Turn, hold: HoldNumber, wrong: &mut Vec<String>) {
        if self.usable(turn, hold, "releases", wrong).is_some() {
            self.end(turn, hold, End::Released, wrong);
        }
    }

    /// A booking's holds become a sale.
    pub fn sell(&mut self, turn: Turn, holds: &[HoldNumber], wrong: &mut Vec<String>) {
        for hold in holds {
            self.usable(turn, *hold, "sells", wrong);
            self.end(turn, *hold, End::Sold, wrong);
        }
    }

    /// A hold ends, once.
    pub fn end(&mut self, turn: Turn, hold: HoldNumber, how: End, wrong: &mut Vec<String>) {
        if self.live.remove(&hold).is_none() {
            wrong.push(self.gone(hold, how.deed()));
        } else {
            self.over.insert(hold, (how, turn.version));
        }
    }

    /// The booking that has a live hold.
    pub fn booking_of(&self, hold: HoldNumber) -> Option<BookingId> {
        self.live.get(&hold).and_then(|life| life.taken).map(|(booking, _)| booking)
    }

    /// The hold, if it lives. A deadline that has come is wrong as well, but does not end it.
    fn usable(
        &mut self,
        turn: Turn,
        hold: HoldNumber,
        deed: &str,
        wrong: &mut Vec<String>,
    ) -> Option<&mut Life> {
        if !self.live.contains_key(&hold) {
            wrong.push(self.gone(hold, deed));
        }
        let life = self.live.get_mut(&hold)?;
        if life.until <= turn.now {
            wrong.push(format!("{deed} hold {hold} at {}, but its deadline was {}", turn.now, life.until));
        }
        Some(life)
    }

    fn gone(&self, hold: HoldNumber, deed: &str) -> String {
        match self.over.get(&hold) {
            Some((how, row)) => format!("{deed} hold {hold}, but row {row} had {} it", how.word()),
            None => format!("{deed} hold {hold}, which was never made"),
        }
    }

    /// The live holds of a booking; one that acts has some.
    pub fn of(&self, booking: BookingId, deed: &str, wrong: &mut Vec<String>) -> Vec<HoldNumber> {
        let holds: Vec<HoldNumber> = self.all_of(booking).collect();
        if holds.is_empty() {
            wrong.push(format!("booking {booking} {deed}, but has no live hold"));
        }
        holds
    }

    /// The live holds of a booking, if any.
    pub fn all_of(&self, booking: BookingId) -> impl Iterator<Item = HoldNumber> {
        let taken = move |life: &Life| life.taken.is_some_and(|(by, _)| by == booking);
        self.live.iter().filter(move |(_, life)| taken(life)).map(|(hold, _)| *hold)
    }

    /// The live holds with their deadlines.
    pub fn live(&self) -> impl Iterator<Item = (HoldNumber, Timestamp)> {
        self.live.iter().map(|(hold, life)| (*hold, life.until))
    }

    /// Adds them to the counts.
    pub fn count(&self, counts: &mut HoldCounts) {
        counts.made += (self.live.len() + self.over.len()) as u64;
        counts.live += self.live.len() as u64;
        for (how, _) in self.over.values() {
            *match how {
                End::Sold => &mut counts.sold,
                End::Released => &mut counts.released,
                End::Lapsed => &mut counts.lapsed,
                End::Ended => &mut counts.ended,
            } += 1;
        }
    }
}
