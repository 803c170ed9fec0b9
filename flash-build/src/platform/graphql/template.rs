//! Templates. Values of secret variables go in and never out.

use async_graphql::{Context, InputObject, Json, Object, Result, SimpleObject};
use serde_json::Value;

use super::access;
use super::refusal::Refusal;
use crate::platform::ids::TemplateId;
use crate::platform::store::{self, PLACEHOLDER, SaveTemplate, TemplateSettings};

/// A template.
#[derive(SimpleObject)]
pub(super) struct PodTemplate {
    id: String,
    name: String,
    image_name: String,
    container_disk_in_gb: i32,
    docker_args: String,
    /// Secret values show as a placeholder, which sent back keeps what is stored.
    pub(super) env: Vec<EnvironmentVariable>,
    readme: String,
    ports: String,
    volume_in_gb: i32,
    volume_mount_path: Option<String>,
    is_serverless: bool,
    container_registry_auth_id: String,
    start_script: String,
    config: Json<Value>,
}

/// A variable.
#[derive(SimpleObject)]
pub(super) struct EnvironmentVariable {
    key: String,
    value: String,
    secret: bool,
}

impl From<store::Template> for PodTemplate {
    fn from(template: store::Template) -> Self {
        let settings = template.settings;
        let shown = |variable: store::EnvironmentVariable| EnvironmentVariable {
            key: variable.key,
            value: if variable.secret { PLACEHOLDER.to_owned() } else { variable.value },
            secret: variable.secret,
        };
        Self {
            id: template.id.to_string(),
            name: template.name,
            image_name: settings.image_name,
            container_disk_in_gb: settings.container_disk_in_gb,
            docker_args: settings.docker_args,
            env: template.variables.into_iter().map(shown).collect(),
            readme: settings.readme,
            ports: settings.ports,
            volume_in_gb: settings.volume_in_gb,
            volume_mount_path: settings.volume_mount_path,
            is_serverless: settings.is_serverless,
            container_registry_auth_id: settings.container_registry_auth_id,
            start_script: settings.start_script,
            config: Json(settings.config),
        }
    }
}

/// Queries of templates.
#[derive(Default)]
pub(super) struct TemplateQuery;

#[Object]
impl TemplateQuery {
    /// A template by its id.
    async fn pod_template(&self, context: &Context<'_>, id: String) -> Result<PodTemplate> {
        let caller = access::account(context)?;
        Ok(access::control(context)?.store.template(&caller.user, &TemplateId::from(id)).await?.into())
    }
}

/// A variable to set.
#[derive(InputObject, Clone)]
pub(super) struct EnvironmentVariableInput {
    key: String,
    #[graphql(secret)]
    value: String,
    /// Never show the value again.
    secret: Option<bool>,
}

impl EnvironmentVariableInput {
    fn stored(&self) -> store::EnvironmentVariable {
        store::EnvironmentVariable {
            key: self.key.clone(),
            value: self.value.clone(),
            secret: self.secret.unwrap_or_default(),
        }
    }
}

/// The template that a new endpoint brings along.
#[derive(InputObject)]
pub(super) struct EndpointTemplateInput {
    name: Option<String>,
    image_name: Option<String>,
    container_disk_in_gb: Option<i32>,
    docker_args: Option<String>,
    env: Option<Vec<EnvironmentVariableInput>>,
    ports: Option<String>,
    readme: Option<String>,
    start_script: Option<String>,
    advanced_start: Option<bool>,
    config: Option<Json<Value>>,
    container_registry_auth_id: Option<String>,
    volume_in_gb: Option<i32>,
    volume_mount_path: Option<String>,
}

impl EndpointTemplateInput {
    pub(super) fn save(&self) -> SaveTemplate {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        SaveTemplate {
            name: self.name.clone(),
            settings: Some(TemplateSettings {
                image_name: text(&self.image_name),
                container_disk_in_gb: self.container_disk_in_gb.unwrap_or_default(),
                docker_args: text(&self.docker_args),
                ports: text(&self.ports),
                readme: text(&self.readme),
                volume_in_gb: self.volume_in_gb.unwrap_or_default(),
                volume_mount_path: self.volume_mount_path.clone(),
                is_serverless: true,
                container_registry_auth_id: text(&self.container_registry_auth_id),
                start_script: text(&self.start_script),
                config: self.config.as_ref().map(|config| config.0.clone()).unwrap_or_default(),
            }),
            variables: self
                .env
                .as_ref()
                .map(|env| env.iter().map(EnvironmentVariableInput::stored).collect()),
        }
    }
}

/// A new template, or with `id` the changes of one.
#[derive(InputObject)]
pub(super) struct SaveTemplateInput {
    id: Option<String>,
    name: Option<String>,
    image_name: Option<String>,
    container_disk_in_gb: Option<i32>,
    docker_args: Option<String>,
    /// Replaces the list, but for what the platform put there itself.
    env: Vec<EnvironmentVariableInput>,
    volume_in_gb: i32,
    volume_mount_path: Option<String>,
    readme: Option<String>,
    ports: Option<String>,
    is_serverless: Option<bool>,
    is_public: Option<bool>,
    container_registry_auth_id: Option<String>,
    start_ssh: Option<bool>,
    start_jupyter: Option<bool>,
    start_script: Option<String>,
    advanced_start: Option<bool>,
    config: Option<Json<Value>>,
}

impl SaveTemplateInput {
    /// This over what is stored.
    fn save(&self, stored: Option<&store::Template>) -> SaveTemplate {
        let mut settings = stored.map(|template| template.settings.clone()).unwrap_or_default();
        let texts = [
            (&mut settings.image_name, &self.image_name),
            (&mut settings.docker_args, &self.docker_args),
            (&mut settings.ports, &self.ports),
            (&mut settings.readme, &self.readme),
            (&mut settings.container_registry_auth_id, &self.container_registry_auth_id),
            (&mut settings.start_script, &self.start_script),
        ];
        for (field, value) in texts {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        settings.container_disk_in_gb = self.container_disk_in_gb.unwrap_or(settings.container_disk_in_gb);
        settings.volume_in_gb = self.volume_in_gb;
        settings.volume_mount_path = self.volume_mount_path.clone().or(settings.volume_mount_path);
        settings.is_serverless = self.is_serverless.unwrap_or(settings.is_serverless);
        if let Some(Json(config)) = &self.config {
            settings.config = config.clone();
        }
        SaveTemplate {
            name: self.name.clone(),
            settings: Some(settings),
            variables: Some(self.env.iter().map(EnvironmentVariableInput::stored).collect()),
        }
    }
}

/// Mutations of templates.
#[derive(Default)]
pub(super) struct TemplateMutation;

#[Object]
impl TemplateMutation {
    /// Makes a template, or changes the one of this id; the workers that use it are replaced.
    async fn save_template(
        &self,
        context: &Context<'_>,
        input: Option<SaveTemplateInput>,
    ) -> Result<PodTemplate> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        // The official client declares its variable nullable.
        let input = input.ok_or_else(|| Refusal::Invalid("`input` is missing".into()))?;
        let Some(id) = input.id.as_deref().filter(|id| !id.is_empty()) else {
            return Ok(control.store.create_template(&caller.user, &input.save(None)).await?.into());
        };
        let id = TemplateId::from(id);
        let saved =
            control.store.update_template(&caller.user, &id, |stored| input.save(Some(stored))).await?;
        control.desired.refresh(&saved.1).await?;
        Ok(saved.0.into())
    }
}
