//! Connections to one endpoint.

use std::error::Error as StdError;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Handle, Id};

use crate::{Error, Outcome};

/// Connections kept for the next call.
const MAX_IDLE: usize = 128;
/// Age at which a resting connection is dropped; shorter than the time after which endpoints drop it, so
/// that a request rarely meets a connection that is just being closed.
const MAX_REST: Duration = Duration::from_secs(30);
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait for a connection whose last answer was read but which isn't quite done with it.
const READY_TIMEOUT: Duration = Duration::from_secs(1);

/// HTTP/1.1 connections to one URL, reused. `B` is the body of what they send.
#[derive(Debug)]
pub(crate) struct Connections<B = Full<Bytes>> {
    authority: Authority,
    host: HeaderValue,
    prefix: String,
    idle: Mutex<Vec<Idle<B>>>,
}

#[derive(Debug)]
struct Idle<B> {
    sender: SendRequest<B>,
    since: Instant,
    /// The runtime that drives it. Another one must not wait for it: this one may stand still or end.
    runtime: Id,
}

impl<B> Idle<B> {
    fn is_stale(&self) -> bool {
        self.since.elapsed() >= MAX_REST || self.sender.is_closed()
    }
}

/// A request without an answer.
#[derive(Debug)]
pub(crate) struct Unanswered {
    /// [`Outcome::NotSent`] when the endpoint certainly didn't get the request, [`Outcome::MayHaveRun`] otherwise.
    pub(crate) error: Error,
    /// What hyper said, when it was hyper.
    pub(crate) cause: Option<hyper::Error>,
}

impl<B> Connections<B>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    /// Connections to the endpoint at `url`.
    ///
    /// # Errors
    /// A URL that can't be called, and why.
    pub(crate) fn to(url: &str) -> Result<Self, String> {
        // What stands before an `@` may be a secret.
        let shown = url.rsplit_once('@').map_or_else(|| url.to_owned(), |(_, host)| format!("..@{host}"));
        Self::parse(url).map_err(|why| format!("the URL `{shown}` {why}"))
    }

    fn parse(url: &str) -> Result<Self, String> {
        let parsed: Uri = url.parse().map_err(|error| format!("is not a URL: {error}"))?;
        match parsed.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => {}
            Some(scheme) => return Err(format!("has the scheme `{scheme}`; this build calls `http` only")),
            None => return Err("has no scheme; write `http://host:port`".to_owned()),
        }
        let authority = parsed.authority().cloned().ok_or("names no host")?;
        // It would show in logs and in the header `host`.
        if authority.as_str().contains('@') {
            return Err("holds a user's name; the key travels in a header".to_owned());
        }
        if parsed.query().is_some() {
            return Err("holds a query, which calls would lose".to_owned());
        }
        let host =
            HeaderValue::from_str(authority.as_str()).map_err(|error| format!("has a bad host: {error}"))?;
        let prefix = parsed.path().trim_end_matches('/').to_owned();
        Ok(Self { authority, host, prefix, idle: Mutex::new(Vec::new()) })
    }

    /// Sends a request and waits for the head of the answer. The connection comes back with
    /// [`keep`](Self::keep) once the body was read to its end.
    pub(crate) async fn send(
        &self,
        mut request: Request<B>,
    ) -> Result<(Response<Incoming>, Lease<B>), Unanswered> {
        let unsent = |error| Unanswered { error, cause: None };
        let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        if !self.prefix.is_empty() {
            *request.uri_mut() = format!("{}{path}", self.prefix).parse().map_err(|error| {
                unsent(Error::of(Outcome::NotSent, format!("the request's path can't be sent: {error}")))
            })?;
        }
        request.headers_mut().insert(http::header::HOST, self.host.clone());
        let runtime = Handle::current().id();
        loop {
            let pooled = self.pooled(runtime).await;
            let fresh = pooled.is_none();
            let mut sender = match pooled {
                Some(sender) => sender,
                None => self.connect().await.map_err(unsent)?,
            };
            match sender.try_send_request(request).await {
                Ok(response) => return Ok((response, Lease { sender, runtime })),
                Err(mut failed) => match failed.take_message() {
                    // A resting connection that the endpoint had closed: the request never left.
                    Some(unsent) if !fresh => request = unsent,
                    unsent => {
                        let outcome = if unsent.is_some() { Outcome::NotSent } else { Outcome::MayHaveRun };
                        let cause = failed.into_error();
                        let why = with_causes(&cause);
                        let error = Error::of(outcome, format!("{} {why}", self.authority));
                        return Err(Unanswered { error, cause: Some(cause) });
                    }
                },
            }
        }
    }

    /// A connection that rested, if one is still good.
    async fn pooled(&self, runtime: Id) -> Option<SendRequest<B>> {
        loop {
            let mut found = self.newest(runtime)?;
            if found.is_stale() {
                continue;
            }
            // The task that drives the connection may be a step behind whoever read the last answer.
            if let Ok(Ok(())) = tokio::time::timeout(READY_TIMEOUT, found.sender.ready()).await {
                return Some(found.sender);
            }
        }
    }

    fn newest(&self, runtime: Id) -> Option<Idle<B>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|idle| idle.runtime == runtime)?;
        Some(idle.remove(at))
    }

    /// Takes a connection back. A lease that is dropped instead closes it, which tells the endpoint that
    /// nobody waits for the answer any more.
    pub(crate) fn keep(&self, lease: Lease<B>) {
        let Lease { sender, runtime } = lease;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The oldest come first, and only a burst leaves any that nobody takes out again.
        if idle.first().is_some_and(Idle::is_stale) || idle.len() >= MAX_IDLE {
            idle.retain(|idle| !idle.is_stale());
        }
        if idle.len() < MAX_IDLE && !sender.is_closed() {
            idle.push(Idle { sender, since: Instant::now(), runtime });
        }
    }

    async fn connect(&self) -> Result<SendRequest<B>, Error> {
        let not_sent = |why: &dyn std::fmt::Display| {
            Error::of(Outcome::NotSent, format!("can't connect to {}: {why}", self.authority))
        };
        let host = self.authority.host().trim_start_matches('[').trim_end_matches(']');
        let port = self.authority.port_u16().unwrap_or(80);
        let stream = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect((host, port)))
            .await
            .map_err(|_| not_sent(&format_args!("no answer within {} s", CONNECT_TIMEOUT.as_secs())))?
            .map_err(|error| not_sent(&error))?;
        stream.set_nodelay(true).map_err(|error| not_sent(&error))?;
        let (sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| not_sent(&error))?;
        tokio::spawn(async move {
            // Whoever waits for the answer is told of the failure; here it would be told twice.
            let _ = connection.await;
        });
        Ok(sender)
    }
}

/// A connection in use.
pub(crate) struct Lease<B> {
    sender: SendRequest<B>,
    runtime: Id,
}

fn with_causes(error: &hyper::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use bytes::Bytes;
    use http::Request;
    use http_body_util::{BodyExt, Full};
    use tokio::runtime::{Builder, Runtime};

    use super::Connections;

    /// Answers `n` to each request on its n-th connection.
    fn counting() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                std::thread::spawn(move || {
                    let (mut stream, mut head) = (stream.unwrap(), [0; 4096]);
                    while stream.read(&mut head).is_ok_and(|len| len > 0) {
                        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{n}").unwrap();
                    }
                });
            }
        });
        url
    }

    async fn ask(connections: &Connections) -> Bytes {
        let (response, lease) = connections.send(Request::new(Full::default())).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        connections.keep(lease);
        body
    }

    #[test]
    fn a_connection_stays_with_the_runtime_that_drives_it() {
        let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
        let within = |runtime: &Runtime, connections: &Connections| {
            runtime.block_on(async {
                tokio::time::timeout(Duration::from_secs(10), ask(connections)).await.unwrap()
            })
        };
        let connections = <Connections>::to(&counting()).unwrap();
        let (first, second) = (runtime(), runtime());
        assert_eq!(within(&first, &connections), "0");
        // Nobody drives the first runtime now, so its connection would never answer.
        assert_eq!(within(&second, &connections), "1");
        assert_eq!(within(&first, &connections), "0");
        assert_eq!(within(&second, &connections), "1");
        drop(first);
        assert_eq!(within(&runtime(), &connections), "2");
    }

    #[test]
    fn urls_that_can_be_called() {
        let to = |url| <Connections>::to(url);
        assert_eq!(to("http://127.0.0.1:80/a/b/").unwrap().prefix, "/a/b");
        for (url, why) in [
            ("https://x", "`http` only"),
            ("x:80", "no scheme"),
            ("/x", "no scheme"),
            ("http://a b", "not a URL"),
            ("http://user:secret@x", "user's name"),
            ("http://x/?a=1", "a query"),
        ] {
            let error = to(url).unwrap_err();
            assert!(error.contains(why) && !error.contains("secret"), "{url}: {error}");
        }
    }
}
