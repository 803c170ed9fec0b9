//! Connections to one worker's process.
//!
//! A connection has no task of its own: whoever has a request on it also drives it. A request so never waits for
//! another task, or another thread, to be scheduled.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::body::Outgoing;

/// Connections kept for the next request.
const MAX_IDLE: usize = 256;

/// Age at which a resting connection is dropped; well before workers drop it, so that a request rarely meets a
/// connection that is just being closed.
const MAX_REST: Duration = Duration::from_secs(30);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

type Driven = Connection<TokioIo<TcpStream>, Outgoing>;

/// A connection, idle or with one request on it.
pub(super) struct Upstream {
    sender: SendRequest<Outgoing>,
    /// `None` once it has ended.
    connection: Option<Box<Driven>>,
}

/// Why a request got no answer.
pub(super) enum Unanswered {
    /// The worker certainly didn't get it; here it is again.
    Unsent(Box<Request<Outgoing>>, String),
    /// The worker may have got it.
    Lost(hyper::Error),
}

impl Upstream {
    pub(super) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        Ok(Self { sender, connection: Some(Box::new(connection)) })
    }

    /// One whose connection has a task of its own and takes no other request.
    pub(super) fn driven_elsewhere(sender: SendRequest<Outgoing>) -> Self {
        Self { sender, connection: None }
    }

    /// Whether it moves on only when driven.
    pub(super) fn is_driven_here(&self) -> bool {
        self.connection.is_some()
    }

    /// Lets the connection do what it can now.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(cx).is_ready()
        {
            self.connection = None;
        }
    }

    /// Whether it can take a request. It has seen everything that happened until now, its closing above all.
    pub(super) fn is_usable(&mut self) -> bool {
        // Nobody is to be woken by what happens to a resting connection.
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.connection.is_some() && self.sender.is_ready()
    }

    /// Sends a request and waits for the head of its answer; the connection has to be driven on for the body.
    pub(super) async fn send(
        &mut self,
        request: Request<Outgoing>,
    ) -> Result<Response<Incoming>, Unanswered> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let connection = &mut self.connection;
        let answer = poll_fn(|cx| {
            // Only the connection moves the answer on, and it is driven right here: were the answer to wake this
            // task, it would wake itself, and tokio would wake another thread to see what it may have.
            let mut quiet = Context::from_waker(Waker::noop());
            if let Poll::Ready(answer) = answer.as_mut().poll(&mut quiet) {
                return Poll::Ready(answer);
            }
            // Quietly first: an answer that is there leaves its body in a channel that wakes whoever drove it last.
            for cx in [&mut quiet, cx] {
                if let Some(driven) = connection
                    && Pin::new(driven).poll(cx).is_ready()
                {
                    *connection = None;
                }
                if let Poll::Ready(answer) = answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    return Poll::Ready(answer);
                }
            }
            Poll::Pending
        })
        .await;
        answer.map_err(|mut failed| match failed.take_message() {
            Some(request) => Unanswered::Unsent(Box::new(request), failed.into_error().to_string()),
            None => Unanswered::Lost(failed.into_error()),
        })
    }
}

/// The resting connections to one process.
#[derive(Default)]
pub(in super::super) struct Pool(Mutex<Resting>);

#[derive(Default)]
struct Resting {
    /// The newest last.
    connections: Vec<(Upstream, Instant)>,
    closed: bool,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl Pool {
    /// A connection that rested and is still good.
    pub(super) fn take(&self) -> Option<Upstream> {
        loop {
            let mut upstream = self.resting().connections.pop()?.0;
            if upstream.is_usable() {
                return Some(upstream);
            }
        }
    }

    /// Takes a connection back whose last answer was read.
    pub(super) fn put(&self, upstream: Upstream) {
        let mut resting = self.resting();
        if !resting.closed && resting.connections.len() < MAX_IDLE {
            resting.connections.push((upstream, Instant::now()));
        }
    }

    /// Drops what has rested for long.
    pub(in super::super) fn tidy(&self) {
        let mut resting = self.resting();
        let stale = resting.connections.iter().take_while(|(_, since)| since.elapsed() >= MAX_REST).count();
        resting.connections.drain(..stale);
    }

    /// Drops all and keeps none from now on; a worker that is to end needn't wait for connections then.
    pub(in super::super) fn close(&self) {
        let mut resting = self.resting();
        resting.closed = true;
        resting.connections.clear();
    }

    /// Whether the worker was asked to end.
    pub(in super::super) fn is_closed(&self) -> bool {
        self.resting().closed
    }

    fn resting(&self) -> std::sync::MutexGuard<'_, Resting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
