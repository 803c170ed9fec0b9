//! The listening socket, from the first connection to the end of the drain.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::connection::{farewell, serve};
use super::problem::Problem;
use super::pulse::Patience;
use super::stop::{Stop, watch_for};
use super::table::Table;
use super::worker::Worker;
use crate::call::random_id;
use crate::manifest::Manifest;
use crate::settings::{Role, Serving, Settings};
use crate::{Error, Outcome, environment, log};

/// Pause after the system could not accept a connection for want of something.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Connections that may be told of the limit at the same time; more are closed without a word.
const MAX_FAREWELLS: usize = 64;

/// Most connections that are taken out of the socket's queue at the end; tokio asks for a queue of this length.
const MAX_QUEUED: usize = 1024;

/// A socket, and what answers on it.
pub(crate) struct Server {
    name: String,
    listener: TcpListener,
    worker: Arc<Worker>,
    open: Arc<Open>,
    max_connections: usize,
    stop: watch::Receiver<Option<Stop>>,
}

/// Connections open now.
#[derive(Debug, Default)]
struct Open {
    count: AtomicUsize,
    farewells: AtomicUsize,
    none: Notify,
}

impl Server {
    /// Opens the port. From here on connections queue; [`run`](Self::run) answers them.
    ///
    /// # Errors
    /// Program and manifest don't fit together, there is no key, or the address can't be listened on.
    pub(crate) async fn open(
        role: &Role,
        settings: &Settings,
        serving: &Serving,
        manifest: &Manifest,
    ) -> Result<Self, Error> {
        let key = settings.key.clone().ok_or_else(|| {
            Error::of(
                Outcome::Unrouted,
                "FLASH_API_KEY is not set, and an endpoint without a key would answer anybody; set it to the key \
                 that callers must show",
            )
        })?;
        let worker = Arc::new(Worker {
            table: Table::new(role, manifest)?,
            key,
            max_body: settings.max_body_bytes,
            call_timeout: settings.call_timeout,
            instance: serving.instance.as_deref().and_then(|name| http::HeaderValue::from_str(name).ok()),
            door: format!("flash-{:016x}", random_id()),
            patience: Patience { header: serving.header_timeout, idle: serving.idle_timeout },
            max_concurrency: serving.max_concurrency,
            running: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
        });
        let stop = watch_for(serving.drain_timeout, serving.parent_pipe)?;
        let listener = listen(serving).await?;
        let name = match role {
            Role::Everything => "all resources",
            other => other.resource().unwrap_or("program"),
        };
        Ok(Self {
            name: name.to_owned(),
            listener,
            worker,
            open: Arc::default(),
            max_connections: serving.max_connections,
            stop,
        })
    }

    /// Answers until told to stop, and then until the calls under way are done.
    ///
    /// # Errors
    /// The socket fails for good.
    pub(crate) async fn run(self) -> Result<(), Error> {
        let Self { name, listener, worker, open, max_connections, mut stop } = self;
        let address = listener.local_addr().map_err(|why| broken(&why))?;
        log::line(format_args!("{name} listening on http://{address}"));
        let mut stopping = stop.clone();
        let mut stopping = std::pin::pin!(stopping.wait_for(Option::is_some));
        let mut failing = false;
        loop {
            let accepted = tokio::select! {
                biased;
                _ = &mut stopping => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    failing = false;
                    open.take(stream, max_connections, &worker, &stop);
                }
                Err(error) if is_final(&error) => return Err(broken(&error)),
                Err(error) if is_the_peers(&error) => {}
                Err(error) => {
                    if !failing {
                        log::line(format_args!("{name} can't accept connections now: {error}"));
                    }
                    failing = true;
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        worker.draining.store(true, Ordering::Relaxed);
        for stream in queued(listener) {
            open.take(stream, max_connections, &worker, &stop);
        }
        let running = worker.running.load(Ordering::Relaxed);
        log::line(format_args!("{name} draining, calls under way: {running}"));
        open.drained(&mut stop).await;
        Ok(())
    }
}

impl Open {
    /// Serves a connection in a task of its own.
    fn take(
        self: &Arc<Self>,
        stream: TcpStream,
        limit: usize,
        worker: &Arc<Worker>,
        stop: &watch::Receiver<Option<Stop>>,
    ) {
        if self.count.load(Ordering::Relaxed) >= limit {
            self.turn_away(stream, limit);
            return;
        }
        // Answers are written in one piece, so there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        self.count.fetch_add(1, Ordering::Relaxed);
        let guard = Guard(Arc::clone(self));
        let (worker, stop) = (Arc::clone(worker), stop.clone());
        tokio::spawn(async move {
            serve(stream, worker, stop).await;
            drop(guard);
        });
    }

    fn turn_away(self: &Arc<Self>, stream: TcpStream, limit: usize) {
        if self.farewells.load(Ordering::Relaxed) >= MAX_FAREWELLS {
            return;
        }
        self.farewells.fetch_add(1, Ordering::Relaxed);
        let open = Arc::clone(self);
        tokio::spawn(async move {
            let problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Outcome::Rejected,
                format!("{limit} connections are open, as many as may be"),
            );
            farewell(stream, "503 Service Unavailable", &problem).await;
            open.farewells.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Waits until no connection is open or the time for it is over.
    async fn drained(&self, stop: &mut watch::Receiver<Option<Stop>>) {
        let began = Instant::now();
        loop {
            if self.count.load(Ordering::Acquire) == 0 {
                return;
            }
            let limit = stop.borrow_and_update().map_or(Duration::ZERO, |stop| stop.drain);
            tokio::select! {
                () = self.none.notified() => {}
                () = sleep_until(began + limit) => return,
                // A reason to hurry.
                Ok(()) = stop.changed() => {}
            }
        }
    }
}

/// One open connection.
struct Guard(Arc<Open>);

impl Drop for Guard {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::Release) == 1 {
            self.0.none.notify_one();
        }
    }
}

async fn listen(serving: &Serving) -> Result<TcpListener, Error> {
    let failed = |what: String, why: &io::Error| Error::of(Outcome::Unrouted, format!("{what}: {why}"));
    match serving.listen_fd {
        Some(descriptor) => environment::inherited_listener(descriptor)
            .and_then(|listener| {
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener)
            })
            .map_err(|why| failed(format!("FLASH_LISTEN_FD={descriptor} is not a listening socket"), &why)),
        None => TcpListener::bind((serving.host.as_str(), serving.port)).await.map_err(|why| {
            let place = format!("{}:{}", serving.host, serving.port);
            failed(format!("can't listen on {place}; FLASH_HOST and PORT choose another address"), &why)
        }),
    }
}

/// The connections that the system has accepted already, whose requests would be lost; the port is closed after.
fn queued(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let mut streams = Vec::new();
    while streams.len() < MAX_QUEUED {
        match listener.accept() {
            Ok((stream, _)) => {
                let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                streams.extend(stream);
            }
            Err(error) if is_the_peers(&error) => {}
            Err(_) => break,
        }
    }
    streams
}

fn broken(why: &io::Error) -> Error {
    Error::of(Outcome::Internal, format!("the listening socket failed: {why}"))
}

/// Errors that say that this is no listening socket.
fn is_final(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::NotConnected | io::ErrorKind::Unsupported
    )
}

/// Errors of the connection that was to be accepted, not of the socket.
fn is_the_peers(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
