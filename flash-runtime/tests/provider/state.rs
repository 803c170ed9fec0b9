//! The State Manager's client, against services that count revisions and services that don't.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use flash::manifest::Manifest;
use flash::provider::{EnvironmentId, SecretText};
use flash::state::{GraphqlStateManager, Patience, ResourceState, Revision, StateError, StateManager};
use serde_json::{Value, json};

use super::stub::{Recorded, Reply, Stub};
use super::world::manifest;

/// One environment's manifest.
struct Service {
    manifest: Value,
    revision: u64,
    counts: bool,
    active: Option<&'static str>,
}

type Shared = Arc<Mutex<Service>>;

async fn service(
    counts: bool,
    fault: impl Fn(&Recorded, &Shared) -> Option<Reply> + Send + Sync + 'static,
) -> (Stub, Shared) {
    let manifest = serde_json::from_str(&manifest().to_json()).unwrap();
    let shared = Arc::new(Mutex::new(Service { manifest, revision: 1, counts, active: Some("b1") }));
    let inner = Arc::clone(&shared);
    let stub =
        Stub::start(move |request| fault(request, &inner).unwrap_or_else(|| answer(request, &inner))).await;
    (stub, shared)
}

fn answer(request: &Recorded, shared: &Shared) -> Reply {
    let mut service = shared.lock().unwrap();
    let (variables, document) = (request.variables(), request.json()["query"].as_str().unwrap().to_owned());
    if !service.counts && document.contains("revision") {
        return Reply::error("Cannot query field \"revision\" on type \"FlashBuild\".");
    }
    let build = |service: &Service| match service.counts {
        true => json!({"id": "b1", "manifest": service.manifest, "revision": service.revision}),
        false => json!({"id": "b1", "manifest": service.manifest}),
    };
    match request.operation().as_str() {
        "flashEnvironment" if variables["flashEnvironmentId"] != "env-1" => {
            Reply::error("flash environment not found")
        }
        "flashEnvironment" => {
            Reply::data(json!({"flashEnvironment": {"id": "env-1", "name": "p", "state": "DEPLOYED",
            "activeBuildId": service.active}}))
        }
        "flashBuild" => Reply::data(json!({"flashBuild": build(&service)})),
        "updateFlashBuildManifest" => {
            let input = &variables["input"];
            let expected = input["expectedRevision"].as_u64();
            if expected.is_some_and(|expected| expected != service.revision) {
                return Reply::json(
                    200,
                    &json!({"errors": [{"message":
                    format!("revision conflict: expected {}, found {}", expected.unwrap(), service.revision),
                    "extensions": {"code": "CONFLICT"}}]}),
                );
            }
            service.revision += 1;
            service.manifest = input["manifest"].clone();
            Reply::data(json!({"updateFlashBuildManifest": build(&service)}))
        }
        other => Reply::error(&format!("no such operation: {other}")),
    }
}

fn none(_: &Recorded, _: &Shared) -> Option<Reply> {
    None
}

fn client(stub: &Stub) -> GraphqlStateManager {
    let patience = Patience {
        first_pause: Duration::from_millis(5),
        request: Duration::from_millis(700),
        ..Patience::default()
    };
    GraphqlStateManager::new(&format!("{}/graphql", stub.url()), SecretText::new("k"))
        .unwrap()
        .patient(patience)
}

fn environment() -> EnvironmentId {
    EnvironmentId::new("env-1")
}

fn entry(shared: &Shared, name: &str) -> Value {
    shared.lock().unwrap().manifest["resources"][name].clone()
}

#[tokio::test]
async fn one_resource_is_written_and_all_others_stay() {
    let (stub, shared) = service(true, none).await;
    shared.lock().unwrap().manifest["resources_endpoints"] = json!({"endpoint_2": "http://kept"});
    let state = client(&stub);
    let deployed = ResourceState::deployed("http://a/endpoints/ep1", "3fe4").of("ep1");
    assert_eq!(state.set_resource(&environment(), "endpoint_1", &deployed).await, Ok(Revision::At(2)));
    let written = entry(&shared, "endpoint_1");
    assert_eq!(
        (&written["config_hash"], &written["endpoint_url"], &written["status"], &written["endpoint_id"]),
        (&json!("3fe4"), &json!("http://a/endpoints/ep1"), &json!("deployed"), &json!("ep1"))
    );
    assert_eq!(written["functions"][0]["name"], "funcA", "what was there stays");
    assert_eq!(shared.lock().unwrap().manifest["resources_endpoints"]["endpoint_2"], "http://kept");
    let update = stub.only("updateFlashBuildManifest").variables();
    assert_eq!(
        (&update["input"]["expectedRevision"], &update["input"]["flashBuildId"]),
        (&json!(1), &json!("b1"))
    );
    // A failure keeps the hash of what runs, and goes when it is mended.
    state.set_resource(&environment(), "endpoint_1", &ResourceState::failed("no quota")).await.unwrap();
    let failed = entry(&shared, "endpoint_1");
    assert_eq!(
        (&failed["status"], &failed["error"], &failed["config_hash"]),
        (&json!("failed"), &json!("no quota"), &json!("3fe4"))
    );
    state
        .set_resource(&environment(), "endpoint_1", &ResourceState::updated("http://b", "77"))
        .await
        .unwrap();
    assert_eq!(
        (&entry(&shared, "endpoint_1")["error"], &entry(&shared, "endpoint_1")["status"]),
        (&Value::Null, &json!("updated"))
    );
}

#[tokio::test]
async fn removing_a_resource_removes_all_that_names_it() {
    let (stub, shared) = service(true, none).await;
    let state = client(&stub);
    state.remove_resource(&environment(), "endpoint_2").await.unwrap();
    let left = shared.lock().unwrap().manifest.clone();
    assert!(!left.to_string().contains("endpoint_2"), "{left}");
    assert!(Manifest::parse(left.to_string().as_bytes()).is_ok());
    stub.forget();
    assert_eq!(state.remove_resource(&environment(), "endpoint_2").await, Ok(Revision::At(2)));
    assert!(
        !stub.operations().contains(&"updateFlashBuildManifest".to_owned()),
        "nothing to do, nothing written"
    );
}

#[tokio::test]
async fn a_writer_that_was_second_begins_anew() {
    let others = Mutex::new(3);
    let (stub, shared) = service(true, move |request, shared| {
        let mut left = others.lock().unwrap();
        if request.operation() == "updateFlashBuildManifest" && *left > 0 {
            *left -= 1;
            let mut service = shared.lock().unwrap();
            service.revision += 1;
            service.manifest["resources"]["endpoint_2"]["status"] = json!("updated");
        }
        None
    })
    .await;
    let deployed = ResourceState::deployed("http://a", "1");
    client(&stub).set_resource(&environment(), "endpoint_1", &deployed).await.unwrap();
    assert_eq!(entry(&shared, "endpoint_2")["status"], "updated", "the others' write is there");
    assert_eq!(entry(&shared, "endpoint_1")["status"], "deployed", "and ours");
    let state = client(&stub);
    let based_on = state.load(&environment()).await.unwrap();
    shared.lock().unwrap().revision += 1;
    let conflict = state.replace(&environment(), &based_on, based_on.manifest.as_ref().unwrap()).await;
    assert!(matches!(conflict, Err(StateError::Conflict { .. })), "{conflict:?}");
}

/// 100 writers of two processes: each writes its own mark, none is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_writers_at_once_none_is_lost() {
    let (stub, shared) = service(true, none).await;
    let processes = [Arc::new(client(&stub)), Arc::new(client(&stub))];
    let writers: Vec<_> = (0..100)
        .map(|number| {
            let state = Arc::clone(&processes[number % 2]);
            tokio::spawn(async move {
                let mark = move |manifest: &mut Manifest| {
                    manifest.extra.insert(format!("writer{number}"), json!(true));
                    Ok(())
                };
                state.edit(&environment(), &mark).await.unwrap()
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let marks = shared
        .lock()
        .unwrap()
        .manifest
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| key.starts_with("writer"))
        .count();
    assert_eq!((marks, shared.lock().unwrap().revision), (100, 101));
}

#[tokio::test]
async fn a_service_without_revisions_is_spoken_to_plainly() {
    let (stub, shared) = service(false, none).await;
    let state = Arc::new(client(&stub));
    let loaded = state.load(&environment()).await.unwrap();
    assert_eq!((loaded.revision, loaded.revision.is_guarded()), (Revision::Unguarded, false));
    stub.forget();
    let deployed = ResourceState::deployed("http://a", "1");
    assert_eq!(state.set_resource(&environment(), "endpoint_1", &deployed).await, Ok(Revision::Unguarded));
    assert_eq!(
        stub.operations(),
        ["flashEnvironment", "flashBuild", "updateFlashBuildManifest"],
        "asked once, remembered"
    );
    assert!(stub.only("updateFlashBuildManifest").variables()["input"].get("expectedRevision").is_none());
    // Within this process writers take turns, so none undoes another.
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let state = Arc::clone(&state);
            tokio::spawn(async move {
                let mark = move |manifest: &mut Manifest| {
                    manifest.extra.insert(format!("writer{number}"), json!(true));
                    Ok(())
                };
                state.edit(&environment(), &mark).await.unwrap()
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let marks = shared
        .lock()
        .unwrap()
        .manifest
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| key.starts_with("writer"))
        .count();
    assert_eq!(marks, 20);
    let based_on = state.load(&environment()).await.unwrap();
    shared.lock().unwrap().manifest["project_name"] = json!("other");
    let late = state.replace(&environment(), &based_on, based_on.manifest.as_ref().unwrap()).await;
    assert!(matches!(late, Err(StateError::Conflict { .. })), "{late:?}");
}

#[tokio::test]
async fn failures_are_told_apart() {
    let (stub, shared) = service(true, none).await;
    let state = client(&stub);
    let absent = state.load(&EnvironmentId::new("env-9")).await;
    assert!(matches!(absent, Err(StateError::NotFound { .. })), "{absent:?}");
    let absent = state.set_resource(&environment(), "nothing", &ResourceState::failed("x")).await;
    assert!(
        matches!(&absent, Err(StateError::NotFound { what }) if what.contains("`nothing`")),
        "{absent:?}"
    );
    shared.lock().unwrap().active = None;
    let loaded = state.load(&environment()).await.unwrap();
    assert_eq!((loaded.active_build, loaded.manifest), (None, None));
    let absent = state.set_resource(&environment(), "endpoint_1", &ResourceState::failed("x")).await;
    assert!(matches!(absent, Err(StateError::NotFound { .. })), "{absent:?}");
    for (reply, expected) in [
        ((|| Reply::json(401, &json!({}))) as fn() -> Reply, "Unauthorized"),
        (|| Reply::json(502, &json!({})), "Unavailable"),
        (|| Reply::Hangup, "Unavailable"),
        (|| Reply::error("odd"), "Protocol"),
        (|| Reply::Status(200, "odd".into()), "Protocol"),
        (
            || {
                Reply::data(
                    json!({"flashEnvironment": {"activeBuildId": "b1"}, "flashBuild": {"manifest": {"version": "9"}}}),
                )
            },
            "Protocol",
        ),
    ] {
        let (stub, _) = service(true, move |_, _| Some(reply())).await;
        let error = client(&stub).load(&environment()).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        let tries = if error.is_retryable() { 3 } else { stub.seen().len() };
        assert_eq!(stub.seen().len(), tries, "{error:?}");
        assert!(tries == 3 || tries <= 2);
    }
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_looked_up() {
    let lost = Mutex::new(true);
    let (stub, shared) = service(true, move |request, shared| {
        if request.operation() != "updateFlashBuildManifest" || !std::mem::take(&mut *lost.lock().unwrap()) {
            return None;
        }
        answer(request, shared);
        Some(Reply::Hangup)
    })
    .await;
    let deployed = ResourceState::deployed("http://a", "1");
    assert_eq!(
        client(&stub).set_resource(&environment(), "endpoint_1", &deployed).await,
        Ok(Revision::At(2))
    );
    assert_eq!(entry(&shared, "endpoint_1")["status"], "deployed");
    assert_eq!(shared.lock().unwrap().revision, 2, "it was written once");
    // One that wasn't carried out is told as such; it isn't sent again behind the caller's back.
    let (stub, _) = service(true, |request, _| {
        (request.operation() == "updateFlashBuildManifest").then_some(Reply::Hangup)
    })
    .await;
    let error = client(&stub).set_resource(&environment(), "endpoint_1", &deployed).await.unwrap_err();
    assert!(matches!(error, StateError::Unavailable { .. }), "{error}");
    assert_eq!(stub.operations().iter().filter(|known| *known == "updateFlashBuildManifest").count(), 1);
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let (stub, _) = service(true, |_, _| Some(Reply::Silence)).await;
    let patience = Patience {
        request: Duration::from_millis(100),
        deadline: Duration::from_millis(250),
        first_pause: Duration::from_millis(10),
        ..Patience::default()
    };
    let begun = std::time::Instant::now();
    let error = client(&stub).patient(patience).load(&environment()).await.unwrap_err();
    assert!(matches!(error, StateError::Unavailable { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3));
}
