//! A snapshot: never the truth, but an owner that starts believes it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use actors::entity::{Core, Entity, state_at};
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{Activation, Loaded, StreamId};

use super::requests::Requests;

/// What an owner would start from, when that is more than the rows.
#[derive(Debug)]
pub struct Start<A> {
    stream: StreamId,
    loaded: Loaded,
    version: Version,
    /// The state that the snapshot keeps, until the fold is there.
    state: Option<A>,
}

impl<A: Entity + PartialEq> Start<A> {
    /// Reads the snapshot, if there is one.
    pub fn of(loaded: Loaded, wrong: &mut Vec<String>) -> Option<Self> {
        let snapshot = loaded.snapshot.as_ref()?;
        let (stream, version) = (snapshot.stream.clone(), snapshot.version);
        match state_at::<A>(snapshot) {
            Ok(state) => Some(Self { stream, loaded, version, state: Some(state) }),
            Err(error) => {
                wrong.push(format!("the snapshot of row {version} cannot be read: {error}"));
                None
            }
        }
    }

    /// Holds the snapshot against the fold after its row.
    pub fn row(&mut self, version: Version, state: Option<&A>, wrong: &mut Vec<String>) {
        if version < self.version {
            return;
        }
        let kept = self.state.take();
        if version == self.version
            && let (Some(kept), Some(state)) = (kept, state)
            && kept != *state
        {
            wrong.push("is not what its snapshot says".to_owned());
        }
    }

    /// Starts an owner from it: it must be where the fold is, and remember what was answered.
    pub fn close(
        self,
        state: Option<&A>,
        (last, at): (Version, Timestamp),
        requests: &Requests,
        wrong: &mut Vec<String>,
    ) {
        let version = self.version;
        if version > last {
            wrong.push(format!("there is a snapshot of row {version}, but the last row is {last}"));
            return;
        }
        let Some(state) = state else { return };
        let started = catch_unwind(AssertUnwindSafe(|| {
            let mut core: Core<A> = Core::new(self.stream.clone());
            core.rebuild(Activation::default().next());
            core.load(&self.loaded).map(|()| core)
        }));
        let mut core = match started {
            Ok(Ok(core)) => core,
            Ok(Err(error)) => return wrong.push(format!("no owner can start from its snapshot: {error}")),
            Err(_) => return wrong.push("no owner can start from its snapshot: it panics".to_owned()),
        };
        if core.version() != last || core.state() != state {
            wrong.push(format!("from the snapshot of row {version} an owner comes to another state"));
        }
        if let Some(request) = requests.forgotten_by(&mut core, at) {
            wrong.push(format!("an owner that starts from the snapshot forgets request {request}"));
        }
    }
}
