//! The edge: connections, and what every request passes.

mod face;
mod pass;
mod serve;
mod shed;

pub use face::Face;
pub use serve::{ServeOptions, serve};
pub use shed::Load;
