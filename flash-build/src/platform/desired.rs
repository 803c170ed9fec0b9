//! From rows to what should run.

mod environment;
mod program;
mod variables;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use self::environment::Surroundings;
use super::caller::KeyDigest;
use super::hosting::{EndpointSpec, Kind, Program, Scaling};
use super::ids::{BuildId, EndpointId, EnvironmentId, UserId};
use super::services::{Archives, Hosts};
use super::store::{Endpoint, EndpointType, ScalerType, Store, StoreError};

/// Makes specs of rows.
#[derive(Clone)]
pub struct Specs {
    store: Store,
    archives: Arc<dyn Archives>,
    /// `http://host:port` of the platform, for the variables of workers.
    address: String,
}

impl Specs {
    /// Reads from this store, and finds programs in these archives.
    #[must_use]
    pub fn new(store: Store, archives: Arc<dyn Archives>, address: String) -> Self {
        Self { store, archives, address }
    }

    /// The specs of all endpoints there are, for the start.
    ///
    /// # Errors
    /// The database.
    pub async fn all(&self) -> Result<Vec<EndpointSpec>, StoreError> {
        let mut batch = Batch::default();
        let mut specs = Vec::new();
        for endpoint in self.store.all_endpoints().await? {
            specs.push(self.spec(&endpoint, &mut batch).await?);
        }
        Ok(specs)
    }

    async fn spec(&self, endpoint: &Endpoint, batch: &mut Batch) -> Result<EndpointSpec, StoreError> {
        let surroundings = match &endpoint.environment {
            Some(id) => Some(batch.surroundings(self, &endpoint.user, id).await?),
            None => None,
        };
        let template = self.store.template(&endpoint.user, &endpoint.template).await?;
        let role = program::role(endpoint, &template, surroundings.as_deref());
        let variables = variables::all(self, endpoint, &template, surroundings.as_deref(), &role).await?;
        let (variables, program) = match variables {
            Ok(variables) => (variables, role.program),
            Err(reason) => (Vec::new(), Program::None(reason)),
        };
        let mut callers = batch.account_keys(&self.store, &endpoint.user).await?;
        callers.push(*KeyDigest::of(endpoint.ai_key.reveal()).bytes());
        callers.extend(surroundings.as_ref().map(|it| *KeyDigest::of(it.worker_key.reveal()).bytes()));
        let settings = &endpoint.settings;
        let build = surroundings.as_ref().and_then(|it| it.build.as_ref());
        Ok(EndpointSpec {
            id: endpoint.id.clone(),
            name: role.resource,
            kind: match settings.kind {
                EndpointType::Qb => Kind::QueueBased,
                EndpointType::Lb => Kind::LoadBalanced,
            },
            environment: endpoint.environment.clone(),
            generation: u64::try_from(endpoint.generation).unwrap_or_default(),
            build: build.map(|build| BuildId::from(build.id.as_str())),
            code_digest: build.and_then(|build| build.code_digest.clone()),
            program,
            variables,
            scaling: Scaling {
                min: u32::try_from(settings.workers_min).unwrap_or_default(),
                max: u32::try_from(settings.workers_max).unwrap_or_default(),
                requests_per_worker: match settings.scaler_type {
                    ScalerType::RequestCount => u32::try_from(settings.scaler_value).unwrap_or(1),
                    // The value is a number of seconds then, and a worker takes one job at a time.
                    ScalerType::QueueDelay => 1,
                },
                idle_timeout: Duration::from_secs(u64::try_from(settings.idle_timeout).unwrap_or_default()),
            },
            execution_timeout: u64::try_from(settings.execution_timeout_ms)
                .ok()
                .filter(|milliseconds| *milliseconds > 0)
                .map(Duration::from_millis),
            callers,
            worker_key: surroundings.map(|it| it.worker_key.reveal().to_owned()).unwrap_or_default(),
            public: role.public,
        })
    }
}

/// What many endpoints share, read once.
#[derive(Default)]
struct Batch {
    environments: HashMap<EnvironmentId, Arc<Surroundings>>,
    keys: HashMap<UserId, Vec<[u8; 32]>>,
}

impl Batch {
    async fn surroundings(
        &mut self,
        specs: &Specs,
        user: &UserId,
        id: &EnvironmentId,
    ) -> Result<Arc<Surroundings>, StoreError> {
        if let Some(known) = self.environments.get(id) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(Surroundings::read(specs, user, id).await?);
        self.environments.insert(id.clone(), Arc::clone(&read));
        Ok(read)
    }

    async fn account_keys(&mut self, store: &Store, user: &UserId) -> Result<Vec<[u8; 32]>, StoreError> {
        if let Some(known) = self.keys.get(user) {
            return Ok(known.clone());
        }
        let keys = store.account_keys(user).await?;
        self.keys.insert(user.clone(), keys.clone());
        Ok(keys)
    }
}

/// Tells hosting what changed.
pub struct Desired {
    specs: Specs,
    hosts: Arc<dyn Hosts>,
    /// Rows are read and handed over by one at a time, so that an older reading never overtakes a newer one.
    turn: Mutex<()>,
}

impl Desired {
    /// Applies these specs there.
    #[must_use]
    pub fn new(specs: Specs, hosts: Arc<dyn Hosts>) -> Self {
        Self { specs, hosts, turn: Mutex::new(()) }
    }

    /// Hands over how these endpoints should be now; those without a row should be gone.
    ///
    /// # Errors
    /// The database.
    pub async fn refresh(&self, ids: &[EndpointId]) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let mut batch = Batch::default();
        for id in ids {
            // Without a row in between: it was deleted while we read.
            let spec = match self.specs.store.any_endpoint(id).await? {
                Some(endpoint) => match self.specs.spec(&endpoint, &mut batch).await {
                    Err(StoreError::NotFound(_)) => None,
                    other => Some(other?),
                },
                None => None,
            };
            match spec {
                Some(spec) => self.hosts.apply(spec),
                None => self.hosts.remove(id),
            }
        }
        Ok(())
    }

    /// The same for all endpoints of an environment.
    ///
    /// # Errors
    /// The database.
    pub async fn refresh_environment(&self, id: &EnvironmentId) -> Result<(), StoreError> {
        let ids: Vec<_> = self.specs.store.endpoints_of(id).await?.into_iter().map(|it| it.id).collect();
        self.refresh(&ids).await
    }

    /// The same for all endpoints of an account, whose keys have changed.
    ///
    /// # Errors
    /// The database.
    pub async fn refresh_account(&self, user: &UserId) -> Result<(), StoreError> {
        let ids: Vec<_> = self.specs.store.endpoints(user).await?.into_iter().map(|it| it.id).collect();
        self.refresh(&ids).await
    }
}
