//! Type-ahead over names: what somebody may mean who has typed the beginning of it.

mod fold;
mod metropolis;
#[cfg(test)]
mod tests;

use crate::reference::{Airline, Airport};

use self::fold::fold;

/// The longest text that is searched for, in characters; the longest name has 65, and nobody types it out.
pub const QUERY_CHARS_MAX: usize = 64;

/// How well a name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// One of its codes is the query.
    Code,
    /// Its own code begins with the query.
    CodePrefix,
    CityPrefix,
    NamePrefix,
    /// Every word of the query begins a word of its code, its city or its name.
    WordPrefixes,
    /// The query stands somewhere in them.
    Within,
}

/// What one thing is called, folded.
#[derive(Debug)]
pub struct Names {
    code: String,
    /// Other codes that mean it when they are typed out.
    aliases: Vec<String>,
    city: String,
    name: String,
    /// Code, city and name, with a space before every word.
    text: String,
    letters: Letters,
    served: bool,
}

impl Names {
    pub fn of_airport(airport: &Airport) -> Self {
        let codes = [Some(airport.icao.as_str()), metropolis::of(airport.code)];
        let aliases = codes.into_iter().flatten().map(fold).collect();
        let city = airport.city.as_deref().unwrap_or_default();
        let names = Self::new(&airport.code.to_string(), city, &airport.name);
        Self { aliases, served: airport.served, ..names }
    }

    pub fn of_airline(airline: &Airline) -> Self {
        let names = Self::new(&airline.code.to_string(), "", &airline.name);
        Self { aliases: vec![fold(&airline.icao)], ..names }
    }

    fn new(code: &str, city: &str, name: &str) -> Self {
        let (code, city, name) = (fold(code), fold(city), fold(name));
        let text = format!(" {code} {city} {name}");
        let letters = Letters::of(&text);
        Self { code, aliases: Vec::new(), city, name, text, letters, served: true }
    }

    fn fit(&self, query: &Query) -> Option<Fit> {
        let typed = query.text.as_str();
        if self.code == typed || self.aliases.iter().any(|alias| alias == typed) {
            return Some(Fit::Code);
        }
        if !self.letters.include(query.letters) {
            return None;
        }
        if self.code.starts_with(typed) {
            Some(Fit::CodePrefix)
        } else if self.city.starts_with(typed) {
            Some(Fit::CityPrefix)
        } else if self.name.starts_with(typed) {
            Some(Fit::NamePrefix)
        } else if query.words.iter().all(|word| self.text.contains(word)) {
            Some(Fit::WordPrefixes)
        } else {
            self.text.contains(typed).then_some(Fit::Within)
        }
    }
}

/// What somebody typed, folded.
#[derive(Debug)]
struct Query {
    text: String,
    /// Its words, each with a space before it.
    words: Vec<String>,
    letters: Letters,
}

impl Query {
    /// Nothing for a text that is too long, or empty once it is folded.
    fn read(typed: &str) -> Option<Self> {
        if typed.chars().nth(QUERY_CHARS_MAX).is_some() {
            return None;
        }
        let text = fold(typed);
        let words = text.split_whitespace().map(|word| format!(" {word}")).collect();
        let letters = Letters::of(&text);
        (!text.is_empty()).then_some(Self { text, words, letters })
    }
}

/// Which letters and digits a folded text has: one bit for each, and one for all that are neither. Most names
/// lack a letter of the query, and are put aside without a search.
#[derive(Debug, Clone, Copy)]
struct Letters(u64);

impl Letters {
    fn of(text: &str) -> Self {
        let bit = |byte: u8| match byte {
            b' ' => 0,
            b'a'..=b'z' => 1 << (byte - b'a'),
            b'0'..=b'9' => 1 << (26 + byte - b'0'),
            _ => 1 << 36,
        };
        Self(text.bytes().fold(0, |bits, byte| bits | bit(byte)))
    }

    const fn include(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

/// The names of a list of things, in the list's order, which decides among equals.
#[derive(Debug)]
pub struct Index(Vec<Names>);

impl FromIterator<Names> for Index {
    fn from_iter<T: IntoIterator<Item = Names>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}

impl Index {
    /// The indices in the list of at most `most` things that fit, best first.
    pub fn find(&self, typed: &str, most: usize) -> Vec<usize> {
        let Some(query) = Query::read(typed) else { return Vec::new() };
        let rank = |(index, names): (usize, &Names)| {
            let fit = names.fit(&query)?;
            Some((fit, !names.served, names.city != query.text, index))
        };
        let mut found: Vec<_> = self.0.iter().enumerate().filter_map(rank).collect();
        // One letter finds thousands: sort only those that are asked for.
        if most < found.len() {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, _, _, index)| index).collect()
    }
}
