//! A deployment in the platform's fields.

use serde_json::{Map, Value, json};

use super::fit::IMAGE;
use super::start;
use crate::provider::{Deployment, EndpointId, Gpu, Hardware, Kind, ProviderError};

/// Every pool of GPUs, for resources that don't care.
const POOLS: [&str; 11] = [
    "ADA_24",
    "ADA_32_PRO",
    "ADA_48_PRO",
    "ADA_80_PRO",
    "AMPERE_16",
    "AMPERE_24",
    "AMPERE_48",
    "AMPERE_80",
    "BLACKWELL_180",
    "BLACKWELL_96",
    "HOPPER_141",
];

/// Data centres with GPUs.
const LOCATIONS: &str =
    "EU-CZ-1,EU-RO-1,EUR-NO-1,US-CA-2,US-IL-1,US-KS-2,US-MO-1,US-MO-2,US-NC-2,US-NE-1,US-WA-1";

/// The one data centre with CPU endpoints.
const CPU_LOCATION: &str = "EU-RO-1";

/// What a resource runs on that declares nothing: the smallest there is.
const SMALLEST: &str = "cpu3c-1-2";

const GPU_DISK_GB: u32 = 64;

/// Everything of `EndpointInput` but its template.
pub(super) fn endpoint(deployment: &Deployment) -> Map<String, Value> {
    let Deployment { config, kind, .. } = deployment;
    let scaling = &config.scaling;
    let mut input = object(json!({
        "name": deployment.name.as_str(),
        "type": match kind { Kind::QueueBased => "QB", Kind::LoadBalanced => "LB" },
        "workersMin": scaling.workers_min(),
        "workersMax": scaling.workers_max(),
        "workersPFBTarget": scaling.prepared.unwrap_or(0),
        "idleTimeout": scaling.idle_timeout().as_secs(),
        "scalerType": scaling.scaler(*kind).platform_name(),
        "scalerValue": scaling.scaler_value(),
        "executionTimeoutMs": config.execution_timeout_ms.unwrap_or(0),
        "flashBootType": if config.fast_resume.unwrap_or(true) { "FLASHBOOT" } else { "OFF" },
        "flashEnvironmentId": deployment.environment,
    }));
    let mut locations = config.locations.clone();
    locations.sort();
    let default = match &config.hardware {
        Hardware::Gpu(gpu) => {
            input.extend(of_gpu(gpu));
            LOCATIONS
        }
        Hardware::Cpu(_) | Hardware::Unsaid => {
            input.insert("instanceIds".into(), json!(instances(&config.hardware)));
            CPU_LOCATION
        }
    };
    let locations = if locations.is_empty() { default.to_owned() } else { locations.join(",") };
    input.insert("locations".into(), locations.into());
    match config.volumes.as_slice() {
        [] => {}
        [one] => {
            input.insert("networkVolumeId".into(), json!(one));
        }
        several => {
            let ids: Vec<Value> = several.iter().map(|id| json!({ "networkVolumeId": id })).collect();
            input.insert("networkVolumeIds".into(), ids.into());
        }
    }
    input
}

fn of_gpu(gpu: &Gpu) -> Map<String, Value> {
    let any = gpu.pools.iter().all(|pool| pool.starts_with('-') || pool.eq_ignore_ascii_case("any"));
    let mut wanted: Vec<&str> =
        gpu.pools.iter().map(String::as_str).filter(|pool| !pool.eq_ignore_ascii_case("any")).collect();
    if any {
        wanted.extend(POOLS);
    }
    // Exclusions come last.
    wanted.sort_by_key(|pool| (pool.starts_with('-'), *pool));
    wanted.dedup();
    let mut versions = gpu.cuda_versions.clone();
    versions.sort();
    object(json!({
        "gpuIds": wanted.join(","),
        "gpuCount": gpu.count.unwrap_or(1),
        "allowedCudaVersions": versions.join(","),
        "minCudaVersion": gpu.min_cuda.as_deref().unwrap_or("12.8"),
    }))
}

fn instances(hardware: &Hardware) -> Vec<String> {
    match hardware {
        Hardware::Cpu(instances) if !instances.is_empty() => {
            let mut instances = instances.clone();
            instances.sort();
            instances
        }
        _ => vec![SMALLEST.to_owned()],
    }
}

/// Disk of a worker. CPU instances have a limit by their size, 10 GB for each CPU (`cpu5c`: 15), which is also their
/// default.
pub(super) fn disk_gb(deployment: &Deployment) -> Result<u32, ProviderError> {
    let declared = deployment.config.disk_gb;
    if matches!(deployment.config.hardware, Hardware::Gpu(_)) {
        return Ok(declared.unwrap_or(GPU_DISK_GB));
    }
    let instances = instances(&deployment.config.hardware);
    let limit = instances.iter().filter_map(|instance| {
        let (flavour, size) = instance.split_once('-')?;
        let cpus: u32 = size.split('-').next()?.parse().ok()?;
        cpus.checked_mul(if flavour == "cpu5c" { 15 } else { 10 })
    });
    match (limit.min(), declared) {
        (Some(limit), Some(declared)) if declared > limit => Err(ProviderError::invalid(
            "containerDiskInGb",
            format!("is {declared}, {} has at most {limit}", instances.join(" or ")),
        )),
        (limit, declared) => Ok(declared.or(limit).unwrap_or(10)),
    }
}

/// The template of a new endpoint. Names are unique in an account and outlive their endpoint, so this one is drawn.
pub(super) fn template(deployment: &Deployment, env: &[Value]) -> Result<Value, ProviderError> {
    let drawn = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    Ok(json!({
        "name": format!("{}__{drawn:016x}", deployment.name),
        "imageName": image(deployment),
        "containerDiskInGb": disk_gb(deployment)?,
        "dockerArgs": start::command(deployment),
        "env": env,
        "ports": "",
        "startScript": "",
        "advancedStart": false,
        "config": {},
        "containerRegistryAuthId": "",
    }))
}

/// The image that a deployment runs in.
pub(super) fn image(deployment: &Deployment) -> &str {
    deployment.config.image.as_deref().unwrap_or(IMAGE)
}

/// The update of an endpoint's fields.
pub(super) fn update(deployment: &Deployment, endpoint: &EndpointId, template: &str) -> Value {
    let mut input = self::endpoint(deployment);
    input.insert("id".into(), json!(endpoint));
    input.insert("templateId".into(), json!(template));
    Value::Object(input)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
