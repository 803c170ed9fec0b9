//! An HTTP server that remembers every request and answers as it is told.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Recorded {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The root field of a GraphQL document, past `myself`.
    pub fn operation(&self) -> String {
        let document = self.json()["query"].as_str().unwrap_or_default().to_owned();
        let inside = document.split_once('{').map_or("", |(_, inside)| inside).trim_start();
        let inside = inside.strip_prefix("myself {").unwrap_or(inside).trim_start();
        inside.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }

    pub fn variables(&self) -> Value {
        self.json()["variables"].clone()
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers.
    Status(u16, Bytes),
    /// Sends elsewhere.
    Redirect(String),
    /// Closes the connection without a word.
    Hangup,
    /// Never answers.
    Silence,
}

impl Reply {
    pub fn json(status: u16, value: &Value) -> Self {
        Self::Status(status, Bytes::from(value.to_string()))
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is given `json!` values")]
    pub fn data(value: Value) -> Self {
        Self::json(200, &serde_json::json!({ "data": value }))
    }

    pub fn error(message: &str) -> Self {
        Self::json(200, &serde_json::json!({ "errors": [{ "message": message }], "data": null }))
    }
}

/// The server. It ends with this.
pub struct Stub {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Recorded>>>,
    task: JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stub {
    pub async fn start(answer: impl Fn(&Recorded) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Recorded>>> = Arc::default();
        let (answer, record) = (Arc::new(answer), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let (answer, record) = (Arc::clone(&answer), Arc::clone(&record));
                tokio::spawn(async move {
                    let service =
                        service_fn(move |request| respond(request, Arc::clone(&answer), Arc::clone(&record)));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { address, seen, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Recorded> {
        self.seen.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.seen.lock().unwrap().clear();
    }

    /// The operations in their order.
    pub fn operations(&self) -> Vec<String> {
        self.seen().iter().filter(|request| request.path == "/graphql").map(Recorded::operation).collect()
    }

    /// The one request with this operation.
    pub fn only(&self, operation: &str) -> Recorded {
        let mut found: Vec<Recorded> =
            self.seen().into_iter().filter(|request| request.operation() == operation).collect();
        assert_eq!(found.len(), 1, "{operation} in {:?}", self.operations());
        found.remove(0)
    }
}

async fn respond(
    request: Request<Incoming>,
    answer: Arc<impl Fn(&Recorded) -> Reply>,
    record: Arc<Mutex<Vec<Recorded>>>,
) -> Result<Response<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned()));
    let request = Recorded {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers: headers.collect(),
        body: body.collect().await?.to_bytes(),
    };
    let reply = answer(&request);
    record.lock().unwrap().push(request);
    match reply {
        Reply::Status(status, body) => Ok(Response::builder().status(status).body(Full::new(body)).unwrap()),
        Reply::Redirect(to) => {
            Ok(Response::builder().status(307).header("location", to).body(Full::new(Bytes::new())).unwrap())
        }
        Reply::Hangup => Err("hung up".into()),
        Reply::Silence => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
    }
}
