//! Endpoints.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};

use super::access;
use super::endpoint_input::EndpointInput;
use super::template::{EnvironmentVariable, PodTemplate};
use super::volume::NetworkVolume;
use crate::platform::caller::Caller;
use crate::platform::ids::{EndpointId, TemplateId};
use crate::platform::store::{
    self, EndpointSettings, EndpointType, FlashBoot, SaveEndpoint, ScalerType, TemplateChoice,
};

/// An endpoint, with every field that clients select.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(super) struct Endpoint {
    id: String,
    name: String,
    #[graphql(name = "type")]
    kind: EndpointType,
    user_id: String,
    template_id: String,
    flash_environment_id: Option<String>,
    /// The endpoint's own key; the account sees it, its workers don't.
    ai_key: Option<String>,
    version: i64,
    gpu_ids: Option<String>,
    gpu_count: i32,
    instance_ids: Option<Vec<String>>,
    idle_timeout: i32,
    locations: Option<String>,
    network_volume_id: Option<String>,
    scaler_type: ScalerType,
    scaler_value: i32,
    workers_min: i32,
    workers_max: i32,
    #[graphql(name = "workersPFBTarget")]
    workers_pfb_target: i32,
    /// A measure of the cloud.
    workers_standby: Option<i32>,
    allowed_cuda_versions: Option<String>,
    min_cuda_version: Option<String>,
    execution_timeout_ms: i64,
    flash_boot_type: FlashBoot,
    /// A feature of the cloud.
    ide_pod_id: Option<String>,
    created_at: String,
    #[graphql(skip)]
    volumes: Vec<String>,
    #[graphql(skip)]
    template: TemplateId,
}

impl Endpoint {
    /// As this caller may see it.
    pub(super) fn seen_by(caller: &Caller, endpoint: store::Endpoint) -> Self {
        let settings = endpoint.settings;
        Self {
            id: endpoint.id.to_string(),
            name: endpoint.name,
            kind: settings.kind,
            user_id: endpoint.user.to_string(),
            template_id: endpoint.template.to_string(),
            flash_environment_id: endpoint.environment.map(|id| id.to_string()),
            ai_key: caller.is_account().then(|| endpoint.ai_key.reveal().to_owned()),
            version: endpoint.version,
            gpu_ids: settings.gpu_ids,
            gpu_count: settings.gpu_count,
            instance_ids: (!settings.instance_ids.is_empty()).then_some(settings.instance_ids),
            idle_timeout: settings.idle_timeout,
            locations: settings.locations,
            network_volume_id: settings.network_volume_id,
            scaler_type: settings.scaler_type,
            scaler_value: settings.scaler_value,
            workers_min: settings.workers_min,
            workers_max: settings.workers_max,
            workers_pfb_target: settings.workers_pfb_target,
            workers_standby: None,
            allowed_cuda_versions: settings.allowed_cuda_versions,
            min_cuda_version: settings.min_cuda_version,
            execution_timeout_ms: settings.execution_timeout_ms,
            flash_boot_type: settings.flash_boot,
            ide_pod_id: None,
            created_at: endpoint.created_at,
            volumes: settings.network_volume_ids,
            template: endpoint.template,
        }
    }
}

/// A volume of an endpoint.
#[derive(SimpleObject)]
pub(super) struct EndpointNetworkVolume {
    network_volume_id: String,
    data_center_id: Option<String>,
}

#[ComplexObject]
impl Endpoint {
    /// The build that its environment runs.
    #[graphql(name = "activeBuildid")]
    async fn active_build_id(&self, context: &Context<'_>) -> Result<Option<String>> {
        let Some(id) = &self.flash_environment_id else { return Ok(None) };
        let environment = access::environment(context, id.clone()).await?;
        Ok(environment.active_build.map(|id| id.to_string()))
    }

    /// Its volumes, when it has several.
    async fn network_volume_ids(&self, context: &Context<'_>) -> Result<Option<Vec<EndpointNetworkVolume>>> {
        if self.volumes.is_empty() {
            return Ok(None);
        }
        let known = access::control(context)?.store.network_volumes(&access::caller(context)?.user).await?;
        let volume = |id: &String| EndpointNetworkVolume {
            network_volume_id: id.clone(),
            data_center_id: known
                .iter()
                .find(|volume| volume.id == *id)
                .map(|volume| volume.data_center.clone()),
        };
        Ok(Some(self.volumes.iter().map(volume).collect()))
    }

    /// Its volume.
    async fn network_volume(&self, context: &Context<'_>) -> Result<Option<NetworkVolume>> {
        let Some(id) = &self.network_volume_id else { return Ok(None) };
        let known = access::control(context)?.store.network_volumes(&access::caller(context)?.user).await?;
        Ok(known.into_iter().find(|volume| volume.id == *id).map(NetworkVolume::from))
    }

    /// Its template.
    async fn template(&self, context: &Context<'_>) -> Result<PodTemplate> {
        let user = &access::caller(context)?.user;
        Ok(access::control(context)?.store.template(user, &self.template).await?.into())
    }

    /// The template's variables; secret values show as a placeholder.
    async fn env(&self, context: &Context<'_>) -> Result<Vec<EnvironmentVariable>> {
        Ok(self.template(context).await?.env)
    }
}

/// Which template, for which endpoint.
#[derive(InputObject)]
pub(super) struct UpdateEndpointTemplateInput {
    template_id: String,
    endpoint_id: String,
}

/// Mutations of endpoints.
#[derive(Default)]
pub(super) struct EndpointMutation;

#[Object]
impl EndpointMutation {
    /// Makes an endpoint, or changes the one of this id, or of this name in this environment.
    async fn save_endpoint(&self, context: &Context<'_>, input: EndpointInput) -> Result<Endpoint> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let (id, name) = (input.id.clone(), input.name.clone());
        let save = SaveEndpoint {
            id: id.map(EndpointId::from),
            name: Some(name),
            environment: input.environment(),
            template: input.template()?,
            settings: &|stored| input.settings(stored),
        };
        let endpoint = control.store.save_endpoint(&caller.user, save).await?;
        control.desired.refresh(std::slice::from_ref(&endpoint.id)).await?;
        Ok(Endpoint::seen_by(caller, endpoint))
    }

    /// Gives an endpoint another template.
    async fn update_endpoint_template(
        &self,
        context: &Context<'_>,
        input: UpdateEndpointTemplateInput,
    ) -> Result<Endpoint> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let save = SaveEndpoint {
            id: Some(EndpointId::from(input.endpoint_id)),
            name: None,
            environment: None,
            template: TemplateChoice::Existing(TemplateId::from(input.template_id)),
            settings: &Option::<EndpointSettings>::unwrap_or_default,
        };
        let endpoint = control.store.save_endpoint(&caller.user, save).await?;
        control.desired.refresh(std::slice::from_ref(&endpoint.id)).await?;
        Ok(Endpoint::seen_by(caller, endpoint))
    }

    /// Deletes an endpoint; its workers finish what they do.
    async fn delete_endpoint(&self, context: &Context<'_>, id: String) -> Result<Option<bool>> {
        let caller = access::account(context)?;
        let control = access::control(context)?;
        let id = EndpointId::from(id);
        control.store.delete_endpoint(&caller.user, &id).await?;
        control.desired.refresh(std::slice::from_ref(&id)).await?;
        // Null, as the cloud has it.
        Ok(None)
    }
}
