//! What ten thousand children that came and went leave behind.
//!
//! Memory is counted for a whole process, so each of these runs once more in a process of its own.

use std::process::Command;
use std::sync::Arc;

use kameo::actor::{ActorRef, Spawn as _};
use kameo::supervision::RestartPolicy;
use tokio::runtime;

use super::{Top, Trace, Worker};

/// Children that come and go.
const CHILDREN: u64 = 10_000;

/// Children before the counting begins: until then the allocator grows for reasons of its own.
const WARM_UP: u64 = 1_000;

/// A supervised child leaves 4.6 kB behind, a linked one nothing that its process would notice.
const LEAK_BYTES: u64 = 1_024;

/// Set in the process that runs one test alone.
const ALONE: &str = "AISLE_CANARY_ALONE";

/// Whether no other test runs in this process. If one may, starts a process for `test` and waits for it.
fn is_alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let this = std::env::current_exe().expect("a test is a file");
    let run = Command::new(this).args(["--exact", test]).env(ALONE, "1").output().expect("it ran just now");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    false
}

/// How many bytes of this process are in memory.
fn resident() -> u64 {
    const PAGE: u64 = 4_096;
    let pages = std::fs::read_to_string("/proc/self/statm").expect("Linux has it");
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("a number") * PAGE
}

/// How many bytes each child leaves behind.
fn left_by_each(spawn: &impl AsyncFn(&ActorRef<Top>) -> ActorRef<Worker>) -> u64 {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let top = Top::spawn(());
        let mut before = 0;
        for child in 0..WARM_UP + CHILDREN {
            if child == WARM_UP {
                before = resident();
            }
            let worker = spawn(&top).await;
            worker.stop_gracefully().await.expect("it is alive");
            worker.wait_for_shutdown_with_result(|_| ()).await;
        }
        resident().saturating_sub(before) / CHILDREN
    })
}

/// When it fails, the links table is cleaned: nothing must change, and `Owner` may be supervised by its
/// shard instead of linking itself.
#[test]
fn supervised_children_leak() {
    if is_alone("kameo::memory::supervised_children_leak") {
        let left = left_by_each(&async |top| {
            let child = Worker::supervise(top, Arc::new(Trace::default()));
            child.restart_policy(RestartPolicy::Transient).spawn().await
        });
        assert!(left > LEAK_BYTES, "only {left} bytes each");
    }
}

/// When it fails: owners that come and go fill the memory of the node. `Owner::on_start` must not link to
/// its shard; let `Owner::on_stop` tell it instead.
#[test]
fn spawn_link_memory_is_flat() {
    if is_alone("kameo::memory::spawn_link_memory_is_flat") {
        let left = left_by_each(&async |top| Worker::spawn_link(top, Arc::new(Trace::default())).await);
        assert!(left < LEAK_BYTES / 8, "{left} bytes each");
    }
}
