//! The documents as they are sent for the topology example's two resources.

use flash::provider::{Provider, quiet};
use serde_json::json;

use super::stub::Recorded;
use super::world::{KEY, World, deployment, no_fault, provider, start};

const ENDPOINT: &str = "aiKey gpuIds id idleTimeout locations name networkVolumeId \
    networkVolumeIds { networkVolumeId dataCenterId } flashEnvironmentId scalerType scalerValue templateId type userId \
    version workersMax workersMin workersStandby workersPFBTarget gpuCount allowedCudaVersions minCudaVersion \
    executionTimeoutMs instanceIds activeBuildid idePodId flashBootType";

fn document(request: &Recorded) -> String {
    let text = request.json()["query"].as_str().unwrap().to_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_first_deployment_sends_this() {
    let (stub, _) = start(World { local: true, ..World::default() }, no_fault).await;
    let provider = provider(&stub);
    provider.deploy(&deployment("endpoint_1", 1), &quiet).await.unwrap();
    let seen = stub.operations();
    assert_eq!(
        seen,
        [
            "flashPlatform",
            "flashEnvironment",
            "flashEnvironment",
            "saveEndpoint",
            "flashEnvironment",
            "endpoint"
        ]
    );
    let save = stub.only("saveEndpoint");
    assert_eq!(
        document(&save),
        format!(
            "mutation saveEndpoint($input: EndpointInput!) {{ saveEndpoint(input: $input) {{ {ENDPOINT} }} }}"
        )
    );
    let mut input = save.variables()["input"].clone();
    let template = input.as_object_mut().unwrap().remove("template").unwrap();
    assert_eq!(
        input,
        json!({
            "name": "endpoint_1", "type": "QB", "flashEnvironmentId": "env-1", "instanceIds": ["cpu3c-1-2"],
            "locations": "EU-RO-1", "workersMin": 0, "workersMax": 1, "workersPFBTarget": 0, "idleTimeout": 60,
            "scalerType": "QUEUE_DELAY", "scalerValue": 4, "executionTimeoutMs": 0, "flashBootType": "FLASHBOOT",
        })
    );
    assert_eq!(
        template["env"],
        json!([
            {"key": "FLASH_API_KEY", "value": "hunter2", "secret": true},
            {"key": "FLASH_GENERATION", "value": "1"},
            {"key": "FLASH_RESOURCE_NAME", "value": "endpoint_1"},
        ])
    );
    assert_eq!(
        (&template["imageName"], &template["containerDiskInGb"]),
        (&json!("debian:trixie-slim"), &json!(10))
    );
    stub.forget();
    provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    let input = stub.only("saveEndpoint").variables()["input"].clone();
    assert_eq!(
        (&input["name"], &input["type"], &input["scalerType"]),
        (&json!("endpoint_2"), &json!("LB"), &json!("REQUEST_COUNT"))
    );
}

#[tokio::test]
async fn a_change_sends_this() {
    let (stub, _) = start(World { local: true, ..World::default() }, no_fault).await;
    let provider = provider(&stub);
    provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    stub.forget();
    provider.deploy(&deployment("endpoint_2", 2), &quiet).await.unwrap();
    assert_eq!(
        stub.operations(),
        ["flashEnvironment", "flashEnvironment", "endpoint", "podTemplate", "saveEndpoint", "saveTemplate"]
    );
    assert_eq!(
        document(&stub.only("endpoint")),
        format!("query getEndpoint($id: String!) {{ myself {{ endpoint(id: $id) {{ {ENDPOINT} }} }} }}")
    );
    let template = "id containerDiskInGb dockerArgs env { key value } imageName name readme";
    assert_eq!(
        document(&stub.only("podTemplate")),
        format!("query getTemplate($id: String!) {{ podTemplate(id: $id) {{ {template} }} }}")
    );
    assert_eq!(
        document(&stub.only("saveTemplate")),
        format!(
            "mutation saveTemplate($input: SaveTemplateInput) {{ saveTemplate(input: $input) {{ {template} }} }}"
        )
    );
}

#[tokio::test]
async fn every_document_goes_out_alike() {
    let (stub, _) = start(World { local: true, ..World::default() }, no_fault).await;
    let provider = provider(&stub);
    let made = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    provider.undeploy(&made.endpoint).await.unwrap();
    for request in stub.seen().iter().filter(|request| request.path == "/graphql") {
        assert_eq!(request.method, "POST");
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
        assert!(request.header("user-agent").unwrap().starts_with("flash-rust/"));
        let body = request.json();
        let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!((keys.len(), body["variables"].is_object()), (2, true), "{body}");
    }
    let delete = stub.only("deleteEndpoint");
    assert_eq!(document(&delete), "mutation deleteEndpoint($id: String!) { deleteEndpoint(id: $id) }");
    assert_eq!(delete.variables(), json!({"id": "ep1"}));
}
