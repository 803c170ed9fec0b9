//! An archive on its way: prepare, put, finalise, activate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use flash::provider::{AppId, EnvironmentId, ProviderError, Sha256};
use serde_json::{Value, json};

use super::stub::{Recorded, Reply, Stub};
use super::world::{impatient, manifest, with_key};

const CONTENT: usize = 300_000;

fn content() -> Vec<u8> {
    (0..CONTENT).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn archive() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content()).unwrap();
    file
}

/// A platform with an app; `put` answers the upload.
async fn platform(put: impl Fn(u32, &Recorded) -> Reply + Send + Sync + 'static) -> Stub {
    let (address, puts) = (Arc::new(std::sync::Mutex::new(String::new())), AtomicU32::new(0));
    let told = Arc::clone(&address);
    let stub = Stub::start(move |request| {
        if request.method == "PUT" {
            return put(puts.fetch_add(1, Ordering::SeqCst), request);
        }
        match request.operation().as_str() {
            "flashPlatform" => Reply::data(json!({"flashPlatform": {"endpointUrlTemplate": "http://x/{id}"}})),
            "prepareFlashArtifactUpload" => Reply::data(json!({"prepareFlashArtifactUpload": {
                "uploadUrl": format!("{}/artifacts/o1?signature=s3cret", told.lock().unwrap()), "objectKey": "o1",
                "expiresAt": "2026-01-01T00:00:00Z"}})),
            "finalizeFlashArtifactUpload" => Reply::data(json!({"finalizeFlashArtifactUpload": {"id": "b7", "manifest": {}}})),
            "deployBuildToEnvironment" => Reply::data(json!({"deployBuildToEnvironment": {"id": "env-1", "name": "p"}})),
            "flashAppByName" if request.variables()["flashAppName"] == "shop" => Reply::data(json!({"flashAppByName": {
                "id": "a1", "name": "shop", "flashBuilds": [],
                "flashEnvironments": [{"id": "env-1", "name": "production", "activeBuildId": null}]}})),
            "flashAppByName" => Reply::error("Flash App not found"),
            "createFlashApp" => Reply::error("the name is taken"),
            "flashApp" => Reply::data(json!({"flashApp": {"flashBuilds": [{"id": "b1", "objectKey": "o", "createdAt": "t"}]}})),
            "flashEnvironmentByName" => Reply::data(json!({"flashEnvironmentByName": {"id": "env-1", "name": "production",
                "activeBuildId": "b1"}})),
            other => Reply::error(&format!("no such operation: {other}")),
        }
    })
    .await;
    *address.lock().unwrap() = stub.url();
    stub
}

fn done(_: u32, _: &Recorded) -> Reply {
    Reply::Status(200, "".into())
}

#[tokio::test]
async fn the_handshake_is_done_in_its_order() {
    let stub = platform(done).await;
    let (provider, file) = (with_key(&stub, "k"), archive());
    let archive = provider.upload(&AppId::new("a1"), file.path(), &manifest()).await.unwrap();
    assert_eq!((archive.build.as_str(), &archive.sha256), ("b7", &Sha256::of(&content())));
    assert_eq!(archive.program.code_digest, "c0de");
    provider.activate(&EnvironmentId::new("env-1"), &archive.build).await.unwrap();
    assert_eq!(
        stub.operations(),
        [
            "flashPlatform",
            "prepareFlashArtifactUpload",
            "finalizeFlashArtifactUpload",
            "deployBuildToEnvironment"
        ]
    );
    let input = |operation: &str| stub.only(operation).variables()["input"].clone();
    assert_eq!(input("prepareFlashArtifactUpload"), json!({"flashAppId": "a1", "tarballSize": CONTENT}));
    let finalized = input("finalizeFlashArtifactUpload");
    assert_eq!((&finalized["flashAppId"], &finalized["objectKey"]), (&json!("a1"), &json!("o1")));
    assert_eq!(finalized["manifest"], serde_json::from_str::<Value>(&manifest().to_json()).unwrap());
    assert_eq!(
        input("deployBuildToEnvironment"),
        json!({"flashEnvironmentId": "env-1", "flashBuildId": "b7"})
    );
    let put = stub.seen().into_iter().find(|request| request.method == "PUT").unwrap();
    assert_eq!(put.path, "/artifacts/o1?signature=s3cret");
    assert_eq!((put.header("content-type"), put.header("authorization")), (Some("application/gzip"), None));
    assert_eq!(put.header("content-length"), Some(CONTENT.to_string().as_str()));
    assert_eq!(put.body, content());
}

#[tokio::test]
async fn a_lost_connection_is_no_reason_to_give_up() {
    let stub = platform(|put, request| if put < 2 { Reply::Hangup } else { done(put, request) }).await;
    let file = archive();
    with_key(&stub, "k").upload(&AppId::new("a1"), file.path(), &manifest()).await.unwrap();
    let puts: Vec<Recorded> = stub.seen().into_iter().filter(|request| request.method == "PUT").collect();
    assert_eq!(puts.len(), 3);
    assert!(puts.iter().all(|put| put.body == content()), "every try sends it whole");
    let stub = platform(|_, _| Reply::Hangup).await;
    let error = with_key(&stub, "k").upload(&AppId::new("a1"), file.path(), &manifest()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unavailable { .. }), "{error}");
    assert!(
        error.to_string().contains("failed 3 times") && !format!("{error:?}").contains("s3cret"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_is_an_answer() {
    for (status, retryable) in [(403, false), (413, false), (500, true), (503, true)] {
        let stub = platform(move |_, _| Reply::Status(status, "expired".into())).await;
        let file = archive();
        let error =
            with_key(&stub, "k").upload(&AppId::new("a1"), file.path(), &manifest()).await.unwrap_err();
        assert_eq!(error.is_retryable(), retryable, "{error}");
        assert!(error.to_string().contains("expired") && !format!("{error:?}").contains("s3cret"), "{error}");
        assert_eq!(stub.seen().iter().filter(|request| request.method == "PUT").count(), 1);
        assert!(!stub.operations().contains(&"finalizeFlashArtifactUpload".to_owned()));
    }
}

#[tokio::test]
async fn a_file_that_changes_under_way_becomes_no_build() {
    let file = archive();
    let path = file.path().to_owned();
    let stub = platform(move |put, request| {
        std::fs::write(&path, b"rebuilt meanwhile").unwrap();
        done(put, request)
    })
    .await;
    let error = with_key(&stub, "k").upload(&AppId::new("a1"), file.path(), &manifest()).await.unwrap_err();
    assert!(error.to_string().contains("changed while it was uploaded"), "{error}");
    assert!(!stub.operations().contains(&"finalizeFlashArtifactUpload".to_owned()));
}

#[tokio::test]
async fn what_can_not_run_here_is_refused_before_anything_is_sent() {
    let stub = platform(done).await;
    let file = archive();
    let mut foreign = manifest();
    foreign.build.as_mut().unwrap().arch = "m68k".into();
    let error = with_key(&stub, "k").upload(&AppId::new("a1"), file.path(), &foreign).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "build.arch"), "{error}");
    foreign.build = None;
    let error = with_key(&stub, "k").upload(&AppId::new("a1"), file.path(), &foreign).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "manifest.build"), "{error}");
    assert!(stub.operations().iter().all(|operation| operation == "flashPlatform"));
}

#[tokio::test]
async fn apps_environments_and_builds_are_found_or_made() {
    let stub = platform(done).await;
    let provider = with_key(&stub, "k").patient(impatient());
    let shop = provider.ensure_app("shop").await.unwrap();
    assert_eq!((shop.id.as_str(), shop.environments[0].name.as_str()), ("a1", "production"));
    assert_eq!(shop.environments[0].active_build, None);
    assert_eq!(provider.app("other").await, Ok(None), "a message says that it isn't there");
    let refused = provider.ensure_app("other").await.unwrap_err();
    assert!(refused.to_string().contains("the name is taken"), "{refused}");
    let production = provider.ensure_environment(&shop.id, "production").await.unwrap();
    assert_eq!(production.active_build.unwrap().as_str(), "b1");
    assert_eq!(provider.builds(&shop.id).await.unwrap()[0].id.as_str(), "b1");
}
