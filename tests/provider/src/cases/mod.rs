//! The cases, by topic.

mod change;
mod deploy;
mod failure;
mod observe;
mod once;
mod refusal;
mod remove;
mod secret;
mod state;

use crate::Case;

/// All cases in the order of the page.
#[must_use]
pub fn all() -> Vec<Case> {
    let topics = [
        deploy::CASES,
        once::CASES,
        change::CASES,
        remove::CASES,
        observe::CASES,
        failure::CASES,
        refusal::CASES,
        secret::CASES,
        state::CASES,
    ];
    topics.concat()
}
