//! What can be set for a resource, and how the platform calls it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

/// Settings of one resource; what is `None` or empty is not set.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Resource {
    /// `type`: how work arrives.
    pub kind: Option<Kind>,
    /// `public`: whether declared routes need no key.
    pub public: Option<bool>,
    /// `gpu`: pools that a worker may run on, in order of preference; a leading `-` excludes a type.
    pub gpu: Option<Vec<String>>,
    /// `gpu_count`: GPUs per worker.
    pub gpu_count: Option<u32>,
    /// `cpu`: CPU instance types; a resource has GPUs or these.
    pub cpu: Option<Vec<String>>,
    /// `workers_min`: workers that are kept even when idle.
    pub workers_min: Option<u32>,
    /// `workers_max`: most workers at once.
    pub workers_max: Option<u32>,
    /// `idle_timeout`: seconds until an idle worker ends.
    pub idle_timeout: Option<u32>,
    /// `execution_timeout`: longest run of one call, in milliseconds; 0 is the platform's own limit.
    pub execution_timeout_ms: Option<u64>,
    /// `scaler`: what makes the platform add workers.
    pub scaler: Option<Scaler>,
    /// `scaler_value`: seconds of delay, or requests per worker.
    pub scaler_value: Option<u32>,
    /// `env`: environment variables of the workers.
    pub env: BTreeMap<String, String>,
    /// `secrets`: names of secrets that become environment variables.
    pub secrets: Vec<String>,
    /// `network_volume`: ids of volumes to attach.
    pub network_volumes: Option<Vec<String>>,
    /// `data_centers`: where workers may run.
    pub data_centers: Option<Vec<String>>,
    /// `max_concurrency`: calls at once in one worker.
    pub max_concurrency: Option<u32>,
    /// `image`: container image instead of the platform's own.
    pub image: Option<String>,
    /// `container_disk_gb`: size of the container's disk.
    pub container_disk_gb: Option<u32>,
    /// `cuda_versions`: CUDA versions that the host may have.
    pub cuda_versions: Option<Vec<String>>,
    /// `min_cuda_version`: oldest CUDA version of the host.
    pub min_cuda_version: Option<String>,
    /// `flashboot`: whether workers may be resumed from a snapshot.
    pub flashboot: Option<bool>,
    /// Line of each key that is set, to show where a value comes from.
    pub lines: BTreeMap<&'static str, usize>,
}

/// How work arrives at a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// Queue-based, `ServerlessResource`.
    Queue,
    /// Load-balanced, `LoadBalancerSlsResource`.
    LoadBalanced,
}

/// What makes the platform add workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Scaler {
    /// Time that work waits in the queue.
    QueueDelay,
    /// Requests in flight per worker.
    RequestCount,
}

impl Kind {
    /// The name in the manifest.
    #[must_use]
    pub fn manifest_name(self) -> &'static str {
        match self {
            Self::Queue => "ServerlessResource",
            Self::LoadBalanced => "LoadBalancerSlsResource",
        }
    }
}

impl Scaler {
    /// The platform's name.
    #[must_use]
    pub fn platform_name(self) -> &'static str {
        match self {
            Self::QueueDelay => "QUEUE_DELAY",
            Self::RequestCount => "REQUEST_COUNT",
        }
    }
}

impl Resource {
    /// What is set, in the platform's field names, as the manifest's `config` holds it.
    #[must_use]
    pub fn config(&self) -> Map<String, Value> {
        let volumes = self.network_volumes.as_deref();
        let fields = [
            ("gpuIds", self.gpu.as_ref().map(|pools| json!(pools.join(",")))),
            ("gpuCount", self.gpu_count.map(Value::from)),
            ("instanceIds", self.cpu.as_ref().map(|types| json!(types))),
            ("workersMin", self.workers_min.map(Value::from)),
            ("workersMax", self.workers_max.map(Value::from)),
            ("idleTimeout", self.idle_timeout.map(Value::from)),
            ("executionTimeoutMs", self.execution_timeout_ms.map(Value::from)),
            ("scalerType", self.scaler.map(|scaler| json!(scaler.platform_name()))),
            ("scalerValue", self.scaler_value.map(Value::from)),
            ("env", (!self.env.is_empty()).then(|| json!(self.env))),
            ("secrets", (!self.secrets.is_empty()).then(|| json!(self.secrets))),
            ("networkVolumeId", volumes.filter(|ids| ids.len() == 1).map(|ids| json!(ids[0]))),
            (
                "networkVolumeIds",
                volumes
                    .filter(|ids| ids.len() != 1)
                    .map(|ids| ids.iter().map(|id| json!({ "networkVolumeId": id })).collect()),
            ),
            ("locations", self.data_centers.as_ref().map(|names| json!(names.join(",")))),
            ("maxConcurrency", self.max_concurrency.map(Value::from)),
            ("imageName", self.image.as_ref().map(|image| json!(image))),
            ("containerDiskInGb", self.container_disk_gb.map(Value::from)),
            ("allowedCudaVersions", self.cuda_versions.as_ref().map(|versions| json!(versions.join(",")))),
            ("minCudaVersion", self.min_cuda_version.as_ref().map(|version| json!(version))),
            ("flashBootType", self.flashboot.map(|on| json!(if on { "FLASHBOOT" } else { "OFF" }))),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}
