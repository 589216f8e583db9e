//! Things that never belong in a commit: switched-off tests, holes, leftovers.

use super::Violation;
use super::manifest::Manifest;
use super::source::{Source, Token, opens_with};

const MACROS: [(&str, &str); 3] = [
    ("todo", "a hole that panics: write it, or leave it out"),
    ("unimplemented", "a hole that panics: write it, or leave it out"),
    ("dbg", "left from debugging: remove it"),
];
const MARKS: [&str; 2] = ["TODO", "FIXME"];

/// Refuses them in the code and the comments of a source file.
pub fn check_source(source: &Source) -> Vec<Violation> {
    let tokens = &source.tokens;
    let mut found = check_marks(source.path, source.comments);
    for at in 0..tokens.len() {
        if let Some(message) = objection(&tokens[at..]) {
            found.push(Violation::new(source.path, tokens[at].line, message));
        }
    }
    found
}

fn objection(rest: &[Token]) -> Option<String> {
    let first = rest.first()?.text;
    if first == "unsafe" {
        return Some("`unsafe` is forbidden here: find the safe way".to_owned());
    }
    if let Some((name, why)) = MACROS.iter().find(|(name, _)| opens_with(rest, &[name, "!"])) {
        return Some(format!("`{name}!` is {why}"));
    }
    if first != "#" {
        return None;
    }
    attribute_objection(attribute(rest))
}

/// The tokens between the brackets of an attribute, `#[…]` or `#![…]`.
fn attribute<'t, 'a>(rest: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let open = if opens_with(rest, &["#", "!"]) { 2 } else { 1 };
    if rest.get(open).is_none_or(|token| token.text != "[") {
        return &[];
    }
    let mut depth = 0_usize;
    for (at, token) in rest.iter().enumerate().skip(open) {
        match token.text {
            "[" => depth += 1,
            "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[open + 1..at];
        }
    }
    &rest[open + 1..]
}

fn attribute_objection(inner: &[Token]) -> Option<String> {
    let says = |word: &str| inner.iter().any(|token| token.text == word);
    let first = inner.first()?.text;
    let conditional = first == "cfg_attr";
    if first == "ignore" || (conditional && says("ignore")) {
        return Some("a test that is switched off proves nothing: repair it or delete it".to_owned());
    }
    let silences =
        ["allow", "expect"].into_iter().find(|word| first == *word || (conditional && says(word)))?;
    let reasoned = inner.windows(2).any(|pair| opens_with(pair, &["reason", "="]));
    (!reasoned).then(|| format!("`{silences}` without a reason: add `reason = \"…\"`, or obey the lint"))
}

/// Refuses a to-do mark that nobody will ever find again: it needs an issue's number on its line.
pub fn check_marks(path: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words: Vec<_> = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '#').collect();
        let mark = words.iter().find(|word| MARKS.contains(word));
        let issue = words.iter().any(|word| is_issue(word));
        if let (Some(mark), false) = (mark, issue) {
            let message =
                format!("`{mark}` without an issue: do it, or write its number, as in `{mark}(#12)`");
            found.push(Violation::new(path, index + 1, message));
        }
    }
    found
}

fn is_issue(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Refuses a profile that aborts: actors are restarted after a panic, and only unwinding lets them.
pub fn check_profiles(path: &str, manifest: &Manifest) -> Vec<Violation> {
    let message = "`panic = \"abort\"` would end the node where an actor should restart: remove it";
    manifest.aborting_profiles.iter().map(|line| Violation::new(path, *line, message.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::Separated;
    use super::*;

    fn check(text: &str, expected: &[usize]) {
        let found = check_source(&Source::read("a.rs", &Separated::of(text)));
        let lines: Vec<_> = found.iter().map(|violation| violation.line).collect();
        assert_eq!(lines, expected, "{text}: {found:?}");
    }

    #[test]
    fn leftovers_are_refused() {
        check("#[test]\n#[ignore]\nfn a() {}", &[2]);
        check("#[ignore = \"slow\"] fn a() {}", &[1]);
        check("#[cfg_attr(debug_assertions, ignore)] fn a() {}", &[1]);
        check("fn a() { todo!() }\nfn b() { unimplemented!(\"x\") }\nfn c() { dbg!(1); }", &[1, 2, 3]);
        check("fn a() { unsafe { b() } }", &[1]);
        check("#[allow(dead_code)] fn a() {}", &[1]);
        check("#![allow(\n    dead_code,\n)]", &[1]);
        check("#[cfg_attr(test, allow(dead_code))] fn a() {}", &[1]);
        check("#[expect(dead_code)] fn a() {}", &[1]);
        check("// TODO: later\n// FIXME(someone)", &[1, 2]);
    }

    #[test]
    fn clean_text_passes() {
        check("#[allow(dead_code, reason = \"x\")] fn a() {}", &[]);
        check("#![allow(\n    dead_code,\n    reason = \"x\"\n)]", &[]);
        check("#[test] fn ignore() {}\n#[derive(Debug)] struct A;\n#![forbid(unsafe_code)]", &[]);
        check("fn a() { todo(); let dbg = x.expect(\"why\"); }", &[]);
        check("// TODO(#12): later\n// TODO #3\n// TODOS and autoTODO", &[]);
    }

    #[test]
    fn the_words_in_a_comment_or_a_string_do_not_count() {
        check("// #[ignore] todo!() unsafe\n/// dbg!(x)\nlet a = \"TODO #[allow(x)] unsafe\";", &[]);
        check("let a = r#\"\n// TODO\n#[ignore]\n\"#;", &[]);
    }

    #[test]
    fn an_aborting_profile_is_refused() {
        let check = |text: &str| check_profiles("Cargo.toml", &Manifest::parse(text).unwrap()).len();
        assert_eq!(check("[profile.release]\npanic = \"abort\""), 1);
        assert_eq!(check("[profile.release]\npanic = \"unwind\" # not panic = \"abort\""), 0);
    }
}
