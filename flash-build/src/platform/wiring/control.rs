//! GraphQL behind the doors, and hosting behind GraphQL.

use bytes::Bytes;
use http::StatusCode;

use crate::platform::behind;
use crate::platform::caller::{Caller, Later};
use crate::platform::graphql::{Schema, execute};
use crate::platform::hosting::{EndpointSpec, Hosting};
use crate::platform::ids::EndpointId;
use crate::platform::services::Hosts;

/// The schema.
pub(super) struct Graph(pub(super) Schema);

impl behind::ControlPlane for Graph {
    fn execute(&self, caller: Option<Caller>, body: Bytes) -> Later<'_, (StatusCode, Vec<u8>)> {
        Box::pin(async move { execute(&self.0, caller, &body).await })
    }
}

impl Hosts for Hosting {
    fn apply(&self, spec: EndpointSpec) {
        Self::apply(self, spec);
    }

    fn remove(&self, id: &EndpointId) {
        Self::remove(self, id);
    }
}
