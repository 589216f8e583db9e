//! Payments over the network, with a provider outside of the server that ends, and with the one that it brings along.

mod embedded;
mod kills;
