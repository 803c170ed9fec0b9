#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Kind, Scaler, Settings};

fn mistakes(text: &str) -> Vec<String> {
    Settings::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_can_be_set() {
    let settings = Settings::parse(
        r#"
[app]
name = "shop"
include = ["models/**"]

[resources.gpu-1]
type = "LB"
public = true
gpu = ["ADA_24", "-NVIDIA L4"]
gpu_count = 2
workers_min = 1
workers_max = 0x10
idle_timeout = "5m"
execution_timeout = 90
scaler = "REQUEST_COUNT"
scaler_value = 4
env = { MODE = "fast", THREADS = 4, TRACE = true }
secrets = ["HF_TOKEN"]
network_volume = "vol1"
data_centers = ["EU-RO-1", "US-KS-2"]
max_concurrency = 8
image = "me/mine:1"

[env.staging.resources.gpu-1]
cpu = "cpu3c-1-2"
env.MODE = "slow"
"#,
    )
    .unwrap();
    let everywhere = settings.resource(None, "gpu-1");
    assert_eq!(everywhere.kind, Some(Kind::LoadBalanced));
    assert_eq!(everywhere.scaler, Some(Scaler::RequestCount));
    assert_eq!(everywhere.workers_max, Some(16));
    assert_eq!(everywhere.execution_timeout_ms, Some(90_000));
    assert_eq!(everywhere.lines["gpu_count"], 10);
    let config = serde_json::Value::Object(everywhere.config());
    assert_eq!(
        config,
        serde_json::json!({
            "gpuIds": "ADA_24,-NVIDIA L4", "gpuCount": 2, "workersMin": 1, "workersMax": 16, "idleTimeout": 300,
            "executionTimeoutMs": 90_000, "scalerType": "REQUEST_COUNT", "scalerValue": 4,
            "env": {"MODE": "fast", "THREADS": "4", "TRACE": "true"}, "secrets": ["HF_TOKEN"],
            "networkVolumeId": "vol1", "locations": "EU-RO-1,US-KS-2", "maxConcurrency": 8, "imageName": "me/mine:1"
        })
    );
    let staging = settings.resource(Some("staging"), "gpu-1");
    assert_eq!((staging.gpu, staging.gpu_count, staging.cpu.unwrap().len()), (None, None, 1));
    assert_eq!(staging.env["MODE"], "slow");
    assert_eq!(staging.env["THREADS"], "4");
    assert_eq!(staging.lines["cpu"], 25);
    assert_eq!(settings.resource_names(), ["gpu-1"]);
}

#[test]
fn all_mistakes_at_once_with_their_lines() {
    let found = mistakes(
        "[ap]\nname = \"x\"\n[resources.a]\nworkers-max = 3\nidle_timeout = 0\ngpu_count = 0\nfrobnicate = 1\n\
         [resources.\"9 b\"]\ntype = \"queue\"\n[env.prod]\nsecrets = 1\n",
    );
    assert_eq!(
        found[..5],
        [
            "flash.toml:1: unknown key `ap` in flash.toml; did you mean `app`?",
            "flash.toml:4: unknown key `workers-max` in resource `a`; did you mean `workers_max`?",
            "flash.toml:5: `idle_timeout` of resource `a`: expected 1 to 3600 seconds, as a number or a text such as \
             \"5m\", found 0",
            "flash.toml:6: `gpu_count` of resource `a`: expected a whole number from 1 to 64, found 0",
            "flash.toml:7: unknown key `frobnicate` in resource `a`; known are type, public, gpu, gpu_count, cpu, \
             workers_min, workers_max, idle_timeout, execution_timeout, scaler, scaler_value, env, secrets, \
             network_volume, data_centers, max_concurrency, image, container_disk_gb, cuda_versions, \
             min_cuda_version, flashboot",
        ]
    );
    assert!(found[5].starts_with("flash.toml:8: `9 b` can't be the name of a resource"), "{found:#?}");
    assert!(found[6].starts_with("flash.toml:9: `type` of resource `9 b`: expected"), "{found:#?}");
    assert_eq!(found[7], "flash.toml:11: unknown key `secrets` in [env.prod]; known are resources");
}

#[test]
fn contradictions_are_seen_where_they_come_about() {
    let found = mistakes("[resources.a]\nworkers_max = 2\n[env.prod.resources.a]\nworkers_min = 3\n");
    assert_eq!(
        found,
        ["flash.toml:4: resource `a`: `workers_min` is 3, more than `workers_max`, which is 2"]
    );
    let found = mistakes("[resources.a]\ngpu = \"ADA_24\"\ncpu = \"cpu3c-1-2\"\n");
    assert_eq!(
        found,
        ["flash.toml:3: resource `a`: a resource has `cpu` or `gpu`, not both; remove one of them"]
    );
}

#[test]
fn broken_text_is_a_mistake_with_its_line() {
    let found = mistakes("[app]\nname = \"x\n");
    assert!(found[0].starts_with("flash.toml:2: "), "{found:?}");
    for text in [
        "app = 1",
        "[resources]\na = 1",
        "[[resources.a]]",
        "env = []",
        "\u{feff}[",
        "[app]\nname=9999999999999999999999",
    ] {
        assert!(!mistakes(text).is_empty(), "{text}");
    }
}

#[test]
fn numbers_that_overflow_are_mistakes() {
    for value in ["99999999999999999999", "-1", "1.5", "\"18446744073709551615h\"", "\"é\""] {
        let found = mistakes(&format!("[resources.a]\nexecution_timeout = {value}\n"));
        assert!(found[0].contains("expected seconds") || found[0].starts_with("flash.toml:2"), "{found:?}");
    }
}
