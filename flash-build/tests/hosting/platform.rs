//! Hosting with a port in front of it, as the platform has.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flash_build::platform::hosting::{
    AtShutdown, EndpointSpec, EndpointStatus, Hosting, HostingSettings, WorkerStatus,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::unpacked::CALLER;

/// Nothing here takes longer, however busy the machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(15);

pub(crate) struct Platform {
    pub(crate) hosting: Arc<Hosting>,
    pub(crate) address: SocketAddr,
    pub(crate) client: reqwest::Client,
    directory: Option<tempfile::TempDir>,
    place: std::path::PathBuf,
}

impl Drop for Platform {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for process in processes_of(&self.place) {
                let _ = std::process::Command::new("kill").args(["-9", &process.to_string()]).status();
            }
        }
    }
}

impl Platform {
    pub(crate) async fn start(desired: Vec<EndpointSpec>) -> Self {
        Self::with(desired, |_| {}).await
    }

    pub(crate) async fn with(desired: Vec<EndpointSpec>, change: impl FnOnce(&mut HostingSettings)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut settings = quick(directory.path());
        change(&mut settings);
        let mut platform = Self::on(settings, desired).await;
        platform.directory = Some(directory);
        platform
    }

    pub(crate) async fn on(settings: HostingSettings, desired: Vec<EndpointSpec>) -> Self {
        let place = settings.directory.clone();
        let hosting = Hosting::start(settings, desired).await.unwrap();
        let address = serve(Arc::clone(&hosting)).await;
        let client = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        Self { hosting, address, client, directory: None, place }
    }

    pub(crate) fn url(&self, id: &str, path: &str) -> String {
        format!("http://{}/endpoints/{id}{path}", self.address)
    }

    /// A call of a function, with the caller's key.
    pub(crate) fn call(&self, id: &str, function: &str, arguments: &str) -> reqwest::RequestBuilder {
        self.client
            .post(self.url(id, &format!("/execute/{function}")))
            .bearer_auth(CALLER)
            .header("content-type", "application/json")
            .body(arguments.to_owned())
    }

    /// The result of a call that has to succeed.
    pub(crate) async fn result(&self, id: &str, function: &str, arguments: &str) -> serde_json::Value {
        answer(self.call(id, function, arguments)).await
    }

    pub(crate) fn status(&self, id: &str) -> EndpointStatus {
        self.hosting.observe(&id.into()).unwrap()
    }

    pub(crate) fn workers(&self, id: &str) -> Vec<WorkerStatus> {
        self.status(id).generations.into_iter().flat_map(|generation| generation.workers).collect()
    }

    /// Waits until an endpoint is as it should be.
    pub(crate) async fn until(&self, id: &str, is_so: impl Fn(&EndpointStatus) -> bool) -> EndpointStatus {
        let end = Instant::now() + LIMIT;
        loop {
            let status = self.status(id);
            if is_so(&status) {
                return status;
            }
            assert!(Instant::now() < end, "it never gets so: {status:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends it with its workers.
    pub(crate) async fn stop(self) {
        tokio::time::timeout(LIMIT, self.hosting.shut_down(AtShutdown::Stop)).await.unwrap();
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> serde_json::Value {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

pub(crate) async fn document(answer: reqwest::Response) -> serde_json::Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// Settings whose waits fit a test.
pub(crate) fn quick(directory: &std::path::Path) -> HostingSettings {
    HostingSettings {
        drain_timeout: Duration::from_secs(20),
        linger: Duration::from_millis(50),
        health_interval: Duration::from_millis(200),
        ..HostingSettings::new(directory)
    }
}

/// The part of the platform's port that leads to hosting.
async fn serve(hosting: Arc<Hosting>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let hosting = Arc::clone(&hosting);
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let hosting = Arc::clone(&hosting);
                async move {
                    let whole = request.uri().path().to_owned();
                    let (kind, rest) = whole[1..].split_once('/').unwrap_or((&whole[1..], ""));
                    let (id, _) = rest.split_once('/').unwrap_or((rest, ""));
                    let path = &rest[id.len()..];
                    Ok::<_, Infallible>(match kind {
                        "v2" => hosting.data_plane(id.into(), path, request).await,
                        _ => hosting.handle(id.into(), path, request).await,
                    })
                }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection.with_upgrades());
        }
    });
    address
}

/// Whether a process is there and not only waiting to be collected.
pub(crate) fn is_alive(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

/// The processes that belong to a data directory, counted by the system.
pub(crate) fn processes_of(directory: &std::path::Path) -> Vec<u32> {
    let id = std::fs::read_to_string(directory.join("id")).unwrap();
    let mark = format!("FLASH_PLATFORM_ID={id}");
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id| {
            let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
        })
        .collect()
}
