//! The edge: connections, and what every request passes.

mod pass;
mod serve;
mod shed;

pub use pass::pass;
pub use serve::{ServeOptions, serve};
pub use shed::Load;
