//! The documents that are sent. With `revision` they are our platform's; without it everybody's.

pub(super) const GET_ENVIRONMENT: &str = "query getFlashEnvironment($flashEnvironmentId: String!) { \
     flashEnvironment(flashEnvironmentId: $flashEnvironmentId) { id name state activeBuildId revision } }";

pub(super) const GET_ENVIRONMENT_PLAIN: &str = "query getFlashEnvironment($flashEnvironmentId: String!) { \
     flashEnvironment(flashEnvironmentId: $flashEnvironmentId) { id name state activeBuildId } }";

pub(super) const GET_BUILD: &str =
    "query getFlashBuild($input: String!) { flashBuild(flashBuildId: $input) { id manifest revision } }";

pub(super) const GET_BUILD_PLAIN: &str =
    "query getFlashBuild($input: String!) { flashBuild(flashBuildId: $input) { id manifest } }";

pub(super) const UPDATE: &str = "mutation updateFlashBuildManifest($input: UpdateFlashBuildManifestInput!) { \
     updateFlashBuildManifest(input: $input) { id manifest revision } }";

pub(super) const UPDATE_PLAIN: &str = "mutation updateFlashBuildManifest($input: UpdateFlashBuildManifestInput!) { \
     updateFlashBuildManifest(input: $input) { id manifest } }";
