//! The columns of a cabin, when its rows do not all have the same.

use super::layout::{ABREAST_MAX, InvalidPlan, Segment};

/// The columns of a cabin seen from the front, left to right: blocks of letters with an aisle between each
/// two.
///
/// It is the pattern of the widest segment (on a tie the one with more aisles, then the one in front), so
/// that a short row such as `DEF` of an `ABC-DEF` cabin keeps D at the aisle. A letter that the widest
/// pattern lacks goes to its place in the alphabet. When that place is an aisle, the letter stays on the side
/// where its own row seats somebody beside it: `AC-DF` adds to `AB-EF` as `ABC-DEF`.
#[derive(Debug)]
pub(super) struct Grid {
    blocks: Vec<Vec<char>>,
}

impl Grid {
    /// The columns that all segments of one cabin need.
    pub fn of(segments: &[Segment]) -> Result<Self, InvalidPlan> {
        let mut widest = &segments[0];
        for segment in &segments[1..] {
            let width = |one: &Segment| (one.abreast(), one.blocks.len());
            if width(segment) > width(widest) {
                widest = segment;
            }
        }
        let mut grid = Self { blocks: widest.blocks.clone() };
        for segment in segments {
            grid.take_in(segment);
        }
        let width: usize = grid.blocks.iter().map(Vec::len).sum();
        if width > ABREAST_MAX { Err(InvalidPlan::TooWide(widest.class)) } else { Ok(grid) }
    }

    fn take_in(&mut self, segment: &Segment) {
        for block in &segment.blocks {
            for (place, letter) in block.iter().enumerate() {
                let alone_on_its_left = place == 0 && block.len() > 1;
                self.insert(*letter, alone_on_its_left);
            }
        }
    }

    /// Puts a new letter in its place; `rightwards` says to which side when that place is an aisle.
    fn insert(&mut self, letter: char, rightwards: bool) {
        if self.blocks.iter().any(|block| block.contains(&letter)) {
            return;
        }
        let starts_before = |block: &Vec<char>| block.first().is_some_and(|first| *first < letter);
        let left = self.blocks.iter().rposition(starts_before).unwrap_or(0);
        let at_its_end = self.blocks[left].last().is_some_and(|last| *last < letter);
        let right_exists = left + 1 < self.blocks.len();
        let block = if at_its_end && right_exists && rightwards { left + 1 } else { left };
        let place = self.blocks[block].partition_point(|other| *other < letter);
        self.blocks[block].insert(place, letter);
    }

    /// The columns with `None` for each aisle.
    pub fn columns(&self) -> Vec<Option<char>> {
        let mut columns = Vec::new();
        for block in &self.blocks {
            if !columns.is_empty() {
                columns.push(None);
            }
            columns.extend(block.iter().copied().map(Some));
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::segments;
    use super::*;

    #[test]
    fn rows_of_different_width_share_one_grid() {
        for (layout, grid) in [
            ("Y:1-2:ABC-DEF", "ABC-DEF"),
            ("F:1-5:AB-EF;F:6-6:EF", "AB-EF"),
            ("Y:7-30:AB-CDE;Y:31-31:BCDE", "AB-CDE"),
            ("Y:12-29:AB-DEG-HJ;Y:30-30:DG", "AB-DEG-HJ"),
            ("Y:36-36:A-G;Y:37-38:AB-CDE-FG", "AB-CDE-FG"),
            ("Y:1-2:AB-EF;Y:3-3:AC-DF", "ABC-DEF"),
            ("Y:1-2:AB-DE-HJ;Y:3-3:AB-CDE-HJ", "AB-CDE-HJ"),
            ("Y:1-2:B-D;Y:3-3:A-E", "AB-DE"),
            ("Y:1-2:AB-DE;Y:3-3:C", "ABC-DE"),
            ("Y:1-2:AB-CD;Y:3-3:A-B-CD", "A-B-CD"),
        ] {
            let columns = Grid::of(&segments(layout).unwrap()).unwrap().columns();
            let text: String = columns.into_iter().map(|column| column.unwrap_or('-')).collect();
            assert_eq!(text, grid, "{layout}");
        }
    }

    #[test]
    fn a_grid_of_more_than_twelve_columns_is_refused() {
        let segments = segments("Y:1-1:ABCD-EFG-HJKL;Y:2-2:MN-OP").unwrap();
        assert_eq!(Grid::of(&segments).unwrap_err(), InvalidPlan::TooWide(segments[0].class));
    }
}
