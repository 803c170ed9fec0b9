//! `endpoint_2`, load-balanced.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::{Count, Report};

#[flash::resource]
const ENDPOINT_2: flash::LoadBalancerSlsResource = flash::LoadBalancerSlsResource::new("endpoint_2");

/// How the endpoint is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Status {
    /// The process that answered.
    pub process: u32,
    /// Seconds since its first answer.
    pub uptime: u64,
}

/// Counts words.
///
/// # Errors
/// An empty list, or the call failed.
#[flash::remote(resource = ENDPOINT_2, name = "funcC", method = "POST", path = "/api/process")]
pub async fn func_c(words: Vec<String>) -> flash::Result<Report> {
    if words.is_empty() {
        return Err(flash::Error::new("there are no words to count"));
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for word in words {
        *times.entry(word).or_default() += 1;
    }
    let mut counts: Vec<Count> = times.into_iter().map(|(word, times)| Count { word, times }).collect();
    counts.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.word.cmp(&b.word)));
    Ok(Report { counts, processes: vec![std::process::id()] })
}

/// How the endpoint is.
///
/// # Errors
/// The call failed.
#[flash::remote(resource = ENDPOINT_2, name = "funcD", method = "GET", path = "/api/status")]
pub async fn func_d() -> flash::Result<Status> {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Ok(Status { process: std::process::id(), uptime: START.elapsed().as_secs() })
}
