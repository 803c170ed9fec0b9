//! The fields of a manifest's `config`: how each is read and written. The list can't differ between the two.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::hardware::listable;
use super::{Gpu, Hardware, Kind, ProviderError, ResourceConfig, Scaler};

type Read = fn(&mut ResourceConfig, &Value) -> Result<(), String>;
type Write = fn(&ResourceConfig) -> Option<Value>;

/// Every field by its name in the manifest.
pub(super) const FIELDS: &[(&str, Read, Write)] = &[
    ("gpuIds", |to, value| put(&mut gpu(to)?.pools, list(value)), |from| texts(&with_gpu(from)?.pools)),
    (
        "gpuCount",
        |to, value| put(&mut gpu(to)?.count, integer(value).map(Some)),
        |from| with_gpu(from)?.count.map(Value::from),
    ),
    (
        "allowedCudaVersions",
        |to, value| put(&mut gpu(to)?.cuda_versions, list(value)),
        |from| texts(&with_gpu(from)?.cuda_versions),
    ),
    (
        "minCudaVersion",
        |to, value| put(&mut gpu(to)?.min_cuda, text(value).map(Some)),
        |from| with_gpu(from)?.min_cuda.clone().map(Value::from),
    ),
    (
        "instanceIds",
        |to, value| match (list(value)?, &to.hardware) {
            (_, Hardware::Gpu(_)) => Err(BOTH.to_owned()),
            (instances, _) if instances.is_empty() => Ok(()),
            (instances, _) => put(&mut to.hardware, Ok(Hardware::Cpu(instances))),
        },
        |from| match &from.hardware {
            Hardware::Cpu(instances) => Some(json!(instances)),
            Hardware::Gpu(_) | Hardware::Unsaid => None,
        },
    ),
    (
        "workersMin",
        |to, value| put(&mut to.scaling.min, integer(value).map(Some)),
        |from| number(from.scaling.min),
    ),
    (
        "workersMax",
        |to, value| put(&mut to.scaling.max, integer(value).map(Some)),
        |from| number(from.scaling.max),
    ),
    (
        "workersPFBTarget",
        |to, value| put(&mut to.scaling.prepared, integer(value).map(Some)),
        |from| number(from.scaling.prepared),
    ),
    (
        "idleTimeout",
        |to, value| put(&mut to.scaling.idle_timeout_s, integer(value).map(Some)),
        |from| number(from.scaling.idle_timeout_s),
    ),
    (
        "scalerType",
        |to, value| put(&mut to.scaling.scaler, scaler(value).map(Some)),
        |from| from.scaling.scaler.map(|scaler| json!(scaler.platform_name())),
    ),
    (
        "scalerValue",
        |to, value| put(&mut to.scaling.value, integer(value).map(Some)),
        |from| number(from.scaling.value),
    ),
    (
        "executionTimeoutMs",
        |to, value| put(&mut to.execution_timeout_ms, long(value).map(Some)),
        |from| from.execution_timeout_ms.map(Value::from),
    ),
    ("locations", |to, value| put(&mut to.locations, list(value)), |from| texts(&from.locations)),
    (
        "networkVolumeId",
        |to, value| put(&mut to.volumes, text(value).map(|id| vec![id])),
        |from| match from.volumes.as_slice() {
            [one] => Some(json!(one)),
            _ => None,
        },
    ),
    (
        "networkVolumeIds",
        |to, value| put(&mut to.volumes, volumes(value)),
        |from| match from.volumes.as_slice() {
            [] | [_] => None,
            several => Some(several.iter().map(|id| json!({ "networkVolumeId": id })).collect()),
        },
    ),
    (
        "flashBootType",
        |to, value| {
            put(
                &mut to.fast_resume,
                match value.as_str() {
                    Some("FLASHBOOT") => Ok(Some(true)),
                    Some("OFF") => Ok(Some(false)),
                    _ => Err(format!("is {value}, expected FLASHBOOT or OFF")),
                },
            )
        },
        |from| from.fast_resume.map(|on| json!(if on { "FLASHBOOT" } else { "OFF" })),
    ),
    (
        "imageName",
        |to, value| put(&mut to.image, text(value).map(Some)),
        |from| from.image.clone().map(Value::from),
    ),
    (
        "containerDiskInGb",
        |to, value| put(&mut to.disk_gb, positive(value).map(Some)),
        |from| number(from.disk_gb),
    ),
    (
        "maxConcurrency",
        |to, value| put(&mut to.max_concurrency, positive(value).map(Some)),
        |from| number(from.max_concurrency),
    ),
    (
        "env",
        |to, value| put(&mut to.variables, variables(value)),
        |from| (!from.variables.is_empty()).then(|| json!(from.variables)),
    ),
    (
        "secrets",
        |to, value| put(&mut to.secrets, list(value)),
        |from| (!from.secrets.is_empty()).then(|| json!(from.secrets)),
    ),
];

const BOTH: &str = "a resource runs on GPUs or on CPUs, not on both";

impl ResourceConfig {
    /// Reads a manifest's `config`, in every form that the command and the declarations write.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] with the field: of the wrong type, out of range, or not known.
    pub fn parse(config: &Map<String, Value>, kind: Kind) -> Result<Self, ProviderError> {
        let mut parsed = Self::default();
        for (name, value) in config {
            let Some((_, read, _)) = FIELDS.iter().find(|(known, ..)| known == name) else {
                return Err(ProviderError::invalid(name, "is not known to this version"));
            };
            if !value.is_null() {
                read(&mut parsed, value).map_err(|reason| ProviderError::invalid(name, reason))?;
            }
        }
        listable("locations", &parsed.locations)?;
        listable("networkVolumeIds", &parsed.volumes)?;
        parsed.check(kind)?;
        Ok(parsed)
    }

    /// The same, as a manifest has it.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        FIELDS.iter().filter_map(|(name, _, write)| Some(((*name).to_owned(), write(self)?))).collect()
    }
}

impl Scaler {
    /// The name in manifests.
    #[must_use]
    pub fn platform_name(self) -> &'static str {
        match self {
            Self::QueueDelay => "QUEUE_DELAY",
            Self::RequestCount => "REQUEST_COUNT",
        }
    }
}

fn put<T>(to: &mut T, value: Result<T, String>) -> Result<(), String> {
    value.map(|value| *to = value)
}

/// The GPU part, which a CPU resource has no place for.
fn gpu(to: &mut ResourceConfig) -> Result<&mut Gpu, String> {
    if to.hardware == Hardware::Unsaid {
        to.hardware = Hardware::Gpu(Gpu::default());
    }
    match &mut to.hardware {
        Hardware::Gpu(gpu) => Ok(gpu),
        Hardware::Cpu(_) | Hardware::Unsaid => Err(BOTH.to_owned()),
    }
}

fn with_gpu(from: &ResourceConfig) -> Option<&Gpu> {
    match &from.hardware {
        Hardware::Gpu(gpu) => Some(gpu),
        Hardware::Cpu(_) | Hardware::Unsaid => None,
    }
}

fn text(value: &Value) -> Result<String, String> {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err(format!("is {value}, expected a text")),
    }
}

/// A JSON array of texts, or one text with commas.
fn list(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::String(text) => {
            Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
        }
        Value::Array(items) => items.iter().map(text).collect(),
        _ => Err(format!("is {value}, expected a list of texts")),
    }
}

fn texts(items: &[String]) -> Option<Value> {
    (!items.is_empty()).then(|| json!(items.join(",")))
}

/// Ids, or objects with one.
fn volumes(value: &Value) -> Result<Vec<String>, String> {
    let items = value.as_array().ok_or_else(|| format!("is {value}, expected a list"))?;
    items.iter().map(|item| text(item.get("networkVolumeId").unwrap_or(item))).collect()
}

fn long(value: &Value) -> Result<u64, String> {
    value.as_u64().ok_or_else(|| format!("is {value}, expected a whole number from 0"))
}

fn integer(value: &Value) -> Result<u32, String> {
    // The platform's numbers are GraphQL's, which have 31 bits.
    match value.as_u64().and_then(|number| i32::try_from(number).ok()) {
        Some(number) => Ok(number.unsigned_abs()),
        None => Err(format!("is {value}, expected a whole number from 0 to {}", i32::MAX)),
    }
}

fn positive(value: &Value) -> Result<u32, String> {
    match integer(value)? {
        0 => Err("is 0, expected at least 1".to_owned()),
        number => Ok(number),
    }
}

fn number(value: Option<u32>) -> Option<Value> {
    value.map(Value::from)
}

fn scaler(value: &Value) -> Result<Scaler, String> {
    match value.as_str() {
        Some("QUEUE_DELAY") => Ok(Scaler::QueueDelay),
        Some("REQUEST_COUNT") => Ok(Scaler::RequestCount),
        _ => Err(format!("is {value}, expected QUEUE_DELAY or REQUEST_COUNT")),
    }
}

fn variables(value: &Value) -> Result<BTreeMap<String, String>, String> {
    let object = value.as_object().ok_or_else(|| "is not an object of texts".to_owned())?;
    let texts = object.iter().map(|(name, value)| match value.as_str() {
        Some(text) => Ok((name.clone(), text.to_owned())),
        // The value may be a secret that was put in the wrong place, so it isn't shown.
        None => Err(format!("has a value for `{name}` that is not a text")),
    });
    texts.collect()
}
