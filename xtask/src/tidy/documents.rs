//! What a reader meets first: tours, the README, decisions, migrations, the dependency table.

use super::Violation;
use super::layers;

/// Where people read the dependency table.
pub const ARCHITECTURE: &str = "docs/architecture.md";
const README_LINES_MAX: usize = 120;
const DECISION_LINES_MAX: usize = 60;
/// A tour fits one screen; less than its lower end is a title.
const TOUR_LINES: std::ops::RangeInclusive<usize> = 8..=60;

/// Requires that a crate's `src/lib.rs` opens with its tour.
pub fn check_tour(path: &str, text: &str) -> Vec<Violation> {
    let lines = text.lines().take_while(|line| line.starts_with("//!")).count();
    if TOUR_LINES.contains(&lines) {
        return Vec::new();
    }
    let (least, most) = (TOUR_LINES.start(), TOUR_LINES.end());
    let message = format!("opens with {lines} lines of `//!`: open with a tour of {least} to {most} lines");
    vec![Violation::new(path, 1, message)]
}

/// Requires that a migration opens with two lines that say why it exists.
pub fn check_migration(path: &str, text: &str) -> Vec<Violation> {
    let says_why = |line: &&str| line.strip_prefix("--").is_some_and(|why| !why.trim().is_empty());
    if text.lines().take(2).filter(says_why).count() == 2 {
        return Vec::new();
    }
    vec![Violation::new(path, 1, "open with two `--` lines that say why this migration exists".to_owned())]
}

/// Keeps the README and the decisions short enough to be read.
pub fn check_length(path: &str, text: &str) -> Vec<Violation> {
    let most = match path {
        "README.md" => README_LINES_MAX,
        _ if path.starts_with("docs/decisions/") && path.ends_with(".md") => DECISION_LINES_MAX,
        _ => return Vec::new(),
    };
    let lines = text.lines().count();
    if lines <= most {
        return Vec::new();
    }
    vec![Violation::new(
        path,
        most + 1,
        format!("has {lines} lines, {most} is the limit: cut what is not read"),
    )]
}

/// Requires that the document prints the dependency table as [`layers`] has it. `None` is a missing file.
pub fn check_table(text: Option<&str>) -> Vec<Violation> {
    let advice = "print it with `cargo xtask tidy --print-table`";
    let Some(text) = text else {
        return vec![Violation::new(
            ARCHITECTURE,
            1,
            format!("is missing, and with it the dependency table: {advice}"),
        )];
    };
    let heading = text.lines().position(|line| line.trim() == layers::TABLE_HEADING);
    let Some(heading) = heading else {
        let message = format!("lacks the table headed `{}`: {advice}", layers::TABLE_HEADING);
        return vec![Violation::new(ARCHITECTURE, 1, message)];
    };
    let mut printed = text.lines().skip(heading).take_while(|line| line.starts_with('|'));
    let expected = layers::table();
    // The second line only draws.
    for (at, row) in expected.iter().enumerate() {
        let line = printed.next();
        if at != 1 && line.map(cells) != Some(cells(row)) {
            return vec![Violation::new(
                ARCHITECTURE,
                heading + at + 1,
                format!("should read `{row}`: {advice}"),
            )];
        }
    }
    let surplus = printed.next().map(|_| {
        let message = format!("names a crate that xtask's table does not: {advice}");
        Violation::new(ARCHITECTURE, heading + expected.len() + 1, message)
    });
    surplus.into_iter().collect()
}

/// A formatter may pad the cells.
fn cells(row: &str) -> Vec<&str> {
    row.trim().split('|').map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_opens_with_a_tour_of_one_screen() {
        assert!(check_tour("a/src/lib.rs", &"//! a\n".repeat(8)).is_empty());
        assert!(check_tour("a/src/lib.rs", &"//!\n".repeat(60)).is_empty());
        assert_eq!(check_tour("a/src/lib.rs", &"//! a\n".repeat(7)).len(), 1);
        assert_eq!(check_tour("a/src/lib.rs", &"//! a\n".repeat(61)).len(), 1);
        assert_eq!(check_tour("a/src/lib.rs", &format!("mod a;\n{}", "//! a\n".repeat(8))).len(), 1);
    }

    #[test]
    fn a_migration_says_why() {
        assert!(
            check_migration("a.sql", "-- Holds are found by age.\n-- The scan took 40 ms.\ncreate")
                .is_empty()
        );
        assert_eq!(check_migration("a.sql", "-- One line.\ncreate index").len(), 1);
        assert_eq!(check_migration("a.sql", "--\n--\ncreate index").len(), 1);
    }

    #[test]
    fn the_readme_and_the_decisions_are_short() {
        assert!(check_length("README.md", &"a\n".repeat(120)).is_empty());
        assert_eq!(check_length("README.md", &"a\n".repeat(121)).len(), 1);
        assert!(check_length("docs/decisions/0001-a.md", &"a\n".repeat(60)).is_empty());
        assert_eq!(check_length("docs/decisions/0001-a.md", &"a\n".repeat(61)).len(), 1);
        assert!(check_length("docs/guide.md", &"a\n".repeat(500)).is_empty());
    }

    #[test]
    fn the_table_for_people_is_the_table_for_tidy() {
        let table = layers::table();
        let document = |rows: &[String]| format!("# Architecture\n\n{}\n\nMore.\n", rows.join("\n"));
        assert!(check_table(Some(&document(&table))).is_empty());
        let padded: Vec<_> = table.iter().map(|row| row.replace("| ", "|   ")).collect();
        // The heading is how the table is found, so it stays as it is.
        let padded = [&table[..1], &padded[1..]].concat();
        assert!(check_table(Some(&document(&padded))).is_empty());

        assert_eq!(check_table(None).len(), 1);
        assert_eq!(check_table(Some("# Architecture\n")).len(), 1);
        let mut edited = table.clone();
        edited[3] = edited[3].replace("`redis`, ", "");
        assert_eq!(check_table(Some(&document(&edited)))[0].line, 6);
        let cut = &table[..table.len() - 1];
        assert_eq!(check_table(Some(&document(cut))).len(), 1);
        let mut longer = table.clone();
        longer.push("| `extra` | nothing | – |".to_owned());
        assert_eq!(check_table(Some(&document(&longer))).len(), 1);
    }
}
