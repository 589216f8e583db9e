//! A load tool for booking engines: the numbers of Aisle, beside its physical limits and its peers.
//!
//! A number alone says as much about the machine as about the program. So every scenario measures two
//! servers in one run, in turns, with the same client: the product, and the `limits` server, which does
//! what cannot be avoided (HTTP, JSON, sockets) and nothing else; or a [`peer`], which is what one would write
//! instead. What is reported is the ratio.
//!
//! * [`scenario`]: what is measured, one file each; `options::Choice` lists them.
//! * [`load`]: many clients at once, in a closed or an open loop.
//! * [`client`] and [`socket`]: one HTTP connection, one subscriber.
//! * [`contract`]: what the tool knows of the product's API: paths, bodies, the synthetic departure.
//! * [`ledger`]: who was told that a seat is theirs. A result with a violation is no result.
//! * [`server`] and [`usage`]: the processes that are measured, and what they cost. [`disk`]: what the disk did meanwhile.
//! * [`limits`]: the other side of each ratio.
//! * [`report`]: rates, percentiles, ratios; for people, as JSON and as a page.
//! * [`thresholds`]: what somebody requires of a run.
//!
//! Client and server are always two processes. They share the machine's cores, as they would in no
//! production: the server's own CPU time a request stands beside each rate.

pub mod client;
pub mod contract;
pub mod disk;
pub mod ledger;
pub mod limits;
pub mod load;
pub mod machine;
pub mod options;
pub mod peer;
pub mod progress;
pub mod report;
pub mod scenario;
pub mod server;
pub mod socket;
pub mod thresholds;
pub mod usage;
pub mod wire;
