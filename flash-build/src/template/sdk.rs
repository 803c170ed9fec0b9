//! How a new program names its dependency on the SDK.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::cli::quoted;
use crate::project::SDK;

/// Where `flash-runtime` comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sdk {
    /// A version requirement, resolved by the registry.
    Version(String),
    /// A checkout of `flash-runtime`.
    Path(PathBuf),
}

impl Sdk {
    /// The checkout this command was built from while it is still there, else this command's version.
    #[must_use]
    pub fn of_this_command() -> Self {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flash-runtime");
        match beside.canonicalize() {
            Ok(path) if path.join("Cargo.toml").is_file() => Self::Path(path),
            _ => Self::Version(
                concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR")).to_owned(),
            ),
        }
    }

    /// The command line that adds the SDK to a package; `package` names it where the directory doesn't.
    #[must_use]
    pub fn add_line(&self, package: Option<&str>) -> String {
        let package = package.map_or_else(String::new, |name| format!(" -p {}", quoted(name)));
        match self {
            Self::Path(path) => format!("cargo add{package} --path {}", quoted(&path.display().to_string())),
            Self::Version(version) if version.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("cargo add{package} {SDK}@{version}")
            }
            Self::Version(version) => format!("cargo add{package} '{SDK}@{version}'"),
        }
    }

    /// Reads what the user gave: the path of a checkout or of its `flash-runtime`, or a version.
    ///
    /// # Errors
    /// Neither a directory with `flash-runtime` nor something that can be a version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let path = Path::new(text);
        for candidate in [path.join("flash-runtime"), path.to_path_buf()] {
            let Ok(manifest) = std::fs::read_to_string(candidate.join("Cargo.toml")) else {
                continue;
            };
            if manifest.contains("name = \"flash-runtime\"") {
                return candidate.canonicalize().map(Self::Path).map_err(|error| error.to_string());
            }
        }
        let is_version = text.trim_start_matches(['=', '^', '~']).starts_with(|c: char| c.is_ascii_digit());
        if is_version && !text.contains(['"', '\\', '\n', '/']) {
            return Ok(Self::Version(text.to_owned()));
        }
        Err(format!("`{text}` is neither a version nor a directory that holds `flash-runtime`"))
    }
}

impl fmt::Display for Sdk {
    /// The right-hand side in `Cargo.toml`, without the features.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "version = {version:?}"),
            Self::Path(path) => write!(f, "path = {:?}", path.display().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_checkout_is_found_from_its_root_and_from_the_crate() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let from_root = Sdk::parse(root.to_str().unwrap()).unwrap();
        let from_crate = Sdk::parse(root.join("flash-runtime").to_str().unwrap()).unwrap();
        assert_eq!(from_root, from_crate);
        assert_eq!(from_root, Sdk::of_this_command());
    }

    #[test]
    fn the_line_to_add_it_can_be_pasted() {
        let version = |text: &str| Sdk::Version(text.to_owned()).add_line(None);
        assert_eq!(version("0.1"), "cargo add flash-runtime@0.1");
        assert_eq!(version("^0.1"), "cargo add 'flash-runtime@^0.1'");
        let path = Sdk::Path("/a b/flash-runtime".into());
        assert_eq!(path.add_line(Some("shop")), "cargo add -p shop --path '/a b/flash-runtime'");
    }

    #[test]
    fn a_version_is_taken_as_it_is_and_nonsense_is_refused() {
        assert_eq!(Sdk::parse("=0.1.3").unwrap(), Sdk::Version("=0.1.3".to_owned()));
        assert!(Sdk::parse("no/such/place").unwrap_err().contains("no/such/place"));
        assert!(Sdk::parse("1\"\nx").is_err());
    }
}
