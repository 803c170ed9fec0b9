//! What a process that answers requests reads besides.

use std::time::Duration;

use super::{at_least_one, bad, number};
use crate::Error;

/// Where a serving process listens, and its limits.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    /// `FLASH_HOST`.
    pub host: String,
    /// `PORT`.
    pub port: u16,
    /// `FLASH_LISTEN_FD`.
    pub listen_fd: Option<i32>,
    /// `FLASH_INSTANCE`: what `GET /ping` answers with, so that a supervisor knows whom it asked.
    pub instance: Option<String>,
    /// Whether the process ends with its standard input.
    pub parent_pipe: bool,
    /// `FLASH_MAX_CONCURRENCY`.
    pub max_concurrency: usize,
    /// `FLASH_MAX_CONNECTIONS`.
    pub max_connections: usize,
    /// `FLASH_HEADER_TIMEOUT_MS`.
    pub header_timeout: Duration,
    /// `FLASH_IDLE_TIMEOUT_MS`.
    pub idle_timeout: Duration,
    /// `FLASH_DRAIN_TIMEOUT_MS`.
    pub drain_timeout: Duration,
}

impl Serving {
    /// What the environment says now. Only a process that serves asks, so that a stray `PORT` can't stop a
    /// program that doesn't.
    ///
    /// # Errors
    /// A variable whose value can't be used; the message names it.
    pub(crate) fn read() -> Result<Self, Error> {
        Self::from(|name| std::env::var(name).ok())
    }

    pub(super) fn from(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let millis = |name: &str, default: usize| {
            at_least_one(name, set(name), default).map(|count| Duration::from_millis(count as u64))
        };
        Ok(Self {
            host: set("FLASH_HOST").unwrap_or_else(|| "0.0.0.0".to_owned()),
            port: number("PORT", set("PORT"), 80)?,
            listen_fd: set("FLASH_LISTEN_FD").map(|fd| number("FLASH_LISTEN_FD", Some(fd), 0)).transpose()?,
            instance: set("FLASH_INSTANCE"),
            parent_pipe: match set("FLASH_PARENT_PIPE").as_deref() {
                None => false,
                Some("stdin") => true,
                Some(other) => return Err(bad("FLASH_PARENT_PIPE", other, "`stdin`")),
            },
            max_concurrency: at_least_one("FLASH_MAX_CONCURRENCY", set("FLASH_MAX_CONCURRENCY"), 1024)?,
            max_connections: at_least_one("FLASH_MAX_CONNECTIONS", set("FLASH_MAX_CONNECTIONS"), 4096)?,
            header_timeout: millis("FLASH_HEADER_TIMEOUT_MS", 10_000)?,
            idle_timeout: millis("FLASH_IDLE_TIMEOUT_MS", 75_000)?,
            drain_timeout: millis("FLASH_DRAIN_TIMEOUT_MS", 30_000)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Serving;

    #[test]
    fn bad_values_name_their_variable() {
        for (name, value) in [
            ("PORT", "http"),
            ("FLASH_MAX_CONCURRENCY", "0"),
            ("FLASH_IDLE_TIMEOUT_MS", "0"),
            ("FLASH_LISTEN_FD", "three"),
            ("FLASH_PARENT_PIPE", "stdout"),
        ] {
            let error = Serving::from(|asked| (asked == name).then(|| value.to_owned())).unwrap_err();
            assert!(error.message().contains(name) && error.message().contains(value), "{error}");
        }
    }
}
