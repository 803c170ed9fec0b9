//! Whether a worker answers: `GET /ping`.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};

use super::child::Launch;

/// A worker that doesn't accept yet leaves the question in its backlog; it is asked again after this time.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two questions to a worker that says it is starting.
const PAUSE: Duration = Duration::from_millis(25);

/// Asks workers on this machine.
#[derive(Debug, Clone)]
pub struct Probe(Client);

impl Probe {
    /// A probe that ignores proxies and keeps no connection.
    ///
    /// # Errors
    /// The HTTP client can't be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(PATIENCE).build().map(Self)
    }

    /// Comes back when the worker answers 200. While two processes share a socket, `instance` says whose answer
    /// counts.
    pub async fn until_ready(&self, launch: &Launch, instance: Option<&str>) {
        let url = format!("http://{}/ping", reachable(launch.address));
        loop {
            match self.0.get(&url).send().await {
                Ok(answer) if answer.status() == StatusCode::OK && is_from(&answer, instance) => {
                    return;
                }
                Err(error) if error.is_timeout() => {}
                Ok(_) | Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

fn is_from(answer: &Response, instance: Option<&str>) -> bool {
    instance.is_none_or(|instance| {
        answer.headers().get("flash-instance").is_some_and(|value| value.as_bytes() == instance.as_bytes())
    })
}

/// An address to connect to for one to listen on: "any" is reached over loopback.
#[must_use]
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_is_reached_over_loopback() {
        let any = SocketAddr::from(([0, 0, 0, 0], 80));
        assert_eq!(reachable(any), SocketAddr::from(([127, 0, 0, 1], 80)));
        let one = SocketAddr::from(([10, 0, 0, 1], 80));
        assert_eq!(reachable(one), one);
    }
}
