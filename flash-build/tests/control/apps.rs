use serde_json::{Value, json};

use crate::fixture::{Fixture, endpoint};

const BY_NAME: &str = "query getFlashAppByName($flashAppName: String!) { flashAppByName(flashAppName: $flashAppName) {
    id name flashEnvironments { id name state activeBuildId createdAt } flashBuilds { id objectKey createdAt } } }";
const ENVIRONMENT: &str = "query getFlashEnvironment($flashEnvironmentId: String!) {
    flashEnvironment(flashEnvironmentId: $flashEnvironmentId) {
    id name state activeBuildId createdAt endpoints { id name } networkVolumes { id name } } }";

pub(crate) async fn life_of_an_app(it: Fixture) {
    let missing = it.ask(BY_NAME, json!({"flashAppName": "shop"})).await.unwrap_err();
    assert!(missing.to_lowercase().contains("app not found"), "{missing}");

    let app = it.app("shop").await;
    let production = it.environment(&app, "production").await;
    let found = it.data(BY_NAME, json!({"flashAppName": "shop"})).await;
    assert_eq!(found["flashAppByName"]["flashEnvironments"][0]["state"], "PENDING");
    assert_eq!(found["flashAppByName"]["flashEnvironments"][0]["activeBuildId"], Value::Null);
    assert_eq!(found["flashAppByName"]["flashBuilds"], json!([]));

    let by_id = "query getFlashApp($input: String!) { flashApp(flashAppId: $input) {
        id name flashEnvironments { id name state } flashBuilds { id objectKey createdAt } } }";
    assert_eq!(it.data(by_id, json!({"input": app})).await["flashApp"]["name"], "shop");
    let all = "query getFlashApps { myself { flashApps { id name flashEnvironments { id name state createdAt activeBuildId }
        flashBuilds { id createdAt } } } }";
    assert_eq!(it.data(all, json!({})).await["myself"]["flashApps"][0]["id"], json!(app));

    let by_name = "query getFlashEnvironmentByName($input: FlashEnvironmentByNameInput!) {
        flashEnvironmentByName(input: $input) { id name state activeBuildId endpoints { id name } networkVolumes { id name } } }";
    let found = it.data(by_name, json!({"input": {"flashAppId": app, "name": "production"}})).await;
    assert_eq!(found["flashEnvironmentByName"]["id"], json!(production));
    let missing =
        it.ask(by_name, json!({"input": {"flashAppId": app, "name": "staging"}})).await.unwrap_err();
    assert_eq!(missing, "flash environment not found");

    let update = "mutation updateFlashEnvironment($input: UpdateFlashEnvironmentInput!) {
        updateFlashEnvironment(input: $input) { id name state } }";
    let input = json!({"input": {"flashEnvironmentId": production, "status": "HEALTHY"}});
    assert_eq!(it.data(update, input).await["updateFlashEnvironment"]["state"], "HEALTHY");

    let saved = it.save_endpoint(endpoint("alpha", &production, "QB")).await.unwrap();
    let id = saved["id"].as_str().unwrap();
    let found = it.data(ENVIRONMENT, json!({"flashEnvironmentId": production})).await;
    assert_eq!(found["flashEnvironment"]["endpoints"], json!([{"id": id, "name": "alpha"}]));
    assert!(it.hosts.of(id).is_some());

    let delete = "mutation deleteFlashEnvironment($flashEnvironmentId: String!) {
        deleteFlashEnvironment(flashEnvironmentId: $flashEnvironmentId) }";
    let done = it.data(delete, json!({"flashEnvironmentId": production})).await;
    assert!(done.as_object().unwrap().contains_key("deleteFlashEnvironment"));
    assert!(it.hosts.of(id).is_none(), "its endpoints go with it");
    assert_eq!(
        it.ask(ENVIRONMENT, json!({"flashEnvironmentId": production})).await.unwrap_err(),
        "flash environment not found"
    );

    let staging = it.environment(&app, "staging").await;
    let saved = it.save_endpoint(endpoint("alpha", &staging, "QB")).await.unwrap();
    let delete = "mutation deleteFlashApp($flashAppId: String!) { deleteFlashApp(flashAppId: $flashAppId) }";
    it.data(delete, json!({"flashAppId": app})).await;
    assert!(it.hosts.of(saved["id"].as_str().unwrap()).is_none());
    assert!(it.ask(BY_NAME, json!({"flashAppName": "shop"})).await.is_err());
    assert!(it.store.all_endpoints().await.unwrap().is_empty());
    assert_eq!(it.ask(delete, json!({"flashAppId": app})).await.unwrap_err(), "flash app not found");
}

pub(crate) async fn names_are_unique(it: Fixture) {
    let app = it.app("shop").await;
    let create = "mutation($input: CreateFlashAppInput!) { createFlashApp(input: $input) { id } }";
    let again = it.ask(create, json!({"input": {"name": "shop"}})).await.unwrap_err();
    assert_eq!(again, "an app named `shop` already exists");
    for name in ["", "  ", "a\nb", &"x".repeat(201)] {
        assert!(
            it.ask(create, json!({"input": {"name": name}}))
                .await
                .unwrap_err()
                .contains("the name of an app")
        );
    }
    it.environment(&app, "production").await;
    let create =
        "mutation($input: CreateFlashEnvironmentInput!) { createFlashEnvironment(input: $input) { id } }";
    let again =
        it.ask(create, json!({"input": {"flashAppId": app, "name": "production"}})).await.unwrap_err();
    assert!(again.contains("`production` already exists"), "{again}");
    let other = it.app("other").await;
    it.environment(&other, "production").await;
    let nowhere = it.ask(create, json!({"input": {"flashAppId": "none", "name": "x"}})).await.unwrap_err();
    assert_eq!(nowhere, "flash app not found");
}
