//! How the tables are read: each line is what happens to the batch, `->`, and what comes out of it.
//!
//! `A1.r2` is row 2 of stream `A`, handed in by its life 1; `A1.r2/9` sets its line in `due` to 9 ms, `A1.r2/x`
//! takes it away. `A1.a5` is the answer to request 5, `A1.m` a mark, `A1.b` a barrier. Streams with different
//! capitals lie in different shards, and `a` lies in the shard of `A`; so a shard is named by its capital.
//!
//! On the left stand entries to hand in, or one of: `committed`, `refused`, `unknown`, `fenced A B`,
//! `raised A@2`, `own A@3`, `disown A`, `again`. After each line the batch is asked for its next step. On the
//! right stand first the acknowledgements, then the step: `write` with its rows and answers, the shards `at`
//! their epochs, and the lines of `due`; or `raise` with shards. Nothing on the right means nothing.

use std::sync::Arc;

use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{
    Activation, Answer, Batch, Due, Entry, Epoch, Fingerprint, NotDurable, Outcome, Record, RequestId,
    RequestKey, Row, Settled, Shard, Statement, Step, StreamId,
};

/// Runs a script on a batch that owns these shards at epoch 1.
#[track_caller]
pub fn check(owned: &str, script: &str) {
    let owned = owned.split_whitespace().map(|name| (shard(name), Epoch::new(1)));
    let mut batch = Batch::new(owned);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (left, right) = line.split_once("->").expect("a line has an arrow");
        happen(&mut batch, left.trim());
        let step = batch.next_step();
        let mut said = settled(&batch.settled());
        said.extend(step.as_ref().map(spoken));
        assert_eq!(said.join("; "), right.trim(), "in the line: {line}");
    }
}

fn happen(batch: &mut Batch<String>, left: &str) {
    let words: Vec<&str> = left.split_whitespace().collect();
    let shards = || words[1..].iter().map(|name| shard(name)).collect();
    match words[0] {
        "again" => {}
        "committed" => batch.written(&Outcome::Committed),
        "refused" => batch.written(&Outcome::Refused("a table says so".into())),
        "unknown" => batch.written(&Outcome::Unknown("a table says so".into())),
        "fenced" => batch.written(&Outcome::Fenced(shards())),
        "raised" => batch.raised(&words[1..].iter().map(|word| at_epoch(word)).collect::<Vec<_>>()),
        "own" => {
            for (shard, epoch) in words[1..].iter().map(|word| at_epoch(word)) {
                batch.own(shard, epoch);
            }
        }
        "disown" => words[1..].iter().for_each(|name| batch.disown(shard(name))),
        _ => words.iter().for_each(|word| batch.push(entry(word))),
    }
}

fn at_epoch(word: &str) -> (Shard, Epoch) {
    let (name, epoch) = word.split_once('@').expect("a shard stands with its epoch");
    (shard(name), Epoch::new(epoch.parse().expect("an epoch is a number")))
}

/// The stream with this letter. A small letter's is the first of its name that lies in the capital's shard.
pub fn stream(letter: &str) -> StreamId {
    let capital = letter.to_uppercase();
    let named: StreamId = format!("test/{capital}").parse().expect("a letter names a stream");
    if letter == capital {
        return named;
    }
    let mut neighbours = (0..).map(|number| format!("test/{letter}{number}").parse::<StreamId>());
    let near = neighbours.find_map(|id| id.ok().filter(|id| id.shard() == named.shard()));
    near.expect("there is no end of names")
}

pub fn shard(name: &str) -> Shard {
    stream(name).shard()
}

/// The letter of a stream that [`stream`] gave.
fn letter(stream: &StreamId) -> &str {
    let (_, name) = stream.as_str().split_once('/').expect("every stream has a kind");
    &name[..1]
}

/// The capital whose shard this is.
fn name(shard: Shard) -> String {
    let capitals = ('A'..='H').map(|capital| capital.to_string());
    let mut named = capitals.filter(|capital| stream(capital).shard() == shard);
    let name = named.next().expect("tables speak of shards A to H");
    assert_eq!(named.next(), None, "two capitals share a shard");
    name
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).expect("tables play in 1970")
}

/// The entry that a word stands for; whom to tell is the word itself, but for what it says of `due`.
fn entry(word: &str) -> Entry<String> {
    let (owner, record) = word.split_once('.').expect("an entry has an owner and a record");
    let (letter, life) = owner.split_at(1);
    let (kind, rest) = record.split_at(1);
    let number = |text: &str| text.parse().expect("a row or a request is a number");
    let record = match kind {
        "r" => {
            let (version, due) = rest.split_once('/').unwrap_or((rest, ""));
            row(number(version), due_of(due))
        }
        "a" => answer(number(rest)),
        "m" => Record::Mark,
        "b" => Record::Barrier,
        _ => panic!("no record is written {word}"),
    };
    let activation = Activation::new(life.parse().expect("a life is a number"));
    let ack = word.split_once('/').map_or(word, |(name, _)| name).to_owned();
    Entry { stream: stream(letter), activation, record, ack }
}

fn due_of(text: &str) -> Due {
    match text {
        "" => Due::Unchanged,
        "x" => Due::Never,
        millis => Due::At(at(millis.parse().expect("due is a number of milliseconds"))),
    }
}

pub fn row(version: u64, due: Due) -> Record {
    let body: Arc<str> = format!("[{version}]").into();
    let at = at(1_000 + i64::try_from(version).expect("tables have few rows"));
    Record::Row(Row {
        version: Version::new(version),
        at,
        schema: 1,
        request: None,
        body,
        outbox: Vec::new(),
        due,
        listing: None,
        news: Vec::new(),
        ledger: Vec::new(),
    })
}

pub fn key(number: u64) -> RequestKey {
    let digest = u128::from(number).to_be_bytes();
    RequestKey { id: RequestId::new(digest), fingerprint: Fingerprint::new(digest) }
}

pub fn answer(number: u64) -> Record {
    let body: Arc<str> = format!("{number}").into();
    let version = Version::EMPTY;
    Record::Answer(Answer { request: key(number), version, at: at(1_000), body, expires: at(9_000) })
}

/// Acknowledgements in their order, those in a row with one result said together.
fn settled(settled: &[Settled<String>]) -> Vec<String> {
    let groups = settled.chunk_by(|one, next| one.result == next.result);
    let said = groups.map(|group| {
        let names: Vec<&str> = group.iter().map(|told| told.ack.as_str()).collect();
        format!("{} {}", verdict(group[0].result), names.join(" "))
    });
    said.collect()
}

const fn verdict(result: Result<(), NotDurable>) -> &'static str {
    match result {
        Ok(()) => "ok",
        Err(NotDurable::Unknown) => "unknown",
        Err(NotDurable::Refused) => "refused",
        Err(NotDurable::Fenced) => "fenced",
        Err(NotDurable::NotOwner) => "not-owner",
    }
}

fn spoken(step: &Step) -> String {
    match step {
        Step::Write(statement) => spoken_statement(statement),
        Step::RaiseEpochs(shards) => {
            let names: Vec<String> = sorted(shards.iter().map(|shard| name(*shard)));
            format!("raise {}", names.join(" "))
        }
    }
}

fn spoken_statement(statement: &Statement) -> String {
    let mut words = vec!["write".to_owned()];
    words.extend(statement.rows.iter().map(|row| format!("{}.r{}", letter(&row.stream), row.version)));
    words.extend(statement.answers.iter().map(|answer| {
        let number = u128::from_be_bytes(answer.request.id.bytes());
        format!("{}.a{number}", letter(&answer.stream))
    }));
    let fence = statement.shards.iter().map(|(shard, epoch)| format!("{}@{}", name(*shard), epoch.number()));
    words.push("at".to_owned());
    words.extend(sorted(fence));
    if !statement.due.is_empty() {
        words.push("due".to_owned());
    }
    words.extend(statement.due.iter().map(|due| match due.at {
        Some(at) => format!("{}/{}", letter(&due.stream), at.millis()),
        None => format!("{}/x", letter(&due.stream)),
    }));
    words.join(" ")
}

/// Shards are ordered by their numbers, which say nothing to a reader; tables write them by their letters.
fn sorted(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.collect();
    words.sort_unstable();
    words
}
