//! Types and resources.

use serde::{Deserialize, Serialize};

/// Documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Documented.
    pub job_id: u64,
    /// Documented.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Page<T> {
    items: Vec<T>,
    next: Option<u64>,
}

impl<T> Page<T> {
    /// Documented.
    #[must_use]
    pub const fn new(items: Vec<T>, next: Option<u64>) -> Self {
        Self { items, next }
    }
}

/// Documented.
#[derive(Debug, Clone, Copy, flash::Type)]
pub struct Array<'a, T, const N: usize> {
    /// Documented.
    pub values: &'a [T; N],
}

/// Documented.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, flash::Type)]
#[serde(tag = "kind")]
pub enum Kind {
    /// Documented.
    One,
    /// Documented.
    Two {
        /// Documented.
        size: u8,
    },
}

/// Documented.
#[flash::resource]
pub const GPU: flash::ServerlessResource = flash::ServerlessResource::new("strict-gpu").workers(0, 1);

#[flash::resource]
const CPU: flash::LoadBalancerSlsResource = flash::LoadBalancerSlsResource::new("strict-cpu");

/// Documented.
///
/// # Errors
/// When the call fails.
#[flash::remote(resource = GPU)]
pub async fn kind(kind: Kind) -> flash::Result<Kind> {
    Ok(kind)
}
