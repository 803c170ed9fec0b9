//! What is different where the platform doesn't say what it is.

use std::time::Duration;

use flash::provider::runpod::{Addresses, Runpod};
use flash::provider::{Capabilities, Change, Health, Provider, ProviderError, SecretText, Secrets, quiet};
use serde_json::json;

use super::stub::Stub;
use super::world::{KEY, World, deployment, impatient, no_fault, provider, start};

/// A deployment for the cloud, where machines are all alike.
fn for_cloud(name: &str, generation: u64) -> flash::provider::Deployment {
    let mut deployment = deployment(name, generation);
    (deployment.archive.program.os, deployment.archive.program.arch) = ("linux".into(), "x86_64".into());
    deployment
}

#[tokio::test]
async fn a_platform_that_does_not_know_the_question_is_the_cloud() {
    let (stub, _) = start(World::default(), no_fault).await;
    let provider = provider(&stub);
    let cloud =
        Capabilities { generations: false, supervises_replicas: true, http_ingress_for_queue_based: false };
    assert_eq!(provider.capabilities().await, Ok(cloud));
    assert_eq!(provider.capabilities().await, Ok(cloud));
    assert_eq!(stub.operations(), ["flashPlatform"], "it is asked once");
}

#[tokio::test]
async fn queue_based_endpoints_are_asked_over_their_queue() {
    let (stub, world) = start(World { workers: json!({"ready": 0}), ..World::default() }, no_fault).await;
    let provider = provider(&stub);
    let deployed = provider.deploy(&for_cloud("endpoint_1", 1), &quiet).await.unwrap();
    assert_eq!((deployed.change, deployed.health), (Change::Created, Health::Resting));
    assert_eq!(deployed.url, format!("{}/v2/ep1", stub.url()));
    assert!(stub.seen().iter().all(|request| !request.path.ends_with("/ping")));
    // With a worker that always runs, it has to be there.
    let mut always = for_cloud("endpoint_1", 2);
    (always.config.scaling.min, always.config.scaling.max) = (Some(1), Some(1));
    let error = provider.deploy(&always, &quiet).await.unwrap_err();
    assert!(
        matches!(&error, ProviderError::Unhealthy { reason, .. } if reason.contains("still starting")),
        "{error}"
    );
    world.lock().unwrap().workers = json!({"ready": 1, "running": 1});
    assert_eq!(provider.deploy(&always, &quiet).await.unwrap().health, Health::Ready);
}

#[tokio::test]
async fn load_balanced_endpoints_have_a_host_of_their_own() {
    let (stub, _) = start(World::default(), no_fault).await;
    let variables = |name: &str| match name {
        "RUNPOD_API_BASE_URL" => Some(stub.url()),
        "RUNPOD_ENDPOINT_BASE_URL" => Some("http://api.rp.invalid:9/v2".to_owned()),
        _ => None,
    };
    let addresses = Addresses::read(variables).unwrap();
    let patience = flash::provider::runpod::Patience { ready: Duration::from_millis(50), ..impatient() };
    let provider = Runpod::new(addresses, SecretText::new(KEY)).unwrap().patient(patience);
    // There is no such host, and with a limit of 0 workers nobody asks it.
    let mut resting = for_cloud("endpoint_2", 1);
    (resting.config.scaling.min, resting.config.scaling.max) = (Some(0), Some(0));
    let deployed = provider.deploy(&resting, &quiet).await.unwrap();
    assert_eq!((deployed.url.as_str(), deployed.health), ("https://ep1.api.rp.invalid:9", Health::Resting));
    let error = provider.deploy(&for_cloud("endpoint_2", 2), &quiet).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unhealthy { .. }), "{error}");
}

#[tokio::test]
async fn the_accounts_key_is_never_lent_to_workers() {
    let (stub, world) = start(World { pings: vec![200], ..World::default() }, no_fault).await;
    let provider = provider(&stub);
    let mut bare = for_cloud("endpoint_1", 1);
    bare.secrets = Secrets::new();
    let error = provider.deploy(&bare, &quiet).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "secrets"), "{error}");
    assert!(writes(&stub).is_empty());
    provider.deploy(&for_cloud("endpoint_1", 1), &quiet).await.unwrap();
    let template = world.lock().unwrap().templates["t1"].to_string();
    assert!(template.contains("hunter2") && !template.contains(KEY), "{template}");
    assert!(!template.contains("\"secret\""), "the cloud doesn't know the mark");
}

#[tokio::test]
async fn a_new_value_of_a_secret_shows_where_values_show() {
    let (stub, _) = start(World::default(), no_fault).await;
    let provider = provider(&stub);
    let first = for_cloud("endpoint_1", 1);
    provider.deploy(&first, &quiet).await.unwrap();
    assert_eq!(provider.deploy(&first, &quiet).await.unwrap().change, Change::Unchanged);
    let mut second = first.clone();
    second.secrets = Secrets::new().with("FLASH_API_KEY", SecretText::new("another"));
    assert_eq!(provider.deploy(&second, &quiet).await.unwrap().change, Change::Updated);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_anything_is_written() {
    let (stub, _) = start(World::default(), no_fault).await;
    let provider = provider(&stub);
    let mut mac = for_cloud("endpoint_1", 1);
    mac.archive.program.os = "macos".into();
    let error = provider.deploy(&mac, &quiet).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "build.os"), "{error}");
    let mut new = for_cloud("endpoint_1", 1);
    new.archive.program.libc.as_mut().unwrap().version = Some("2.99".into());
    let error = provider.deploy(&new, &quiet).await.unwrap_err();
    assert!(error.to_string().contains("x86_64-unknown-linux-musl"), "{error}");
    assert!(writes(&stub).is_empty());
}

fn writes(stub: &Stub) -> Vec<String> {
    stub.operations().into_iter().filter(|operation| operation.starts_with("save")).collect()
}

#[tokio::test]
async fn load_balanced_endpoints_are_never_asked_over_the_queue() {
    let (stub, _) = start(World::default(), no_fault).await;
    let provider = provider(&stub);
    let mut resting = for_cloud("endpoint_2", 1);
    (resting.config.scaling.min, resting.config.scaling.max) = (Some(0), Some(0));
    let deployed = provider.deploy(&resting, &quiet).await.unwrap();
    assert_eq!(provider.deploy(&resting, &quiet).await.unwrap().change, Change::Unchanged);
    let (environment, name) = (resting.environment.clone(), resting.name.clone());
    assert_eq!(provider.observe(&environment, &name).await.unwrap().unwrap().health, Health::Resting);
    assert_eq!(provider.logs(&deployed.endpoint).await, Ok(Vec::new()));
    assert!(stub.seen().iter().all(|request| request.path == "/graphql"), "{:?}", stub.seen());
}
