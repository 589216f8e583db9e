//! One screen for a function, a few for a file.

use super::Violation;
use super::source::{Source, Token};

/// A longer file holds more than one meaning.
pub const FILE_LINES_MAX: usize = 500;
/// One screen. Clippy counts statements by its own rule; this counts what a reader scrolls.
pub const FUNCTION_LINES_MAX: usize = 70;

/// What a tool writes and nobody reads from the top.
const GENERATED: [&str; 1] = ["web/src/api/schema.d.ts"];

/// Refuses a file that is too long.
pub fn check_file(path: &str, text: &str) -> Vec<Violation> {
    let lines = text.lines().count();
    if lines <= FILE_LINES_MAX || GENERATED.contains(&path) {
        return Vec::new();
    }
    let message = format!("the file has {lines} lines, {FILE_LINES_MAX} is the limit: split it by meaning");
    vec![Violation::new(path, FILE_LINES_MAX + 1, message)]
}

/// Refuses functions that are too long, from the line of `fn` to the line of the closing brace.
pub fn check_functions(source: &Source) -> Vec<Violation> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let Some(last_line) = function_end(&tokens[at..]) else { continue };
        let (first_line, name) = (tokens[at].line, tokens[at + 1].text);
        let lines = last_line - first_line + 1;
        if lines > FUNCTION_LINES_MAX {
            let message = format!("`{name}` has {lines} lines, {FUNCTION_LINES_MAX} is the limit: split it");
            found.push(Violation::new(source.path, first_line, message));
        }
    }
    found
}

/// The line of the closing brace, when a function with a body starts here.
fn function_end(tokens: &[Token]) -> Option<usize> {
    // A name must follow: `fn(u8) -> u8` is a type.
    if tokens.first()?.text != "fn" || !tokens.get(1)?.is_word() {
        return None;
    }
    let mut depth = 0_usize;
    let mut in_body = false;
    for token in &tokens[2..] {
        match token.text {
            // A signature without a body.
            ";" if depth == 0 => return None,
            "{" => {
                in_body |= depth == 0;
                depth += 1;
            }
            "(" | "[" => depth += 1,
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if in_body && depth == 0 {
            return Some(token.line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::source::Separated;
    use super::*;

    fn function(signature: &str, lines: usize) -> String {
        format!("{signature} {{\n{}}}\n", "    a();\n".repeat(lines - 2))
    }

    fn check(text: &str, expected: &[usize]) {
        let found = check_functions(&Source::read("a.rs", &Separated::of(text)));
        let lines: Vec<_> = found.iter().map(|violation| violation.line).collect();
        assert_eq!(lines, expected, "{found:?}");
    }

    #[test]
    fn a_function_of_one_screen_passes_and_one_line_more_does_not() {
        check(&function("pub fn a()", 70), &[]);
        check(&format!("\n{}", function("pub fn a()", 71)), &[2]);
        check(&function("#[test]\nfn a()", 71), &[2]);
        check(&function("fn a<const N: usize>(x: [u8; 4]) -> [u8; {\nN}]", 70), &[1]);
    }

    #[test]
    fn braces_in_comments_and_strings_do_not_count() {
        let text = format!("fn a() {{\n// }}\nlet b = \"}}\"; let c = '}}';\n{}}}\n", "d();\n".repeat(70));
        check(&text, &[1]);
        check(&format!("// fn a() {{\n{}// }}\n", "\n".repeat(80)), &[]);
    }

    #[test]
    fn a_signature_and_a_function_type_have_no_length() {
        check(&format!("trait A {{ fn a(&self);\n{} }}", "\n".repeat(80)), &[]);
        check(&format!("struct A {{ a: fn(u8) -> u8,\n{} }}", "\n".repeat(80)), &[]);
    }

    #[test]
    fn a_long_file_is_refused() {
        assert!(check_file("a.ts", &"x\n".repeat(500)).is_empty());
        assert_eq!(check_file("a.ts", &"x\n".repeat(501)).len(), 1);
    }
}
