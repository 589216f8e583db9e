//! A command line of `curl`, read as a shell would, and sent.

use serde_json::Value;

use crate::web::{Answer, Web, With};

/// The words of a command line: quotes hold them together, and fall away.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    let mut inside = false;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => (quote, inside) = (Some(letter), true),
            (Some(open), letter) if letter == open => quote = None,
            (None, ' ') if inside => {
                words.push(std::mem::take(&mut word));
                inside = false;
            }
            (None, ' ') => {}
            (_, letter) => {
                word.push(letter);
                inside = true;
            }
        }
    }
    if inside {
        words.push(word);
    }
    words
}

/// Sends what a command line sends, to the server that `web` is connected to.
pub async fn paste(web: &mut Web, line: &str) -> Answer {
    let mut words = words(line).into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    let (mut method, mut path, mut token, mut body) = ("GET".to_owned(), String::new(), None, None);
    while let Some(word) = words.next() {
        let mut next = || words.next().expect("a value");
        match word.as_str() {
            "-X" => method = next(),
            "-d" => body = Some(serde_json::from_str::<Value>(&next()).expect("JSON")),
            "-H" => {
                let header = next();
                token = header.strip_prefix("Authorization: Bearer ").map(str::to_owned).or(token);
            }
            url => path = url.strip_prefix("http://localhost:3000").expect("our server").to_owned(),
        }
    }
    let with = With { token: token.as_deref(), body: body.as_ref(), ..With::default() };
    web.ask(&method, &path, with).await.expect("an answer")
}

#[test]
fn words_are_those_of_a_shell() {
    let line = r#"curl -X POST http://a -H "B: c d" -d '{"e":"f"}'"#;
    assert_eq!(words(line), ["curl", "-X", "POST", "http://a", "-H", "B: c d", "-d", r#"{"e":"f"}"#]);
}
