//! A local platform of the test's own.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::database::{Kind, Server};
use flash::manifest::canonical;
use flash::provider::runpod::{Addresses, Patience, Runpod};
use flash::provider::{AppId, Archive, EndpointId, EnvironmentId, Provider, SecretText};
use flash::state::{GraphqlStateManager, StateManager};
use flash_provider_suite::{Ground, Later, LocalBuild};
use serde_json::{Value, json};

/// A running platform; it ends with this.
pub(crate) struct Platform {
    child: Child,
    /// Ends after the process, as fields do after `drop`.
    _server: Option<Server>,
    directory: tempfile::TempDir,
    url: String,
    key: String,
    /// The app of each environment that was made.
    apps: Mutex<HashMap<EnvironmentId, AppId>>,
}

impl Platform {
    /// Starts one, on a free port, with a directory of its own.
    pub(crate) fn start(command: &Path, kind: Kind) -> Self {
        let server = (kind == Kind::Postgres).then(Server::start);
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let log = File::create(directory.path().join("log")).unwrap();
        let mut command = Command::new(command);
        command
            .args(["flash", "platform", "up", "--port", "0", "--data-dir"])
            .arg(&data)
            // What this shell is set to use is not for a test.
            .env_remove("FLASH_PLATFORM_DIR")
            .env_remove("FLASH_PLATFORM_ADDRESS")
            .env_remove("FLASH_PLATFORM_DATABASE_URL")
            .env_remove("FLASH_PLATFORM_ARTIFACTS")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some(server) = &server {
            command.env("FLASH_PLATFORM_DATABASE_URL", server.url());
        }
        let child = command.spawn().unwrap();
        let mut platform = Self {
            child,
            _server: server,
            directory,
            url: String::new(),
            key: String::new(),
            apps: Mutex::default(),
        };
        let end = Instant::now() + Duration::from_secs(60);
        while platform.url.is_empty() {
            let ended = platform.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < end, "{ended:?}\n{}", platform.log());
            // It is written whole, once the platform answers.
            if let Ok(text) = std::fs::read_to_string(data.join("platform.json")) {
                let running: Value = serde_json::from_str(&text).unwrap();
                platform.url = format!("http://{}", running["address"].as_str().unwrap());
                std::fs::read_to_string(data.join("key")).unwrap().trim().clone_into(&mut platform.key);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        platform
    }

    /// What it said.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    fn with_key(&self, key: &str) -> Runpod {
        let patience = Patience {
            first_pause: Duration::from_millis(50),
            ready: Duration::from_secs(60),
            poll: Duration::from_millis(50),
            ..Patience::default()
        };
        Runpod::new(Addresses::at(&self.url).unwrap(), SecretText::new(key)).unwrap().patient(patience)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // Politely: its workers are to end with it.
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn process(number: u64) -> PathBuf {
    PathBuf::from(format!("/proc/{number}"))
}

impl Ground for Platform {
    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(self.with_key(&self.key))
    }

    fn stranger(&self) -> Arc<dyn Provider> {
        Arc::new(self.with_key("flash_nobodys"))
    }

    fn state(&self) -> Option<Arc<dyn StateManager>> {
        let state = GraphqlStateManager::new(&format!("{}/graphql", self.url), SecretText::new(&*self.key));
        Some(Arc::new(state.unwrap()))
    }

    fn environment<'a>(&'a self, name: &'a str) -> Later<'a, EnvironmentId> {
        Box::pin(async move {
            let runpod = self.with_key(&self.key);
            let app = runpod.ensure_app(name).await.unwrap();
            let environment = runpod.ensure_environment(&app.id, "production").await.unwrap().id;
            self.apps.lock().unwrap().insert(environment.clone(), app.id);
            environment
        })
    }

    fn publish<'a>(&'a self, environment: &'a EnvironmentId, build: &'a LocalBuild) -> Later<'a, Archive> {
        Box::pin(async move {
            let runpod = self.with_key(&self.key);
            let app = self.apps.lock().unwrap()[environment].clone();
            let archive = runpod.upload(&app, &build.archive, &build.manifest).await.unwrap();
            runpod.activate(environment, &archive.build).await.unwrap();
            archive
        })
    }

    fn caller_key(&self) -> String {
        self.key.clone()
    }

    fn told_about<'a>(&'a self, endpoint: &'a EndpointId) -> Later<'a, String> {
        Box::pin(async move {
            let document = "query($id: String!) { myself { endpoint(id: $id) { id name version templateId workersMin \
                workersMax env { key value } template { id name dockerArgs imageName readme env { key value } } } } }";
            let body = json!({"query": document, "variables": {"id": endpoint}});
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let answer = client
                .post(format!("{}/graphql", self.url))
                .header("authorization", format!("Bearer {}", self.key))
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap();
            assert!(answer.contains("dockerArgs"), "{answer}");
            // Fields come in the order in which they are done.
            canonical(&serde_json::from_str(&answer).unwrap())
        })
    }

    fn environment_of(&self, number: u64) -> Option<Vec<String>> {
        let bytes = std::fs::read(process(number).join("environ")).ok()?;
        Some(
            bytes.split(|byte| *byte == 0).map(|entry| String::from_utf8_lossy(entry).into_owned()).collect(),
        )
    }

    fn is_gone(&self, number: u64) -> Option<bool> {
        Path::new("/proc/self").exists().then(|| !process(number).exists())
    }
}
