//! A user's workspace: a program `shop` that depends on a library `pricing`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const PRICING: &str = r#"//! Prices.

/// An item.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, flash::Type)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it is made of.
    pub parts: Vec<Item>,
}

/// The price of an item.
#[flash::remote(resource = "pricing")]
pub async fn price(item: Item) -> flash::Result<u64> {
    let own = item.name.len() as u64;
    Ok(own)
}
"#;

const MAIN: &str = r#"//! A shop.

mod model;

/// Takes an order.
#[flash::remote(resource = "web", method = "POST", path = "/orders/{customer}")]
pub async fn order(customer: String, item: pricing::Item) -> flash::Result<u64> {
    let price = pricing::price(item).await?;
    Ok(price + customer.len() as u64)
}

#[flash::main]
async fn main() -> flash::Result<()> {
    Ok(())
}
"#;

const MODEL: &str = r#"//! A model.

#[flash::resource]
const MODELS: flash::ServerlessResource = flash::ServerlessResource::new("models").workers(1, 2);

/// Something that is loaded once.
pub struct Model;

#[flash::remote(resource = MODELS)]
impl Model {
    async fn new() -> flash::Result<Self> {
        Ok(Self)
    }

    /// Predicts.
    pub async fn predict(&self, prompt: String) -> flash::Result<String> {
        let answer = prompt + "!";
        Ok(answer)
    }
}
"#;

/// A workspace in a directory of its own. All share what they build, so each needs a name of its own.
pub(crate) struct Workspace {
    place: tempfile::TempDir,
}

impl Workspace {
    /// The shop, called `name`.
    pub(crate) fn new(name: &str) -> Self {
        let workspace = Self { place: tempfile::tempdir().unwrap() };
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("flash-runtime");
        let dependencies = format!(
            "[dependencies]\nflash-runtime = {{ path = {:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n",
            sdk.display().to_string()
        );
        let package =
            |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.3.0\"\nedition = \"2024\"\n\n");
        let pricing = format!("{name}-pricing");
        workspace.write(
            "Cargo.toml",
            &format!(
                "[workspace]\nmembers = [\"pricing\"]\n\n{}{dependencies}pricing = {{ path = \"pricing\", package = \"{pricing}\" }}\n",
                package(name)
            ),
        );
        workspace.write("pricing/Cargo.toml", &format!("{}{dependencies}", package(&pricing)));
        workspace.write("pricing/src/lib.rs", PRICING);
        workspace.write("src/main.rs", MAIN);
        workspace.write("src/model.rs", MODEL);
        workspace.write("flash.toml", "[app]\nname = \"the-shop\"\n\n[resources.pricing]\nworkers_max = 3\n");
        // The versions that this repository is built with, so that nothing has to be fetched.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("Cargo.lock");
        fs::copy(lock, workspace.path().join("Cargo.lock")).unwrap();
        workspace
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.place.path().to_owned()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.place.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn replace(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        assert!(text.contains(old), "{text}");
        self.write(file, &text.replace(old, new));
    }

    /// `cargo flash` with these arguments in the dev profile, which compiles fastest.
    pub(crate) fn flash(&self, arguments: &[&str]) -> Answer {
        Answer::of(&self.command(arguments).output().unwrap())
    }

    /// The same with the workspace's own path remapped. A wrapper does it for the members alone, so that
    /// their dependencies needn't be compiled once per path.
    pub(crate) fn flash_remapped(&self, arguments: &[&str]) -> Answer {
        use std::os::unix::fs::PermissionsExt;
        // At one place for all, because cargo counts the wrapper's path among what makes a build.
        let wrapper = Path::new(env!("CARGO_TARGET_TMPDIR")).join("remap");
        fs::write(&wrapper, "#!/bin/sh\nexec \"$@\" --remap-path-prefix=\"$PWD\"=/src\n").unwrap();
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        Answer::of(&self.command(arguments).env("RUSTC_WORKSPACE_WRAPPER", wrapper).output().unwrap())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-flash"));
        command
            .arg("flash")
            .args(arguments)
            .current_dir(self.place.path())
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("workspaces"))
            .env("SOURCE_DATE_EPOCH", "1768213800")
            .env_remove("RUSTFLAGS")
            .env_remove("FLASH_SET");
        command
    }

    pub(crate) fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path().join(".flash/flash_manifest.json")).unwrap()).unwrap()
    }
}

/// What the command said.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// Failed with exit code 1 and these words on standard error.
    #[track_caller]
    pub(crate) fn failed(self, words: &[&str]) -> Self {
        assert_eq!(self.code, 1, "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is not in: {}", self.stderr);
        }
        self
    }
}
