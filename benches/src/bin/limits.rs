//! The other side of each ratio, as a process. See `bench::limits`.

use anyhow::Context;
use bench::limits::{Sizes, serve};
use clap::Parser;
use tokio::net::TcpListener;

/// Serves the product's routes and does nothing: the physical limit.
#[derive(Parser)]
struct Options {
    /// Where to listen, on the loopback
    #[arg(long)]
    port: u16,
    #[command(flatten)]
    sizes: Sizes,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    bench::machine::allow_open_files(0)?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await.context("cannot listen")?;
    serve(listener, options.sizes).await
}
