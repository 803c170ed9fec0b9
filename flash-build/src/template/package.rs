//! Making the package: cargo lays it out, the template fills it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{FILES, Sdk, filled};
use crate::cli::Failure;

/// Names whose package would hide a crate that the template's own code uses.
const TAKEN: &[&str] = &["flash", "flash-runtime", "flash-build", "flash-macros", "serde", "tokio"];

/// The version control that a new package is put under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vcs {
    /// What cargo does by itself: a git repository unless there is one around the package.
    Default,
    /// None.
    None,
}

/// A package to be made.
#[derive(Debug)]
pub struct NewPackage {
    /// Its directory; missing or empty.
    pub path: PathBuf,
    /// Its name, when it is not that of the directory.
    pub name: Option<String>,
    /// Its version control.
    pub vcs: Vcs,
    /// Where the SDK comes from.
    pub sdk: Sdk,
}

impl NewPackage {
    /// Makes the package and gives back its name.
    ///
    /// # Errors
    /// A directory with something in it, a name that cargo refuses, or a file that can't be written.
    pub fn create(&self) -> Result<String, Failure> {
        if fs::read_dir(&self.path).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Failure::new(format!("the directory {} is not empty", self.path.display()))
                .help(format!(
                    "choose another name; or in the program that is there run `{}` and put `#[flash::remote(resource = \"NAME\")]` before a function",
                    self.sdk.add_line(None)
                )));
        }
        if self.path.is_file() {
            return Err(Failure::new(format!("{} is a file", self.path.display()))
                .help("choose another name, or remove the file"));
        }
        let name = self.package_name()?;
        let existed = self.path.is_dir();
        self.write(&name).inspect_err(|_| {
            // Nothing of the user's was there before, so a failed start leaves nothing behind.
            if !existed {
                let _ = fs::remove_dir_all(&self.path);
            }
        })?;
        Ok(name)
    }

    fn package_name(&self) -> Result<String, Failure> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => {
                let absolute = std::path::absolute(&self.path)
                    .map_err(|error| Failure::new(format!("{}: {error}", self.path.display())))?;
                absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
        };
        if name.is_empty() {
            return Err(Failure::new("the directory has no name that a package could take")
                .help("give one with --name"));
        }
        if TAKEN.contains(&name.replace('_', "-").as_str()) {
            return Err(Failure::new(format!(
                "a package named `{name}` would hide the crate of that name that its code uses"
            ))
            .help("choose another name, or give one with --name"));
        }
        if name.starts_with("handler_") {
            return Err(Failure::new(format!(
                "a program named `{name}` would take itself for an endpoint, whose entries are called `handler_..`"
            ))
            .help("choose another name, or give one with --name"));
        }
        Ok(name)
    }

    fn write(&self, name: &str) -> Result<(), Failure> {
        self.run_cargo_init(name)?;
        let manifest = self.path.join("Cargo.toml");
        let laid_out = read(&manifest)?;
        write(&manifest, &with_dependencies(&laid_out, &self.sdk))?;
        let ignore = self.path.join(".gitignore");
        write(&ignore, &with_ignored(&fs::read_to_string(&ignore).unwrap_or_default()))?;
        for file in FILES {
            write(&self.path.join(file.path), &filled(file.text, name))?;
        }
        Ok(())
    }

    /// Cargo knows which names are valid, whether a workspace takes the package in, and how git is set up.
    fn run_cargo_init(&self, name: &str) -> Result<(), Failure> {
        let mut command = crate::project::cargo();
        command.args(["init", "--quiet", "--bin", "--edition", "2024", "--name", name]);
        if self.vcs == Vcs::None {
            command.args(["--vcs", "none"]);
        }
        let output = command
            .arg("--")
            .arg(&self.path)
            .output()
            .map_err(|error| Failure::new(format!("cargo could not be started: {error}")))?;
        if output.status.success() {
            return Ok(());
        }
        Err(refused(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// Cargo's message and its causes, without the advice about flags that this command doesn't have.
fn refused(stderr: &str) -> Failure {
    let what = stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_else(|| stderr.trim());
    let mut failure = Failure::new(what);
    for cause in stderr.split("Caused by:\n").skip(1).filter_map(|cause| cause.lines().next()) {
        failure = failure.why(cause.trim());
    }
    if what.contains("package name") {
        failure = failure.help("give the package another name with --name");
    }
    failure
}

fn with_dependencies(manifest: &str, sdk: &Sdk) -> String {
    let dependencies = format!(
        "[dependencies]\nflash-runtime = {{ {sdk} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    let tests = "\n[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n";
    match manifest.split_once("[dependencies]\n") {
        Some((before, after)) => format!("{before}{dependencies}{after}{tests}"),
        None => format!("{}\n\n{dependencies}{tests}", manifest.trim_end()),
    }
}

fn with_ignored(present: &str) -> String {
    let mut text = present.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for entry in ["/target", "/.flash"] {
        if !present.lines().any(|line| line.trim() == entry) {
            text.push_str(entry);
            text.push('\n');
        }
    }
    text
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("{} can't be read: {error}", path.display())))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .map_err(|error| Failure::new(format!("{} can't be written: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn dependencies_go_where_cargo_left_room() {
        let text = with_dependencies(
            "[package]\nname = \"a\"\n\n[dependencies]\n\n[lints]\nworkspace = true\n",
            &Sdk::Version("0.1".to_owned()),
        );
        assert!(text.contains("[dependencies]\nflash-runtime = { version = \"0.1\" }\n"));
        assert!(text.find("serde").unwrap() < text.find("[lints]").unwrap());
    }

    #[test]
    fn a_program_that_is_there_is_told_the_dependency() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("main.rs"), "").unwrap();
        let sdk = Sdk::Version("0.1".to_owned());
        let package = NewPackage { path: place.path().into(), name: None, vcs: Vcs::None, sdk };
        let help = package.create().unwrap_err().help.unwrap();
        assert!(help.contains("run `cargo add flash-runtime@0.1` and put `#[flash::remote("), "{help}");
    }

    #[test]
    fn an_ignored_entry_is_not_repeated() {
        assert_eq!(with_ignored("/target"), "/target\n/.flash\n");
        assert_eq!(with_ignored(""), "/target\n/.flash\n");
    }

    #[test]
    fn cargos_message_loses_its_advice() {
        assert_eq!(refused("    Creating x\nerror: bad name\nhelp: more\n").what, "bad name");
        let failure =
            refused("error: no package\n\nCaused by:\n  no directory\n\nCaused by:\n  no room (28)\n");
        assert_eq!(
            (failure.what.as_str(), failure.why),
            ("no package", vec!["no directory".to_owned(), "no room (28)".to_owned()])
        );
        assert!(refused("error: invalid character in package name: `a b`\n").help.is_some());
    }
}
