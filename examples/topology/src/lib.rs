//! The specification's topology: `funcA` and `funcB` on `endpoint_1`, `funcC` and `funcD` on `endpoint_2`.
//!
//! It counts words. What matters is who counts them: every answer says which process gave it.

pub mod api;
pub mod handlers;

use serde::{Deserialize, Serialize};

/// A word and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Count {
    /// The word, in lower case.
    pub word: String,
    /// Its occurrences.
    pub times: usize,
}

/// Words counted, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, flash::Type)]
pub struct Report {
    /// Every word, most frequent first.
    pub counts: Vec<Count>,
    /// Processes that took part, the caller's first.
    pub processes: Vec<u32>,
}
