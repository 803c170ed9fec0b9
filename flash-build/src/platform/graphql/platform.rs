//! What this platform can do that others can't.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::access;

/// A platform's capabilities. Whoever gets an error for this query talks to the cloud.
#[derive(SimpleObject)]
pub(super) struct FlashPlatform {
    name: &'static str,
    version: &'static str,
    /// Where an endpoint answers; `{id}` stands for its id.
    endpoint_url_template: String,
    /// Two builds of an endpoint run side by side behind one URL.
    generations: bool,
    /// Workers that die are started again.
    supervises_replicas: bool,
    /// Queue-based endpoints answer HTTP, too.
    http_ingress_for_queue_based: bool,
}

/// Queries of the platform.
#[derive(Default)]
pub(super) struct PlatformQuery;

#[Object]
impl PlatformQuery {
    /// What this platform can do.
    async fn flash_platform(&self, context: &Context<'_>) -> Result<FlashPlatform> {
        access::caller(context)?;
        Ok(FlashPlatform {
            name: "flash-local",
            version: env!("CARGO_PKG_VERSION"),
            endpoint_url_template: format!("{}/endpoints/{{id}}", access::control(context)?.address),
            generations: true,
            supervises_replicas: true,
            http_ingress_for_queue_based: true,
        })
    }
}
