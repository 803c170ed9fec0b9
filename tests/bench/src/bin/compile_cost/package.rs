//! The package that is compiled again and again.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use flash_bench::shop::Library;

use crate::cpu;

/// What is asked of cargo.
#[derive(Clone, Copy)]
pub(crate) enum Command {
    Check,
    Build,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Check => "cargo check",
            Self::Build => "cargo build",
        })
    }
}

/// What stands above the functions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Nothing.
    Plain,
    /// The attribute, registered by linkme.
    Linkme,
    /// The attribute, registered by inventory.
    Inventory,
}

impl Variant {
    pub(crate) const ALL: [Self; 3] = [Self::Plain, Self::Linkme, Self::Inventory];
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plain => "plain functions",
            Self::Linkme => "remote, linkme",
            Self::Inventory => "remote, inventory",
        })
    }
}

/// A library of generated functions, with the repository's lock file.
pub(crate) struct Package {
    root: PathBuf,
}

impl Package {
    /// Writes everything but the functions.
    pub(crate) fn create() -> Result<Self, Box<dyn Error>> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let program = std::env::current_exe()?;
        let root = program.parent().ok_or("the program has no directory")?.join("compile-cost");
        std::fs::create_dir_all(root.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"cost\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n\
             [features]\ninventory = [\"flash-runtime/inventory\"]\n\n\
             [dependencies]\nflash-runtime = {{ path = {:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n",
            repository.join("flash-runtime")
        );
        std::fs::write(root.join("Cargo.toml"), manifest)?;
        std::fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(Self { root })
    }

    /// CPU seconds of compiling `count` functions.
    pub(crate) fn cost(
        &self,
        command: Command,
        variant: Variant,
        count: usize,
    ) -> Result<f64, Box<dyn Error>> {
        let library =
            Library { files: 0..count.div_ceil(20), functions: count, annotated: variant != Variant::Plain };
        library.write(&self.root.join("src"))?;
        let before = cpu::of_children()?;
        let status = Process::new("cargo")
            .current_dir(&self.root)
            .arg(match command {
                Command::Check => "check",
                Command::Build => "build",
            })
            .args(["--offline", "--quiet"])
            .args(["--features", if variant == Variant::Inventory { "inventory" } else { "" }])
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .status()?;
        if !status.success() {
            return Err(
                format!("`{command}` of the generated package failed: {}", self.root.display()).into()
            );
        }
        Ok((cpu::of_children()? - before).as_secs_f64())
    }
}
