//! Rust text, separated into code and comments, and code cut into tokens.
//!
//! A small lexer, not a parser: the checks ask for words and brackets, and a word inside a comment or
//! a string literal is not code.

/// Rust text in two copies, in which every line keeps its number.
#[derive(Debug, Default)]
pub struct Separated {
    /// Every comment and literal blanked.
    pub code: String,
    /// Everything but comments blanked.
    pub comments: String,
}

/// A file of Rust as the checks read it.
#[derive(Debug)]
pub struct Source<'a> {
    /// From the repository's root, with `/`.
    pub path: &'a str,
    /// The code's tokens, in order.
    pub tokens: Vec<Token<'a>>,
    /// The text with everything but comments blanked.
    pub comments: &'a str,
}

/// A word, a number, a lifetime or one punctuation mark of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// As written; a raw identifier keeps its `r#`.
    pub text: &'a str,
    /// From 1.
    pub line: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Code,
    Comment,
    Literal,
}

impl Separated {
    /// Separates `text`. Text that is not valid Rust is separated as far as it goes.
    pub fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut separated = Self::default();
        let mut at = 0;
        while at < chars.len() {
            let (piece, length) = next_piece(&chars[at..]);
            for &c in &chars[at..at + length] {
                let blank = if c == '\n' { '\n' } else { ' ' };
                separated.code.push(if piece == Piece::Code { c } else { blank });
                separated.comments.push(if piece == Piece::Comment { c } else { blank });
            }
            at += length;
        }
        separated
    }
}

impl<'a> Source<'a> {
    /// Cuts the code of the file at `path` into tokens.
    pub fn read(path: &'a str, separated: &'a Separated) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        for (index, line) in separated.code.split('\n').enumerate() {
            let mut rest = line.trim_start();
            while !rest.is_empty() {
                let after_dot = tokens.last().is_some_and(|last| last.text == ".");
                let (text, tail) = rest.split_at(token_length(rest, after_dot));
                tokens.push(Token { text, line: index + 1 });
                rest = tail.trim_start();
            }
        }
        Self { path, tokens, comments: &separated.comments }
    }
}

impl Token<'_> {
    /// Whether this is an identifier or a keyword.
    pub fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    /// Whether this is a floating-point literal.
    pub fn is_float(&self) -> bool {
        let text = self.text;
        if !text.starts_with(|c: char| c.is_ascii_digit())
            || ["0x", "0o", "0b"].iter().any(|p| text.starts_with(p))
        {
            return false;
        }
        let exponent =
            text.find(['e', 'E']).is_some_and(|e| text[e + 1..].starts_with(|c: char| c.is_ascii_digit()));
        exponent || text.contains('.') || text.ends_with("f32") || text.ends_with("f64")
    }
}

/// Whether `tokens` opens with exactly these texts.
pub fn opens_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

/// The kind and the length of what `rest`, which is not empty, begins with.
fn next_piece(rest: &[char]) -> (Piece, usize) {
    match rest {
        ['/', '/', ..] => (Piece::Comment, rest.iter().position(|&c| c == '\n').unwrap_or(rest.len())),
        ['/', '*', ..] => (Piece::Comment, block_comment(rest)),
        ['"', ..] => (Piece::Literal, string(rest)),
        ['\'', ..] => char_literal(rest).map_or((Piece::Code, 1), |length| (Piece::Literal, length)),
        [first, ..] if is_word_char(*first) => word_or_prefixed_string(rest),
        _ => (Piece::Code, 1),
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Block comments nest.
fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (at, depth) = (at + 2, depth + 1),
            ['*', '/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `None` when the quote opens a lifetime.
fn char_literal(rest: &[char]) -> Option<usize> {
    match rest {
        // The character after the backslash may itself be a quote.
        ['\'', '\\', _, tail @ ..] => tail.iter().position(|&c| c == '\'').map(|end| end + 4),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    }
}

/// A whole word at a time, so that the `r` of `for` is never taken for the prefix of a raw string.
fn word_or_prefixed_string(rest: &[char]) -> (Piece, usize) {
    let length = rest.iter().position(|&c| !is_word_char(c)).unwrap_or(rest.len());
    let word: String = rest[..length].iter().collect();
    let after = &rest[length..];
    match word.as_str() {
        "r" | "br" | "cr" => match raw_string(after) {
            Some(body) => (Piece::Literal, length + body),
            None => (Piece::Code, length),
        },
        "b" | "c" if after.first() == Some(&'"') => (Piece::Literal, length + string(after)),
        _ => (Piece::Code, length),
    }
}

/// The length of `#"…"#` with any number of `#`; `None` for a raw identifier.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().take_while(|&&c| c == '#').count();
    if rest.get(hashes) != Some(&'"') {
        return None;
    }
    let closes =
        |at: usize| rest[at] == '"' && rest[at + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
    let end = (hashes + 1..rest.len()).find(|&at| closes(at));
    Some(end.map_or(rest.len(), |at| at + 1 + hashes))
}

/// The length in bytes of the token that `rest`, which is not empty, begins with.
fn token_length(rest: &str, after_dot: bool) -> usize {
    let word_end = |from: usize| rest[from..].find(|c| !is_word_char(c)).map_or(rest.len(), |at| from + at);
    let first = rest.chars().next().unwrap_or(' ');
    if rest.starts_with("r#") {
        return word_end(2);
    }
    if first == '\'' {
        return word_end(1);
    }
    if !is_word_char(first) {
        return first.len_utf8();
    }
    let end = word_end(0);
    let fraction =
        rest[end..].strip_prefix('.').is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
    // `pair.0.1` is two fields, `0.1` is one number, and `1..2` is a range.
    if first.is_ascii_digit() && fraction && !after_dot { word_end(end + 1) } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let separated = Separated::of(text);
        Source::read("a.rs", &separated).tokens.iter().map(|token| token.text.to_owned()).collect()
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text), expected, "{text}");
    }

    #[test]
    fn comments_and_literals_are_not_code() {
        check("a // b\nc", &["a", "c"]);
        check("a /* b /* c */ d */ e", &["a", "e"]);
        check(r#"a "b \" c" d"#, &["a", "d"]);
        check(r##"a r"b\" c r#"d " e"# f"##, &["a", "c", "f"]);
        check(r##"br#"x"# b"x" c"x" y"##, &["y"]);
        check("\"// no comment\" a", &["a"]);
        check("// \"no string\na", &["a"]);
        check("\"an open string", &[]);
        check("/* an open comment", &[]);
    }

    #[test]
    fn a_quote_opens_a_character_or_a_lifetime() {
        check("'a' b", &["b"]);
        check(r"'\'' '\\' '\u{1F}' b'x' c", &["b", "c"]);
        check("&'static str", &["&", "'static", "str"]);
        check("f::<'a>('\"', x)", &["f", ":", ":", "<", "'a", ">", "(", ",", "x", ")"]);
    }

    #[test]
    fn raw_identifiers_and_words_that_end_in_a_prefix_stay_words() {
        check("r#type for b", &["r#type", "for", "b"]);
        check("bar\"x\"", &["bar"]);
    }

    #[test]
    fn a_number_is_one_token_and_a_field_is_not_a_float() {
        let floats = |text: &str| {
            let separated = Separated::of(text);
            Source::read("a.rs", &separated).tokens.iter().filter(|token| token.is_float()).count()
        };
        for float in ["1.5", "1e5", "2f64", "1_000.0"] {
            assert_eq!(floats(float), 1, "{float}");
        }
        for whole in ["1", "1usize", "pair.0.1", "1..2", "0x1e5", "1.max(2)", "\"1.5\"", "// 1.5"] {
            assert_eq!(floats(whole), 0, "{whole}");
        }
    }

    #[test]
    fn tokens_and_comments_keep_their_lines() {
        let separated = Separated::of("/* one\ntwo */ a\n\"x\ny\" b // c\n");
        let source = Source::read("a.rs", &separated);
        let lines: Vec<_> = source.tokens.iter().map(|token| (token.text.to_owned(), token.line)).collect();
        assert_eq!(lines, [("a".to_owned(), 2), ("b".to_owned(), 4)]);
        assert_eq!(source.comments.lines().nth(3).map(str::trim), Some("// c"));
    }
}
