//! Why hosting can't start.

use std::io;
use std::path::PathBuf;

/// Why hosting can't start.
#[derive(Debug, thiserror::Error)]
pub enum HostingError {
    /// Its directory can't be used.
    #[error("{} can't be {what}: {source}; hosting keeps its workers' marks and logs there", path.display())]
    Directory {
        /// The file or directory.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// The processes of this machine can't be listed, so workers that still run would be started again.
    #[error("the running processes can't be listed: {0}; without them workers would be started twice")]
    Processes(io::Error),
}
