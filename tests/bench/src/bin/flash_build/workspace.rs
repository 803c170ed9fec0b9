//! The workspace that is built: a program and five libraries.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flash_bench::shop::Library;

/// Source files of the libraries, `lib.rs` and `types.rs` aside.
pub(crate) const FILES: usize = 500;
/// Annotated functions in them.
pub(crate) const FUNCTIONS: usize = 1000;

const LIBRARIES: usize = 5;

/// The generated workspace, with the repository's lock file.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Writes it beside this program.
    pub(crate) fn create() -> Result<Self, Box<dyn Error>> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let program = std::env::current_exe()?;
        let root = program.parent().ok_or("the program has no directory")?.join("flash-build-bench");
        let sdk = repository.join("flash-runtime");
        let mut dependencies = format!("flash-runtime = {{ path = {sdk:?} }}\n");
        let mut uses = String::new();
        for number in 0..LIBRARIES {
            let directory = root.join(format!("part{number}"));
            std::fs::create_dir_all(directory.join("src"))?;
            let manifest = format!(
                "[package]\nname = \"part{number}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 flash-runtime = {{ path = {sdk:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
            );
            write_if_changed(&directory.join("Cargo.toml"), &manifest)?;
            let per_library = FILES / LIBRARIES;
            let library = Library {
                files: number * per_library..(number + 1) * per_library,
                functions: FUNCTIONS / LIBRARIES,
                annotated: true,
            };
            library.write(&directory.join("src"))?;
            dependencies += &format!("part{number} = {{ path = \"part{number}\" }}\n");
            uses += &format!("use part{number} as _;\n");
        }
        std::fs::create_dir_all(root.join("src"))?;
        write_if_changed(
            &root.join("Cargo.toml"),
            &format!(
                "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\nmembers = [\"part*\"]\n\n\
                 [dependencies]\n{dependencies}"
            ),
        )?;
        let main = format!(
            "//! A shop.\n\n{uses}\n#[flash::main]\nasync fn main() -> flash::Result<()> {{\n    Ok(())\n}}\n"
        );
        write_if_changed(&root.join("src/main.rs"), &main)?;
        std::fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(Self { root })
    }

    /// The compiled program.
    pub(crate) fn program(&self) -> PathBuf {
        self.root.join("target/release/shop")
    }

    /// `cargo build --release`.
    pub(crate) fn cargo_build(&self) -> Result<(), Box<dyn Error>> {
        self.run(Path::new("cargo"), &["build", "--release", "--quiet", "--offline"])
    }

    /// Runs a program in the workspace.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} {} failed:\n{said}", program.display(), arguments.join(" ")).into());
        }
        Ok(())
    }
}

/// A file that stays as it is doesn't make cargo compile again.
fn write_if_changed(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text)
}
