//! Tells when the web app that is part of the binary has changed. A debug build reads its files where they are, so it
//! need not be built again for them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=../web/dist");
    }
}
