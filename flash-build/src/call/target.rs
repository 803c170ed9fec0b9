//! What is called: the program that `cargo flash up` runs, or an endpoint by its URL.

use std::path::{Path, PathBuf};

use flash::manifest::Manifest;
use reqwest::Url;

use crate::cli::Failure;
use crate::up::Session;

/// A running program, and how to be let in.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it answers.
    pub url: Url,
    /// The key it wants to see.
    pub key: Option<String>,
    /// The manifest it runs with, where it is known.
    pub manifest: Option<PathBuf>,
}

impl Target {
    /// The program that `up` runs in a project.
    ///
    /// # Errors
    /// What `up` wrote down isn't a URL.
    pub fn of_session(session: &Session) -> Result<Self, Failure> {
        Ok(Self {
            url: parse_url(&session.url)?,
            key: Some(session.key.clone()),
            manifest: Some(session.manifest.clone()),
        })
    }

    /// An endpoint by its URL. The key of a running `up` is not for others, so it isn't used here.
    ///
    /// # Errors
    /// Not a URL that can be called.
    pub fn of_url(url: &str) -> Result<Self, Failure> {
        Ok(Self { url: parse_url(url)?, key: None, manifest: None })
    }

    /// The wire names that the manifest knows.
    #[must_use]
    pub fn functions(&self) -> Vec<String> {
        let Some(manifest) = self.manifest.as_deref().and_then(read_manifest) else {
            return Vec::new();
        };
        manifest.resources.values().flat_map(|resource| resource.callables().map(|(name, ..)| name)).collect()
    }
}

fn read_manifest(path: &Path) -> Option<Manifest> {
    Manifest::parse(&std::fs::read(path).ok()?).ok()
}

fn parse_url(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text).map_err(|error| {
        Failure::because(format!("`{text}` is not a URL"), &error).help("write http://host:port")
    })?;
    match url.scheme() {
        "http" => Ok(url),
        "https" => {
            Err(Failure::new(format!("`{text}` can't be called: this build of the command has no TLS"))
                .help("write http://host:port"))
        }
        _ => {
            Err(Failure::new(format!("`{text}` is not the URL of an endpoint"))
                .help("write http://host:port"))
        }
    }
}
