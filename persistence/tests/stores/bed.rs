//! What a test runs on: one of the three stores, empty.

use persistence::journal::NodeId;
use persistence::memory::{self, Memory};
use persistence::postgres::{self, Postgres};
use persistence::sqlite::{self, Sqlite};
use persistence::store::{Store, Upkeep};
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

pub struct OnMemory(Memory);

pub struct OnSqlite {
    store: Sqlite,
    _directory: TempDir,
}

pub struct OnPostgres(Postgres);

pub async fn memory() -> OnMemory {
    OnMemory(Memory::new())
}

pub async fn sqlite() -> OnSqlite {
    let directory = testbed::directory().unwrap();
    OnSqlite { store: Sqlite::open(directory.path()).await.unwrap(), _directory: directory }
}

pub async fn postgres() -> OnPostgres {
    let url = testbed::Postgres::shared().new_database().unwrap();
    OnPostgres(Postgres::open(&url).await.unwrap())
}

impl Bed for OnMemory {
    type Lane = memory::Lane;
    type Reader = Memory;
    fn lane(&self, node: NodeId) -> memory::Lane {
        self.0.lane(node)
    }
    fn reader(&self) -> &Memory {
        &self.0
    }
}

impl Bed for OnSqlite {
    type Lane = sqlite::Lane;
    type Reader = Sqlite;
    fn lane(&self, node: NodeId) -> sqlite::Lane {
        self.store.lane(node)
    }
    fn reader(&self) -> &Sqlite {
        &self.store
    }
}

impl Bed for OnPostgres {
    type Lane = postgres::Lane;
    type Reader = Postgres;
    fn lane(&self, node: NodeId) -> postgres::Lane {
        self.0.lane(node)
    }
    fn reader(&self) -> &Postgres {
        &self.0
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
