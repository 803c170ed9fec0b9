//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::HeaderValue;
use http::header::CONNECTION;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::problem::Problem;
use super::pulse::{Doing, Pulse};
use super::service::answer;
use super::stop::Stop;
use super::watched::Watched;
use super::worker::Worker;

/// While draining, an open connection is closed after its next answer, or after so long without a request:
/// closing it at once would lose the request that its peer is just writing.
const LAST_REQUEST: Duration = Duration::from_millis(500);

/// Time for the last words to a connection that is closed.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a connection until it ends, is told to, or takes too long.
pub(super) async fn serve(stream: TcpStream, worker: Arc<Worker>, mut stop: watch::Receiver<Option<Stop>>) {
    let pulse = Pulse::new();
    let service = service_fn(|request| {
        let (worker, pulse) = (Arc::clone(&worker), Arc::clone(&pulse));
        async move {
            pulse.set(Doing::Working);
            let answer = {
                let mut answer = pin!(answer(&worker, &pulse, request));
                poll_fn(|cx| match pulse.doing() {
                    Doing::Late => Poll::Ready(None),
                    _ => answer.as_mut().poll(cx).map(Some),
                })
                .await
            };
            pulse.set(Doing::Resting);
            let mut answer =
                answer.unwrap_or_else(|| Problem::too_slow().into_response(HeaderValue::from_static("")));
            if worker.is_draining() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&pulse)));
    // hyper's limit for heads counts the rest between requests; ours is in the pulse.
    let mut connection = Builder::new().header_read_timeout(None).serve_connection(io, service);
    let late = {
        let changes = stop.clone();
        let mut stopping = pin!(async {
            let _ = stop.wait_for(Option::is_some).await;
            sleep(LAST_REQUEST).await;
        });
        let mut look = pin!(sleep_until(Instant::now()));
        let (mut listening, mut told, mut armed) = (false, false, false);
        poll_fn(|cx| {
            loop {
                if Pin::new(&mut connection).poll(cx).is_ready() {
                    return Poll::Ready(None);
                }
                // Both waits wake this task once they were polled; to poll them each time would take a lock
                // that all connections share.
                if !told && (!listening || changes.has_changed().unwrap_or(true)) {
                    listening = true;
                    if stopping.as_mut().poll(cx).is_ready() {
                        told = true;
                        Pin::new(&mut connection).graceful_shutdown();
                        continue;
                    }
                }
                if armed && !look.is_elapsed() {
                    return Poll::Pending;
                }
                armed = look.as_mut().poll(cx).is_pending();
                if armed {
                    return Poll::Pending;
                }
                match pulse.check(worker.patience) {
                    Ok(next) => look.as_mut().reset(next.into()),
                    // The request's own future sees this and answers.
                    Err(Doing::Receiving) => pulse.change(Doing::Receiving, Doing::Late),
                    Err(doing) => return Poll::Ready(Some(doing)),
                }
            }
        })
        .await
    };
    if late == Some(Doing::Head) {
        let stream = connection.into_parts().io.into_inner().into_inner();
        farewell(stream, "408 Request Timeout", &Problem::too_slow()).await;
    }
}

/// Writes a problem to a connection that hyper doesn't serve, and closes it so that the peer can read it.
pub(super) async fn farewell(mut stream: TcpStream, status: &str, problem: &Problem) {
    let json = problem.to_json("");
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         connection: close\r\n{}\r\n",
        json.len(),
        if status.starts_with("503") { "retry-after: 1\r\n" } else { "" },
    );
    let last_words = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&json).await?;
        stream.shutdown().await?;
        // A connection closed with unread input is reset, and the peer loses what we wrote.
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _ = timeout(FAREWELL, last_words).await;
}
