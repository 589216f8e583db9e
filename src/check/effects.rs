//! The effects that wait: each was caused by a row, and says what that row caused.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::Version;
use persistence::journal::OutboxRow;
use serde_json::Value;

use super::report::Report;

/// The effects of one stream that wait and whose row has not come yet.
#[derive(Debug)]
pub struct Effects {
    waiting: BTreeMap<(Version, u16), Arc<str>>,
}

/// An effect of a stream that has no rows.
pub fn judge_rowless(effect: &OutboxRow, report: &mut Report) {
    let OutboxRow { stream, version, ordinal, .. } = effect;
    report.found(stream, None, format!("effect {ordinal} of row {version} waits, but there is no row"));
}

impl Effects {
    /// All that wait.
    pub fn new(waiting: Vec<OutboxRow>) -> Self {
        let key = |effect: &OutboxRow| (effect.version, effect.ordinal);
        Self { waiting: waiting.into_iter().map(|effect| (key(&effect), effect.body)).collect() }
    }

    /// Takes in what a row caused; `None` when that is not known.
    pub fn row(&mut self, version: Version, caused: Option<&[Value]>, wrong: &mut Vec<String>) {
        while let Some(first) = self.waiting.first_entry().filter(|first| first.key().0 <= version) {
            let ((of, ordinal), body) = first.remove_entry();
            if of < version {
                wrong.push(format!("comes after effect {ordinal} of row {of}, which is not there"));
                continue;
            }
            let Some(caused) = caused else { continue };
            let read: Option<Value> = serde_json::from_str(&body).ok();
            if read.is_none() || read.as_ref() != caused.get(usize::from(ordinal)) {
                wrong.push(format!("did not cause effect {ordinal}, which waits: {body}"));
            }
        }
    }

    /// What waits for rows after the last.
    pub fn close(&self, last: Version, wrong: &mut Vec<String>) {
        for (version, ordinal) in self.waiting.keys() {
            wrong.push(format!("effect {ordinal} of row {version} waits, but the last row is {last}"));
        }
    }
}
