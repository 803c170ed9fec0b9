//! What every request to a control plane has in common.

use std::error::Error;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Client, Response, Url, redirect};

use crate::secret::Secret;

/// A client for this URL and its neighbours. It follows no redirects, which would carry the key elsewhere, and
/// asks no proxy for this machine.
pub(crate) fn client(url: &Url) -> Result<Client, String> {
    if url.scheme() == "https" && !cfg!(feature = "tls") {
        return Err(format!("{} needs HTTPS; compile flash-runtime with its feature `tls`", host(url)));
    }
    let agent = concat!("flash-rust/", env!("CARGO_PKG_VERSION"));
    let mut builder = Client::builder()
        .user_agent(agent)
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10));
    if url.host_str().is_some_and(is_loopback) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| format!("the HTTP client can't be set up: {}", causes(&error)))
}

/// Host and port, without what else a URL may carry.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `Authorization` with this key; the value never shows.
pub(crate) fn bearer(key: &Secret) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", key.expose()))
        .map_err(|_| "the key has characters that a header can't carry".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The body, up to so many bytes.
pub(crate) async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| causes(&error))? {
        if bytes.len() + chunk.len() > most {
            return Err(format!("it has more than {most} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The beginning of a body, on one line.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    const LONGEST: usize = 200;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LONGEST)]);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !c.is_control()).collect();
    match line.chars().count() {
        0 => "no text".to_owned(),
        count if count > LONGEST => line.chars().take(LONGEST).chain("..".chars()).collect(),
        _ => line,
    }
}

/// The innermost causes; reqwest's own text repeats the URL.
pub(crate) fn causes(error: &reqwest::Error) -> String {
    let mut parts = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        parts.push(cause.to_string());
        source = cause.source();
    }
    if parts.is_empty() { "no reason given".to_owned() } else { parts.join(": ") }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_short_lines() {
        assert_eq!(excerpt(b"<html>\n  <b>no</b>\x07"), "<html> <b>no</b>");
        assert_eq!(excerpt(b""), "no text");
        assert_eq!(excerpt("é".repeat(5000).as_bytes()).chars().count(), 202);
    }

    #[test]
    fn https_works_or_is_told_how_to() {
        let made = client(&Url::parse("https://api.example").unwrap());
        match cfg!(feature = "tls") {
            true => assert!(made.is_ok()),
            false => assert!(made.unwrap_err().contains("feature `tls`")),
        }
        assert!(client(&Url::parse("http://127.0.0.1:1").unwrap()).is_ok());
    }

    #[test]
    fn keys_stay_hidden() {
        let value = bearer(&Secret::new("hunter2".to_owned())).unwrap();
        assert!(!format!("{value:?}").contains("hunter2"));
        assert!(bearer(&Secret::new("a\nb".to_owned())).is_err());
    }
}
