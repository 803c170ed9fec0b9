//! The schema of all operations.

use std::sync::Arc;

use async_graphql::{EmptySubscription, MergedObject};

use super::{
    account, app, artifact, build, endpoint, environment, hardware, login, platform, secret, template, volume,
};
use crate::platform::desired::Desired;
use crate::platform::services::Archives;
use crate::platform::store::Store;

/// Levels of nesting; a tool that asks for the whole schema needs 15.
const DEPTH: usize = 20;
/// Fields, where those of a list count several times.
const COMPLEXITY: usize = 3000;
/// Directives on one field.
const DIRECTIVES: usize = 8;

/// What operations work on.
pub struct ControlPlane {
    /// The rows.
    pub store: Store,
    /// The archives of builds.
    pub archives: Arc<dyn Archives>,
    /// What has to know of changes.
    pub desired: Desired,
    /// `http://host:port`, where clients reach the platform.
    pub address: String,
}

/// Every query.
#[derive(MergedObject, Default)]
pub struct Query(
    account::AccountQuery,
    app::AppQuery,
    environment::EnvironmentQuery,
    build::BuildQuery,
    template::TemplateQuery,
    hardware::HardwareQuery,
    login::LoginQuery,
    platform::PlatformQuery,
);

/// Every mutation.
#[derive(MergedObject, Default)]
pub struct Mutation(
    account::AccountMutation,
    app::AppMutation,
    environment::EnvironmentMutation,
    artifact::ArtifactMutation,
    build::BuildMutation,
    endpoint::EndpointMutation,
    template::TemplateMutation,
    login::LoginMutation,
    secret::SecretMutation,
    volume::VolumeMutation,
);

/// All operations.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema over these rows, archives and endpoints.
#[must_use]
pub fn schema(control: ControlPlane) -> Schema {
    async_graphql::Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .data(control)
        .limit_depth(DEPTH)
        .limit_complexity(COMPLEXITY)
        .limit_directives(DIRECTIVES)
        // Suggestions would list every field to whoever has no key.
        .disable_suggestions()
        .finish()
}
