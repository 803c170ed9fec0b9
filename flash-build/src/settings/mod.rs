//! `flash.toml`: what a user sets per program, resource and environment.
//!
//! One schema for the build script and the command: both read the file here, so they accept the same keys, check the
//! same ranges and name the same lines.

mod field;
mod merge;
mod read;
mod resource;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

pub use resource::{Kind, Resource, Scaler};

/// Name of the file, beside the package's `Cargo.toml`.
pub const FILE_NAME: &str = "flash.toml";

/// The largest `flash.toml` that is read, in bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// A whole `flash.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Settings {
    /// `[app]`: the program as a whole.
    pub app: App,
    /// `[resources.NAME]`: what holds in every environment.
    pub resources: BTreeMap<String, Resource>,
    /// `[env.NAME]`: what differs in one environment.
    pub environments: BTreeMap<String, Environment>,
}

/// `[app]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct App {
    /// Name of the application; the package's name when absent.
    pub name: Option<String>,
    /// Patterns of files that travel in the archive beside the binary.
    pub include: Vec<String>,
    /// Line of each key that is set, to show where a value comes from.
    pub lines: BTreeMap<&'static str, usize>,
}

/// `[env.NAME]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Environment {
    /// `[env.NAME.resources.NAME]`: overrides, key by key.
    pub resources: BTreeMap<String, Resource>,
}

/// One thing that is wrong in a `flash.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line in the file, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{FILE_NAME}: {}", self.message),
            line => write!(f, "{FILE_NAME}:{line}: {}", self.message),
        }
    }
}

impl std::error::Error for Mistake {}

impl Settings {
    /// Reads the text of a `flash.toml`.
    ///
    /// # Errors
    /// All mistakes at once, in the order of their lines.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        read::settings(text)
    }

    /// Reads `flash.toml` of a directory; `None` when there is none.
    ///
    /// # Errors
    /// The file can't be read, or its mistakes.
    pub fn read(directory: &Path) -> Result<Option<Self>, Vec<Mistake>> {
        let whole = |message: String| vec![Mistake { line: 0, message }];
        let path = directory.join(FILE_NAME);
        match std::fs::metadata(&path) {
            Ok(found) if found.len() > MAX_BYTES => {
                return Err(whole(format!("has {} bytes, more than the limit of {MAX_BYTES}", found.len())));
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(whole(format!("can't be read: {error}"))),
        }
        let text =
            std::fs::read_to_string(&path).map_err(|error| whole(format!("can't be read: {error}")))?;
        Self::parse(&text).map(Some)
    }

    /// What is set for a resource in an environment, or in every one when `environment` is `None`.
    #[must_use]
    pub fn resource(&self, environment: Option<&str>, name: &str) -> Resource {
        let mut resource = self.resources.get(name).cloned().unwrap_or_default();
        let over =
            environment.and_then(|environment| self.environments.get(environment)?.resources.get(name));
        if let Some(over) = over {
            resource.override_with(over);
        }
        resource
    }

    /// Names of all resources that the file mentions, in any environment.
    #[must_use]
    pub fn resource_names(&self) -> Vec<&str> {
        let everywhere = self.resources.keys();
        let somewhere = self.environments.values().flat_map(|environment| environment.resources.keys());
        let mut names: Vec<&str> = everywhere.chain(somewhere).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
