//! From a deployment to an endpoint that answers.

use super::endpoint::Endpoint;
use super::fit::Machine;
use super::{Runpod, input};
use crate::provider::{Change, Deployed, Deployment, EndpointId, Progress, ProviderError, Watch};

/// What a worker needs to know its callers by.
const WORKER_KEY: &str = "FLASH_API_KEY";

impl Runpod {
    /// Brings a deployment about. With an id that endpoint is changed, without one it is found by its name or made.
    pub(super) async fn bring_about(
        &self,
        wanted: Option<&EndpointId>,
        deployment: &Deployment,
        watch: &Watch<'_>,
    ) -> Result<Deployed, ProviderError> {
        deployment.check()?;
        input::disk_gb(deployment)?;
        let platform = self.platform().await?;
        self.machine(platform.is_local(), deployment).check(&deployment.archive.program)?;
        if !platform.is_local() {
            has_worker_key(deployment)?;
        }
        let (endpoint, change) = {
            // Within this process deployers of one resource take turns, so that the second finds what the first made.
            let turn = self.turn(&deployment.environment, &deployment.name);
            let _mine = turn.lock().await;
            self.runs(deployment).await?;
            self.settle(wanted, deployment).await?
        };
        watch(Progress::Settled { endpoint: endpoint.id.clone(), change });
        let url = platform.url(&self.addresses, &endpoint);
        let health = self.until_well(platform, &endpoint, &url, deployment, watch).await?;
        Ok(Deployed { endpoint: endpoint.id, url, change, health })
    }

    async fn settle(
        &self,
        wanted: Option<&EndpointId>,
        deployment: &Deployment,
    ) -> Result<(Endpoint, Change), ProviderError> {
        let found = match wanted {
            Some(id) => match self.endpoint(id).await? {
                None => return Err(ProviderError::NotFound { what: format!("endpoint {id}") }),
                found => found,
            },
            None => self.find(&deployment.environment, &deployment.name).await?,
        };
        let endpoint = match found {
            Some(endpoint) => endpoint,
            None => match self.create(deployment).await? {
                (endpoint, Change::Created) => return Ok((endpoint, Change::Created)),
                (others, _) => others,
            },
        };
        let template = self.template(&endpoint.template).await?;
        if let Some(mark) = template.mark() {
            if mark.generation > deployment.generation {
                let reason = format!(
                    "is {}, endpoint {} is at {} already; a later deployment went before this one",
                    deployment.generation, endpoint.id, mark.generation
                );
                return Err(ProviderError::invalid("generation", reason));
            }
            if mark.digest == deployment.digest() && !template.has_other_secrets(deployment) {
                return Ok((endpoint, Change::Unchanged));
            }
        }
        self.change(&endpoint, &template, deployment).await?;
        let workers = &deployment.config.scaling;
        let (workers_min, workers_max) = (workers.workers_min().into(), workers.workers_max().into());
        Ok((Endpoint { workers_min, workers_max, ..endpoint }, Change::Updated))
    }

    /// Where the archive's program shall run: a local platform is on this machine, the cloud's machines are all alike.
    pub(super) fn machine<'a>(&self, local: bool, deployment: &'a Deployment) -> Machine<'a> {
        if local {
            Machine { os: std::env::consts::OS, arch: std::env::consts::ARCH, image: None }
        } else {
            Machine { os: "linux", arch: "x86_64", image: Some(input::image(deployment)) }
        }
    }
}

/// The cloud passes callers' keys on and knows nothing of workers'; one that has no key to compare with doesn't start.
/// The account's own is never lent out for it.
fn has_worker_key(deployment: &Deployment) -> Result<(), ProviderError> {
    let declared = deployment.config.secrets.iter().any(|name| name == WORKER_KEY);
    if declared || deployment.secrets.get(WORKER_KEY).is_some() {
        return Ok(());
    }
    let reason = format!(
        "`{WORKER_KEY}` is missing: the key that callers of this endpoint show, one of the account's"
    );
    Err(ProviderError::invalid("secrets", reason))
}
