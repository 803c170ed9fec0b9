use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::fixture::{Fixture, endpoint};

const READ: &str = "query($id: String!) { flashBuild(flashBuildId: $id) { manifest revision } }";
const UPDATE: &str = "mutation updateFlashBuildManifest($input: UpdateFlashBuildManifestInput!) {
    updateFlashBuildManifest(input: $input) { id manifest } }";

pub(crate) async fn manifest_updates_with_a_revision(it: Fixture) {
    let app = it.app("shop").await;
    let build = it.build(&app, "one", json!({"resources": {}})).await;
    let it = Arc::new(it);
    let writers: Vec<_> = (0..100_u64)
        .map(|number| {
            let (it, build) = (Arc::clone(&it), build.clone());
            tokio::spawn(async move {
                let mut conflicts = 0;
                loop {
                    let read = it.data(READ, json!({"id": build})).await["flashBuild"].take();
                    let mut manifest = read["manifest"].clone();
                    manifest["resources"][format!("r{number}")] = json!({"status": "deployed"});
                    let input = json!({"flashBuildId": build, "manifest": manifest, "expectedRevision": read["revision"]});
                    match it.ask(UPDATE, json!({"input": input})).await {
                        Ok(_) => return conflicts,
                        Err(error) => assert!(error.starts_with("revision conflict"), "{error}"),
                    }
                    conflicts += 1;
                    // As a client does; at once, everybody would meet everybody again.
                    tokio::time::sleep(Duration::from_millis(5 * conflicts + number % 20)).await;
                }
            })
        })
        .collect();
    let mut conflicts = 0;
    for writer in writers {
        conflicts += writer.await.unwrap();
    }
    let read = it.data(READ, json!({"id": build})).await["flashBuild"].take();
    assert_eq!(read["manifest"]["resources"].as_object().unwrap().len(), 100, "nothing is lost");
    assert_eq!(read["revision"], 101, "and nothing is written twice");
    println!("100 updates, {conflicts} conflicts");
}

pub(crate) async fn manifest_updates_without_one(it: Fixture) {
    let app = it.app("shop").await;
    let environment = it.environment(&app, "production").await;
    let build = it.build(&app, "one", json!({"resources": {}})).await;
    it.deploy(&environment, &build).await.unwrap();
    let it = Arc::new(it);
    let writers: Vec<_> = (0..100)
        .map(|number| {
            let (it, build) = (Arc::clone(&it), build.clone());
            tokio::spawn(async move {
                let manifest = json!({"writer": number, "filler": "x".repeat(1000)});
                let input = json!({"flashBuildId": build, "manifest": manifest});
                let written =
                    it.data(UPDATE, json!({"input": input})).await["updateFlashBuildManifest"].take();
                assert_eq!(written["manifest"], manifest, "each writer's answer is its own document");
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let query = "query($id: String!, $e: String!) { flashBuild(flashBuildId: $id) { manifest revision }
        flashEnvironment(flashEnvironmentId: $e) { revision } }";
    let read = it.data(query, json!({"id": build, "e": environment})).await;
    assert_eq!(
        (&read["flashBuild"]["revision"], &read["flashEnvironment"]["revision"]),
        (&json!(102), &json!(102))
    );
    assert!(read["flashBuild"]["manifest"]["writer"].is_u64());
}

pub(crate) async fn one_endpoint_of_many_identical_requests(it: Fixture) {
    let app = it.app("shop").await;
    let environment = it.environment(&app, "production").await;
    let it = Arc::new(it);
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let (it, input) = (Arc::clone(&it), endpoint("alpha", &environment, "QB"));
            tokio::spawn(async move { it.save_endpoint(input).await.unwrap() })
        })
        .collect();
    let mut answers: Vec<Value> = Vec::new();
    for request in requests {
        answers.push(request.await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(it.store.all_endpoints().await.unwrap().len(), 1);
}
