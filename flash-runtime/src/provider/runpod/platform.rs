//! Which platform it is that answers.

use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::{Addresses, Runpod, document, read, refusal};
use crate::graphql::Failure;
use crate::provider::{Capabilities, ProviderError};

/// What the platform said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Platform {
    pub capabilities: Capabilities,
    /// With `{id}`; the cloud has none and builds URLs by the kind of endpoint.
    url_template: Option<String>,
}

impl Platform {
    /// What holds of the cloud: it rolls in place, keeps workers running, and offers jobs alone on queue-based endpoints.
    const CLOUD: Self = Self {
        capabilities: Capabilities {
            generations: false,
            supervises_replicas: true,
            http_ingress_for_queue_based: false,
        },
        url_template: None,
    };

    fn of(value: &Value) -> Result<Self, ProviderError> {
        let template = read::text(value, "endpointUrlTemplate")?;
        if !template.contains("{id}") || !template.starts_with("http") {
            return Err(ProviderError::Protocol { reason: "an `endpointUrlTemplate` without `{id}`".into() });
        }
        let can = |field: &str| value[field].as_bool().unwrap_or(false);
        Ok(Self {
            capabilities: Capabilities {
                generations: can("generations"),
                supervises_replicas: can("supervisesReplicas"),
                http_ingress_for_queue_based: can("httpIngressForQueueBased"),
            },
            url_template: Some(template),
        })
    }

    /// Whether it is a local platform.
    pub(super) fn is_local(&self) -> bool {
        self.url_template.is_some()
    }

    /// Where an endpoint answers.
    pub(super) fn url(&self, addresses: &Addresses, endpoint: &Endpoint) -> String {
        let id = endpoint.id.as_str();
        match &self.url_template {
            Some(template) => template.replace("{id}", id),
            None if endpoint.queue_based => addresses.queue(id, &[]).to_string(),
            None => addresses.load_balanced(id),
        }
    }

    /// Whether an endpoint takes HTTP requests.
    pub(super) fn has_ingress(&self, endpoint: &Endpoint) -> bool {
        !endpoint.queue_based || self.capabilities.http_ingress_for_queue_based
    }
}

impl Runpod {
    /// Asks the platform what it is, once. The cloud doesn't know the question.
    pub(super) async fn platform(&self) -> Result<&Platform, ProviderError> {
        let asked = async {
            match self.graphql.query(document::FLASH_PLATFORM, &json!({})).await {
                Ok(data) if data["flashPlatform"].is_object() => Platform::of(&data["flashPlatform"]),
                Ok(_) => Ok(Platform::CLOUD),
                Err(Failure::Refused(_)) => Ok(Platform::CLOUD),
                Err(failure) => Err(refusal::of_query(failure)),
            }
        };
        self.platform.get_or_try_init(|| asked).await
    }
}
