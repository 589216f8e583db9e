//! Tells when the web app that is part of the binary has changed. A debug build reads its files where they are, so it
//! need not be built again for them.

use std::fs;

/// Where `npm run build` puts the app.
const APP: &str = "../web/dist";

fn main() {
    // A debug build remembers where the folder is, with every `..` resolved, and serves nothing from a folder that
    // was not there to resolve. So there is one, even before the app is built for the first time.
    if let Err(error) = fs::create_dir_all(APP) {
        println!("cargo::warning=cannot make {APP}, so this build serves no web app: {error}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed={APP}");
    }
}
