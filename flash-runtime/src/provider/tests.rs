//! One typed configuration from the declaration to the platform: nothing gets lost on the way.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::field::FIELDS;
use super::*;
use crate::manifest::Build;
use crate::{CpuInstance, CudaVersion, DataCenter, Gpu as Pool, LoadBalancerSlsResource, ServerlessResource};

#[expect(clippy::needless_pass_by_value, reason = "it is given `json!` values")]
fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Every field with a value of its own, for a GPU resource.
fn on_gpus() -> Map<String, Value> {
    object(json!({
        "gpuIds": "ADA_24,AMPERE_24,-NVIDIA L4", "gpuCount": 2, "allowedCudaVersions": "12.8,12.9",
        "minCudaVersion": "12.9", "workersMin": 1, "workersMax": 5, "workersPFBTarget": 1, "idleTimeout": 7,
        "scalerType": "REQUEST_COUNT", "scalerValue": 3, "executionTimeoutMs": 9000, "locations": "EU-RO-1,US-KS-2",
        "networkVolumeIds": [{"networkVolumeId": "v1"}, {"networkVolumeId": "v2"}], "flashBootType": "OFF",
        "imageName": "own:1", "containerDiskInGb": 80, "maxConcurrency": 8, "env": {"MODE": "fast", "EMPTY": ""},
        "secrets": "TOKEN,OTHER",
    }))
}

/// The fields that a GPU resource can't have.
fn on_cpus() -> Map<String, Value> {
    object(json!({"instanceIds": ["cpu5c-2-4", "cpu5c-4-8"], "networkVolumeId": "v1"}))
}

pub(super) fn deployment(config: &Map<String, Value>, kind: Kind) -> Deployment {
    let archive =
        Archive { build: BuildId::new("b1"), sha256: Sha256::of(b"archive"), program: Build::default() };
    let secret = |name| (name, SecretText::new("hunter2"));
    let config = ResourceConfig::parse(config, kind).unwrap();
    let secrets =
        config.secrets.iter().map(secret).fold(Secrets::new(), |all, (name, text)| all.with(name, text));
    Deployment {
        environment: EnvironmentId::new("env-1"),
        name: Name::parse("pricing").unwrap(),
        kind,
        config,
        injected: [("FLASH_MOTHERSHIP_ID".to_owned(), "m1".to_owned())].into(),
        secrets,
        archive,
        generation: Generation(3),
    }
}

#[test]
fn every_field_survives_reading_and_writing() {
    let mut seen: Vec<String> = Vec::new();
    for declared in [on_gpus(), on_cpus()] {
        let config = ResourceConfig::parse(&declared, Kind::QueueBased).unwrap();
        let mut written = config.to_json();
        // One list may be written as a text or as an array.
        if let Some(Value::Array(secrets)) = written.get_mut("secrets") {
            let names: Vec<&str> = secrets.iter().filter_map(Value::as_str).collect();
            written["secrets"] = json!(names.join(","));
        }
        assert_eq!(written, declared);
        assert_eq!(ResourceConfig::parse(&config.to_json(), Kind::QueueBased).unwrap(), config);
        seen.extend(declared.keys().cloned());
    }
    for (field, ..) in FIELDS {
        assert!(seen.iter().any(|name| name == field), "no sample has `{field}`");
    }
}

#[test]
fn every_field_reaches_the_platform() {
    let deployment = deployment(&on_gpus(), Kind::QueueBased);
    let endpoint = runpod::sent(&deployment);
    let expected = json!({
        "name": "pricing", "type": "QB", "flashEnvironmentId": "env-1",
        "gpuIds": "ADA_24,AMPERE_24,-NVIDIA L4", "gpuCount": 2, "allowedCudaVersions": "12.8,12.9",
        "minCudaVersion": "12.9", "workersMin": 1, "workersMax": 5, "workersPFBTarget": 1, "idleTimeout": 7,
        "scalerType": "REQUEST_COUNT", "scalerValue": 3, "executionTimeoutMs": 9000, "locations": "EU-RO-1,US-KS-2",
        "networkVolumeIds": [{"networkVolumeId": "v1"}, {"networkVolumeId": "v2"}], "flashBootType": "OFF",
        "template": {
            "imageName": "own:1", "containerDiskInGb": 80, "ports": "", "startScript": "", "advancedStart": false,
            "config": {}, "containerRegistryAuthId": "",
            "env": [
                {"key": "EMPTY", "value": ""},
                {"key": "FLASH_GENERATION", "value": "3"},
                {"key": "FLASH_MAX_CONCURRENCY", "value": "8"},
                {"key": "FLASH_MOTHERSHIP_ID", "value": "m1"},
                {"key": "FLASH_RESOURCE_NAME", "value": "pricing"},
                {"key": "MODE", "value": "fast"},
                {"key": "OTHER", "value": "hunter2"},
                {"key": "TOKEN", "value": "hunter2"},
            ],
        },
    });
    let mut sent = endpoint.clone();
    let template = sent["template"].as_object_mut().unwrap();
    assert!(template.remove("name").unwrap().as_str().unwrap().starts_with("pricing__"));
    assert!(template.remove("dockerArgs").unwrap().as_str().unwrap().starts_with("sh -c '"));
    assert_eq!(sent, expected);
}

#[test]
fn a_cpu_resource_sends_nothing_about_gpus() {
    let sent = runpod::sent(&deployment(&on_cpus(), Kind::LoadBalanced));
    assert_eq!(sent["instanceIds"], json!(["cpu5c-2-4", "cpu5c-4-8"]));
    assert_eq!((&sent["networkVolumeId"], &sent["locations"]), (&json!("v1"), &json!("EU-RO-1")));
    assert_eq!(sent["template"]["containerDiskInGb"], 30, "15 GB for each CPU of the smaller one");
    assert_eq!((&sent["type"], &sent["scalerType"]), (&json!("LB"), &json!("REQUEST_COUNT")));
    for field in [
        "gpuIds",
        "gpuCount",
        "minCudaVersion",
        "allowedCudaVersions",
        "networkVolumeIds",
        "id",
        "templateId",
    ] {
        assert!(sent.get(field).is_none(), "{field}");
    }
    let bare = runpod::sent(&deployment(&Map::new(), Kind::LoadBalanced));
    assert_eq!(bare["instanceIds"], json!(["cpu3c-1-2"]), "the smallest");
    assert_eq!(
        (&bare["workersMin"], &bare["workersMax"], &bare["idleTimeout"]),
        (&json!(0), &json!(1), &json!(60))
    );
    let any = runpod::sent(&deployment(&object(json!({"gpuIds": ["any", "-NVIDIA L4"]})), Kind::QueueBased));
    let pools = any["gpuIds"].as_str().unwrap();
    assert!(pools.starts_with("ADA_24,ADA_32_PRO,") && pools.ends_with("HOPPER_141,-NVIDIA L4"), "{pools}");
}

#[test]
fn declarations_in_code_are_read_whole() {
    const ALL: ServerlessResource = ServerlessResource::new("all")
        .gpus(&[Pool::Ada24, Pool::Ampere24])
        .gpu_count(2)
        .workers(1, 5)
        .idle_timeout(Duration::from_secs(7))
        .execution_timeout(Duration::from_secs(9))
        .scale_by_queue_delay(3)
        .env(&[("MODE", "fast")])
        .secrets(&["TOKEN"])
        .network_volumes(&["v1", "v2"])
        .data_centers(&[DataCenter::EuRo1, DataCenter::UsKs2])
        .min_cuda(CudaVersion::V12_9)
        .flash_boot(false)
        .image("own:1")
        .container_disk_gb(80)
        .max_concurrency(8);
    const CPU: LoadBalancerSlsResource =
        LoadBalancerSlsResource::new("cpu").cpus(&[CpuInstance::Cpu3c1x2]).scale_by_requests(2);
    let config = |json: crate::resource::Json, kind| {
        let document: Value = serde_json::from_str(json.as_str()).unwrap();
        ResourceConfig::parse(document["config"].as_object().unwrap(), kind).unwrap()
    };
    let all = config(ALL.to_json(), Kind::QueueBased);
    let expected = ResourceConfig {
        hardware: Hardware::Gpu(Gpu {
            pools: vec!["ADA_24".into(), "AMPERE_24".into()],
            count: Some(2),
            cuda_versions: Vec::new(),
            min_cuda: Some("12.9".into()),
        }),
        scaling: Scaling {
            min: Some(1),
            max: Some(5),
            idle_timeout_s: Some(7),
            scaler: Some(Scaler::QueueDelay),
            value: Some(3),
            prepared: None,
        },
        execution_timeout_ms: Some(9000),
        locations: vec!["EU-RO-1".into(), "US-KS-2".into()],
        volumes: vec!["v1".into(), "v2".into()],
        fast_resume: Some(false),
        image: Some("own:1".into()),
        disk_gb: Some(80),
        max_concurrency: Some(8),
        variables: [("MODE".to_owned(), "fast".to_owned())].into(),
        secrets: vec!["TOKEN".into()],
    };
    assert_eq!(all, expected);
    let cpu = config(CPU.to_json(), Kind::LoadBalanced);
    assert_eq!(cpu.hardware, Hardware::Cpu(vec!["cpu3c-1-2".into()]));
    assert_eq!((cpu.scaling.scaler, cpu.scaling.value), (Some(Scaler::RequestCount), Some(2)));
}

#[test]
fn what_can_not_be_is_refused_by_its_field() {
    let field = |config: Value, kind| match ResourceConfig::parse(&object(config), kind) {
        Err(ProviderError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    for (config, expected) in [
        (json!({"workersMin": 3, "workersMax": 2}), "workersMax"),
        (json!({"workersMin": -1}), "workersMin"),
        (json!({"workersMax": 3_000_000_000_u64}), "workersMax"),
        (json!({"workersMax": "3"}), "workersMax"),
        (json!({"idleTimeout": 0}), "idleTimeout"),
        (json!({"idleTimeout": 3601}), "idleTimeout"),
        (json!({"scalerValue": 0}), "scalerValue"),
        (json!({"scalerType": "SOME"}), "scalerType"),
        (json!({"gpuCount": 0}), "gpuCount"),
        (json!({"minCudaVersion": "12.10"}), "minCudaVersion"),
        (json!({"gpuIds": ["A,B"]}), "gpuIds"),
        (json!({"locations": ["A,B"]}), "locations"),
        (json!({"gpuIds": "ADA_24", "instanceIds": ["cpu3c-1-2"]}), "instanceIds"),
        (json!({"flashBootType": "ON"}), "flashBootType"),
        (json!({"imageName": ""}), "imageName"),
        (json!({"containerDiskInGb": 0}), "containerDiskInGb"),
        (json!({"env": {"A B": "x"}}), "env"),
        (json!({"env": {"A": 1}}), "env"),
        (json!({"env": {"A": "\u{0}"}}), "env"),
        (json!({"env": {"A": "x"}, "secrets": ["A"]}), "secrets"),
        (json!({"secrets": ["=x"]}), "secrets"),
        (json!({"later": 1}), "later"),
    ] {
        assert_eq!(field(config.clone(), Kind::QueueBased), expected, "{config}");
    }
    assert_eq!(field(json!({"scalerType": "QUEUE_DELAY"}), Kind::LoadBalanced), "scalerType");
}

#[test]
fn the_digest_is_of_what_was_asked_for() {
    let of = |config: Value| deployment(&object(config), Kind::QueueBased).digest();
    let plain = of(json!({"gpuIds": "B,A,-C", "locations": "Y,X"}));
    assert_eq!(plain, of(json!({"locations": ["X", "Y"], "gpuIds": ["A", "B", "-C"]})), "order is no change");
    assert_ne!(plain, of(json!({"gpuIds": "A,-C", "locations": "Y,X"})));
    let base = deployment(&on_gpus(), Kind::QueueBased);
    let changed = |change: fn(&mut Deployment)| {
        let mut other = base.clone();
        change(&mut other);
        other.digest() != base.digest()
    };
    assert!(changed(|d| d.generation = Generation(4)));
    assert!(changed(|d| d.archive.sha256 = Sha256::of(b"other")));
    assert!(changed(|d| d.injected.clear()));
    assert!(changed(|d| d.kind = Kind::LoadBalanced));
    assert!(changed(|d| d.secrets = Secrets::new().with("MORE", SecretText::new("x"))));
    assert!(
        !changed(|d| d.archive.build = BuildId::new("b2")),
        "the same archive uploaded again is no change"
    );
    assert!(
        !changed(|d| d.secrets = Secrets::new().with("TOKEN", SecretText::new("other"))),
        "values aren't in it"
    );
}

#[test]
fn secrets_do_not_show() {
    let deployment = deployment(&on_gpus(), Kind::QueueBased);
    let shown = format!("{deployment:?} {:#?} {:?}", deployment.secrets, deployment.digest());
    assert!(!shown.contains("hunter2") && shown.contains("TOKEN"), "{shown}");
}
