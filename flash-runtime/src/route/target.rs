//! An endpoint that calls go to.

use crate::call::Connections;
use crate::{Error, Outcome};

/// Where the calls of a resource go, or why they can't.
#[derive(Debug)]
pub struct Target {
    /// Connections to the endpoint.
    pub(crate) endpoint: Result<Connections, Error>,
}

impl Target {
    /// The endpoint of `resource` at this URL.
    pub(super) fn new(resource: &str, url: Option<&str>) -> Self {
        let endpoint = match url {
            None => Err(Error::of(
                Outcome::Unrouted,
                format!(
                    "the manifest has no URL for resource `{resource}`; deploy it, or run `cargo flash up --processes`"
                ),
            )),
            Some(url) => Connections::to(url).map_err(|why| {
                Error::of(
                    Outcome::Unrouted,
                    format!("resource `{resource}` can't be called: {why}; the manifest has it"),
                )
            }),
        };
        Self { endpoint }
    }

    /// A target for calls that can't be routed.
    pub(super) fn unrouted(error: Error) -> Self {
        Self { endpoint: Err(error) }
    }
}
