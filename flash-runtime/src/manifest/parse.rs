//! Reading a manifest, and asking it things.

use std::fmt;

use super::{Function, Manifest, Method, Resource};

/// The largest manifest that is read, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 64 * 1024 * 1024;

/// Why a manifest can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestError {
    /// More than [`MAX_MANIFEST_BYTES`].
    TooLarge {
        /// Size as found.
        bytes: usize,
    },
    /// Not the JSON document we know; the text names line and column.
    Syntax(String),
    /// A document of a version that this program can't read.
    Version(String),
    /// The document contradicts itself.
    Inconsistent(String),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => {
                write!(f, "the manifest has {bytes} bytes, more than the limit of {MAX_MANIFEST_BYTES}")
            }
            Self::Syntax(text) => write!(f, "the manifest is not valid: {text}"),
            Self::Version(found) => write!(
                f,
                "the manifest has version {found}, this program reads 1.x; rebuild with a matching `cargo flash`"
            ),
            Self::Inconsistent(text) => write!(f, "the manifest contradicts itself: {text}"),
        }
    }
}

impl std::error::Error for ManifestError {}

impl Manifest {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// Too large, not JSON of the right shape, another major version, or a registry that names
    /// resources which aren't there.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        if json.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLarge { bytes: json.len() });
        }
        let manifest: Self =
            serde_json::from_slice(json).map_err(|error| ManifestError::Syntax(error.to_string()))?;
        if manifest.version.split('.').next() != Some("1") {
            return Err(ManifestError::Version(manifest.version));
        }
        for (function, resource) in &manifest.function_registry {
            if !manifest.resources.contains_key(resource) {
                return Err(ManifestError::Inconsistent(format!(
                    "function `{function}` is on resource `{resource}`, which is not listed"
                )));
            }
        }
        Ok(manifest)
    }

    /// The resource that executes a function, class or `Class.method`.
    #[must_use]
    pub fn resource_of(&self, wire_name: &str) -> Option<&str> {
        let entry = wire_name.split('.').next().unwrap_or(wire_name);
        self.function_registry.get(entry).map(String::as_str)
    }
}

impl Resource {
    /// Every callable of the resource: wire name, its entry, and the method when the entry is a class.
    pub fn callables(&self) -> impl Iterator<Item = (String, &Function, Option<&Method>)> {
        self.functions.iter().flat_map(|function| {
            let own = (!function.is_class).then(|| (function.name.clone(), function, None));
            own.into_iter().chain(
                function.methods.iter().map(move |method| {
                    (format!("{}.{}", function.name, method.name), function, Some(method))
                }),
            )
        })
    }
}
