//! Which operations an order already holds: those with an answer, and those without.

/// A set of operation numbers that is nearly a prefix: all but the last few are in it.
///
/// Operations are numbered by invocation and an order cannot run far ahead of real time, so the set costs as
/// many bits as there are operations in flight and not as many as the history has.
///
/// Invariant: the first word is never full and the last never empty, so equal sets are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Placed {
    /// Words of operations that are all in the set.
    full: usize,
    /// The words from there on.
    words: Vec<u64>,
}

const BITS: usize = u64::BITS as usize;

impl Placed {
    /// Names the first operation that is not in the set.
    pub(super) fn first_missing(&self) -> usize {
        let ones = self.words.first().map_or(0, |word| word.trailing_ones() as usize);
        self.full * BITS + ones
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        let Some(word) = (number / BITS).checked_sub(self.full) else { return true };
        self.words.get(word).is_some_and(|bits| bits >> (number % BITS) & 1 == 1)
    }

    /// Adds an operation that is not in the set.
    pub(super) fn insert(&mut self, number: usize) {
        debug_assert!(!self.contains(number), "operation {number} is placed twice");
        let word = number / BITS - self.full;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (number % BITS);
        let full = self.words.iter().take_while(|word| **word == u64::MAX).count();
        self.words.drain(..full);
        self.full += full;
    }
}

/// The unanswered operations that took effect, by number. Most never did, so it is a plain set of bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Used(Vec<u64>);

impl Used {
    pub(super) fn contains(&self, number: usize) -> bool {
        self.0.get(number / BITS).is_some_and(|bits| bits >> (number % BITS) & 1 == 1)
    }

    pub(super) fn insert(&mut self, number: usize) {
        let word = number / BITS;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % BITS);
    }

    pub(super) fn is_subset_of(&self, other: &Self) -> bool {
        // A set ends with the word of its largest number, so one with more words holds what the other lacks.
        self.0.len() <= other.0.len() && self.0.iter().zip(&other.0).all(|(mine, theirs)| mine & !theirs == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_the_same_value_whatever_the_order_of_its_making() {
        let numbers: Vec<usize> = (0..300).filter(|number| number % 7 != 3 || *number < 200).collect();
        let mut shuffled = numbers.clone();
        fastrand::Rng::with_seed(5).shuffle(&mut shuffled);
        let collect = |numbers: &[usize]| {
            let mut placed = Placed::default();
            numbers.iter().for_each(|number| placed.insert(*number));
            placed
        };
        let placed = collect(&shuffled);
        assert_eq!(placed, collect(&numbers));
        assert_eq!(placed.first_missing(), (200..).find(|number| number % 7 == 3).unwrap());
        for number in 0..400 {
            assert_eq!(placed.contains(number), numbers.contains(&number), "{number}");
        }
    }

    #[test]
    fn a_set_of_used_operations_is_part_of_another_when_all_its_numbers_are() {
        let collect = |numbers: &[usize]| {
            let mut used = Used::default();
            numbers.iter().for_each(|number| used.insert(*number));
            used
        };
        for (part, whole, expected) in [
            (&[][..], &[][..], true),
            (&[], &[3], true),
            (&[3], &[], false),
            (&[3], &[3, 70], true),
            (&[3, 70], &[3], false),
            (&[70], &[3, 71], false),
        ] {
            assert_eq!(collect(part).is_subset_of(&collect(whole)), expected, "{part:?} of {whole:?}");
        }
    }
}
