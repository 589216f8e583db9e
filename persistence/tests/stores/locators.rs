//! Random reservations, bookings and sweeps: each store must do with record locators what the register in memory does.

use std::time::Duration;

use domain::ids::RecordLocator;
use fastrand::Rng;
use persistence::any::Any;
use persistence::journal::{Outcome, Statement};
use persistence::people::{Expected, People, PeopleError};
use persistence::register::{DRAWS, Register};
use persistence::store::Store as _;

use crate::bed::{Bed, NODE, on_every_store};
use crate::booked::{booking_id, booking_row};
use crate::identity::at;
use crate::people::{draw, keys, name, who};
use crate::samples::Owned;

on_every_store! {
    random_reservations_end_the_same_as_in_plain_memory,
}

const BOOKINGS: u32 = 40;
/// So few that most draws are taken, and some reservations find none.
const LOCATORS: u32 = 44;
const STEPS: usize = 300;
const HOUR: u64 = 3_600;
const DAY: Duration = Duration::from_secs(24 * HOUR);

/// Both sides of the comparison, what was placed, and how often what came out.
struct Trial<B: Bed> {
    people: People,
    lane: B::Lane,
    owned: Owned,
    register: Register,
    placed: Vec<u32>,
    rng: Rng,
    /// Time only goes on, so no two were asked for at once.
    secs: u64,
    seen: Seen,
}

#[derive(Debug, Default)]
struct Seen {
    reserved: u32,
    again: u32,
    none: u32,
    swept: u64,
}

async fn random_reservations_end_the_same_as_in_plain_memory<B: Bed<Reader = Any>>(bed: B) {
    let seed = std::env::var("AISLE_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("to replay: AISLE_SEED={seed} cargo test -p aisle-persistence --test stores locators");
    let mut lane = bed.lane(NODE);
    let mut trial: Trial<B> = Trial {
        people: bed.reader().travellers(keys()).await.unwrap(),
        owned: Owned::all(&mut lane).await,
        lane,
        register: Register::default(),
        placed: Vec::new(),
        rng: Rng::with_seed(seed),
        secs: 0,
        seen: Seen::default(),
    };
    for _ in 0..STEPS {
        trial.secs += trial.rng.u64(1..=2 * HOUR);
        match trial.rng.u8(..10) {
            0 => trial.sweep().await,
            1 => trial.place().await,
            _ => trial.reserve().await,
        }
    }
    let Seen { reserved, again, none, swept } = trial.seen;
    println!("{:?}", trial.seen);
    assert!(reserved >= 20 && again >= 20 && none >= 5 && swept >= 20, "{:?}", trial.seen);
}

impl<B: Bed> Trial<B> {
    async fn reserve(&mut self) {
        let (number, now) = (self.rng.u32(..BOOKINGS), at(self.secs));
        let booking = booking_id(number);
        // Now and then they are all the same.
        let most = if self.rng.bool() { 1 } else { LOCATORS };
        let first = self.rng.u32(..LOCATORS);
        let bits: [u32; DRAWS] = std::array::from_fn(|_| (first + self.rng.u32(..most)) % LOCATORS);
        let known = self.register.locator_of(booking);
        let expected = self.register.reserve(booking, now, bits.map(RecordLocator::of));
        self.seen.again += u32::from(known.is_some());
        self.seen.reserved += u32::from(known.is_none() && expected.is_some());
        self.seen.none += u32::from(expected.is_none());
        assert!(known.is_none() || known == expected, "whoever comes again hears the same");

        // Names and keys are drawn as well, and are shorter than locators to choose from.
        let mut others = draw();
        let mut drawing = |bytes: &mut [u8]| {
            if bytes.len() != 4 * DRAWS {
                return others(bytes);
            }
            for (place, bits) in bytes.chunks_mut(4).zip(bits) {
                place.copy_from_slice(&bits.to_be_bytes());
            }
            true
        };
        let party = who(&[]);
        let asked = Expected { booking, people: name(u128::from(number)), who: &party, at: now };
        match (self.people.prepare(&asked, &mut drawing).await, expected) {
            (Err(PeopleError::Chance), None) => {}
            (found, expected) => assert_eq!(found.ok(), expected, "booking {number}"),
        }
    }

    /// Somebody's booking comes to be, with its locator.
    async fn place(&mut self) {
        let number = self.rng.u32(..BOOKINGS);
        let Some(locator) = self.register.locator_of(booking_id(number)) else { return };
        if self.placed.contains(&number) {
            return;
        }
        let mut row = booking_row(number, 1);
        row.view.locator = locator;
        let statement = Statement { bookings: vec![row], ..self.owned.on(&[0]) };
        assert_eq!(self.lane.commit(&statement).await.unwrap(), Outcome::Committed);
        self.placed.push(number);
    }

    async fn sweep(&mut self) {
        let (now, most) = (at(self.secs), self.rng.u32(1..8));
        let placed = &self.placed;
        let is_placed = |booking| placed.iter().any(|number| booking_id(*number) == booking);
        let expected = self.register.sweep(now.minus(DAY), most as usize, is_placed);
        assert_eq!(self.people.sweep(now, most).await.unwrap(), expected);
        self.seen.swept += expected;
    }
}
