//! A platform for tests of the doors: the real listener, doors and artifacts, with something tiny behind them.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::answer::{Answer, json};
use super::artifacts::Artifacts;
use super::behind::{
    ControlPlane, Gateway, LogLines, NewVolume, Office, ServiceError, Services, Volume, Volumes, WorkerLogs,
};
use super::caller::{Caller, Keys, Later, Scope};
use super::directory::DataDirectory;
use super::dispatch::Front;
use super::doors::Names;
use super::ids::{EndpointId, WorkerId};
use super::serve::{Limits, Listening};

pub(crate) const ACCOUNT: &str = "account-key";
pub(crate) const WORKER: &str = "worker-key";

/// What is behind the doors.
struct Tiny;

impl Keys for Tiny {
    fn caller<'a>(&'a self, key: &'a str) -> Later<'a, Option<Caller>> {
        let scope = match key {
            ACCOUNT => Some(Scope::Account),
            WORKER => Some(Scope::Environment("env1".into())),
            _ => None,
        };
        Box::pin(async move { scope.map(|scope| Caller { user: "u1".into(), scope }) })
    }
}

impl ControlPlane for Tiny {
    fn execute(&self, caller: Option<Caller>, body: Bytes) -> Later<'_, (StatusCode, Vec<u8>)> {
        let text =
            format!("{{\"caller\":\"{caller:?}\",\"length\":{}}}", body.len()).replace("\"env1\"", "env1");
        Box::pin(async move { (StatusCode::OK, text.replace("\"u1\"", "u1").into_bytes()) })
    }
}

impl Gateway for Tiny {
    fn endpoint(&self, id: EndpointId, path: String, request: Request<Incoming>) -> Later<'_, Answer> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let seen = serde_json::json!({ "endpoint": id, "path": path, "query": query });
        Box::pin(async move { json(StatusCode::OK, &seen) })
    }

    fn queue(&self, id: EndpointId, path: String, _: Request<Incoming>) -> Later<'_, Answer> {
        Box::pin(async move { json(StatusCode::OK, &serde_json::json!({ "queue": id, "path": path })) })
    }
}

impl Volumes for Tiny {
    fn list<'a>(&'a self, _: &'a Caller) -> Later<'a, Result<Vec<Volume>, ServiceError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn create<'a>(&'a self, _: &'a Caller, new: NewVolume) -> Later<'a, Result<Volume, ServiceError>> {
        let NewVolume { name, size, data_center_id } = new;
        Box::pin(async move { Ok(Volume { id: "v1".to_owned(), name, size, data_center_id }) })
    }
}

impl WorkerLogs for Tiny {
    fn lines<'a>(&'a self, _: &'a Caller, worker: WorkerId) -> Later<'a, Option<LogLines>> {
        let lines = LogLines { container: vec!["hello".to_owned()], system: Vec::new() };
        Box::pin(async move { (worker.as_str() == "w1").then_some(lines) })
    }
}

impl Office for Tiny {
    fn status<'a>(&'a self, _: &'a Caller) -> Later<'a, Result<serde_json::Value, ServiceError>> {
        Box::pin(async { Ok(serde_json::json!({ "apps": [] })) })
    }

    fn logs<'a>(
        &'a self,
        _: &'a Caller,
        endpoint: Option<String>,
        from: Option<String>,
    ) -> Later<'a, Result<serde_json::Value, ServiceError>> {
        Box::pin(async move { Ok(serde_json::json!({ "endpoint": endpoint, "from": from })) })
    }

    fn decide<'a>(&'a self, _: &'a Caller, request: String, _: bool) -> Later<'a, Result<(), ServiceError>> {
        Box::pin(async move {
            if request == "r1" { Ok(()) } else { Err(ServiceError("login not found".to_owned())) }
        })
    }
}

/// A running one.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) artifacts: Arc<Artifacts>,
    pub(crate) directory: std::path::PathBuf,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) ended: tokio::task::JoinHandle<()>,
    _data: DataDirectory,
    _place: tempfile::TempDir,
}

pub(crate) async fn start(limits: Limits) -> Running {
    start_with(limits, |_| {}).await
}

pub(crate) async fn start_with(limits: Limits, change: impl FnOnce(&mut Artifacts)) -> Running {
    let place = tempfile::tempdir().unwrap();
    let data = DataDirectory::open(&place.path().join("data")).unwrap();
    let keys = data.keys().unwrap();
    let mut artifacts = Artifacts::open(&data, keys.signing, None).unwrap();
    change(&mut artifacts);
    let artifacts = Arc::new(artifacts);
    let tiny = Arc::new(Tiny);
    let services = Services {
        keys: tiny.clone(),
        control: tiny.clone(),
        gateway: tiny.clone(),
        volumes: tiny.clone(),
        logs: tiny.clone(),
        office: tiny,
        artifacts: Arc::clone(&artifacts),
    };
    let listening = Listening::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listening.address();
    let front = Arc::new(Front::new(Names::new(address, &["api.rp.test".to_owned()]), services));
    let (stop, stopped) = watch::channel(false);
    let ended = tokio::spawn(listening.serve(front, limits, stopped));
    let directory = data.path().to_owned();
    Running { address, artifacts, directory, stop, ended, _data: data, _place: place }
}

impl Running {
    /// Sends exactly these bytes (`HOST` stands for the address) and gives the status and the whole answer.
    pub(crate) async fn raw(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = request.replace("HOST", &self.address.to_string()).replace('\n', "\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        // A refused body may reset the connection behind the answer.
        let _ = stream.read_to_end(&mut text).await;
        let text = String::from_utf8_lossy(&text).into_owned();
        (text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0), text)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
