//! Stands in for the build script of a program with `flash.toml`: what it writes allows nothing, so every lint
//! looks at it.

use std::path::Path;

const GENERATED: &str = r#"
pub mod stamp {
    pub const PACKAGE: &str = "strict";
    pub const fn Unused() -> &'static str { let x = PACKAGE; return x; }
}

pub mod resources {
    pub const API: ::flash::ResourceName = ::flash::ResourceName::new("api");
}
"#;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(out) = std::env::var_os("OUT_DIR") {
        std::fs::write(Path::new(&out).join("flash.rs"), GENERATED)
            .expect("the output directory is writable");
    }
}
