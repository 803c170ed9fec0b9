//! Sending the call and measuring it.

use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};
use serde_json::Value;

use super::connect_time::ConnectTime;
use super::{Arguments, Target};
use crate::cli::Failure;

/// How long a call without a time limit of its own may take in all.
const LONGEST: Duration = Duration::from_secs(600);

/// The endpoint keeps the time limit itself and answers in words; this is how much longer it gets for that.
const GRACE: Duration = Duration::from_secs(1);

/// One call.
#[derive(Debug)]
pub struct Request {
    /// Wire name of the function.
    pub function: String,
    /// What it is given.
    pub arguments: Arguments,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Further headers; they go before those of the command.
    pub headers: HeaderMap,
}

/// Where the time of a call went.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    begun: Instant,
    /// Until the connection stood.
    pub connect: Duration,
    /// From there until the answer began.
    pub wait: Duration,
}

impl Timing {
    /// Everything so far.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Request {
    /// Sends the call and comes back when the answer begins.
    ///
    /// # Errors
    /// The endpoint can't be reached or doesn't answer in time.
    pub async fn send(self, target: &Target) -> Result<(Response, Timing), Failure> {
        let connect_time = ConnectTime::default();
        let limit = self.timeout.map_or(LONGEST, |limit| limit + GRACE);
        let local = target.url.host_str().is_some_and(is_loopback);
        let mut builder = Client::builder().timeout(limit).connector_layer(connect_time.clone());
        if local {
            builder = builder.no_proxy();
        }
        let client =
            builder.build().map_err(|error| Failure::because("the HTTP client can't be set up", &error))?;
        let url = self.url(&target.url)?;
        let headers = self.headers(target)?;
        let body = match self.arguments {
            Arguments::Json(bytes) | Arguments::Raw(bytes, _) => bytes,
        };
        let begun = Instant::now();
        let sent = client.post(url).headers(headers).body(body).send().await;
        let response = sent.map_err(|error| unreachable_endpoint(target, &error, limit))?;
        let connect = connect_time.get();
        Ok((response, Timing { begun, connect, wait: begun.elapsed().saturating_sub(connect) }))
    }

    fn url(&self, base: &Url) -> Result<Url, Failure> {
        let mut url = base.clone();
        url.path_segments_mut()
            .map_err(|()| Failure::new(format!("`{base}` is not the URL of an endpoint")))?
            .pop_if_empty()
            .extend(["execute", &self.function]);
        if let Arguments::Raw(_, named) = &self.arguments {
            let mut query = url.query_pairs_mut();
            for (name, value) in named {
                match value {
                    Value::String(text) => query.append_pair(name, text),
                    other => query.append_pair(name, &other.to_string()),
                };
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        Ok(url)
    }

    fn headers(&self, target: &Target) -> Result<HeaderMap, Failure> {
        let mut headers = HeaderMap::new();
        let kind = match self.arguments {
            Arguments::Json(_) => "application/json",
            Arguments::Raw(..) => "application/octet-stream",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(key) = &target.key {
            let mut value = HeaderValue::try_from(format!("Bearer {key}"))
                .map_err(|_| Failure::new("the key has characters that a header can't carry"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(limit) = self.timeout {
            let millis = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX).max(1);
            headers.insert(HeaderName::from_static("flash-timeout-ms"), millis.into());
        }
        headers.extend(self.headers.clone());
        Ok(headers)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn unreachable_endpoint(target: &Target, error: &reqwest::Error, limit: Duration) -> Failure {
    if error.is_timeout() {
        return Failure::new(format!("{} gave no answer within {limit:?}", target.url));
    }
    let failure = Failure::because(format!("{} can't be reached", target.url), error);
    match target.manifest {
        Some(_) => failure.help("see what `cargo flash up` says, or start it again"),
        None => failure.help("check the URL and that the program runs"),
    }
}
