//! The edge: connections, and what every request passes.

mod face;
mod pass;
mod peer;
mod serve;
mod shed;

pub use face::Face;
pub use peer::{InvalidProxies, Proxies};
pub use serve::{ServeOptions, serve};
pub use shed::Load;
