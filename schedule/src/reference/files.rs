//! The files of `data/`, compiled in, and their rows.

use serde::de::DeserializeOwned;

pub const AIRCRAFT: &str = include_str!("../../../data/aircraft.csv");
pub const AIRLINES: &str = include_str!("../../../data/airlines.csv");
pub const AIRPORTS: &str = include_str!("../../../data/airports.csv");
pub const SCHEDULE: &str = include_str!("../../../data/schedule.csv");

/// Why reading cannot fail.
pub const COMPILED_IN: &str = "the file is compiled in, and a test reads all of it";

/// The rows of one of the files above.
///
/// # Panics
/// When a row is not of this shape.
pub fn rows<Row: DeserializeOwned>(file: &'static str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    reader.deserialize().map(|row| row.expect(COMPILED_IN)).collect()
}
