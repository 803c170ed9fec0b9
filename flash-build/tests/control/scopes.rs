use flash_build::platform::caller::{Caller, Scope};
use serde_json::{Value, json};

use crate::fixture::{Fixture, endpoint, manifest};

struct Ids {
    app: String,
    environment: String,
    build: String,
    endpoint: String,
    template: String,
}

async fn world(it: &Fixture, app: &str) -> Ids {
    let app = it.app(app).await;
    let environment = it.environment(&app, "production").await;
    let build = it.build(&app, "one", manifest()).await;
    it.deploy(&environment, &build).await.unwrap();
    let saved = it.save_endpoint(endpoint("web", &environment, "LB")).await.unwrap();
    let text = |field: &str| saved[field].as_str().unwrap().to_owned();
    Ids { app, environment, build, endpoint: text("id"), template: text("templateId") }
}

/// Every operation that takes an id, and the answer to somebody who may not know it.
fn everything(ids: &Ids) -> Vec<(&'static str, Value)> {
    vec![
        ("query($id: String!) { flashApp(flashAppId: $id) { id } }", json!({"id": ids.app})),
        ("query($id: String!) { flashAppByName(flashAppName: $id) { id } }", json!({"id": "theirs"})),
        (
            "query($id: String!) { flashEnvironment(flashEnvironmentId: $id) { id } }",
            json!({"id": ids.environment}),
        ),
        (
            "query($id: String!) { flashEnvironmentByName(input: {flashAppId: $id, name: \"production\"}) { id } }",
            json!({"id": ids.app}),
        ),
        ("query($id: String!) { flashBuild(flashBuildId: $id) { id } }", json!({"id": ids.build})),
        (
            "mutation($id: String!) { updateFlashBuildManifest(input: {flashBuildId: $id, manifest: {}}) { id } }",
            json!({"id": ids.build}),
        ),
        (
            "mutation($id: String!) { updateFlashEnvironment(input: {flashEnvironmentId: $id, status: FAILED}) { id } }",
            json!({"id": ids.environment}),
        ),
    ]
}

fn of_the_account(ids: &Ids) -> Vec<(&'static str, Value)> {
    vec![
        ("query($id: String!) { podTemplate(id: $id) { id } }", json!({"id": ids.template})),
        ("mutation($id: String!) { deleteFlashApp(flashAppId: $id) }", json!({"id": ids.app})),
        (
            "mutation($id: String!) { createFlashEnvironment(input: {flashAppId: $id, name: \"x\"}) { id } }",
            json!({"id": ids.app}),
        ),
        (
            "mutation($id: String!) { deleteFlashEnvironment(flashEnvironmentId: $id) }",
            json!({"id": ids.environment}),
        ),
        (
            "mutation($id: String!) { prepareFlashArtifactUpload(input: {flashAppId: $id, tarballSize: 1}) { objectKey } }",
            json!({"id": ids.app}),
        ),
        (
            "mutation($id: String!) { finalizeFlashArtifactUpload(input: {flashAppId: $id, objectKey: \"one\"}) { id } }",
            json!({"id": ids.app}),
        ),
        (
            "mutation($id: String!, $b: String!) { deployBuildToEnvironment(input: {flashEnvironmentId: $id, flashBuildId: $b}) { id } }",
            json!({"id": ids.environment, "b": ids.build}),
        ),
        ("mutation($id: String!) { deleteEndpoint(id: $id) }", json!({"id": ids.endpoint})),
        (
            "mutation($id: String!) { saveEndpoint(input: {id: $id, name: \"x\"}) { id } }",
            json!({"id": ids.endpoint}),
        ),
        (
            "mutation($id: String!) { saveEndpoint(input: {name: \"x\", flashEnvironmentId: $id, template: {}}) { id } }",
            json!({"id": ids.environment}),
        ),
        (
            "mutation($id: String!) { saveTemplate(input: {id: $id, env: [], volumeInGb: 0}) { id } }",
            json!({"id": ids.template}),
        ),
        (
            "mutation($id: String!) { setFlashSecret(input: {flashEnvironmentId: $id, name: \"A\", value: \"x\"}) { name } }",
            json!({"id": ids.environment}),
        ),
        (
            "mutation($id: String!, $t: String!) { updateEndpointTemplate(input: {endpointId: $id, templateId: $t}) { id } }",
            json!({"id": ids.endpoint, "t": ids.template}),
        ),
    ]
}

pub(crate) async fn another_account_sees_nothing(it: Fixture) {
    let theirs = world(&it, "theirs").await;
    let stranger = it.store.ensure_user("stranger").await.unwrap().id;
    let stranger = Caller { user: stranger, scope: Scope::Account };
    for (query, variables) in everything(&theirs).into_iter().chain(of_the_account(&theirs)) {
        let error = it.ask_as(&stranger, query, variables).await.expect_err(query);
        assert!(error.ends_with("not found"), "{query}: {error}");
    }
    let all = "{ myself { name flashApps { id } endpoints { id } networkVolumes { id } } }";
    let seen = it.ask_as(&stranger, all, json!({})).await.unwrap();
    assert_eq!(
        seen["myself"],
        json!({"name": "stranger", "flashApps": [], "endpoints": [], "networkVolumes": []})
    );
    let one = "query($id: String!) { myself { endpoint(id: $id) { id } } }";
    assert_eq!(
        it.ask_as(&stranger, one, json!({"id": theirs.endpoint})).await.unwrap()["myself"]["endpoint"],
        Value::Null
    );
    // Nothing of it had an effect.
    assert_eq!(it.manifest(&theirs.build).await["project_name"], "shop");
    assert!(it.hosts.of(&theirs.endpoint).is_some());
}

pub(crate) async fn a_worker_sees_its_environment_only(it: Fixture) {
    let theirs = world(&it, "theirs").await;
    let own = world(&it, "own").await;
    let staging = it.environment(&own.app, "staging").await;
    let worker = it.worker(&own.environment);
    for (query, variables) in everything(&theirs) {
        let error = it.ask_as(&worker, query, variables).await.expect_err(query);
        assert!(error.ends_with("not found"), "{query}: {error}");
    }
    for (query, variables) in of_the_account(&own).into_iter().chain(of_the_account(&theirs)) {
        let error = it.ask_as(&worker, query, variables).await.expect_err(query);
        assert!(error.starts_with("not allowed with a worker's key"), "{query}: {error}");
    }
    let query =
        "query($id: String!) { flashEnvironment(flashEnvironmentId: $id) { id endpoints { id aiKey } } }";
    let seen = it.ask_as(&worker, query, json!({"id": own.environment})).await.unwrap();
    assert_eq!(seen["flashEnvironment"]["endpoints"], json!([{"id": own.endpoint, "aiKey": null}]));
    assert!(it.ask_as(&worker, query, json!({"id": staging})).await.is_err());
    let query = "query($id: String!) { flashApp(flashAppId: $id) { flashEnvironments { id } } myself { flashApps { id } endpoints { id } } }";
    let seen = it.ask_as(&worker, query, json!({"id": own.app})).await.unwrap();
    let expected = json!({"flashApp": {"flashEnvironments": [{"id": own.environment}]},
        "myself": {"flashApps": [{"id": own.app}], "endpoints": [{"id": own.endpoint}]}});
    assert_eq!(seen, expected);
    let update = "mutation($input: UpdateFlashBuildManifestInput!) { updateFlashBuildManifest(input: $input) { id revision } }";
    // Nor does it see what a sibling environment runs, though both belong to one app.
    let theirs = it.build(&own.app, "two", manifest()).await;
    it.deploy(&staging, &theirs).await.unwrap();
    let input = json!({"input": {"flashBuildId": theirs, "manifest": {"a": 1}}});
    let error = it.ask_as(&worker, update, input).await.expect_err("a sibling's build");
    assert!(error.contains("flash build not found"), "{error}");
    it.ask_as(&worker, update, json!({"input": {"flashBuildId": own.build, "manifest": {"a": 1}}}))
        .await
        .unwrap();
    assert_eq!(it.manifest(&own.build).await, json!({"a": 1}));
}
