//! What clients were told, line by line, so that it can be asked for again.

use serde_json::Value;

use crate::web::{Answer, Web, With};

/// Everything that was told to requests with a key.
#[derive(Default)]
pub struct Journal {
    lines: Vec<Line>,
}

struct Line {
    path: String,
    token: String,
    key: String,
    body: Value,
    status: u16,
    answer: Value,
}

impl Journal {
    /// Notes an answer.
    ///
    /// # Panics
    /// When the request had no token, key or body.
    pub fn told(&mut self, path: &str, with: With<'_>, answer: &Answer) {
        let (Some(token), Some(key), Some(body)) = (with.token, with.key, with.body) else {
            panic!("only a whole request can be asked again")
        };
        self.lines.push(Line {
            path: path.to_owned(),
            token: token.to_owned(),
            key: key.to_owned(),
            body: body.clone(),
            status: answer.status,
            answer: without_name(answer.json()),
        });
    }

    /// Asks everything again with its key: each must get its first answer. How many were asked.
    pub async fn ask_again(&self, web: &mut Web) -> usize {
        for line in &self.lines {
            let with = With { token: Some(&line.token), key: Some(&line.key), body: Some(&line.body) };
            let again = web.insist("POST", &line.path, with).await;
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{} {}", line.path, line.key);
            assert_eq!(again.status, line.status, "{} {}", line.path, line.key);
            assert_eq!(without_name(again.json()), line.answer, "{} {}", line.path, line.key);
        }
        self.lines.len()
    }
}

/// A request's own name is all that a repeated answer may have of its own.
fn without_name(mut answer: Value) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.remove("requestId");
    }
    answer
}
