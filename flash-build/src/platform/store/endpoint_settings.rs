//! How an endpoint is configured.

use serde::{Deserialize, Serialize};

use super::StoreError;

/// More workers than one machine starts on purpose.
const MOST_WORKERS: i32 = 1000;
const CUDA: [&str; 12] =
    ["11.8", "12.0", "12.1", "12.2", "12.3", "12.4", "12.5", "12.6", "12.7", "12.8", "12.9", "13.0"];

/// The configuration of an endpoint, as it is stored. New fields need a default, so that older rows stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointSettings {
    /// Queue-based or load-balanced.
    pub kind: EndpointType,
    /// GPU pools in order of preference, negated types with `-`; comma-separated.
    pub gpu_ids: Option<String>,
    /// GPUs per worker.
    pub gpu_count: i32,
    /// CPU instances; GPU fields don't count then.
    pub instance_ids: Vec<String>,
    /// Workers that always run.
    pub workers_min: i32,
    /// Workers at most.
    pub workers_max: i32,
    /// Kept for the client; nothing scales by it here.
    pub workers_pfb_target: i32,
    /// Seconds a worker may rest.
    pub idle_timeout: i32,
    /// What the number of workers follows.
    pub scaler_type: ScalerType,
    /// Seconds of waiting, or requests per worker.
    pub scaler_value: i32,
    /// Longest time for one request; 0 is the platform's own limit.
    pub execution_timeout_ms: i64,
    /// Data centers, comma-separated.
    pub locations: Option<String>,
    /// One volume.
    pub network_volume_id: Option<String>,
    /// Several volumes.
    pub network_volume_ids: Vec<String>,
    /// Comma-separated.
    pub allowed_cuda_versions: Option<String>,
    /// The oldest CUDA that will do.
    pub min_cuda_version: Option<String>,
    /// Kept for the client.
    pub flash_boot: FlashBoot,
}

/// The defaults of the platform.
impl Default for EndpointSettings {
    fn default() -> Self {
        Self {
            kind: EndpointType::Qb,
            gpu_ids: None,
            gpu_count: 1,
            instance_ids: Vec::new(),
            workers_min: 0,
            workers_max: 3,
            workers_pfb_target: 0,
            idle_timeout: 5,
            scaler_type: ScalerType::QueueDelay,
            scaler_value: 4,
            execution_timeout_ms: 0,
            locations: None,
            network_volume_id: None,
            network_volume_ids: Vec::new(),
            allowed_cuda_versions: None,
            min_cuda_version: None,
            flash_boot: FlashBoot::Off,
        }
    }
}

/// How work arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndpointType {
    /// As jobs.
    Qb,
    /// As requests.
    Lb,
}

/// What the number of workers follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScalerType {
    /// How long a job waited.
    QueueDelay,
    /// How many requests there are per worker.
    RequestCount,
}

/// Whether workers start from a snapshot; kept for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(rename_items = "SCREAMING_SNAKE_CASE", name = "FlashBootType")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FlashBoot {
    /// They do.
    Flashboot,
    /// They don't.
    Off,
}

impl EndpointSettings {
    /// Whether workers have to be replaced for the change, so that `version` rises: GPU, CUDA, flashboot, instances.
    #[must_use]
    pub fn structure_differs(&self, other: &Self) -> bool {
        let structure = |settings: &Self| {
            (
                settings.gpu_ids.clone(),
                settings.instance_ids.clone(),
                settings.allowed_cuda_versions.clone(),
                settings.min_cuda_version.clone(),
                settings.flash_boot,
            )
        };
        structure(self) != structure(other)
    }

    /// Refuses values out of range, in words that name field and range.
    pub(super) fn checked(self) -> Result<Self, StoreError> {
        let ranges = [
            ("gpuCount", self.gpu_count, 1, 1024),
            ("workersMin", self.workers_min, 0, MOST_WORKERS),
            ("workersMax", self.workers_max, 0, MOST_WORKERS),
            ("workersPFBTarget", self.workers_pfb_target, 0, MOST_WORKERS),
            ("idleTimeout", self.idle_timeout, 1, 3600),
            ("scalerValue", self.scaler_value, 1, i32::MAX),
        ];
        for (field, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                let range =
                    if most == i32::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
                return Err(StoreError::Field { field, reason: format!("is {value}, expected {range}") });
            }
        }
        let wrong = |field, reason| Err(StoreError::Field { field, reason });
        if self.workers_min > self.workers_max {
            let reason = format!("({}) is above workersMax ({})", self.workers_min, self.workers_max);
            return wrong("workersMin", reason);
        }
        if self.execution_timeout_ms < 0 {
            return wrong(
                "executionTimeoutMs",
                format!("is {}, expected 0 or more", self.execution_timeout_ms),
            );
        }
        if self.kind == EndpointType::Lb && self.scaler_type == ScalerType::QueueDelay {
            let reason = "of a load-balanced endpoint is REQUEST_COUNT; it has no queue to measure";
            return wrong("scalerType", reason.to_owned());
        }
        match &self.min_cuda_version {
            Some(version) if !CUDA.contains(&version.as_str()) => {
                wrong("minCudaVersion", format!("is `{version}`, expected one of {}", CUDA.join(", ")))
            }
            _ => Ok(self),
        }
    }
}
