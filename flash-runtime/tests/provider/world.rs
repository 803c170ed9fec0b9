//! A platform as small as it can be: apps, one environment, endpoints and templates, kept in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flash::manifest::{Libc, Manifest};
use flash::provider::runpod::{Addresses, Patience, Runpod};
use flash::provider::{
    Archive, BuildId, Deployment, EnvironmentId, Generation, Name, SecretText, Secrets, Sha256,
};
use serde_json::{Value, json};

use super::stub::{Recorded, Reply, Stub};

pub const KEY: &str = "account-key";

/// What the platform has.
#[derive(Default)]
pub struct World {
    pub endpoints: BTreeMap<String, Value>,
    pub templates: BTreeMap<String, Value>,
    pub made: u32,
    /// Whether it is a local platform.
    pub local: bool,
    /// Answers of `/ping`, the last one for ever.
    pub pings: Vec<u16>,
    /// Workers as `/health` counts them.
    pub workers: Value,
    /// What a local platform's overview tells of `ep1`.
    pub overview: Value,
}

pub type Shared = Arc<Mutex<World>>;

/// Faults hear a request before the platform does, and may answer in its place.
pub fn no_fault(_: &Recorded, _: &Shared) -> Option<Reply> {
    None
}

pub async fn start(
    world: World,
    fault: impl Fn(&Recorded, &Shared) -> Option<Reply> + Send + Sync + 'static,
) -> (Stub, Shared) {
    let shared = Arc::new(Mutex::new(world));
    let (inner, address) = (Arc::clone(&shared), Arc::new(Mutex::new(String::new())));
    let told = Arc::clone(&address);
    let stub = Stub::start(move |request| {
        fault(request, &inner).unwrap_or_else(|| answer(request, &inner, &told.lock().unwrap()))
    })
    .await;
    *address.lock().unwrap() = stub.url();
    (stub, shared)
}

pub fn answer(request: &Recorded, world: &Shared, address: &str) -> Reply {
    let mut world = world.lock().unwrap();
    if request.header("authorization") != Some(&format!("Bearer {KEY}")) {
        return Reply::json(401, &json!({"errors": [{"message": "who are you?"}]}));
    }
    if request.path.ends_with("/ping") {
        let status =
            if world.pings.len() > 1 { world.pings.remove(0) } else { *world.pings.first().unwrap_or(&200) };
        return Reply::json(status, &json!({"error": "the program ended with exit status 1"}));
    }
    if request.path == "/platform/status" && world.local {
        let mut endpoint = json!({"id": "ep1", "workers": [{"id": "w1", "state": "idle"}]});
        if !world.overview.is_null() {
            endpoint = world.overview.clone();
        }
        return Reply::json(200, &json!({"apps": [{"environments": [{"endpoints": [endpoint]}]}]}));
    }
    let load_balanced = world.endpoints.values().any(|endpoint| {
        endpoint["type"] == "LB"
            && request.path.starts_with(&format!("/v2/{}/", endpoint["id"].as_str().unwrap()))
    });
    if load_balanced {
        return Reply::json(400, &json!({"error": "not allowed for QB API"}));
    }
    if request.path.ends_with("/health") {
        return Reply::json(
            200,
            &json!({"jobs": {}, "workers": if world.workers.is_null() { json!({"ready": 0}) } else { world.workers.clone() }}),
        );
    }
    if request.path.ends_with("/metrics") {
        return Reply::json(200, &json!({"readyWorkers": ["w1"]}));
    }
    if request.path == "/hapi/v1/pod/w1/logs" {
        return Reply::json(200, &json!({"system": ["started"], "container": ["error: no key"]}));
    }
    let variables = request.variables();
    let input = &variables["input"];
    match request.operation().as_str() {
        "flashPlatform" if world.local => Reply::data(json!({"flashPlatform": {
            "name": "flash", "version": "0", "endpointUrlTemplate": format!("{address}/endpoints/{{id}}"),
            "generations": true, "supervisesReplicas": true, "httpIngressForQueueBased": true}})),
        "flashPlatform" => Reply::error("Cannot query field \"flashPlatform\" on type \"Query\"."),
        "flashEnvironment" if variables["flashEnvironmentId"] != "env-1" => {
            Reply::error("environment not found")
        }
        "flashEnvironment" => {
            let listed = world
                .endpoints
                .values()
                .map(|endpoint| json!({"id": endpoint["id"], "name": endpoint["name"]}));
            Reply::data(json!({"flashEnvironment": {"id": "env-1", "name": "production", "state": "DEPLOYED",
                "activeBuildId": "b1", "endpoints": listed.collect::<Vec<_>>(), "networkVolumes": []}}))
        }
        "endpoint" => {
            let found = variables["id"].as_str().and_then(|id| world.endpoints.get(id));
            Reply::data(json!({"myself": {"endpoint": found}}))
        }
        "endpoints" => {
            let all: Vec<&Value> = world.endpoints.values().collect();
            Reply::data(json!({"myself": {"endpoints": all}}))
        }
        "podTemplate" => {
            let found = variables["id"].as_str().and_then(|id| world.templates.get(id));
            Reply::data(json!({"podTemplate": found}))
        }
        "saveEndpoint" => save_endpoint(&mut world, input),
        "saveTemplate" => {
            let id = input["id"].as_str().unwrap().to_owned();
            let mut template = input.clone();
            if world.local {
                hide(&mut template);
            }
            world.templates.insert(id, template.clone());
            Reply::data(json!({"saveTemplate": template}))
        }
        "deleteEndpoint" => {
            world.endpoints.remove(variables["id"].as_str().unwrap());
            Reply::data(json!({"deleteEndpoint": null}))
        }
        other => Reply::error(&format!("no such operation: {other}")),
    }
}

fn save_endpoint(world: &mut World, input: &Value) -> Reply {
    let mut endpoint = input.clone();
    let fields = endpoint.as_object_mut().unwrap();
    let template = fields.remove("template");
    if input["id"].is_null() {
        world.made += 1;
        let (id, template_id) = (format!("ep{}", world.made), format!("t{}", world.made));
        let mut template = template.unwrap();
        template["id"] = json!(template_id);
        let env = template["env"].as_array_mut().unwrap();
        env.push(json!({"key": "PORT", "value": "8123"}));
        env.push(json!({"key": "PORT_HEALTH", "value": "8124"}));
        if world.local {
            hide(&mut template);
        }
        world.templates.insert(template_id.clone(), template);
        fields.insert("id".into(), json!(id));
        fields.insert("templateId".into(), json!(template_id));
        fields.insert("createdAt".into(), json!(format!("2026-01-01T00:00:{:02}Z", world.made)));
        world.endpoints.insert(id, endpoint.clone());
    } else {
        let id = input["id"].as_str().unwrap().to_owned();
        world.endpoints.insert(id, endpoint.clone());
    }
    Reply::data(json!({"saveEndpoint": endpoint}))
}

/// Secrets as the local platform shows them.
fn hide(template: &mut Value) {
    for variable in template["env"].as_array_mut().unwrap() {
        if variable["secret"] == true {
            variable["value"] = json!("********");
        }
    }
}

pub fn impatient() -> Patience {
    Patience {
        first_pause: Duration::from_millis(5),
        request: Duration::from_millis(700),
        deadline: Duration::from_secs(5),
        ready: Duration::from_millis(400),
        removed: Duration::from_millis(400),
        poll: Duration::from_millis(5),
        ..Patience::default()
    }
}

pub fn provider(stub: &Stub) -> Runpod {
    with_key(stub, KEY)
}

pub fn with_key(stub: &Stub, key: &str) -> Runpod {
    Runpod::new(Addresses::at(&stub.url()).unwrap(), SecretText::new(key)).unwrap().patient(impatient())
}

/// The topology example's manifest, as the command writes it, without what doesn't matter here.
pub fn manifest() -> Manifest {
    let build = json!({"flash_version": "0.1.0", "binary": "my-flash-app", "code_digest": "c0de", "profile": "release",
        "os": std::env::consts::OS, "arch": std::env::consts::ARCH});
    let function = |name: &str| json!({"name": name, "module": "m", "is_async": true, "is_class": false});
    let document = json!({
        "version": "1.0", "generated_at": "2026-01-12T10:30:00Z", "project_name": "my-flash-app",
        "function_registry": {"funcA": "endpoint_1", "funcC": "endpoint_2"},
        "resources": {
            "endpoint_1": {"resource_type": "ServerlessResource", "handler_file": "handler_endpoint_1",
                "functions": [function("funcA")]},
            "endpoint_2": {"resource_type": "LoadBalancerSlsResource", "handler_file": "handler_endpoint_2",
                "functions": [function("funcC")]},
        },
        "routes": {"endpoint_2": {"POST /api/process": "funcC"}},
        "build": build,
    });
    Manifest::parse(document.to_string().as_bytes()).unwrap()
}

pub fn archive(manifest: &Manifest) -> Archive {
    let mut program = manifest.build.clone().unwrap();
    program.libc = Some(Libc { name: "glibc".into(), version: Some("2.34".into()) });
    Archive { build: BuildId::new("b1"), sha256: Sha256::of(b"archive"), program }
}

/// A deployment of the topology example's resource.
pub fn deployment(name: &str, generation: u64) -> Deployment {
    let manifest = manifest();
    let (name, environment) = (Name::parse(name).unwrap(), EnvironmentId::new("env-1"));
    let archive = archive(&manifest);
    let mut deployment =
        Deployment::of(&manifest, &name, environment, archive, Generation(generation)).unwrap();
    deployment.secrets = Secrets::new().with("FLASH_API_KEY", SecretText::new("hunter2"));
    deployment
}
