//! Why a build script gives up.

use crate::settings::Mistake;

/// Messages for cargo, each on one line.
#[derive(Debug)]
pub(super) struct Failure {
    messages: Vec<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { messages: vec![message.into()] }
    }

    #[allow(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
    pub(super) fn mistakes(mistakes: Vec<Mistake>) -> Self {
        Self { messages: mistakes.iter().map(ToString::to_string).collect() }
    }

    /// Cargo takes one line per message.
    pub(super) fn messages(&self) -> impl Iterator<Item = String> {
        self.messages.iter().map(|message| message.lines().map(str::trim).collect::<Vec<_>>().join("; "))
    }
}
