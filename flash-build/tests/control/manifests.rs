use serde_json::{Value, json};

use crate::fixture::{ADDRESS, Fixture, endpoint, manifest};

const REVISIONS: &str = "query($e: String!, $b: String!) { flashEnvironment(flashEnvironmentId: $e) { activeBuildId revision state }
    flashBuild(flashBuildId: $b) { revision } }";
const UPDATE: &str = "mutation updateFlashBuildManifest($input: UpdateFlashBuildManifestInput!) {
    updateFlashBuildManifest(input: $input) { id manifest } }";

pub(crate) async fn upload_and_state_manager(it: Fixture) {
    let app = it.app("shop").await;
    let environment = it.environment(&app, "production").await;
    let prepare = "mutation PrepareArtifactUpload($input: PrepareFlashArtifactUploadInput!) {
        prepareFlashArtifactUpload(input: $input) { uploadUrl objectKey expiresAt } }";
    let input = json!({"flashAppId": app, "tarballSize": 3_000_000_000_u64});
    let prepared = it.data(prepare, json!({"input": input})).await["prepareFlashArtifactUpload"].take();
    let object = prepared["objectKey"].as_str().unwrap();
    assert_eq!(prepared["uploadUrl"], format!("{ADDRESS}/artifacts/{object}?signature=s"));
    let empty = it.ask(prepare, json!({"input": {"flashAppId": app, "tarballSize": 0}})).await.unwrap_err();
    assert!(empty.contains("tarballSize is 0"), "{empty}");

    let document = json!({"version": "1.0", "resources": {"ä": {"POST /x": [1, 2.5, 1e300, u64::MAX, i64::MIN, null, true]}}, "unknown": {"deep": {}}});
    let build = it.build(&app, object, document.clone()).await;
    assert_eq!(it.manifest(&build).await, document);
    let without = "mutation($input: FinalizeFlashArtifactUploadInput!) { finalizeFlashArtifactUpload(input: $input) { id manifest } }";
    let early = it.data(without, json!({"input": {"flashAppId": app, "objectKey": "other"}})).await;
    assert_eq!(early["finalizeFlashArtifactUpload"]["manifest"], json!({}));
    let missing =
        it.ask(without, json!({"input": {"flashAppId": app, "objectKey": "missing"}})).await.unwrap_err();
    assert_eq!(missing, "nothing was uploaded under `missing`");

    let deployed = it.deploy(&environment, &build).await.unwrap()["deployBuildToEnvironment"].take();
    assert_eq!(
        deployed["activeArtifact"]["downloadUrl"],
        format!("{ADDRESS}/artifacts/{object}?signature=s")
    );
    let before = it.data(REVISIONS, json!({"e": environment, "b": build})).await;
    assert_eq!(
        (&before["flashEnvironment"]["activeBuildId"], &before["flashEnvironment"]["state"]),
        (&json!(build), &json!("DEPLOYED"))
    );
    assert_eq!(before["flashEnvironment"]["revision"], before["flashBuild"]["revision"]);

    it.deploy(&environment, &build).await.unwrap();
    assert_eq!(
        it.data(REVISIONS, json!({"e": environment, "b": build})).await,
        before,
        "the same again changes nothing"
    );

    let replaced = json!({"version": "1.0", "resources": {"a": {"status": "deployed"}}});
    let data = it.data(UPDATE, json!({"input": {"flashBuildId": build, "manifest": replaced}})).await;
    assert_eq!(data["updateFlashBuildManifest"]["manifest"], replaced);
    let after = it.data(REVISIONS, json!({"e": environment, "b": build})).await;
    let revision = before["flashBuild"]["revision"].as_i64().unwrap();
    assert_eq!(
        (&after["flashBuild"]["revision"], &after["flashEnvironment"]["revision"]),
        (&json!(revision + 1), &json!(revision + 1))
    );

    let all = "{ myself { flashApps { flashBuilds { id manifest revision } } } }";
    let all = it.data(all, json!({})).await["myself"]["flashApps"][0]["flashBuilds"].take();
    let listed = all.as_array().unwrap().iter().find(|listed| listed["id"] == json!(build)).unwrap();
    assert_eq!((&listed["manifest"], &listed["revision"]), (&replaced, &json!(revision + 1)));

    let late = json!({"input": {"flashBuildId": build, "manifest": {}, "expectedRevision": revision}});
    let conflict = it.ask(UPDATE, late).await.unwrap_err();
    assert!(
        conflict.starts_with(&format!("revision conflict: expected {revision}, found {}", revision + 1)),
        "{conflict}"
    );
    assert_eq!(it.manifest(&build).await, replaced);
    for odd in [json!([1]), json!("text"), json!(1)] {
        let error =
            it.ask(UPDATE, json!({"input": {"flashBuildId": build, "manifest": odd}})).await.unwrap_err();
        assert_eq!(error, "the manifest is not a JSON object");
    }
    let builds = "query listFlashBuilds($flashAppId: String!) { flashApp(flashAppId: $flashAppId) { flashBuilds { id objectKey createdAt } } }";
    assert_eq!(
        it.data(builds, json!({"flashAppId": app})).await["flashApp"]["flashBuilds"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

pub(crate) async fn state_survives_a_new_build(it: Fixture) {
    let app = it.app("shop").await;
    let production = it.environment(&app, "production").await;
    let first = it.build(&app, "one", manifest()).await;
    it.deploy(&production, &first).await.unwrap();
    let mut deployed = manifest();
    deployed["resources"]["pricing"]["config_hash"] = json!("h1");
    deployed["resources"]["pricing"]["endpoint_url"] = json!("http://pricing");
    deployed["resources"]["web"]["endpoint_id"] = json!("e2");
    it.data(UPDATE, json!({"input": {"flashBuildId": first, "manifest": deployed}})).await;

    let mut smaller = manifest();
    smaller["resources"].as_object_mut().unwrap().remove("web");
    smaller["function_registry"].as_object_mut().unwrap().remove("quote");
    let second = it.build(&app, "two", smaller).await;
    let saved = it.save_endpoint(endpoint("pricing", &production, "QB")).await.unwrap();
    let id = saved["id"].as_str().unwrap();
    let generation = it.hosts.of(id).unwrap().generation;
    it.deploy(&production, &second).await.unwrap();
    let carried = it.manifest(&second).await;
    assert_eq!(carried["resources"]["pricing"]["config_hash"], "h1");
    assert_eq!(carried["removed_resources"], json!({"web": {"endpoint_id": "e2"}}));
    assert_eq!(it.hosts.of(id).unwrap().generation, generation + 1, "the workers are replaced");
    assert_eq!(it.hosts.of(id).unwrap().build.unwrap().as_str(), second);

    let revision =
        it.data(REVISIONS, json!({"e": production, "b": second})).await["flashEnvironment"]["revision"]
            .as_i64();
    it.deploy(&production, &first).await.unwrap();
    let back = it.data(REVISIONS, json!({"e": production, "b": first})).await;
    assert!(back["flashEnvironment"]["revision"].as_i64() > revision, "a rollback is a newer state");
    assert_eq!(it.manifest(&first).await["removed_resources"], Value::Null);
    assert_eq!(it.manifest(&first).await["resources"]["web"]["endpoint_id"], "e2");

    let staging = it.environment(&app, "staging").await;
    let error = it.deploy(&staging, &first).await.unwrap_err();
    assert!(
        error.contains("is active in environment `production`")
            && error.contains("finalise its object key again"),
        "{error}"
    );
    let copy = it.build(&app, "one", manifest()).await;
    it.deploy(&staging, &copy).await.unwrap();

    let other = it.app("other").await;
    let foreign = it.build(&other, "three", manifest()).await;
    assert_eq!(it.deploy(&staging, &foreign).await.unwrap_err(), "flash build not found");
}
