//! The configuration of a resource: layers over each other, each value with its origin.

use std::collections::BTreeMap;
use std::fmt;

use flash::manifest::ResourceType;
use serde_json::{Map, Value, json};

use super::overrides::Overrides;
use crate::record::Declared;
use crate::settings::{self, Settings};
use crate::source::Place;

/// Where a value comes from; a later one wins over an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The functions of the resource have routes, or haven't.
    Functions,
    /// A declaration in code.
    Code(Place),
    /// A line of `flash.toml`.
    File(usize),
    /// `FLASH_SET`.
    Variable,
    /// `--set`.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Functions => f.write_str("from its functions"),
            Self::Code(place) => write!(f, "{place}"),
            Self::File(line) => write!(f, "{}:{line}", settings::FILE_NAME),
            Self::Variable => f.write_str(super::overrides::VARIABLE),
            Self::Flag => f.write_str("--set"),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
}

/// A resource with everything that is set for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolved {
    /// The type, when somebody said it.
    pub resource_type: Option<Sourced<ResourceType>>,
    /// Whether declared routes need no key.
    pub public: Option<Sourced<bool>>,
    /// Configuration in the platform's field names.
    pub config: BTreeMap<String, Sourced<Value>>,
}

impl Resolved {
    /// Lays the layers over each other: code, `flash.toml`, `FLASH_SET`, `--set`.
    #[must_use]
    pub fn of(
        name: &str,
        code: Option<(&Declared, &Place)>,
        settings: &Settings,
        environment: Option<&str>,
        overrides: &Overrides,
    ) -> Self {
        let mut resolved = Self::default();
        if let Some((declared, place)) = code {
            resolved.code(declared, &Source::Code(place.clone()));
        }
        let in_file = settings.resource(environment, name);
        resolved.lay(&in_file, |key| Source::File(in_file.lines.get(key).copied().unwrap_or_default()));
        resolved.lay(&overrides.variable.resource(None, name), |_| Source::Variable);
        resolved.lay(&overrides.flags.resource(None, name), |_| Source::Flag);
        resolved
    }

    /// The configuration as the manifest holds it.
    #[must_use]
    pub fn config(&self) -> Map<String, Value> {
        self.config.iter().map(|(field, sourced)| (field.clone(), sourced.value.clone())).collect()
    }

    fn code(&mut self, declared: &Declared, source: &Source) {
        let source = || source.clone();
        self.resource_type =
            Some(Sourced { value: ResourceType::from(declared.resource_type.clone()), source: source() });
        self.public = declared.public.map(|value| Sourced { value, source: source() });
        for (field, value) in &declared.config {
            let (field, value) = platform_form(field, value);
            self.config.insert(field.to_owned(), Sourced { value, source: source() });
        }
    }

    fn lay(&mut self, over: &settings::Resource, source: impl Fn(&str) -> Source) {
        if let Some(kind) = over.kind {
            let value = ResourceType::from(kind.manifest_name().to_owned());
            self.resource_type = Some(Sourced { value, source: source("type") });
        }
        if let Some(value) = over.public {
            self.public = Some(Sourced { value, source: source("public") });
        }
        for (field, mut value) in over.config() {
            for rival in rivals(&field) {
                self.config.remove(*rival);
            }
            if field == "env"
                && let (Some(below), Value::Object(above)) = (self.config.get("env"), &mut value)
                && let Value::Object(below) = &below.value
            {
                for (name, value) in below {
                    above.entry(name).or_insert_with(|| value.clone());
                }
            }
            let source = source(key_of(&field));
            self.config.insert(field, Sourced { value, source });
        }
    }
}

/// Constants in code know lists only; the platform wants some of them joined and others as objects. With one form for
/// both origins a value hashes the same wherever it is declared.
fn platform_form<'a>(field: &'a str, value: &Value) -> (&'a str, Value) {
    let Value::Array(items) = value else { return (field, value.clone()) };
    match (field, items.as_slice()) {
        ("gpuIds" | "locations" | "allowedCudaVersions", items) => {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            (field, json!(words.join(",")))
        }
        ("networkVolumeIds", [Value::String(only)]) => ("networkVolumeId", json!(only)),
        ("networkVolumeIds", items) if items.iter().all(Value::is_string) => {
            (field, items.iter().map(|id| json!({ "networkVolumeId": id })).collect())
        }
        _ => (field, value.clone()),
    }
}

/// Fields that can't stand beside a field: a worker has GPUs or is a CPU instance.
fn rivals(field: &str) -> &'static [&'static str] {
    match field {
        "gpuIds" | "gpuCount" => &["instanceIds"],
        "instanceIds" => &["gpuIds", "gpuCount", "minCudaVersion", "allowedCudaVersions"],
        "networkVolumeId" => &["networkVolumeIds"],
        "networkVolumeIds" => &["networkVolumeId"],
        _ => &[],
    }
}

/// The key of `flash.toml` behind a field of the platform.
fn key_of(field: &str) -> &'static str {
    match field {
        "gpuIds" => "gpu",
        "gpuCount" => "gpu_count",
        "instanceIds" => "cpu",
        "workersMin" => "workers_min",
        "workersMax" => "workers_max",
        "idleTimeout" => "idle_timeout",
        "executionTimeoutMs" => "execution_timeout",
        "scalerType" => "scaler",
        "scalerValue" => "scaler_value",
        "env" => "env",
        "secrets" => "secrets",
        "networkVolumeId" | "networkVolumeIds" => "network_volume",
        "locations" => "data_centers",
        "maxConcurrency" => "max_concurrency",
        "imageName" => "image",
        "containerDiskInGb" => "container_disk_gb",
        "allowedCudaVersions" => "cuda_versions",
        "minCudaVersion" => "min_cuda_version",
        "flashBootType" => "flashboot",
        _ => "",
    }
}

/// What holds when nobody says anything; shown, not written to the manifest.
#[must_use]
pub fn defaults(kind: &ResourceType) -> Vec<(&'static str, Value)> {
    let scaler = if *kind == ResourceType::LoadBalancer { "REQUEST_COUNT" } else { "QUEUE_DELAY" };
    vec![
        ("executionTimeoutMs", json!(0)),
        ("idleTimeout", json!(60)),
        ("scalerType", json!(scaler)),
        ("scalerValue", json!(4)),
        ("workersMax", json!(1)),
        ("workersMin", json!(0)),
    ]
}
