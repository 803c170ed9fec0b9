use serde_json::{Value, json};

use crate::fixture::Fixture;

pub(crate) async fn refused_without_a_server_error(it: Fixture) {
    let app = it.app("shop").await;
    let bodies: Vec<(u16, Vec<u8>)> = vec![
        (400, b"".to_vec()),
        (400, b"[]".to_vec()),
        (400, b"null".to_vec()),
        (400, b"{\"query\": 1}".to_vec()),
        (400, b"{\"query\": \"{ a \\ud800 }\"}".to_vec()),
        (400, vec![0xff, 0xfe]),
        (400, "[".repeat(1_000_000).into_bytes()),
        (400, json!({"query": ""}).to_string().into_bytes()),
        (400, json!({"query": "{"}).to_string().into_bytes()),
        (400, json!({"query": format!("{{a(b: {}}}", "[".repeat(100_000))}).to_string().into_bytes()),
        (400, json!({"query": "{ myself { id } }", "variables": "x"}).to_string().into_bytes()),
        (400, json!({"query": "query($x: String!) { flashApp(flashAppId: $x) { id } }", "variables": {"x": "\0"}}).to_string().into_bytes()),
        (413, vec![b' '; 33 * 1024 * 1024]),
        (200, json!({"query": "{ nothing }"}).to_string().into_bytes()),
        (200, json!({"query": "{ myself }"}).to_string().into_bytes()),
        (200, json!({"query": "{ myself { id } }", "operationName": "x"}).to_string().into_bytes()),
        (200, json!({"query": "query a { myself { id } } query b { myself { id } }"}).to_string().into_bytes()),
        (200, json!({"query": "subscription { x }"}).to_string().into_bytes()),
        (200, json!({"query": "query($x: String!) { flashApp(flashAppId: $x) { id } }"}).to_string().into_bytes()),
        (200, json!({"query": "query($x: Nothing!) { flashApp(flashAppId: $x) { id } }", "variables": {"x": {}}}).to_string().into_bytes()),
        (400, json!({"query": "{ flashApp(flashAppId: \"\\uD83D\\uDE00\") { id } }"}).to_string().into_bytes()),
        (400, json!({"query": "{ flashApp(flashAppId: \"\\ud800\") { id } }"}).to_string().into_bytes()),
        (200, json!({"query": "{ flashApp(flashAppId: \"\"\"a\"\"\") { id } }"}).to_string().into_bytes()),
        (200, json!({"query": "{ flashApp(flashAppId: 99999999999999999999999) { id } }"}).to_string().into_bytes()),
        (200, json!({"query": "mutation { saveEndpoint(input: {name: \"a\", idleTimeout: 99999999999}) { id } }"}).to_string().into_bytes()),
        (200, json!({"query": "mutation { saveEndpoint(input: {name: \"a\", scalerType: NOTHING}) { id } }"}).to_string().into_bytes()),
        (200, json!({"query": format!("{{ {} }}", "myself { flashApps { flashEnvironments { endpoints { template { id } } } } } ".repeat(2))}).to_string().into_bytes()),
        (200, json!({"query": format!("{{ {} }}", (0..200).map(|n| format!("a{n}: myself {{ flashApps {{ flashEnvironments {{ endpoints {{ id }} }} }} }} ")).collect::<String>())}).to_string().into_bytes()),
        (200, json!({"query": format!("{{ myself {{ id {} }} }}", "@skip(if: false) ".repeat(50))}).to_string().into_bytes()),
    ];
    for (expected, body) in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(150)]).into_owned();
        let start = std::time::Instant::now();
        let (status, answer) = it.raw(Some(it.me.clone()), &body).await;
        assert_eq!(status, expected, "{shown}: {answer}");
        if !shown.contains("repeat") && answer.get("errors").is_none() {
            assert!(answer["data"].is_object(), "{shown}: {answer}");
        }
        assert!(start.elapsed().as_secs() < 5, "{shown} took {:?}", start.elapsed());
    }
    // What is too costly is refused before it runs.
    let costly: String = (0..200)
        .map(|n| format!("a{n}: myself {{ flashApps {{ flashEnvironments {{ endpoints {{ id }} }} }} }} "))
        .collect();
    assert_eq!(it.ask(&format!("{{ {costly} }}"), json!({})).await.unwrap_err(), "Query is too complex.");
    // The same field many times is the worst case of the check for conflicts between fields.
    let start = std::time::Instant::now();
    let _ = it.ask(&format!("{{ myself {{ {} }} }}", "id ".repeat(4900)), json!({})).await;
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    assert_eq!(
        it.data("query($x: String!) { flashApp(flashAppId: $x) { name } }", json!({"x": app})).await["flashApp"]
            ["name"],
        "shop"
    );
}

pub(crate) async fn introspection_works(it: Fixture) {
    let query = "query { __schema { queryType { name } mutationType { name } types { kind name inputFields { name type {
        kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
        fields { name args { name type { kind name ofType { kind name ofType { kind name } } } } } enumValues { name } } } }";
    let data = it.data(query, json!({})).await;
    let fields = |name: &str| -> Vec<String> {
        let types = data["__schema"]["types"].as_array().unwrap();
        let found = types.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no type {name}"));
        let of = |list: &Value| {
            list.as_array().into_iter().flatten().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
        };
        if found["kind"] == "INPUT_OBJECT" { of(&found["inputFields"]) } else { of(&found["fields"]) }
    };
    let queries = fields(data["__schema"]["queryType"]["name"].as_str().unwrap());
    for name in [
        "myself",
        "flashApp",
        "flashAppByName",
        "flashEnvironment",
        "flashEnvironmentByName",
        "flashBuild",
        "podTemplate",
        "gpuTypes",
        "cpuFlavors",
        "cpuTypes",
        "flashAuthRequestStatus",
        "flashPlatform",
    ] {
        assert!(queries.iter().any(|it| it == name), "{name}");
    }
    let mutations = fields(data["__schema"]["mutationType"]["name"].as_str().unwrap());
    for name in [
        "createFlashApp",
        "deleteFlashApp",
        "createFlashEnvironment",
        "deleteFlashEnvironment",
        "prepareFlashArtifactUpload",
        "finalizeFlashArtifactUpload",
        "deployBuildToEnvironment",
        "updateFlashBuildManifest",
        "saveEndpoint",
        "deleteEndpoint",
        "saveTemplate",
        "createFlashAuthRequest",
        "addEndpointToFlashEnvironment",
        "addNetworkVolumeToFlashEnvironment",
        "updateFlashEnvironment",
        "updateEndpointTemplate",
    ] {
        assert!(mutations.iter().any(|it| it == name), "{name}");
    }
    assert!(fields("EndpointInput").contains(&"workersPFBTarget".to_owned()));
    let platform = it.data("{ flashPlatform { name version endpointUrlTemplate generations supervisesReplicas httpIngressForQueueBased } }", json!({})).await;
    assert_eq!(platform["flashPlatform"]["endpointUrlTemplate"], "http://127.0.0.1:7777/endpoints/{id}");
}
