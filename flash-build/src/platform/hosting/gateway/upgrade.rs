//! Connections that stop being HTTP, WebSockets above all: both sides are joined, and the worker's slot is held until
//! one of them ends.

use http::header::{CONNECTION, UPGRADE};
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::client::conn::http1;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::super::slot::Slot;
use super::body::{Body, Outgoing};
use super::headers::{self, strip};
use super::passage::{late, lost};
use super::refusal::Refusal;
use super::upstream::Upstream;

/// Passes a request for an upgrade on, with a connection and a task of its own.
pub(super) async fn pass(
    slot: Slot,
    request: Request<Outgoing>,
    caller: OnUpgrade,
    deadline: Instant,
    limit: u64,
) -> Result<Response<Body>, Refusal> {
    let unreachable = |_| {
        let detail = "the worker could not be reached";
        Refusal::new(StatusCode::BAD_GATEWAY, "not-sent", "bad gateway", detail)
    };
    let stream = TcpStream::connect(slot.link().address).await.map_err(unreachable)?;
    let _ = stream.set_nodelay(true);
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| lost(&error))?;
    tokio::spawn(async move {
        // Whoever waits for the answer is told of a failure.
        let _ = connection.with_upgrades().await;
    });
    let answer = timeout_at(deadline, sender.send_request(request)).await.map_err(|_| late())?;
    let mut response = answer.map_err(|error| lost(&error))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let (mut head, body) = response.into_parts();
        strip(&mut head.headers);
        head.headers.insert(headers::WORKER, slot.link().header.clone());
        let body = Body::relayed(body, Upstream::driven_elsewhere(sender), slot, deadline, limit);
        return Ok(Response::from_parts(head, body));
    }
    let worker = hyper::upgrade::on(&mut response);
    let (mut head, _) = response.into_parts();
    let protocol = head.headers.get(UPGRADE).cloned();
    strip(&mut head.headers);
    head.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    if let Some(protocol) = protocol {
        head.headers.insert(UPGRADE, protocol);
    }
    head.headers.insert(headers::WORKER, slot.link().header.clone());
    tokio::spawn(async move {
        if let (Ok(caller), Ok(worker)) = (caller.await, worker.await) {
            let (mut caller, mut worker) = (TokioIo::new(caller), TokioIo::new(worker));
            // Either side may go at any time; there is nobody to tell.
            let _ = copy_bidirectional(&mut caller, &mut worker).await;
        }
        drop(slot);
    });
    Ok(Response::from_parts(head, Body::empty()))
}
