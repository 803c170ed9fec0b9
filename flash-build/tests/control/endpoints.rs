use std::collections::BTreeMap;
use std::time::Duration;

use flash_build::platform::hosting::{Kind, Program};
use serde_json::{Value, json};

use crate::fixture::{ADDRESS, Fixture, endpoint, manifest};

async fn production(it: &Fixture) -> String {
    let app = it.app("shop").await;
    it.environment(&app, "production").await
}

pub(crate) async fn as_the_flash_client_sends_them(it: Fixture) {
    let environment = production(&it).await;
    let saved = it.save_endpoint(endpoint("alpha", &environment, "QB")).await.unwrap();
    for (field, value) in [
        ("name", json!("alpha")),
        ("type", json!("QB")),
        ("gpuIds", json!("ADA_24,AMPERE_24,-NVIDIA L4")),
        ("flashBootType", json!("FLASHBOOT")),
        ("scalerType", json!("QUEUE_DELAY")),
        ("version", json!(1)),
        ("flashEnvironmentId", json!(environment)),
        ("activeBuildid", Value::Null),
        ("idleTimeout", json!(60)),
    ] {
        assert_eq!(saved[field], value, "{field}");
    }
    assert!(saved["aiKey"].as_str().unwrap().len() > 30);
    let id = saved["id"].as_str().unwrap();

    let again = it.save_endpoint(endpoint("alpha", &environment, "QB")).await.unwrap();
    assert_eq!(again, saved, "the same again is the same endpoint");

    let exists = "query getEndpoint($id: String!) { myself { endpoint(id: $id) { id } } }";
    assert_eq!(it.data(exists, json!({"id": id})).await, json!({"myself": {"endpoint": {"id": id}}}));
    assert_eq!(it.data(exists, json!({"id": "none"})).await, json!({"myself": {"endpoint": null}}));

    let cpu = json!({"name": "cpu", "type": "LB", "instanceIds": ["cpu3g-2-8"], "flashEnvironmentId": environment,
        "template": {"imageName": "x:y", "env": []}});
    let cpu = it.save_endpoint(cpu).await.unwrap();
    assert_eq!((&cpu["instanceIds"], &cpu["scalerType"]), (&json!(["cpu3g-2-8"]), &json!("REQUEST_COUNT")));

    let delete = "mutation deleteEndpoint($id: String!) { deleteEndpoint(id: $id) }";
    assert_eq!(it.data(delete, json!({"id": id})).await, json!({"deleteEndpoint": null}));
    assert_eq!(it.ask(delete, json!({"id": id})).await.unwrap_err(), "endpoint not found");
    assert!(it.hosts.of(id).is_none());
    it.save_endpoint(endpoint("alpha", &environment, "QB")).await.expect("its template's name is free again");

    let gpus =
        "query ServerlessGpuTypes($lowestPriceInput: GpuLowestPriceInput, $gpuTypesInput: GpuTypeFilter) {
        gpuTypes(input: $gpuTypesInput) { lowestPrice(input: $lowestPriceInput) { stockStatus } } }";
    let price = json!({"dataCenterId": null, "gpuCount": 1, "secureCloud": true, "includeAiApi": true,
        "allowedCudaVersions": [], "compliance": []});
    let variables = json!({"gpuTypesInput": {"ids": ["NVIDIA L4"]}, "lowestPriceInput": price});
    assert_eq!(
        it.data(gpus, variables).await,
        json!({"gpuTypes": [{"lowestPrice": {"stockStatus": "HIGH"}}]})
    );
    let cpus = "query SecureCpuTypes($cpuFlavorInput: CpuFlavorInput, $specificsInput: SpecificsInput) {
        cpuFlavors(input: $cpuFlavorInput) { specifics(input: $specificsInput) { stockStatus } } }";
    let variables = json!({"cpuFlavorInput": {"id": "cpu3g"},
        "specificsInput": {"dataCenterId": "EU-RO-1", "instanceId": "cpu3g-2-8"}});
    assert_eq!(
        it.data(cpus, variables).await,
        json!({"cpuFlavors": [{"specifics": {"stockStatus": "HIGH"}}]})
    );
}

pub(crate) async fn as_the_plain_client_sends_them(it: Fixture) {
    let template = it
        .data(
            r#"mutation { saveTemplate(input: { name: "t", imageName: "x:y", dockerArgs: "python -c \"print(1)\"",
            containerDiskInGb: 10, volumeInGb: 0, ports: "", env: [{ key: "A", value: "b" }], isServerless: true,
            containerRegistryAuthId : "", startSsh: true, isPublic: false, readme: "" }) { id name imageName dockerArgs
            containerDiskInGb volumeInGb volumeMountPath ports env { key value } isServerless } }"#,
            json!({}),
        )
        .await["saveTemplate"]
        .take();
    assert_eq!(template["dockerArgs"], "python -c \"print(1)\"");
    let id = template["id"].as_str().unwrap();
    let saved = it
        .data(
            &format!(
                r#"mutation {{ saveEndpoint(input: {{ flashBootType: FLASHBOOT, name: "plain", templateId: "{id}",
            gpuIds: "AMPERE_16", networkVolumeId: "", locations: "", idleTimeout: 5, scalerType: "QUEUE_DELAY",
            scalerValue: 4, workersMin: 0, workersMax: 3 }}) {{ id name templateId gpuIds networkVolumeId locations
            idleTimeout scalerType scalerValue workersMin workersMax allowedCudaVersions gpuCount flashBootType }} }}"#
            ),
            json!({}),
        )
        .await["saveEndpoint"]
        .take();
    assert_eq!((&saved["templateId"], &saved["networkVolumeId"]), (&json!(id), &Value::Null));
    let endpoint = saved["id"].as_str().unwrap();
    let reason = it.hosts.of(endpoint).unwrap().program;
    assert!(matches!(&reason, Program::None(text) if text.contains("x:y")), "{reason:?}");

    let all = "query Query { myself { endpoints { aiKey gpuIds id idleTimeout name networkVolumeId locations scalerType scalerValue
        templateId type userId version workersMax workersMin workersStandby gpuCount env { key value } createdAt
        networkVolume { id dataCenterId } } } }";
    assert_eq!(
        it.data(all, json!({})).await["myself"]["endpoints"][0]["env"],
        json!([{"key": "A", "value": "b"}])
    );
    let other = it.data(r#"mutation { saveTemplate(input: {name: "u", imageName: "x:z", env: [], volumeInGb: 0}) { id } }"#, json!({})).await;
    let other = other["saveTemplate"]["id"].as_str().unwrap();
    let update = format!(
        r#"mutation {{ updateEndpointTemplate(input: {{templateId: "{other}", endpointId: "{endpoint}"}}) {{ id templateId }} }}"#
    );
    assert_eq!(it.data(&update, json!({})).await["updateEndpointTemplate"]["templateId"], other);
    let user = "query myself { myself { id pubKey networkVolumes { id name size dataCenterId } } }";
    assert_eq!(it.data(user, json!({})).await["myself"]["networkVolumes"], json!([]));

    let environment = production(&it).await;
    let add = "mutation addEndpointToFlashEnvironment($input: AddEndpointToEnvironmentInput!) {
        addEndpointToFlashEnvironment(input: $input) { id name flashEnvironmentId } }";
    let added =
        it.data(add, json!({"input": {"flashEnvironmentId": environment, "endpointId": endpoint}})).await;
    assert_eq!(added["addEndpointToFlashEnvironment"]["flashEnvironmentId"], json!(environment));
    let volume = it.store.create_network_volume(it.user(), "v", 100, "EU-RO-1").await.unwrap();
    let add = "mutation addNetworkVolumeToFlashEnvironment($input: AddNetworkVolumeToEnvironmentInput!) {
        addNetworkVolumeToFlashEnvironment(input: $input) { id name flashEnvironmentId } }";
    let added = it
        .data(add, json!({"input": {"flashEnvironmentId": environment, "networkVolumeId": volume.id}}))
        .await;
    assert_eq!(added["addNetworkVolumeToFlashEnvironment"]["flashEnvironmentId"], json!(environment));
}

pub(crate) async fn ranges_are_checked(it: Fixture) {
    let environment = production(&it).await;
    for (field, value, text) in [
        ("idleTimeout", json!(0), "idleTimeout is 0, expected 1 to 3600"),
        ("idleTimeout", json!(3601), "idleTimeout is 3601, expected 1 to 3600"),
        ("workersMin", json!(-1), "workersMin is -1, expected 0 to 1000"),
        ("workersMin", json!(2), "workersMin (2) is above workersMax (1)"),
        ("gpuCount", json!(0), "gpuCount is 0, expected 1 to 1024"),
        ("scalerValue", json!(0), "scalerValue is 0, expected 1 or more"),
        ("executionTimeoutMs", json!(-1), "executionTimeoutMs is -1, expected 0 or more"),
        ("minCudaVersion", json!("9.0"), "minCudaVersion is `9.0`, expected one of 11.8, 12.0"),
        ("type", json!("LB"), "scalerType of a load-balanced endpoint is REQUEST_COUNT"),
        ("name", json!(""), "the name of an endpoint is empty"),
        ("networkVolumeId", json!("none"), "network volume not found"),
        ("networkVolumeIds", json!([{"networkVolumeId": "none"}]), "network volume not found"),
        ("templateId", json!("x"), "`template` and `templateId` exclude each other"),
        ("template", Value::Null, "a new endpoint needs `template` or `templateId`"),
        ("flashEnvironmentId", json!("none"), "flash environment not found"),
        ("id", json!("none"), "endpoint not found"),
    ] {
        let mut input = endpoint("alpha", &environment, "QB");
        input[field] = value;
        let error = it.save_endpoint(input).await.unwrap_err();
        assert!(error.starts_with(text), "{field}: {error}");
    }
    let body =
        json!({"query": "mutation { saveEndpoint(input: {name: \"a\", gpuCount: 0, template: {}}) { id } }"});
    let (_, answer) = it.raw(Some(it.me.clone()), body.to_string().as_bytes()).await;
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(extensions, &json!({"code": "BAD_USER_INPUT", "reason": "INVALID", "field": "gpuCount"}));
    assert!(it.store.all_endpoints().await.unwrap().is_empty(), "what is refused leaves nothing behind");
}

pub(crate) async fn version_and_generation(it: Fixture) {
    let environment = production(&it).await;
    let saved = it.save_endpoint(endpoint("alpha", &environment, "QB")).await.unwrap();
    let id = saved["id"].as_str().unwrap();
    let mut expected = (1, 1);
    for (change, version, generation) in [
        (json!({}), 0, 0),
        (json!({"workersMax": 3}), 0, 0),
        (json!({"idleTimeout": 7, "scalerValue": 2, "executionTimeoutMs": 1000}), 0, 0),
        (json!({"gpuIds": "ADA_24"}), 1, 1),
        (json!({"minCudaVersion": "12.9"}), 1, 1),
        (json!({"flashBootType": "OFF"}), 1, 1),
        (json!({"template": {"imageName": "x:z"}}), 1, 1),
        (json!({"template": {"imageName": "x:z", "env": [{"key": "A", "value": "1"}]}}), 0, 1),
        (json!({"template": {"imageName": "x:z", "env": [{"key": "A", "value": "1"}]}}), 0, 0),
    ] {
        let mut input = json!({"id": id, "name": "alpha"});
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let saved = it.save_endpoint(input).await.unwrap();
        expected = (expected.0 + version, expected.1 + generation);
        assert_eq!(
            (saved["version"].as_u64().unwrap(), it.hosts.of(id).unwrap().generation),
            expected,
            "{change}"
        );
    }
    assert_eq!(it.hosts.of(id).unwrap().scaling.max, 3, "what is left out stays");
    it.save_endpoint(endpoint("beta", &environment, "QB")).await.unwrap();
    let taken = it.save_endpoint(json!({"id": id, "name": "beta"})).await.unwrap_err();
    assert!(taken.contains("`beta` already exists in this environment"), "{taken}");
}

pub(crate) async fn specs_of_workers(it: Fixture) {
    let environment = production(&it).await;
    let app = it.data("{ myself { flashApps { id } } }", json!({})).await["myself"]["flashApps"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut web = endpoint("live-web", &environment, "LB");
    web["executionTimeoutMs"] = json!(1500);
    web["workersMin"] = json!(1);
    let web = it.save_endpoint(web).await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        it.hosts.of(&web).unwrap().program,
        Program::None("its environment has no active build yet".into())
    );
    let pricing = it.save_endpoint(endpoint("pricing", &environment, "QB")).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let front = it.save_endpoint(endpoint("mothership", &environment, "LB")).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let stray = it.save_endpoint(endpoint("stray", &environment, "QB")).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let build = it.build(&app, "one", manifest()).await;
    it.deploy(&environment, &build).await.unwrap();

    let spec = it.hosts.of(&web).unwrap();
    assert_eq!(
        spec.program,
        Program::Handler { directory: "/unpacked/one".into(), entry: "handler_web".into() }
    );
    assert_eq!((spec.name.as_str(), spec.kind, spec.public), ("web", Kind::LoadBalanced, true));
    assert_eq!((spec.scaling.min, spec.scaling.max, spec.scaling.requests_per_worker), (1, 1, 4));
    assert_eq!(
        (spec.scaling.idle_timeout, spec.execution_timeout),
        (Duration::from_secs(60), Some(Duration::from_millis(1500)))
    );
    assert_eq!((spec.code_digest.as_deref(), spec.generation), (Some("c0de"), 2));
    let mut variables: BTreeMap<_, _> = spec.variables.into_iter().map(|it| (it.name, it.value)).collect();
    let key = variables.remove("FLASH_API_KEY").unwrap();
    assert_eq!(
        variables.remove("RUNPOD_API_KEY").as_ref(),
        Some(&key),
        "the worker's key, whatever the template says"
    );
    assert_eq!(key, spec.worker_key);
    let expected = [
        ("FLASH_APP", "shop"),
        ("FLASH_ENV", "production"),
        ("FLASH_ENVIRONMENT_ID", &environment),
        ("FLASH_IS_MOTHERSHIP", "false"),
        ("FLASH_MANIFEST_PATH", "/unpacked/one/flash_manifest.json"),
        ("FLASH_MOTHERSHIP_ID", &front),
        ("FLASH_MOTHERSHIP_URL", &format!("{ADDRESS}/endpoints/{front}")),
        ("FLASH_RESOURCE_NAME", "web"),
        ("MODE", "fast"),
        ("RUNPOD_API_BASE_URL", ADDRESS),
        ("RUNPOD_ENDPOINT_BASE_URL", &format!("{ADDRESS}/v2")),
        ("RUNPOD_ENDPOINT_ID", &web),
        ("RUNPOD_REST_API_URL", &format!("{ADDRESS}/rest")),
    ];
    let expected: BTreeMap<_, _> =
        expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(variables, expected);
    let worker =
        it.store.caller_of(flash_build::platform::caller::KeyDigest::of(&key)).await.unwrap().unwrap();
    assert_eq!(worker, it.worker(&environment));
    assert!(spec.callers.contains(flash_build::platform::caller::KeyDigest::of(&key).bytes()));

    let spec = it.hosts.of(&front).unwrap();
    assert!(spec.variables.iter().any(|it| it.name == "FLASH_IS_MOTHERSHIP" && it.value == "true"));
    assert!(
        matches!(&spec.program, Program::Handler { entry, .. } if entry == "handler_pricing"),
        "any entry is the program"
    );
    let reason = it.hosts.of(&pricing).unwrap().program;
    assert!(
        matches!(&reason, Program::None(text) if text.contains("the secret TOKEN is not set")),
        "{reason:?}"
    );
    let reason = it.hosts.of(&stray).unwrap().program;
    assert!(matches!(&reason, Program::None(text) if text.contains("no resource `stray`")), "{reason:?}");

    let mut odd = manifest();
    odd["resources"]["web"]["handler_file"] = json!("handler_/../../bin/sh");
    let build = it.build(&app, "two", odd).await;
    it.deploy(&environment, &build).await.unwrap();
    assert!(
        matches!(it.hosts.of(&web).unwrap().program, Program::None(text) if text.contains("no name of a handler"))
    );
    let foreign = it.build(&app, "three", json!({"resources": {}})).await;
    it.deploy(&environment, &foreign).await.unwrap();
    assert!(matches!(it.hosts.of(&web).unwrap().program, Program::None(text) if text.contains("manifest")));

    let all = it.specs.all().await.unwrap();
    assert_eq!(all.len(), 4);
    for spec in all {
        assert_eq!(Some(&spec), it.hosts.of(spec.id.as_str()).as_ref(), "a restart wants what was wanted");
    }
}
