//! The listener: connections, their limits, and their end.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::dispatch::Front;
use super::hosting::Steady;

/// Clients that can wait while all connections are in use.
const BACKLOG: i32 = 1024;

/// What one listener bears.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; more wait to be accepted.
    pub connections: u32,
    /// How long a connection may rest between requests, or send a head.
    pub head: Duration,
    /// Largest head.
    pub head_bytes: usize,
    /// How long requests under way may take at the end.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            head: Duration::from_secs(75),
            head_bytes: 64 * 1024,
            drain: Duration::from_secs(10),
        }
    }
}

/// A bound address.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// Binds the address; must be called inside a runtime.
    ///
    /// # Errors
    /// The port is taken or not allowed.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        // A port whose last connections still fade away is free.
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from_std(socket.into())?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The address with its real port.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` turns true, and then what is under way.
    pub async fn serve(self, front: Arc<Front>, limits: Limits, mut stop: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(limits.connections as usize));
        loop {
            let accepted = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                accepted = accept(&self.listener, &places) => accepted,
            };
            let Some((stream, place)) = accepted else { continue };
            let (front, stop) = (Arc::clone(&front), stop.clone());
            tokio::spawn(async move {
                connection(stream, front, limits, stop).await;
                drop(place);
            });
        }
        drop(self.listener);
        // All places free means that all connections have ended.
        let _ = timeout(limits.drain, places.acquire_many(limits.connections)).await;
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            // A client that has gone is no reason to wait; too many open files is.
            if !matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) {
                sleep(Duration::from_millis(50)).await;
            }
            None
        }
    }
}

async fn connection(stream: TcpStream, front: Arc<Front>, limits: Limits, mut stop: watch::Receiver<bool>) {
    // Answers are written whole; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(request).await) }
    });
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_header_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = Steady::new(connection);
    tokio::select! {
        _ = &mut connection => return,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    connection.inner().graceful_shutdown();
    let _ = connection.await;
}
