//! A program of a user, made by `cargo flash new`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::harness::Up;

const LIB: &str = r#"//! Functions to be watched.

use std::time::Duration;

const VERSION: u32 = 1;

/// The process that runs `endpoint_1`.
#[flash::remote(resource = "endpoint_1")]
pub async fn process() -> flash::Result<u32> {
    Ok(std::process::id())
}

/// Takes its time.
#[flash::remote(resource = "endpoint_1")]
pub async fn slow(ms: u64) -> flash::Result<u64> {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    Ok(ms)
}

/// Asks the other endpoint.
#[flash::remote(resource = "endpoint_2")]
pub async fn relay(ms: u64) -> flash::Result<(u32, u64)> {
    eprintln!("relaying {ms}");
    Ok((process().await?, slow(ms).await?))
}

/// Fails badly.
#[flash::remote(resource = "endpoint_1")]
pub async fn stumble() -> flash::Result<()> {
    panic!("on purpose")
}

/// Gives its bytes back.
#[flash::remote(resource = "endpoint_1")]
pub async fn mirror(data: flash::Bytes, times: usize) -> flash::Result<flash::Bytes> {
    Ok(data.repeat(times).into())
}

/// What a change of the source changes.
#[flash::remote(resource = "endpoint_2")]
pub async fn version() -> flash::Result<u32> {
    Ok(VERSION)
}
"#;

const MAIN: &str = "use NAME as _;

#[flash::main]
async fn main() -> flash::Result<()> {
    Ok(())
}
";

/// A program in a directory of its own. All share what they build, so each needs a name of its own.
pub(crate) struct Program {
    place: tempfile::TempDir,
}

impl Program {
    /// What `cargo flash new` makes, with functions that are worth watching.
    pub(crate) fn watched(name: &str) -> Self {
        let program = Self::new(name);
        program.write("src/lib.rs", LIB);
        program.write("src/main.rs", &MAIN.replace("NAME", name));
        let manifest = program.read("Cargo.toml");
        let with_time = manifest.replace(
            "[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n",
            "",
        );
        assert_ne!(manifest, with_time);
        let time = "[dependencies]\ntokio = { version = \"1\", features = [\"time\"] }";
        program.write("Cargo.toml", &with_time.replace("[dependencies]", time));
        program
    }

    /// Exactly what `cargo flash new` makes.
    pub(crate) fn new(name: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        let made = command(place.path()).args(["new", name, "--vcs", "none"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        fs::rename(place.path().join(name), place.path().join("program")).unwrap();
        Self { place }
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.place.path().join("program")
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.directory().join(file)).unwrap()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.directory().join(file), text).unwrap();
    }

    /// Changes a part of a file.
    pub(crate) fn replace(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert!(text.contains(old), "{text}");
        self.write(file, &text.replace(old, new));
    }

    /// `cargo flash` in the program's directory.
    pub(crate) fn flash(&self) -> Command {
        command(&self.directory())
    }

    /// `cargo flash up` with these options, on a port of its own.
    pub(crate) fn up(&self, options: &[&str]) -> Up {
        Up::start(self.up_command(options))
    }

    pub(crate) fn up_command(&self, options: &[&str]) -> Command {
        let mut command = self.flash();
        command.args(["up", "--port", "0"]).args(options);
        command
    }

    /// `cargo flash call`.
    pub(crate) fn call(&self, arguments: &[&str]) -> Output {
        self.flash().arg("call").args(arguments).output().unwrap()
    }

    /// The result of a call as text.
    pub(crate) fn result(&self, arguments: &[&str]) -> String {
        let output = self.call(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

fn command(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-flash"));
    command
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs"))
        .env_remove("FLASH_API_KEY")
        .env_remove("RUSTFLAGS");
    command
}
