//! What clients send of an endpoint.

use async_graphql::InputObject;

use super::refusal::Refusal;
use super::template::EndpointTemplateInput;
use crate::platform::ids::{EnvironmentId, TemplateId};
use crate::platform::store::{EndpointSettings, EndpointType, FlashBoot, ScalerType, TemplateChoice};

/// A new endpoint, or with `id` the changes of one. What is left out stays, or gets the platform's default.
#[derive(InputObject)]
pub(super) struct EndpointInput {
    pub(super) id: Option<String>,
    pub(super) name: String,
    #[graphql(name = "type")]
    kind: Option<EndpointType>,
    gpu_ids: Option<String>,
    gpu_count: Option<i32>,
    instance_ids: Option<Vec<String>>,
    workers_min: Option<i32>,
    workers_max: Option<i32>,
    #[graphql(name = "workersPFBTarget")]
    workers_pfb_target: Option<i32>,
    idle_timeout: Option<i32>,
    scaler_type: Option<ScalerType>,
    scaler_value: Option<i32>,
    execution_timeout_ms: Option<i64>,
    locations: Option<String>,
    network_volume_id: Option<String>,
    network_volume_ids: Option<Vec<NetworkVolumeIdInput>>,
    allowed_cuda_versions: Option<String>,
    min_cuda_version: Option<String>,
    flash_boot_type: Option<FlashBoot>,
    flash_environment_id: Option<String>,
    template_id: Option<String>,
    template: Option<EndpointTemplateInput>,
}

/// One of several volumes.
#[derive(InputObject)]
pub(super) struct NetworkVolumeIdInput {
    network_volume_id: String,
    data_center_id: Option<String>,
}

impl EndpointInput {
    pub(super) fn environment(&self) -> Option<EnvironmentId> {
        self.flash_environment_id.as_deref().filter(|id| !id.is_empty()).map(EnvironmentId::from)
    }

    pub(super) fn template(&self) -> Result<TemplateChoice, Refusal> {
        match (&self.template, self.template_id.as_deref().filter(|id| !id.is_empty())) {
            (Some(_), Some(_)) => {
                Err(Refusal::Invalid("`template` and `templateId` exclude each other".into()))
            }
            (Some(template), None) => Ok(TemplateChoice::Own(Box::new(template.save()))),
            (None, Some(id)) => Ok(TemplateChoice::Existing(TemplateId::from(id))),
            (None, None) => Ok(TemplateChoice::Keep),
        }
    }

    /// This over what is stored.
    pub(super) fn settings(&self, stored: Option<EndpointSettings>) -> EndpointSettings {
        let new = stored.is_none();
        let mut settings = stored.unwrap_or_default();
        let numbers = [
            (&mut settings.gpu_count, self.gpu_count),
            (&mut settings.workers_min, self.workers_min),
            (&mut settings.workers_max, self.workers_max),
            (&mut settings.workers_pfb_target, self.workers_pfb_target),
            (&mut settings.idle_timeout, self.idle_timeout),
            (&mut settings.scaler_value, self.scaler_value),
        ];
        for (field, value) in numbers {
            *field = value.unwrap_or(*field);
        }
        let texts = [
            (&mut settings.gpu_ids, &self.gpu_ids),
            (&mut settings.locations, &self.locations),
            (&mut settings.network_volume_id, &self.network_volume_id),
            (&mut settings.allowed_cuda_versions, &self.allowed_cuda_versions),
            (&mut settings.min_cuda_version, &self.min_cuda_version),
        ];
        for (field, value) in texts {
            // The plain client says "none" by an empty text.
            if let Some(value) = value {
                *field = Some(value.clone()).filter(|value| !value.is_empty());
            }
        }
        settings.kind = self.kind.unwrap_or(settings.kind);
        settings.scaler_type = match self.scaler_type {
            Some(given) => given,
            None if new && settings.kind == EndpointType::Lb => ScalerType::RequestCount,
            None => settings.scaler_type,
        };
        settings.execution_timeout_ms = self.execution_timeout_ms.unwrap_or(settings.execution_timeout_ms);
        settings.flash_boot = self.flash_boot_type.unwrap_or(settings.flash_boot);
        if let Some(ids) = &self.instance_ids {
            settings.instance_ids.clone_from(ids);
        }
        if let Some(volumes) = &self.network_volume_ids {
            settings.network_volume_ids =
                volumes.iter().map(|volume| volume.network_volume_id.clone()).collect();
        }
        settings
    }
}
