//! What deploying, updating, observing and removing do to a platform.

use std::sync::Mutex;

use flash::provider::{
    Change, EndpointId, EnvironmentId, Generation, Health, Name, Progress, Provider, ProviderError, Removal,
    SecretText, Secrets, quiet,
};
use serde_json::{Value, json};

use super::stub::Stub;
use super::world::{World, deployment, no_fault, provider, start, with_key};

const WRITES: [&str; 3] = ["saveEndpoint", "saveTemplate", "deleteEndpoint"];

fn writes(stub: &Stub) -> Vec<String> {
    stub.operations().into_iter().filter(|operation| WRITES.contains(&operation.as_str())).collect()
}

fn local() -> World {
    World { local: true, ..World::default() }
}

fn variable<'a>(template: &'a Value, key: &str) -> Option<&'a str> {
    template["env"].as_array().unwrap().iter().find(|entry| entry["key"] == key)?["value"].as_str()
}

#[tokio::test]
async fn a_second_deployment_writes_nothing() {
    let (stub, _) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let deployment = deployment("endpoint_2", 1);
    let first = provider.deploy(&deployment, &quiet).await.unwrap();
    assert_eq!((first.change, &first.health), (Change::Created, &Health::Ready));
    assert_eq!(first.url, format!("{}/endpoints/ep1", stub.url()));
    assert_eq!(writes(&stub), ["saveEndpoint"]);
    stub.forget();
    for _ in 0..2 {
        let again = provider.deploy(&deployment, &quiet).await.unwrap();
        assert_eq!((again.change, &again.endpoint), (Change::Unchanged, &first.endpoint));
    }
    assert_eq!(writes(&stub), Vec::<String>::new());
}

#[tokio::test]
async fn a_change_keeps_what_the_platform_wrote() {
    let (stub, world) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let made = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    stub.forget();
    let mut changed = deployment("endpoint_2", 2);
    changed.injected.insert("MODE".into(), "fast".into());
    let updated = provider.deploy(&changed, &quiet).await.unwrap();
    assert_eq!((updated.change, &updated.endpoint), (Change::Updated, &made.endpoint));
    assert_eq!(writes(&stub), ["saveEndpoint", "saveTemplate"]);
    let endpoint = stub.only("saveEndpoint").variables()["input"].clone();
    assert_eq!(
        (&endpoint["id"], &endpoint["templateId"], &endpoint["template"]),
        (&json!("ep1"), &json!("t1"), &Value::Null)
    );
    let saved = stub.only("saveTemplate").variables()["input"].clone();
    assert_eq!((&saved["volumeInGb"], &saved["id"]), (&json!(0), &json!("t1")));
    let template = world.lock().unwrap().templates["t1"].clone();
    assert_eq!(variable(&template, "PORT"), Some("8123"));
    assert_eq!(variable(&template, "PORT_HEALTH"), Some("8124"));
    assert_eq!(variable(&template, "MODE"), Some("fast"));
    assert_eq!(variable(&template, "FLASH_GENERATION"), Some("2"));
    // What is gone from the declaration goes from the platform.
    provider.deploy(&deployment("endpoint_2", 3), &quiet).await.unwrap();
    let template = world.lock().unwrap().templates["t1"].clone();
    assert_eq!((variable(&template, "MODE"), variable(&template, "PORT")), (None, Some("8123")));
}

#[tokio::test]
async fn an_earlier_generation_does_not_undo_a_later_one() {
    let (stub, _) = start(local(), no_fault).await;
    let provider = provider(&stub);
    provider.deploy(&deployment("endpoint_2", 2), &quiet).await.unwrap();
    stub.forget();
    let error = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "generation"), "{error}");
    assert!(error.to_string().contains("is at 2 already"), "{error}");
    assert_eq!(writes(&stub), Vec::<String>::new());
}

#[tokio::test]
async fn deployers_in_one_process_take_turns() {
    let (stub, world) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let deployment = deployment("endpoint_2", 1);
    let all = (0..20).map(|_| async { provider.deploy(&deployment, &quiet).await.unwrap().change });
    let mut changes = Vec::new();
    let mut running: Vec<_> = all.map(Box::pin).collect();
    // All at once, on this one task.
    std::future::poll_fn(|context| {
        running.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(change) => {
                changes.push(change);
                false
            }
            std::task::Poll::Pending => true,
        });
        if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    assert_eq!(changes.iter().filter(|change| **change == Change::Created).count(), 1);
    assert_eq!(changes.iter().filter(|change| **change == Change::Unchanged).count(), 19);
    assert_eq!(world.lock().unwrap().made, 1);
}

#[tokio::test]
async fn of_two_at_once_in_two_processes_the_older_endpoint_stays() {
    // Another deployer's endpoint appears between our look and our creation.
    let (stub, world) = start(local(), |request, world| {
        let mut world = world.lock().unwrap();
        if request.operation() == "saveEndpoint" && world.made == 0 {
            world.made = 1;
            world.endpoints.insert(
                "ep1".into(),
                json!({"id": "ep1", "name": "endpoint_2", "templateId": "t1",
                "type": "LB", "workersMax": 1, "createdAt": "2026-01-01T00:00:01Z"}),
            );
            world
                .templates
                .insert("t1".into(), json!({"id": "t1", "name": "t", "dockerArgs": "", "env": []}));
        }
        None
    })
    .await;
    let deployed = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    assert_eq!((deployed.endpoint.as_str(), deployed.change), ("ep1", Change::Updated));
    assert_eq!(world.lock().unwrap().endpoints.keys().collect::<Vec<_>>(), ["ep1"]);
}

#[tokio::test]
async fn removing_twice_is_removing_once() {
    let (stub, _) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let made = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    stub.forget();
    assert_eq!(provider.undeploy(&made.endpoint).await, Ok(Removal::Removed));
    assert_eq!(provider.undeploy(&made.endpoint).await, Ok(Removal::WasAbsent));
    assert_eq!(writes(&stub), ["deleteEndpoint"]);
}

#[tokio::test]
async fn what_is_still_there_was_not_removed() {
    let (stub, _) = start(local(), |request, _| {
        (request.operation() == "deleteEndpoint")
            .then(|| super::stub::Reply::data(json!({"deleteEndpoint": null})))
    })
    .await;
    let provider = provider(&stub);
    let made = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    let error = provider.undeploy(&made.endpoint).await.unwrap_err();
    assert!(error.to_string().contains("it is still there"), "{error}");
}

#[tokio::test]
async fn observing_tells_which_deployment_it_is() {
    let (stub, _) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let environment = EnvironmentId::new("env-1");
    let name = Name::parse("endpoint_2").unwrap();
    assert_eq!(provider.observe(&environment, &name).await, Ok(None));
    let deployment = deployment("endpoint_2", 4);
    let made = provider.deploy(&deployment, &quiet).await.unwrap();
    let seen = provider.observe(&environment, &name).await.unwrap().unwrap();
    assert_eq!((seen.generation, seen.digest), (Some(Generation(4)), Some(deployment.digest())));
    assert_eq!((seen.health, seen.endpoint, seen.url), (Health::Ready, made.endpoint, made.url));
    let absent = provider.observe(&EnvironmentId::new("nowhere"), &name).await;
    assert!(matches!(absent, Err(ProviderError::NotFound { .. })), "{absent:?}");
    assert_eq!(seen.workers.unwrap().ready, 1);
    let listed = provider.endpoints(&environment).await.unwrap();
    assert_eq!((listed.len(), listed[0].name.as_str()), (1, "endpoint_2"));
    let logs = provider.logs(&seen_id(&listed)).await.unwrap();
    assert_eq!((logs[0].worker.as_str(), logs[0].lines.join("|").as_str()), ("w1", "started|error: no key"));
}

fn seen_id(listed: &[flash::provider::Listed]) -> EndpointId {
    listed[0].endpoint.clone()
}

#[tokio::test]
async fn updating_needs_an_endpoint() {
    let (stub, _) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let gone = provider.update(&EndpointId::new("ep9"), &deployment("endpoint_2", 1), &quiet).await;
    assert!(matches!(gone, Err(ProviderError::NotFound { .. })), "{gone:?}");
    assert_eq!(writes(&stub), Vec::<String>::new());
    let made = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    let updated = provider.update(&made.endpoint, &deployment("endpoint_2", 2), &quiet).await.unwrap();
    assert_eq!((updated.change, updated.endpoint), (Change::Updated, made.endpoint));
}

#[tokio::test]
async fn a_wrong_key_is_named_as_such() {
    let (stub, _) = start(local(), no_fault).await;
    let error = with_key(&stub, "wrong").deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unauthorized { .. }), "{error}");
    assert_eq!(stub.seen().len(), 1, "a wrong key doesn't get better by trying again");
}

#[tokio::test]
async fn a_start_that_fails_is_told_with_its_reason() {
    let (stub, _) = start(World { pings: vec![502], ..local() }, no_fault).await;
    let told = Mutex::new(Vec::new());
    let watch = |progress: Progress| told.lock().unwrap().push(progress);
    let error = provider(&stub).deploy(&deployment("endpoint_2", 1), &watch).await.unwrap_err();
    let ProviderError::Unhealthy { endpoint, reason } = &error else { panic!("{error}") };
    assert_eq!(endpoint.as_str(), "ep1");
    assert!(reason.contains("ended with exit status 1") && reason.contains("error: no key"), "{reason}");
    let told = told.lock().unwrap();
    assert!(matches!(told[0], Progress::Settled { change: Change::Created, .. }), "{told:?}");
    assert!(matches!(&told[1], Progress::Waiting { health: Health::Failing(_), .. }), "{told:?}");
    assert_eq!(told.len(), 2, "what stays the same is told once");
}

#[tokio::test]
async fn a_new_generation_that_never_gets_well_ends_the_wait() {
    let overview = json!({"id": "ep1", "generation": 2, "serving": 1, "state": "failed: 3 starts failed: no such file",
        "workers": [{"id": "w1", "generation": 1, "state": "idle"}]});
    let (stub, world) = start(local(), no_fault).await;
    let provider = provider(&stub);
    provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    world.lock().unwrap().overview = overview;
    // The old one answers `/ping` with 200 all the while.
    let error = provider.deploy(&deployment("endpoint_2", 2), &quiet).await.unwrap_err();
    assert!(
        matches!(&error, ProviderError::Unhealthy { reason, .. } if reason.contains("no such file")),
        "{error}"
    );
}

#[tokio::test]
async fn waiting_bears_with_passing_trouble() {
    let (stub, _) = start(World { pings: vec![503, 204, 500, 502, 200], ..local() }, no_fault).await;
    let deployed = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    assert_eq!(deployed.health, Health::Ready);
    let pings = stub.seen().iter().filter(|request| request.path == "/endpoints/ep1/ping").count();
    assert_eq!(pings, 5);
    let ping = stub.seen().into_iter().find(|request| request.path.ends_with("/ping")).unwrap();
    assert_eq!(ping.header("flash-build"), Some("c0de"), "the new build's answer is asked for");
}

#[tokio::test]
async fn secrets_are_marked_on_the_local_platform_and_kept_there() {
    let (stub, world) = start(local(), no_fault).await;
    let provider = provider(&stub);
    let mut first = deployment("endpoint_2", 1);
    first.config.secrets = vec!["TOKEN".into(), "STORED".into()];
    first.secrets = first.secrets.with("TOKEN", SecretText::new("t0p"));
    provider.deploy(&first, &quiet).await.unwrap();
    let sent = stub.only("saveEndpoint").variables()["input"]["template"]["env"].clone();
    let entry =
        |key: &str| sent.as_array().unwrap().iter().find(|entry| entry["key"] == key).unwrap().clone();
    assert_eq!(entry("TOKEN"), json!({"key": "TOKEN", "value": "t0p", "secret": true}));
    assert_eq!(entry("STORED"), json!({"key": "STORED", "value": "{{ RUNPOD_SECRET_STORED }}"}));
    assert_eq!(entry("FLASH_GENERATION"), json!({"key": "FLASH_GENERATION", "value": "1"}));
    assert_eq!(
        provider.deploy(&first, &quiet).await.unwrap().change,
        Change::Unchanged,
        "hidden values are no drift"
    );
    // A deployer that doesn't know the values leaves them.
    let mut second = deployment("endpoint_2", 2);
    second.config.secrets.clone_from(&first.config.secrets);
    second.secrets = Secrets::new();
    provider.deploy(&second, &quiet).await.unwrap();
    let template = world.lock().unwrap().templates["t1"].clone();
    assert_eq!(variable(&template, "TOKEN"), Some("********"), "sent back, it keeps the stored value");
    assert_eq!(variable(&template, "STORED"), Some("{{ RUNPOD_SECRET_STORED }}"));
    assert_eq!(variable(&template, "FLASH_API_KEY"), None, "it isn't asked for any more");
}

#[tokio::test]
async fn an_endpoint_that_says_nothing_is_not_well() {
    let (stub, _) =
        start(local(), |request, _| request.path.ends_with("/ping").then_some(super::stub::Reply::Silence))
            .await;
    let error = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
    assert!(
        matches!(&error, ProviderError::Unhealthy { reason, .. } if reason.contains("still starting")),
        "{error}"
    );
}

#[tokio::test]
async fn a_build_that_the_environment_does_not_run_is_refused() {
    let (stub, _) = start(local(), no_fault).await;
    let mut other = deployment("endpoint_2", 1);
    other.archive.build = flash::provider::BuildId::new("b2");
    let error = provider(&stub).deploy(&other, &quiet).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "archive.build"), "{error}");
    assert!(error.to_string().contains("is b2, but the environment runs build b1"), "{error}");
    assert_eq!(writes(&stub), Vec::<String>::new());
}
