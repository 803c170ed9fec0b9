//! What is declared of a resource, typed.
//!
//! One type from the manifest to the platform: a field that the manifest has is here, or the manifest is refused.

use std::collections::BTreeMap;

use super::{Hardware, Kind, ProviderError, Scaling};

/// The configuration of a resource as its manifest entry declares it. What isn't declared is `None` or empty and
/// left to the defaults.
///
/// ```
/// use flash::provider::{Kind, ResourceConfig};
/// use serde_json::json;
///
/// let declared = json!({"workersMax": 3, "gpuIds": "ADA_24,AMPERE_24", "env": {"MODE": "fast"}});
/// let config = ResourceConfig::parse(declared.as_object().unwrap(), Kind::QueueBased)?;
/// assert_eq!(config.scaling.workers_max(), 3);
/// assert_eq!(config.scaling.idle_timeout().as_secs(), 60);
/// assert_eq!(serde_json::Value::Object(config.to_json()), declared);
/// # Ok::<(), flash::provider::ProviderError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceConfig {
    /// What a worker runs on.
    pub hardware: Hardware,
    /// How many workers, when.
    pub scaling: Scaling,
    /// Longest run of one request in milliseconds; 0 is the platform's own limit.
    pub execution_timeout_ms: Option<u64>,
    /// Data centres to choose from.
    pub locations: Vec<String>,
    /// Ids of network volumes.
    pub volumes: Vec<String>,
    /// Whether a worker may be resumed from a snapshot.
    pub fast_resume: Option<bool>,
    /// Container image instead of the provider's own.
    pub image: Option<String>,
    /// Disk of a worker in GB.
    pub disk_gb: Option<u32>,
    /// Calls at once in one worker.
    pub max_concurrency: Option<u32>,
    /// Declared variables. What a deployment adds is kept apart, so that it never counts as declared.
    pub variables: BTreeMap<String, String>,
    /// Names of secrets.
    pub secrets: Vec<String>,
}

impl ResourceConfig {
    /// The declaration with lists in one order, so that a mere reordering is no change.
    pub(super) fn canonical_json(&self) -> serde_json::Map<String, serde_json::Value> {
        let mut sorted = self.clone();
        if let Hardware::Gpu(gpu) = &mut sorted.hardware {
            // Exclusions begin with `-` and come last.
            gpu.pools.sort_by_key(|pool| (pool.starts_with('-'), pool.clone()));
            gpu.cuda_versions.sort();
        }
        sorted.locations.sort();
        sorted.volumes.sort();
        sorted.secrets.sort();
        sorted.to_json()
    }

    /// Checks what only shows when everything is known.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] with the field.
    pub fn check(&self, kind: Kind) -> Result<(), ProviderError> {
        self.scaling.check(kind)?;
        self.hardware.check()?;
        let mut seen = std::collections::BTreeSet::new();
        for (name, field) in self
            .variables
            .keys()
            .map(|name| (name, "env"))
            .chain(self.secrets.iter().map(|name| (name, "secrets")))
        {
            if !is_variable(name) {
                let reason = format!("`{}` can't be the name of a variable", name.escape_debug());
                return Err(ProviderError::invalid(field, reason));
            }
            if !seen.insert(name) {
                let reason = format!("`{name}` is given twice, as a secret and as a variable or secret");
                return Err(ProviderError::invalid(field, reason));
            }
        }
        if let Some((name, _)) = self.variables.iter().find(|(_, value)| value.contains('\0')) {
            return Err(ProviderError::invalid("env", format!("the value of `{name}` has a zero byte")));
        }
        Ok(())
    }
}

/// Whether a variable of an environment can be called so everywhere.
pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 256
}
