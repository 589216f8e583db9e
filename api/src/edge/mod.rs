//! The edge: connections, and what every request passes.

mod face;
mod headers;
mod listen;
mod pass;
mod peer;
mod rates;
mod serve;
mod shed;

pub use face::Face;
pub use listen::listen;
pub use peer::{InvalidProxies, Proxies};
pub use rates::{Kind, RateLimits, Rates};
pub use serve::{ServeOptions, serve};
pub use shed::Load;
