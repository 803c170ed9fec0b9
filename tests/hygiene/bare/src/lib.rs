//! A crate without the prelude.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]

use ::core::primitive::{str, u64};
use ::core::result::Result::Ok;

/// Documented.
#[derive(Debug, ::serde::Serialize, ::serde::Deserialize, ::flash::Type)]
#[serde(rename_all = "camelCase")]
pub struct Job<T> {
    /// Documented.
    pub id: T,
}

/// Documented.
#[::flash::resource]
pub const GPU: ::flash::ServerlessResource = ::flash::ServerlessResource::new("bare");

/// Documented.
#[::flash::remote(resource = GPU, timeout = "1s", idempotent)]
pub async fn bare_async(job: Job<u64>, text: &str, list: &[u64], (a, _): (u64, u64)) -> ::flash::Result<u64> {
    Ok(job.id + a + text.len() as u64 + list.len() as u64)
}

/// Documented.
#[::flash::remote]
pub fn bare_sync(n: u64) -> ::core::result::Result<u64, ::flash::AnyError> {
    Ok(n)
}

/// Documented.
#[::flash::remote(on_failure = "panic")]
pub async fn bare_plain() {}

/// Documented.
pub struct Bare;

#[::flash::remote]
impl Bare {
    fn new() -> Self {
        Self
    }

    /// Documented.
    pub async fn call(&self, n: u64) -> ::flash::Result<u64> {
        Ok(n)
    }

    /// Documented.
    pub fn call_sync(&self, n: u64) -> ::flash::Result<u64> {
        Ok(n)
    }
}
