//! What a test runs on: one of the three stores, empty.

use persistence::any::{Address, Any, AnyLane};
use persistence::journal::NodeId;
use persistence::store::{Failpoints, Store, Upkeep};
use tempfile::TempDir;

/// The node that most tests write as.
pub const NODE: NodeId = NodeId::new(0xA);
/// Its successor, or its rival.
pub const OTHER: NodeId = NodeId::new(0xB);

/// An empty store of some kind.
pub trait Bed {
    type Lane: Store;
    type Reader: Upkeep;
    fn lane(&self, node: NodeId) -> Self::Lane;
    fn reader(&self) -> &Self::Reader;
}

/// Each store is tried through the type that hides which one it is, so that this one is tried as well.
pub struct OnAny {
    store: Any,
    _directory: Option<TempDir>,
}

pub async fn memory() -> OnAny {
    OnAny { store: Any::open(&Address::Memory).await.unwrap(), _directory: None }
}

pub async fn sqlite() -> OnAny {
    let directory = testbed::directory().unwrap();
    let address = Address::Directory(directory.path().to_owned());
    OnAny { store: Any::open(&address).await.unwrap(), _directory: Some(directory) }
}

pub async fn postgres() -> OnAny {
    let address = Address::Postgres(testbed::Postgres::shared().new_database().unwrap());
    OnAny { store: Any::open(&address).await.unwrap(), _directory: None }
}

impl Bed for OnAny {
    type Lane = AnyLane;
    type Reader = Any;
    fn lane(&self, node: NodeId) -> AnyLane {
        self.store.lane_with(node, Failpoints::default())
    }
    fn reader(&self) -> &Any {
        &self.store
    }
}

/// Makes each of these functions a test on each store. One that is forgotten here is dead code, which the
/// compiler reports.
macro_rules! on_every_store {
    ($($name:ident,)*) => {
        on_every_store!(@ memory $($name)*);
        on_every_store!(@ sqlite $($name)*);
        on_every_store!(@ postgres $($name)*);
    };
    (@ $store:ident $($name:ident)*) => {
        mod $store {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name(crate::bed::$store().await).await;
                }
            )*
        }
    };
}
pub(crate) use on_every_store;
