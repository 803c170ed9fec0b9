//! The start command of a stock image: unpack the archive, check it, start the handler.

use crate::provider::{Deployment, Generation, Sha256};

/// It has no single quote, so that it stands between two.
const SCRIPT: &str = include_str!("start.sh");

/// What a start command says about itself, to whoever reads the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub generation: Generation,
    pub digest: Sha256,
}

/// The command, for `dockerArgs`. The script is constant; what differs are words behind it, and those are a checked
/// name, digests and a number, so nothing in them means anything to a shell.
pub(super) fn command(deployment: &Deployment) -> String {
    format!(
        "sh -c '{SCRIPT}' flash {} {} {} {}",
        deployment.name,
        deployment.archive.sha256,
        deployment.generation,
        deployment.digest()
    )
}

/// What the command says about itself; `None` when another tool wrote it.
pub(super) fn mark(command: &str) -> Option<Mark> {
    let mut words = command.strip_prefix("sh -c '")?.rsplit(' ');
    let digest = Sha256::parse(words.next()?).ok()?;
    let generation = Generation(words.next()?.parse().ok()?);
    Sha256::parse(words.next()?).ok()?;
    Some(Mark { generation, digest })
}
