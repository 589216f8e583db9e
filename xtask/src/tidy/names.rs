//! Names that say nothing.
//!
//! A name is refused when it *is* one of the words, in any case: a file, a module, or anything that
//! `let`, `fn`, `mod`, `struct`, `enum`, `trait`, `type`, `const` or `static` declares. Fields and
//! arguments are left alone: other companies' formats have a field called `data`.
//!
//! Inside a longer name only those words are refused that never add a meaning, and only at the start
//! or the end of a type: `SeatManager` and `HelperState` are refused; `ServerProcess`, `DataDir`,
//! `FlightInfo` and `is_common` are not, because there the word may be the trade's own.

use super::Violation;
use super::source::{Source, Token};

const BANNED: [&str; 11] = [
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "data",
    "info",
    "process",
    "handle_stuff",
];
const EMPTY_IN_A_TYPE: [&str; 6] = ["util", "utils", "helper", "helpers", "misc", "manager"];
const DECLARING: [&str; 9] = ["let", "fn", "mod", "struct", "enum", "trait", "type", "const", "static"];
const DECLARING_A_TYPE: [&str; 4] = ["struct", "enum", "trait", "type"];

/// Refuses the names of a source file and of the folders it lies in.
pub fn check_path(path: &str) -> Vec<Violation> {
    let stem = |part: &str| part.split('.').next().unwrap_or(part).to_owned();
    let banned = path.split('/').map(stem).find(|part| is_banned(part));
    banned.map(|part| Violation::new(path, 1, advice(&part))).into_iter().collect()
}

/// Refuses the names that a source file declares.
pub fn check_declarations(source: &Source) -> Vec<Violation> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Some(name) = declared(tokens, at) else { continue };
        let is_type = DECLARING_A_TYPE.contains(&tokens[at].text);
        if is_banned(name.text) || (is_type && has_an_empty_end(name.text)) {
            found.push(Violation::new(source.path, name.line, advice(name.text)));
        }
    }
    found
}

/// The name that the keyword at `at` declares.
fn declared<'a>(tokens: &[Token<'a>], at: usize) -> Option<Token<'a>> {
    let is_pointer = at > 0 && tokens[at - 1].text == "*";
    if is_pointer || !DECLARING.contains(&tokens[at].text) {
        return None;
    }
    tokens[at + 1..]
        .iter()
        .find(|token| token.text != "mut" && token.text != "ref")
        .filter(|token| token.is_word())
        .copied()
}

fn advice(name: &str) -> String {
    format!("`{name}` says nothing about what is inside: name it after what it holds or does")
}

fn is_banned(name: &str) -> bool {
    BANNED.contains(&words(name).join("_").as_str())
}

fn has_an_empty_end(name: &str) -> bool {
    let words = words(name);
    let ends = [words.first(), words.last()];
    ends.into_iter().flatten().any(|word| EMPTY_IN_A_TYPE.contains(&word.as_str()))
}

/// The lower-case words of a snake, Pascal or shouted name.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.trim_start_matches("r#").chars() {
        if c == '_' || (c.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        if c != '_' {
            words.last_mut().expect("starts with one word and only grows").extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::super::source::Separated;
    use super::*;

    fn check(text: &str, expected: usize) {
        let found = check_declarations(&Source::read("a.rs", &Separated::of(text)));
        assert_eq!(found.len(), expected, "{text}: {found:?}");
    }

    #[test]
    fn a_declared_name_must_say_something() {
        for text in [
            "fn process() {}",
            "let mut data = 1;",
            "mod utils;",
            "struct Info;",
            "enum Misc {}",
            "trait Helper {}",
            "type Data = u8;",
            "const DATA: u8 = 1;",
            "static mut COMMON: u8 = 1;",
            "fn handle_stuff() {}",
            "struct HandleStuff;",
            "struct SeatManager;",
            "trait HelperState {}",
            "struct SeatUtil2; struct SeatUtils;",
        ] {
            check(text, 1);
        }
    }

    #[test]
    fn a_word_of_the_trade_passes() {
        for text in [
            "struct ServerProcess; struct DataDir; struct FlightInfo; fn process_id() {}",
            "struct A { data: u8, info: u8 }",
            "fn f(data: &[u8]) { x.data.process(); info!(); }",
            "let metadata = 1; let commonest = 2; struct Managerial;",
            "fn a_test_of_the_data_is_a_sentence() {}",
            "let a: *const Info = p; let b: &'static Data = q;",
        ] {
            check(text, 0);
        }
    }

    #[test]
    fn a_name_in_a_comment_or_a_string_does_not_count() {
        check("// fn process()\n/* mod util; */ let a = \"let data\";", 0);
    }

    #[test]
    fn a_file_and_its_folders_must_say_something() {
        for path in ["api/src/util.rs", "tests/common/mod.rs", "web/src/helpers.ts", "a/Info.test.tsx"] {
            assert_eq!(check_path(path).len(), 1, "{path}");
        }
        for path in ["api/src/seat_data.rs", "domain/src/lib.rs", "api/src/metadata.rs"] {
            assert_eq!(check_path(path).len(), 0, "{path}");
        }
    }
}
