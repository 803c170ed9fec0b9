//! Workers that an earlier platform on the same data directory left: taken over, or ended.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::HostingError;
use super::attendant::Followed;
use super::endpoint::Endpoint;
use super::hosting::{Hosting, Shared};
use super::process::Process;
use super::slot::Link;
use super::spec::{EndpointSpec, Program, Scaling};
use super::survivors::{self, Role, Survivor};
use crate::platform::ids::{EndpointId, WorkerId};

/// A process that was just being started when the platform was killed shows its mark a moment later.
const LATE: Duration = Duration::from_secs(2);

/// Takes over what is wanted and ends the rest; comes back when that is gone.
pub(super) async fn take_over(
    shared: &Arc<Shared>,
    endpoints: &HashMap<EndpointId, Arc<Endpoint>>,
) -> Result<(), HostingError> {
    let mark = shared.mark.clone();
    let found = tokio::task::spawn_blocking(move || survivors::survivors(&mark)).await;
    let found =
        found.map_err(std::io::Error::other).and_then(|found| found).map_err(HostingError::Processes)?;
    let mut leaders: Vec<Survivor> =
        found.into_iter().filter(|process| process.leads && process.role.is_some()).collect();
    // The newest generation first, so that only the one before it is made to serve until then.
    leaders.sort_by_key(|process| std::cmp::Reverse(process.role.as_ref().map(|role| role.generation)));
    let mut taken: HashSet<WorkerId> = HashSet::new();
    for process in leaders {
        let worker = process.worker.clone();
        if !taken.contains(&worker) && take(shared, endpoints, &process) {
            taken.insert(worker);
        }
    }
    let mark = shared.mark.clone();
    let ended = tokio::task::spawn_blocking(move || {
        // Killed processes take a moment; the ports and files they hold must be free before others start.
        for _ in 0..200 {
            if survivors::end_marked(&mark, |process| !taken.contains(&process.worker)) == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let _ = ended.await;
    Ok(())
}

/// Takes one process over, if somebody wants it.
fn take(shared: &Arc<Shared>, endpoints: &HashMap<EndpointId, Arc<Endpoint>>, found: &Survivor) -> bool {
    let Some(role) = &found.role else { return false };
    let Some(endpoint) = endpoints.get(&role.endpoint) else { return false };
    let known = endpoint.generations();
    let (Some(oldest), Some(newest)) = (known.first(), known.last()) else { return false };
    if role.generation > *newest {
        return false;
    }
    if !known.contains(&role.generation) {
        if role.generation > *oldest || known.len() > 1 {
            return false;
        }
        endpoint.add_earlier(earlier(&endpoint.gate(), role));
    }
    let Ok(process) = adopt(found, role) else { return false };
    let process = Arc::new(process);
    let key = role.key.clone().unwrap_or_else(|| endpoint.gate().worker_key.clone());
    let link = Arc::new(Link::new(found.worker.clone(), role.address, Some(&key)));
    if !endpoint.took_over(role.generation, &found.worker, &process, &link) {
        return false;
    }
    let log = shared.logs.of(&endpoint.id, &found.worker);
    let followed = Followed {
        endpoint: Arc::clone(endpoint),
        worker: found.worker.clone(),
        run: 1,
        process,
        link,
        log_from: log.end(),
        log,
    };
    tokio::spawn(followed.follow());
    true
}

#[cfg(target_os = "linux")]
fn adopt(found: &Survivor, role: &Role) -> std::io::Result<Process> {
    Process::taken_over(found.id, found.descriptor.try_clone()?, role.since)
}

#[cfg(not(target_os = "linux"))]
fn adopt(_: &Survivor, _: &Role) -> std::io::Result<Process> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// What is known of a generation whose specification has been replaced: nothing of it can be started again.
fn earlier(newest: &EndpointSpec, role: &Role) -> EndpointSpec {
    EndpointSpec {
        generation: role.generation,
        build: None,
        code_digest: role.build.clone(),
        program: Program::None("it was replaced while the platform was away".to_owned()),
        variables: Vec::new(),
        scaling: Scaling { max: u32::MAX, ..newest.scaling },
        ..newest.clone()
    }
}

/// Ends processes with the mark that nobody knows, once.
pub(super) async fn look_again(hosting: Weak<Hosting>) {
    tokio::time::sleep(LATE).await;
    let looked = tokio::task::spawn_blocking(move || {
        let Some(hosting) = hosting.upgrade() else { return };
        if *hosting.shared.leaving.borrow() {
            return;
        }
        // Found before the known ones are asked for, so that one started in between is known.
        let found = survivors::survivors(&hosting.shared.mark).unwrap_or_default();
        let known: HashSet<WorkerId> =
            hosting.all().iter().flat_map(|endpoint| endpoint.running().collect::<Vec<_>>()).collect();
        for process in found.iter().filter(|process| !known.contains(&process.worker)) {
            process.end();
        }
    });
    let _ = looked.await;
}
