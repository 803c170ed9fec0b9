//! A session that runs and can't be found.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// An `up` that runs, and whose `up.json` is not there or damaged.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Process id of that `up`, when the lock knows it.
    pub pid: Option<u32>,
    /// What is wrong with the file.
    pub error: io::Error,
}

impl Unreadable {
    /// Whether the file isn't there, as before a starting program answers.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.error.kind() == io::ErrorKind::NotFound
    }

    /// What to do about it.
    #[must_use]
    pub fn way_out(&self) -> String {
        let stop = match self.pid {
            Some(pid) => {
                format!("stop it with Ctrl-C at its terminal or with `kill {pid}`, and start it again")
            }
            None => "stop it with Ctrl-C at its terminal, and start it again".to_owned(),
        };
        if self.is_missing() {
            format!(
                "if it is still building, wait until it says where it answers; if the file was removed, {stop}"
            )
        } else {
            stop
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        if self.is_missing() {
            return write!(f, "{path} is not there");
        }
        write!(f, "{path} can't be read: {}", self.error)
    }
}

impl std::error::Error for Unreadable {}
