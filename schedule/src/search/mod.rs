//! Type-ahead over names: what somebody may mean who has typed the beginning of it.

mod fold;
pub mod metropolis;
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
    /// What its city is called, the file's own name first.
    cities: Vec<String>,
    name: String,
    /// Code, cities and name, with a space before every word.
    text: String,
    letters: Letters,
    served: bool,
    /// Where it stands among the airports of its city; behind all of them when it is the only one.
    standing: usize,
}

impl Names {
    pub fn of_airport(airport: &Airport) -> Self {
        let metropolis = metropolis::of(airport.code);
        let codes = [Some(airport.icao.as_str()), metropolis.map(|(city, _)| city.code)];
        let aliases = codes.into_iter().flatten().map(fold).collect();
        let mut cities: Vec<&str> = airport.city.as_deref().into_iter().collect();
        for other in metropolis::other_names(airport.code) {
            cities.push(other);
        }
        let names = Self::new(&airport.code.to_string(), &cities, &airport.name);
        let standing = metropolis.map_or(usize::MAX, |(_, standing)| standing);
        Self { aliases, served: airport.served, standing, ..names }
    }

    pub fn of_airline(airline: &Airline) -> Self {
        let names = Self::new(&airline.code.to_string(), &[], &airline.name);
        Self { aliases: vec![fold(&airline.icao)], ..names }
    }

    fn new(code: &str, cities: &[&str], name: &str) -> Self {
        let (code, name) = (fold(code), fold(name));
        let cities: Vec<String> = cities.iter().map(|city| fold(city)).collect();
        let text = format!(" {code} {} {name}", cities.join(" "));
        let letters = Letters::of(&text);
        let (aliases, served, standing) = (Vec::new(), true, usize::MAX);
        Self { code, aliases, cities, name, text, letters, served, standing }
    }

    fn is_city(&self, typed: &str) -> bool {
        self.cities.iter().any(|city| city == typed)
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
        } else if self.cities.iter().any(|city| city.starts_with(typed)) {
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

    /// The same without the letters that German, Danish and others write for an accent when a keyboard has none:
    /// `muenchen` is `munchen`. Nothing when there are none.
    fn without_spelt_out_accents(&self) -> Option<Self> {
        let plain = self.text.replace("ae", "a").replace("oe", "o").replace("ue", "u");
        (plain != self.text).then(|| Self::read(&plain)).flatten()
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
        let found = self.fitting(&query, most);
        if !found.is_empty() {
            return found;
        }
        query.without_spelt_out_accents().map(|plain| self.fitting(&plain, most)).unwrap_or_default()
    }

    fn fitting(&self, query: &Query, most: usize) -> Vec<usize> {
        let rank = |(index, names): (usize, &Names)| {
            let fit = names.fit(query)?;
            Some((fit, !names.served, !names.is_city(&query.text), names.standing, index))
        };
        let mut found: Vec<_> = self.0.iter().enumerate().filter_map(rank).collect();
        // One letter finds thousands: sort only those that are asked for.
        if most < found.len() {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, _, _, _, index)| index).collect()
    }
}
