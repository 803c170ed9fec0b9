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

/// A variable of the workers' environment.
pub(super) struct Variable {
    key: String,
    value: String,
    /// Whether the value is a secret's.
    secret: bool,
}

impl Variable {
    /// As the platform takes it. The mark of a secret is the local platform's: it hides such a value from then on.
    pub(super) fn to_json(&self, marked: bool) -> Value {
        let Self { key, value, secret } = self;
        match marked && *secret {
            true => json!({ "key": key, "value": value, "secret": true }),
            false => json!({ "key": key, "value": value }),
        }
    }
}

/// The whole list of variables: a platform replaces the list that it has by the one that it is sent.
///
/// A declared secret without a value keeps the one that is there, or names the platform's own secret of that name.
pub(super) fn variables(deployment: &Deployment, before: Option<&Template>) -> Vec<Variable> {
    let mut env: BTreeMap<&str, (String, bool)> = BTreeMap::new();
    let had = |name: &str| {
        let env = before.map(|template| template.env.as_slice()).unwrap_or_default();
        env.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    for name in KEPT {
        if let Some(value) = had(name) {
            env.insert(name, (value, false));
        }
    }
    if let Some(calls) = deployment.config.max_concurrency {
        env.insert("FLASH_MAX_CONCURRENCY", (calls.to_string(), false));
    }
    for (name, value) in deployment.config.variables.iter().chain(&deployment.injected) {
        env.insert(name, (value.clone(), false));
    }
    env.insert("FLASH_RESOURCE_NAME", (deployment.name.to_string(), false));
    env.insert("FLASH_GENERATION", (deployment.generation.to_string(), false));
    for name in deployment.config.secrets.iter().map(String::as_str).chain(deployment.secrets.names()) {
        let value = match deployment.secrets.get(name) {
            Some(secret) => (secret.expose().to_owned(), true),
            None => had(name).map_or_else(
                || (format!("{{{{ RUNPOD_SECRET_{name} }}}}"), false),
                |value| {
                    let secret = !value.starts_with("{{");
                    (value, secret)
                },
            ),
        };
        env.insert(name, value);
    }
    env.into_iter().map(|(key, (value, secret))| Variable { key: key.to_owned(), value, secret }).collect()
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
        let marked = self.platform().await?.is_local();
        let env: Vec<Value> =
            variables(deployment, Some(before)).iter().map(|variable| variable.to_json(marked)).collect();
        let input = json!({ "input": {
            "id": before.id,
            "name": before.name,
            "imageName": input::image(deployment),
            "containerDiskInGb": input::disk_gb(deployment)?,
            "dockerArgs": start::command(deployment),
            "env": env,
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
