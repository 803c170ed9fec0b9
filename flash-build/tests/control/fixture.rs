//! A control plane with neighbours that only take notes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use flash_build::platform::caller::{Caller, Later, Scope};
use flash_build::platform::desired::{Desired, Specs};
use flash_build::platform::graphql::{ControlPlane, Schema, execute, schema};
use flash_build::platform::hosting::EndpointSpec;
use flash_build::platform::ids::{AppId, EndpointId, EnvironmentId, UserId};
use flash_build::platform::secrets::Safe;
use flash_build::platform::services::{ArchiveError, Archives, Download, Hosts, Upload};
use flash_build::platform::store::{NewBuild, Store};
use serde_json::{Value, json};

use crate::database::Database;

pub(crate) const ADDRESS: &str = "http://127.0.0.1:7777";

pub(crate) struct Fixture {
    pub(crate) schema: Schema,
    pub(crate) store: Store,
    pub(crate) hosts: Arc<Noted>,
    pub(crate) me: Caller,
    pub(crate) specs: Specs,
    pub(crate) database: Database,
}

/// What hosting was told last, per endpoint.
#[derive(Default)]
pub(crate) struct Noted {
    specs: Mutex<BTreeMap<String, EndpointSpec>>,
}

impl Noted {
    pub(crate) fn of(&self, id: &str) -> Option<EndpointSpec> {
        self.specs.lock().unwrap().get(id).cloned()
    }
}

impl Hosts for Noted {
    fn apply(&self, spec: EndpointSpec) {
        self.specs.lock().unwrap().insert(spec.id.to_string(), spec);
    }

    fn remove(&self, id: &EndpointId) {
        self.specs.lock().unwrap().remove(id.as_str());
    }
}

/// Every upload was made and is sound, but for one.
struct Archived;

impl Archives for Archived {
    fn prepare<'a>(&'a self, app: &'a AppId, length: u64) -> Later<'a, Result<Upload, ArchiveError>> {
        Box::pin(async move {
            Ok(Upload {
                path_and_query: format!("/artifacts/{app}-{length}?signature=s"),
                object_key: format!("{app}-{length}"),
                expires_at: "2030-01-01T00:00:00Z".into(),
            })
        })
    }

    fn finalise<'a>(
        &'a self,
        _: &'a AppId,
        object_key: &'a str,
    ) -> Later<'a, Result<NewBuild, ArchiveError>> {
        Box::pin(async move {
            if object_key == "missing" {
                return Err(ArchiveError::Refused("nothing was uploaded under `missing`".into()));
            }
            Ok(NewBuild { object_key: object_key.into(), sha256: "00".repeat(32), length: 7 })
        })
    }

    fn download<'a>(&'a self, archive: &'a NewBuild) -> Later<'a, Result<Download, ArchiveError>> {
        Box::pin(async move {
            Ok(Download {
                path_and_query: format!("/artifacts/{}?signature=s", archive.object_key),
                expires_at: "2030-01-01T00:00:00Z".into(),
            })
        })
    }

    fn unpacked<'a>(&'a self, archive: &'a NewBuild) -> Later<'a, Result<PathBuf, ArchiveError>> {
        Box::pin(async move { Ok(PathBuf::from("/unpacked").join(&archive.object_key)) })
    }
}

impl Fixture {
    pub(crate) async fn new(database: Database) -> Self {
        let store = Store::open(&database.url, Safe::new(&[7; 32])).await.unwrap();
        let user = store.ensure_user("local").await.unwrap().id;
        let hosts = Arc::new(Noted::default());
        let specs = Specs::new(store.clone(), Arc::new(Archived), ADDRESS.into());
        let desired = Desired::new(specs.clone(), Arc::clone(&hosts) as Arc<dyn Hosts>);
        let control = ControlPlane {
            store: store.clone(),
            archives: Arc::new(Archived),
            desired,
            address: ADDRESS.into(),
        };
        let me = Caller { user, scope: Scope::Account };
        Self { schema: schema(control), store, hosts, me, specs, database }
    }

    pub(crate) fn user(&self) -> &UserId {
        &self.me.user
    }

    pub(crate) fn worker(&self, environment: &str) -> Caller {
        Caller { user: self.me.user.clone(), scope: Scope::Environment(EnvironmentId::from(environment)) }
    }

    /// The status and the whole answer.
    pub(crate) async fn raw(&self, caller: Option<Caller>, body: &[u8]) -> (u16, Value) {
        let (status, answer) = execute(&self.schema, caller, body).await;
        (status.as_u16(), serde_json::from_slice(&answer).unwrap())
    }

    pub(crate) async fn ask_as(
        &self,
        caller: &Caller,
        query: &str,
        variables: Value,
    ) -> Result<Value, String> {
        let body = json!({"query": query, "variables": variables}).to_string();
        let (status, mut answer) = self.raw(Some(caller.clone()), body.as_bytes()).await;
        match answer.get("errors") {
            Some(errors) => Err(errors[0]["message"].as_str().unwrap().to_owned()),
            None => {
                assert_eq!(status, 200);
                assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["data"]);
                Ok(answer["data"].take())
            }
        }
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Result<Value, String> {
        self.ask_as(&self.me, query, variables).await
    }

    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        self.ask(query, variables).await.unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    pub(crate) async fn app(&self, name: &str) -> String {
        let query = "mutation createFlashApp($input: CreateFlashAppInput!) { createFlashApp(input: $input) { id name } }";
        let data = self.data(query, json!({"input": {"name": name}})).await;
        data["createFlashApp"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn environment(&self, app: &str, name: &str) -> String {
        let query = "mutation createFlashEnvironment($input: CreateFlashEnvironmentInput!) {
            createFlashEnvironment(input: $input) { id name } }";
        let data = self.data(query, json!({"input": {"flashAppId": app, "name": name}})).await;
        data["createFlashEnvironment"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn build(&self, app: &str, object: &str, manifest: Value) -> String {
        let query = "mutation FinalizeArtifactUpload($input: FinalizeFlashArtifactUploadInput!) {
            finalizeFlashArtifactUpload(input: $input) { id manifest } }";
        let input = json!({"flashAppId": app, "objectKey": object, "manifest": manifest});
        let data = self.data(query, json!({"input": input})).await;
        assert_eq!(data["finalizeFlashArtifactUpload"]["manifest"], manifest);
        data["finalizeFlashArtifactUpload"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn deploy(&self, environment: &str, build: &str) -> Result<Value, String> {
        let query = "mutation deployBuildToEnvironment($input: DeployBuildToEnvironmentInput!) {
            deployBuildToEnvironment(input: $input) { id name activeArtifact { objectKey downloadUrl expiresAt } } }";
        self.ask(query, json!({"input": {"flashEnvironmentId": environment, "flashBuildId": build}})).await
    }

    pub(crate) async fn save_endpoint(&self, input: Value) -> Result<Value, String> {
        let query = "mutation saveEndpoint($input: EndpointInput!) { saveEndpoint(input: $input) {
            aiKey gpuIds id idleTimeout locations name networkVolumeId networkVolumeIds { networkVolumeId dataCenterId }
            flashEnvironmentId scalerType scalerValue templateId type userId version workersMax workersMin
            workersStandby workersPFBTarget gpuCount allowedCudaVersions minCudaVersion executionTimeoutMs instanceIds
            activeBuildid idePodId flashBootType } }";
        Ok(self.ask(query, json!({"input": input})).await?["saveEndpoint"].take())
    }

    pub(crate) async fn manifest(&self, build: &str) -> Value {
        let query =
            "query getFlashBuild($input: String!) { flashBuild(flashBuildId: $input) { id manifest } }";
        self.data(query, json!({"input": build})).await["flashBuild"]["manifest"].take()
    }
}

/// The manifest of a program of ours with a queue-based and a load-balanced resource.
pub(crate) fn manifest() -> Value {
    json!({
        "version": "1.0", "generated_at": "2026-01-20T09:00:00Z", "project_name": "shop",
        "function_registry": {"price": "pricing", "quote": "web"},
        "resources": {
            "pricing": {"resource_type": "ServerlessResource", "handler_file": "handler_pricing",
                "functions": [{"name": "price", "module": "shop", "is_async": true, "is_class": false}],
                "config": {"secrets": ["TOKEN"]}},
            "web": {"resource_type": "LoadBalancerSlsResource", "handler_file": "handler_web", "public": true,
                "functions": [{"name": "quote", "module": "shop", "is_async": true, "is_class": false,
                    "http_method": "POST", "http_path": "/quote"}]},
        },
        "routes": {"web": {"POST /quote": "quote"}},
        "build": {"flash_version": "0.1.0", "binary": "shop", "code_digest": "c0de", "profile": "release",
            "os": "linux", "arch": "x86_64"},
    })
}

/// An endpoint as the Flash client describes it.
pub(crate) fn endpoint(name: &str, environment: &str, kind: &str) -> Value {
    json!({
        "executionTimeoutMs": 0, "gpuCount": 1, "idleTimeout": 60, "minCudaVersion": "12.8", "name": name,
        "scalerType": if kind == "LB" { "REQUEST_COUNT" } else { "QUEUE_DELAY" }, "scalerValue": 4, "type": kind,
        "workersMax": 1, "workersMin": 0, "workersPFBTarget": 0, "allowedCudaVersions": "",
        "gpuIds": "ADA_24,AMPERE_24,-NVIDIA L4", "flashBootType": "FLASHBOOT", "flashEnvironmentId": environment,
        "template": {"advancedStart": false, "config": {}, "containerDiskInGb": 64, "containerRegistryAuthId": "",
            "dockerArgs": "", "env": [{"key": "MODE", "value": "fast"}, {"key": "RUNPOD_API_KEY", "value": "account"}],
            "imageName": "runpod/flash:py3.12-latest", "name": format!("{name}__PodTemplate_{environment}"),
            "ports": "", "startScript": ""},
    })
}
