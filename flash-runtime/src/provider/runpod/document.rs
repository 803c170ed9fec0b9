//! The documents that are sent, by the names that the platform's own clients give them.

/// Everything that is asked of an endpoint.
macro_rules! endpoint_fields {
    () => {
        "aiKey gpuIds id idleTimeout locations name networkVolumeId networkVolumeIds { networkVolumeId dataCenterId } \
         flashEnvironmentId scalerType scalerValue templateId type userId version workersMax workersMin workersStandby \
         workersPFBTarget gpuCount allowedCudaVersions minCudaVersion executionTimeoutMs instanceIds activeBuildid \
         idePodId flashBootType"
    };
}

macro_rules! template_fields {
    () => {
        "id containerDiskInGb dockerArgs env { key value } imageName name readme"
    };
}

pub(super) const FLASH_PLATFORM: &str = "query flashPlatform { flashPlatform { name version endpointUrlTemplate generations \
     supervisesReplicas httpIngressForQueueBased } }";

pub(super) const GET_ENVIRONMENT: &str = "query getFlashEnvironment($flashEnvironmentId: String!) { \
     flashEnvironment(flashEnvironmentId: $flashEnvironmentId) { id name state activeBuildId createdAt \
     endpoints { id name } networkVolumes { id name } } }";

pub(super) const GET_ENVIRONMENT_BY_NAME: &str = "query getFlashEnvironmentByName($input: FlashEnvironmentByNameInput!) { \
     flashEnvironmentByName(input: $input) { id name state activeBuildId endpoints { id name } networkVolumes { id name } } }";

pub(super) const CREATE_ENVIRONMENT: &str = "mutation createFlashEnvironment($input: CreateFlashEnvironmentInput!) { \
     createFlashEnvironment(input: $input) { id name } }";

pub(super) const GET_APP_BY_NAME: &str = "query getFlashAppByName($flashAppName: String!) { \
     flashAppByName(flashAppName: $flashAppName) { id name flashEnvironments { id name state activeBuildId createdAt } \
     flashBuilds { id objectKey createdAt } } }";

pub(super) const CREATE_APP: &str =
    "mutation createFlashApp($input: CreateFlashAppInput!) { createFlashApp(input: $input) { id name } }";

pub(super) const LIST_BUILDS: &str = "query listFlashBuilds($flashAppId: String!) { flashApp(flashAppId: $flashAppId) { \
     flashBuilds { id objectKey createdAt } } }";

pub(super) const PREPARE_UPLOAD: &str = "mutation PrepareArtifactUpload($input: PrepareFlashArtifactUploadInput!) { \
     prepareFlashArtifactUpload(input: $input) { uploadUrl objectKey expiresAt } }";

pub(super) const FINALIZE_UPLOAD: &str = "mutation FinalizeArtifactUpload($input: FinalizeFlashArtifactUploadInput!) { \
     finalizeFlashArtifactUpload(input: $input) { id manifest } }";

pub(super) const ACTIVATE: &str = "mutation deployBuildToEnvironment($input: DeployBuildToEnvironmentInput!) { \
     deployBuildToEnvironment(input: $input) { id name activeArtifact { objectKey downloadUrl expiresAt } } }";

pub(super) const SAVE_ENDPOINT: &str = concat!(
    "mutation saveEndpoint($input: EndpointInput!) { saveEndpoint(input: $input) { ",
    endpoint_fields!(),
    " } }"
);

pub(super) const DELETE_ENDPOINT: &str = "mutation deleteEndpoint($id: String!) { deleteEndpoint(id: $id) }";

pub(super) const GET_ENDPOINT: &str =
    concat!("query getEndpoint($id: String!) { myself { endpoint(id: $id) { ", endpoint_fields!(), " } } }");

/// As the plain client asks for them; only it asks when each was made.
pub(super) const LIST_ENDPOINTS: &str =
    "query { myself { endpoints { id name flashEnvironmentId createdAt } } }";

pub(super) const GET_TEMPLATE: &str =
    concat!("query getTemplate($id: String!) { podTemplate(id: $id) { ", template_fields!(), " } }");

pub(super) const SAVE_TEMPLATE: &str = concat!(
    "mutation saveTemplate($input: SaveTemplateInput) { saveTemplate(input: $input) { ",
    template_fields!(),
    " } }"
);
