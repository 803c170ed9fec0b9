//! What the workers of an account wrote.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::platform::behind::{LogLines, ServiceError, WorkerLogs};
use crate::platform::caller::{Caller, Later};
use crate::platform::hosting::{EndpointStatus, Hosting, LogChunk, LogPosition, WorkerStatus};
use crate::platform::ids::{EndpointId, UserId, WorkerId};
use crate::platform::store::Store;

/// What Runpod's log host gives at once.
const TAIL: u64 = 256 * 1024;
/// What one page of logs holds, about.
const PAGE: usize = 4 * 1024 * 1024;
/// A longer line is cut into several.
const LINE: usize = 64 * 1024;

/// The logs of workers, by whom they belong to.
pub(super) struct Logbook {
    pub(super) store: Store,
    pub(super) hosting: Arc<Hosting>,
}

impl Logbook {
    /// Endpoints of an account as they are, those with this name or id.
    async fn endpoints(
        &self,
        user: &UserId,
        wanted: Option<&str>,
    ) -> Result<Vec<EndpointStatus>, ServiceError> {
        let rows = self.store.endpoints(user).await.map_err(super::failed)?;
        let rows: Vec<(EndpointId, String)> = rows
            .into_iter()
            .map(|row| (row.id, row.name))
            .filter(|(id, name)| wanted.is_none_or(|wanted| wanted == name || wanted == id.as_str()))
            .collect();
        if let (Some(wanted), true) = (wanted, rows.is_empty()) {
            return Err(ServiceError(format!("there is no endpoint `{wanted}`")));
        }
        Ok(rows.iter().filter_map(|(id, _)| self.hosting.observe(id)).collect())
    }

    async fn find(&self, caller: &Caller, id: &WorkerId) -> Option<WorkerStatus> {
        let endpoints = self.endpoints(&caller.user, None).await.ok()?;
        let mut workers =
            endpoints.into_iter().flat_map(|endpoint| endpoint.generations).flat_map(|it| it.workers);
        workers.find(|worker| worker.id == *id)
    }

    async fn read(&self, worker: &WorkerId, from: LogPosition) -> Option<LogChunk> {
        let (hosting, worker) = (Arc::clone(&self.hosting), worker.clone());
        tokio::task::spawn_blocking(move || hosting.logs(&worker, from).ok()).await.ok()?
    }

    /// A page of lines from a position on, and the position behind it.
    pub(super) async fn page(
        &self,
        caller: &Caller,
        endpoint: Option<&str>,
        from: Option<&str>,
    ) -> Result<Value, ServiceError> {
        let mut positions = positions(from.unwrap_or_default());
        let (mut lines, mut size, mut more) = (Vec::new(), 0, false);
        let mut next = BTreeMap::new();
        for endpoint in self.endpoints(&caller.user, endpoint).await? {
            for worker in endpoint.generations.iter().flat_map(|generation| &generation.workers) {
                let known = positions.remove(worker.id.as_str());
                if size > PAGE {
                    more = true;
                    next.extend(known.map(|position| (worker.id.to_string(), position)));
                    continue;
                }
                let from = known.map_or(LogPosition::Start, LogPosition::At);
                let Some(chunk) = self.read(&worker.id, from).await else { continue };
                let whole = whole_lines(&chunk.bytes);
                size += whole.len();
                more |= chunk.more;
                let rest = u64::try_from(chunk.bytes.len() - whole.len()).unwrap_or_default();
                next.insert(worker.id.to_string(), chunk.next.saturating_sub(rest));
                for line in String::from_utf8_lossy(whole).lines() {
                    lines.push(json!({ "endpoint": endpoint.name, "worker": worker.id, "text": line }));
                }
            }
        }
        let mut text = String::new();
        for (worker, position) in next {
            let _ = write!(text, "{worker}:{position},");
        }
        Ok(json!({ "lines": lines, "next": text.trim_end_matches(','), "more": more }))
    }
}

impl WorkerLogs for Logbook {
    fn lines<'a>(&'a self, caller: &'a Caller, worker: WorkerId) -> Later<'a, Option<LogLines>> {
        Box::pin(async move {
            let status = self.find(caller, &worker).await?;
            let chunk = self.read(&worker, LogPosition::Last(TAIL)).await;
            let bytes = chunk.map(|chunk| chunk.bytes).unwrap_or_default();
            let container = String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect();
            Some(LogLines { container, system: system(&status) })
        })
    }
}

/// What befell a worker, in lines.
fn system(worker: &WorkerStatus) -> Vec<String> {
    let state = serde_json::to_value(worker.state).unwrap_or_default();
    let mut lines = vec![format!("worker is {}", state.as_str().unwrap_or("unknown"))];
    if worker.restarts > 0 {
        lines.push(format!("started again {} times", worker.restarts));
    }
    lines.extend(worker.reason.clone());
    lines
}

/// Everything up to the last end of a line; a very long line counts as ended.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => &bytes[..=end],
        None if bytes.len() >= LINE => bytes,
        None => &[],
    }
}

/// `worker:position,worker:position`, whatever is wrong in it left out.
fn positions(text: &str) -> BTreeMap<&str, u64> {
    text.split(',')
        .filter_map(|part| {
            let (worker, position) = part.split_once(':')?;
            Some((worker, position.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole() {
        assert_eq!(whole_lines(b"a\nb\nc"), b"a\nb\n");
        assert_eq!(whole_lines(b"abc"), b"");
        assert_eq!(whole_lines(&[b'x'; LINE]).len(), LINE);
    }

    #[test]
    fn positions_survive_nonsense() {
        let found = positions("w1:10,w2:x,,w3,w4:5");
        assert_eq!(found, BTreeMap::from([("w1", 10), ("w4", 5)]));
    }
}
