//! The state of one resource's deployment.

use serde_json::Value;

use crate::manifest::Resource;

/// What a deployment writes into a resource's manifest entry. What is `None` is left as it is there.
///
/// ```
/// use flash::state::ResourceState;
///
/// let failed = ResourceState::failed("no quota");
/// assert_eq!(failed.status.as_deref(), Some("failed"));
/// assert_eq!(failed.config_hash, None, "the hash of what runs stays");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceState {
    /// Digest of the configuration that runs.
    pub config_hash: Option<String>,
    /// Where the endpoint answers.
    pub endpoint_url: Option<String>,
    /// The endpoint.
    pub endpoint_id: Option<String>,
    /// `deployed`, `updated` or `failed`.
    pub status: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

impl ResourceState {
    /// A deployment that succeeded.
    #[must_use]
    pub fn deployed(url: impl Into<String>, config_hash: impl Into<String>) -> Self {
        let (endpoint_url, config_hash) = (Some(url.into()), Some(config_hash.into()));
        Self { endpoint_url, config_hash, status: Some("deployed".into()), ..Self::default() }
    }

    /// A change that succeeded.
    #[must_use]
    pub fn updated(url: impl Into<String>, config_hash: impl Into<String>) -> Self {
        Self { status: Some("updated".into()), ..Self::deployed(url, config_hash) }
    }

    /// A deployment or change that failed.
    #[must_use]
    pub fn failed(reason: impl Into<String>) -> Self {
        Self { status: Some("failed".into()), error: Some(reason.into()), ..Self::default() }
    }

    /// Of this endpoint.
    #[must_use]
    pub fn of(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint_id = Some(endpoint.into());
        self
    }

    /// Writes it into an entry. The reason of an earlier failure goes with the failure.
    pub(super) fn write(&self, entry: &mut Resource) {
        let set = |field: &mut Option<String>, value: &Option<String>| {
            if value.is_some() {
                field.clone_from(value);
            }
        };
        set(&mut entry.config_hash, &self.config_hash);
        set(&mut entry.endpoint_url, &self.endpoint_url);
        set(&mut entry.status, &self.status);
        if let Some(id) = &self.endpoint_id {
            entry.extra.insert("endpoint_id".into(), Value::from(id.as_str()));
        }
        match &self.error {
            Some(reason) => {
                entry.extra.insert("error".into(), Value::from(reason.as_str()));
            }
            None if self.status.is_some() => {
                entry.extra.remove("error");
            }
            None => {}
        }
    }
}
