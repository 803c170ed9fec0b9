//! Measures how long connecting takes, which an HTTP client keeps to itself.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tower_layer::Layer;
use tower_service::Service;

/// The time of the last connect; shared with the client's connector.
#[derive(Debug, Clone, Default)]
pub(super) struct ConnectTime(Arc<AtomicU64>);

impl ConnectTime {
    pub(super) fn get(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

impl<S> Layer<S> for ConnectTime {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed { inner, time: self.clone() }
    }
}

/// A connector with a clock.
#[derive(Debug, Clone)]
pub(super) struct Timed<S> {
    inner: S,
    time: ConnectTime,
}

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let begun = Instant::now();
        let connecting = self.inner.call(request);
        let time = self.time.clone();
        Box::pin(async move {
            let connected = connecting.await;
            let nanos = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
            time.0.store(nanos, Ordering::Relaxed);
            connected
        })
    }
}
