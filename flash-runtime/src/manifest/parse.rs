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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOUND: &str = r#"{"version":"1.0","generated_at":"2026-01-12T10:30:00Z","project_name":"p",
        "function_registry":{"f":"r","Model":"r"},
        "resources":{"r":{"resource_type":"ServerlessResource","handler_file":"handler_r","config":{"workersMin":1},
        "functions":[{"name":"f","module":"m","is_async":true,"is_class":false,"args":[{"name":"a","type":"u8"}]},
        {"name":"Model","module":"m","is_async":true,"is_class":true,"methods":[{"name":"run","is_async":true}]}]}},
        "routes":{"r":{"GET /x":"f"}},"calls":[{"from":"f","to":"g","resolved":true}],"later":{"a":[1]}}"#;

    fn refusal(text: &str) -> String {
        Manifest::parse(text.as_bytes()).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn refusals_name_the_reason() {
        assert_eq!(refusal(SOUND), "");
        assert!(refusal("").contains("EOF while parsing a value at line 1 column 0"));
        assert!(refusal(&SOUND.replace("\"1.0\"", "\"2.0\"")).contains("has version 2.0"));
        assert!(refusal(&SOUND.replace("\"f\":\"r\"", "\"f\":\"s\"")).contains("on resource `s`"));
        assert!(!refusal(&"[".repeat(100_000)).is_empty());
        let deep = SOUND
            .replace("\"later\":", &format!("\"deep\":{}{},\"later\":", "[".repeat(200), "]".repeat(200)));
        assert!(refusal(&deep).contains("recursion limit"));
        assert!(refusal(&" ".repeat(MAX_MANIFEST_BYTES + 1)).contains("more than the limit"));
    }

    proptest! {
        #[test]
        fn garbage_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..1024)) {
            prop_assert!(Manifest::parse(&bytes).is_err());
        }

        #[test]
        fn truncation_is_refused(cut in 0..SOUND.len() - 1) {
            prop_assert!(Manifest::parse(&SOUND.as_bytes()[..cut]).is_err());
        }

        #[test]
        fn what_is_read_after_a_change_is_written_and_read_alike(
            changes in proptest::collection::vec((0..SOUND.len(), any::<u8>()), 1..6),
        ) {
            let mut bytes = SOUND.as_bytes().to_vec();
            for (at, value) in changes {
                bytes[at] = value;
            }
            if let Ok(manifest) = Manifest::parse(&bytes) {
                let again = Manifest::parse(manifest.to_json().as_bytes());
                prop_assert_eq!(again, Ok(manifest));
            }
        }
    }
}
