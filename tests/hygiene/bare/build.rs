//! Stands in for the build script of a program with `flash.toml`.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(out) = std::env::var_os("OUT_DIR") {
        let generated = "pub mod stamp { pub const PACKAGE: &str = \"bare\"; }";
        std::fs::write(Path::new(&out).join("flash.rs"), generated)
            .expect("the output directory is writable");
    }
}
