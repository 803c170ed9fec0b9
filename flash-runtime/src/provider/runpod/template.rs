//! Image, start command and variables of an endpoint, as the platform keeps them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::start::{self, Mark};
use super::{Runpod, document, input, read, refusal};
use crate::provider::{Deployment, ProviderError};

/// Variables that the platform writes when it makes an endpoint, and that it doesn't write again: an update without
/// them leaves the endpoint dark.
const KEPT: [&str; 3] = ["PORT", "PORT_HEALTH", "HEALTH_CHECK_PATH"];

/// A template as read.
pub(super) struct Template {
    id: String,
    name: String,
    readme: String,
    command: String,
    /// In their order.
    env: Vec<(String, String)>,
}

impl Template {
    /// What its start command says about itself.
    pub(super) fn mark(&self) -> Option<Mark> {
        start::mark(&self.command)
    }

    /// Whether a secret's value differs from what the platform shows. A platform that shows none never says so: there
    /// a new value is a new generation.
    pub(super) fn has_other_secrets(&self, deployment: &Deployment) -> bool {
        deployment.secrets.names().any(|name| {
            let now = self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            let shown = now.filter(|value| !is_hidden(value));
            shown.is_some_and(|value| {
                deployment.secrets.get(name).is_some_and(|secret| secret.expose() != value)
            })
        })
    }
}

/// Whether the platform keeps a value to itself.
fn is_hidden(value: &str) -> bool {
    value.is_empty() || value.chars().all(|c| matches!(c, '*' | '•'))
}

/// The whole list of variables: a platform replaces the list that it has by the one that it is sent.
pub(super) fn variables(
    deployment: &Deployment,
    before: Option<&Template>,
) -> Result<Vec<(String, String)>, ProviderError> {
    let mut env: BTreeMap<&str, String> = BTreeMap::new();
    let had = |name: &str| before.and_then(|template| template.env.iter().find(|(key, _)| key == name));
    for name in KEPT {
        if let Some((_, value)) = had(name) {
            env.insert(name, value.clone());
        }
    }
    if let Some(calls) = deployment.config.max_concurrency {
        env.insert("FLASH_MAX_CONCURRENCY", calls.to_string());
    }
    for (name, value) in deployment.config.variables.iter().chain(&deployment.injected) {
        env.insert(name, value.clone());
    }
    env.insert("FLASH_RESOURCE_NAME", deployment.name.to_string());
    env.insert("FLASH_GENERATION", deployment.generation.to_string());
    for name in deployment.config.secrets.iter().map(String::as_str).chain(deployment.secrets.names()) {
        let value = match (deployment.secrets.get(name), had(name)) {
            (Some(secret), _) => secret.expose().to_owned(),
            (None, Some((_, kept))) => kept.clone(),
            (None, None) => {
                let reason = format!("there is no value for `{name}`, and the platform has none");
                return Err(ProviderError::invalid("secrets", reason));
            }
        };
        env.insert(name, value);
    }
    Ok(env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

impl Runpod {
    /// Reads a template.
    pub(super) async fn template(&self, id: &str) -> Result<Template, ProviderError> {
        let data = self
            .graphql
            .query(document::GET_TEMPLATE, &json!({ "id": id }))
            .await
            .map_err(refusal::of_query)?;
        let template = &data["podTemplate"];
        if template.is_null() {
            return Err(ProviderError::NotFound { what: format!("template {id}") });
        }
        let entries = template["env"].as_array().map(Vec::as_slice).unwrap_or_default();
        let env = entries.iter().map(|entry| {
            let value = entry["value"].as_str().unwrap_or_default();
            Ok((read::text(entry, "key")?, value.to_owned()))
        });
        Ok(Template {
            id: read::text(template, "id")?,
            name: read::text(template, "name")?,
            readme: template["readme"].as_str().unwrap_or_default().to_owned(),
            command: template["dockerArgs"].as_str().unwrap_or_default().to_owned(),
            env: env.collect::<Result<_, ProviderError>>()?,
        })
    }

    /// Brings a template up to a deployment.
    pub(super) async fn save_template(
        &self,
        before: &Template,
        deployment: &Deployment,
    ) -> Result<(), ProviderError> {
        let variables = variables(deployment, Some(before))?;
        let input = json!({ "input": {
            "id": before.id,
            "name": before.name,
            "imageName": input::image(deployment),
            "containerDiskInGb": input::disk_gb(deployment)?,
            "dockerArgs": start::command(deployment),
            "env": input::pairs(&variables),
            "volumeInGb": 0,
            "readme": before.readme,
            "ports": "",
        }});
        let saved = self.graphql.mutation(document::SAVE_TEMPLATE, &input).await;
        let what = format!("the change of template {}", before.id);
        let data: Value = saved.map_err(|failure| refusal::of_mutation(&what, failure))?;
        read::text(&data["saveTemplate"], "id").map(|_| ())
    }
}
