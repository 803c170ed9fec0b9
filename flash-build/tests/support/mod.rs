//! Cargo workspaces in temporary directories, with a tiny package in place of the SDK.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Workspace {
    directory: tempfile::TempDir,
}

const SDK: &[(&str, &str)] = &[
    (
        "sdk/Cargo.toml",
        "[package]\nname = \"flash-runtime\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nname = \"flash\"\n\
         [dependencies]\nflash-macros = { path = \"../sdk-macros\" }\n",
    ),
    (
        "sdk/src/lib.rs",
        "pub use flash_macros::{main, remote};\n\
         pub mod prelude { pub use flash_macros::remote; }\n\
         pub type Result<T> = std::result::Result<T, ()>;\n\
         #[derive(Clone, Copy)]\npub struct ResourceName(&'static str);\n\
         impl ResourceName {\n    pub const fn new(name: &'static str) -> Self { Self(name) }\n    \
         pub const fn name(self) -> &'static str { self.0 }\n}\n\
         pub fn serve_resource(name: ResourceName) -> Result<()> { println!(\"serving {}\", name.name()); Ok(()) }\n\
         pub fn spawn<T>(_: T) {}\n",
    ),
    (
        "sdk-macros/Cargo.toml",
        "[package]\nname = \"flash-macros\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
    ),
    (
        "sdk-macros/src/lib.rs",
        "use proc_macro::TokenStream;\n\
         #[proc_macro_attribute]\npub fn remote(_: TokenStream, item: TokenStream) -> TokenStream { item }\n\
         #[proc_macro_attribute]\npub fn main(_: TokenStream, item: TokenStream) -> TokenStream { item }\n",
    ),
];

impl Workspace {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let workspace = Self { directory: tempfile::tempdir().unwrap() };
        for (path, text) in SDK.iter().chain(files) {
            workspace.write(path, text);
        }
        workspace
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap()
    }

    /// Cargo takes packages of two workspaces for the same when name, version and place in the workspace agree, and
    /// all fixtures share one target directory: so every test has a version of its own.
    pub fn write(&self, path: &str, text: &str) {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (std::env::current_exe().unwrap().file_name(), std::thread::current().name()).hash(&mut hasher);
        let version = format!("version = \"0.1.{}\"", hasher.finish() % 1_000_000);
        let manifest = path.ends_with("Cargo.toml");
        let text = if manifest { text.replace("version = \"0.1.0\"", &version) } else { text.to_owned() };
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.directory.path().join(path)).unwrap();
    }

    /// Runs cargo in the workspace, offline, with one target directory for all fixtures unless the first argument of
    /// the caller says otherwise.
    pub fn cargo(&self, arguments: &[&str]) -> Output {
        self.cargo_in(Path::new(env!("CARGO_TARGET_TMPDIR")), arguments)
    }

    pub fn cargo_in(&self, target: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(self.directory.path()).args(arguments).env("CARGO_NET_OFFLINE", "true");
        command.env("CARGO_TARGET_DIR", target).env("CARGO_TERM_COLOR", "never");
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_MANIFEST_DIR", "OUT_DIR"] {
            command.env_remove(name);
        }
        command.output().unwrap()
    }

    pub fn cargo_ok(&self, arguments: &[&str]) -> String {
        let output = self.cargo(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {arguments:?} failed:\n{errors}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A package's `Cargo.toml`.
pub fn package(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
}
