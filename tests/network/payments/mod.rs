//! Payments over the network, with a provider outside of the server that ends.

mod kills;
