//! Everything that runs, under one roof.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use super::endpoint::Endpoint;
use super::keeper::keep;
use super::log::{LogChunk, LogPosition, Logs};
use super::settings::HostingSettings;
use super::spec::EndpointSpec;
use super::status::EndpointStatus;
use super::{HostingError, mark, takeover};
use crate::platform::ids::{EndpointId, WorkerId};

/// How often logs are looked at for their size.
const LOG_LOOK: Duration = Duration::from_secs(1);

/// Endpoints, their workers and the gateway in front of them.
#[derive(Debug)]
pub struct Hosting {
    pub(super) shared: Arc<Shared>,
    endpoints: RwLock<HashMap<EndpointId, Arc<Endpoint>>>,
    /// Removed, with workers that still end.
    departing: Mutex<Vec<Arc<Endpoint>>>,
}

/// What all endpoints share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: HostingSettings,
    /// Tells workers of this data directory from others.
    pub(super) mark: String,
    pub(super) logs: Logs,
    /// Turns true when the platform goes and leaves its workers running.
    pub(super) leaving: watch::Sender<bool>,
}

impl Shared {
    /// Comes back when the platform goes and leaves its workers running.
    pub(super) async fn left(&self) {
        let _ = self.leaving.subscribe().wait_for(|leaving| *leaving).await;
    }
}

/// What becomes of workers when the platform ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtShutdown {
    /// They finish their requests and end.
    Stop,
    /// They go on; the next platform on the same directory takes them over.
    Leave,
}

impl Hosting {
    /// Takes over the workers that an earlier platform on the same directory left, ends those that nobody wants, and
    /// starts what is missing. Of two specifications of one endpoint the older generation serves until the newer one
    /// has shown that it can.
    ///
    /// # Errors
    /// The directory can't be used, or the processes of this machine can't be listed.
    pub async fn start(
        settings: HostingSettings,
        mut desired: Vec<EndpointSpec>,
    ) -> Result<Arc<Self>, HostingError> {
        let mark = mark::of(&settings.directory)?;
        let logs = Logs::new(&settings.directory).map_err(|source| HostingError::Directory {
            path: settings.directory.join("logs"),
            what: "made",
            source,
        })?;
        let shared = Arc::new(Shared { settings, mark, logs, leaving: watch::Sender::new(false) });
        desired.sort_by_key(|spec| spec.generation);
        let mut endpoints: HashMap<EndpointId, Arc<Endpoint>> = HashMap::new();
        for spec in desired {
            match endpoints.get(&spec.id) {
                Some(endpoint) => endpoint.apply(spec, true),
                None => {
                    let endpoint = Endpoint::new(Arc::clone(&shared), spec.clone());
                    endpoint.apply(spec, false);
                    endpoints.insert(endpoint.id.clone(), endpoint);
                }
            }
        }
        takeover::take_over(&shared, &endpoints).await?;
        for endpoint in endpoints.values() {
            tokio::spawn(keep(Arc::clone(endpoint)));
        }
        let hosting =
            Arc::new(Self { shared, endpoints: RwLock::new(endpoints), departing: Mutex::default() });
        tokio::spawn(rotate(Arc::downgrade(&hosting)));
        tokio::spawn(takeover::look_again(Arc::downgrade(&hosting)));
        Ok(hosting)
    }

    /// Makes this the wanted state of the endpoint. A higher generation replaces its workers; the same one changes
    /// their number and the callers; a lower one is old news.
    pub fn apply(&self, spec: EndpointSpec) {
        let mut endpoints = self.endpoints.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(endpoint) = endpoints.get(&spec.id) {
            return endpoint.apply(spec, true);
        }
        let endpoint = Endpoint::new(Arc::clone(&self.shared), spec.clone());
        endpoint.apply(spec, true);
        let departing = self.departing.lock().unwrap_or_else(PoisonError::into_inner);
        for earlier in departing.iter().filter(|earlier| earlier.id == endpoint.id) {
            earlier.succeeded.store(true, Ordering::Relaxed);
        }
        drop(departing);
        tokio::spawn(keep(Arc::clone(&endpoint)));
        endpoints.insert(endpoint.id.clone(), endpoint);
    }

    /// Ends the endpoint: no more requests, and its workers go after those they have.
    pub fn remove(&self, id: &EndpointId) {
        let removed = self.endpoints.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(endpoint) = removed {
            let mut departing = self.departing.lock().unwrap_or_else(PoisonError::into_inner);
            departing.retain(|endpoint| !*endpoint.gone.borrow());
            departing.push(Arc::clone(&endpoint));
            drop(departing);
            endpoint.remove();
        }
    }

    /// Comes back when the last worker of a removed endpoint is gone; at once for one that isn't known.
    pub async fn removed(&self, id: &EndpointId) {
        let departing: Vec<_> = {
            let departing = self.departing.lock().unwrap_or_else(PoisonError::into_inner);
            departing.iter().filter(|endpoint| endpoint.id == *id).cloned().collect()
        };
        for endpoint in departing {
            let _ = endpoint.gone.subscribe().wait_for(|gone| *gone).await;
        }
    }

    /// The endpoint as it is; one that was removed shows until its last worker is gone.
    #[must_use]
    pub fn observe(&self, id: &EndpointId) -> Option<EndpointStatus> {
        let departing = || {
            let departing = self.departing.lock().unwrap_or_else(PoisonError::into_inner);
            departing.iter().find(|endpoint| endpoint.id == *id && !*endpoint.gone.borrow()).cloned()
        };
        self.endpoint(id).or_else(departing).map(|endpoint| endpoint.observe())
    }

    /// All endpoints, by id.
    #[must_use]
    pub fn observe_all(&self) -> Vec<EndpointStatus> {
        let mut all: Vec<_> = self.all().iter().map(|endpoint| endpoint.observe()).collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Reads what a worker wrote, whether it still runs or not.
    ///
    /// # Errors
    /// There is no such log, or it can't be read.
    pub fn logs(&self, worker: &WorkerId, from: LogPosition) -> io::Result<LogChunk> {
        self.shared.logs.find(worker)?.read(from)
    }

    /// Ends hosting. With [`AtShutdown::Stop`] it comes back when the last worker is gone.
    pub async fn shut_down(&self, workers: AtShutdown) {
        match workers {
            AtShutdown::Leave => {
                self.shared.leaving.send_replace(true);
            }
            AtShutdown::Stop => {
                let all = self.all();
                let ids: Vec<_> = all.iter().map(|endpoint| endpoint.id.clone()).collect();
                for id in &ids {
                    self.remove(id);
                }
                for id in &ids {
                    self.removed(id).await;
                }
            }
        }
    }

    pub(super) fn endpoint(&self, id: &EndpointId) -> Option<Arc<Endpoint>> {
        self.endpoints.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Those removed, too, while they have workers.
    pub(super) fn all(&self) -> Vec<Arc<Endpoint>> {
        let mut all: Vec<_> =
            self.endpoints.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let departing = self.departing.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(departing.iter().filter(|endpoint| !*endpoint.gone.borrow()).cloned());
        all
    }
}

/// Keeps logs within their size.
async fn rotate(hosting: std::sync::Weak<Hosting>) {
    let mut tick = tokio::time::interval(LOG_LOOK);
    loop {
        tick.tick().await;
        let Some(hosting) = hosting.upgrade() else { return };
        if *hosting.shared.leaving.borrow() {
            return;
        }
        let mut files = Vec::new();
        for endpoint in hosting.all() {
            files.extend(endpoint.running().map(|worker| hosting.shared.logs.of(&endpoint.id, &worker)));
        }
        if files.is_empty() {
            continue;
        }
        let limit = hosting.shared.settings.log_bytes;
        drop(hosting);
        // Making a hole takes a moment on some disks.
        let looked = tokio::task::spawn_blocking(move || {
            for file in files {
                // A log that can't be cut now is tried again at the next look.
                let _ = file.rotate(limit);
            }
        });
        let _ = looked.await;
    }
}

impl Endpoint {
    /// Workers with a process.
    pub(super) fn running(&self) -> impl Iterator<Item = WorkerId> + use<> {
        let state = self.state();
        let workers = state.generations.iter().flat_map(|generation| &generation.workers);
        let running: Vec<_> =
            workers.filter(|worker| worker.attended).map(|worker| worker.id.clone()).collect();
        running.into_iter()
    }

    pub(super) fn jobs(&self) -> super::status::JobCounts {
        let state = self.state();
        let (mut held, mut all) = (0, 0);
        for generation in &state.generations {
            held += generation.queue.len() as u64;
            all += generation.demand.requests() as u64;
        }
        super::status::JobCounts {
            completed: self.counts.completed.load(Ordering::Relaxed),
            failed: self.counts.failed.load(Ordering::Relaxed),
            retried: self.counts.retried.load(Ordering::Relaxed),
            in_progress: all - held,
            in_queue: held,
        }
    }
}
