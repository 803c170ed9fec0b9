//! Asking the running platform.

use std::time::Duration;

use serde_json::Value;

use super::super::{Failure, quoted};
use super::place::{Place, directory_failure};
use crate::platform::directory::{Running, key_path, read_key};

/// It is on this machine; longer than this means that it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running platform, and the key to it.
pub(super) struct Client {
    http: reqwest::Client,
    key: String,
    pub(super) running: Running,
}

impl Client {
    /// The platform of a data directory.
    pub(super) fn of(place: &Place) -> Result<Self, Failure> {
        let running = place.running()?.ok_or_else(|| place.nobody())?;
        let key =
            read_key(&place.directory).map_err(|error| directory_failure(&error))?.ok_or_else(|| {
                Failure::new(format!("{} is missing", quoted(&key_path(&place.directory).to_string_lossy())))
            })?;
        Ok(Self { http: http()?, key, running })
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(self.http.get(self.url(path))).await
    }

    pub(super) async fn post(&self, path: &str, document: &Value) -> Result<Value, Failure> {
        let request = self.http.post(self.url(path)).header("content-type", "application/json");
        self.send(request.body(document.to_string())).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let silent = |error: &reqwest::Error| {
            Failure::because(format!("the platform on {} doesn't answer", self.running.url()), error)
                .help(format!("process {} is to answer there; look into its platform.log", self.running.pid))
        };
        let answer = request.bearer_auth(&self.key).send().await.map_err(|error| silent(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| silent(&error))?;
        let document: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return Ok(document);
        }
        let text = document["error"].as_str().unwrap_or_default();
        Err(Failure::new(format!("the platform refused: {text}")).why(format!("it answered {status}")))
    }
}

fn http() -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder()
        .timeout(PATIENCE)
        // Loopback is not asked of a proxy.
        .no_proxy()
        .build()
        .map_err(|error| Failure::because("the platform can't be asked", &error))
}

/// Whether a platform answers where its directory says.
pub(super) fn answers(running: &Running) -> Result<bool, Failure> {
    let request = http()?.get(format!("{}/healthz", running.url()));
    let answer = runtime()?.block_on(async { request.send().await });
    Ok(answer.is_ok_and(|answer| answer.status().is_success()))
}

/// A runtime for one command.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("the platform can't be asked", &error))
}
