//! The other side of each ratio, as a process. See `bench::limits`.

use bench::limits::{Sizes, listen, serve};
use clap::Parser;

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
    serve(listen(options.port)?, options.sizes).await
}
