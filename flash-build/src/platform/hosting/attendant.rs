//! Follows one process of a worker from its start to its end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;
use tokio::time::{sleep, timeout};

use super::endpoint::Endpoint;
use super::gateway::ping;
use super::launch::Launch;
use super::log::LogFile;
use super::process::Process;
use super::slot::Link;
use super::spec::EndpointSpec;
use super::survivors;
use crate::platform::ids::WorkerId;

/// Between two questions to a worker that says it is starting, or doesn't answer yet.
const PAUSE: Duration = Duration::from_millis(5);

/// Between two questions to a worker that failed the first.
const RETRY: Duration = Duration::from_millis(500);

/// Lines of output that are shown with the reason of an end.
const LAST_LINES: usize = 5;

/// A process, and whose it is.
pub(super) struct Followed {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) worker: WorkerId,
    /// Its how manieth process this is.
    pub(super) run: u64,
    pub(super) process: Arc<Process>,
    pub(super) link: Arc<Link>,
    pub(super) log: LogFile,
    /// Where its own output begins.
    pub(super) log_from: u64,
}

/// Starts a worker and follows it.
pub(super) async fn start(endpoint: Arc<Endpoint>, worker: WorkerId, run: u64, spec: Arc<EndpointSpec>) {
    let shared = Arc::clone(&endpoint.shared);
    let log = shared.logs.of(&endpoint.id, &worker);
    let log_from = log.end();
    let key = spec.worker_key.clone();
    let (id, file) = (worker.clone(), log.clone());
    let launched = tokio::task::spawn_blocking(move || {
        let launch = Launch {
            spec: &spec,
            worker: &id,
            mark: &shared.mark,
            log: &file,
            drain_ms: shared.settings.drain_timeout.as_millis(),
        };
        launch.start()
    });
    let launched = launched.await.unwrap_or_else(|error| Err(error.to_string()));
    let (process, address) = match launched {
        Ok((process, address)) => (Arc::new(process), address),
        Err(reason) => return endpoint.ended(&worker, run, reason),
    };
    let link = Arc::new(Link::new(
        worker.clone(),
        address,
        Some(&key).filter(|key| !key.is_empty()).map(String::as_str),
    ));
    endpoint.launched(&worker, run, &process, &link);
    Followed { endpoint, worker, run, process, link, log, log_from }.follow().await;
}

impl Followed {
    /// Follows it to its end, or until the platform leaves it to the next one.
    pub(super) async fn follow(self) {
        let mut cause = None;
        let ending = {
            let mut ended = std::pin::pin!(self.process.ended());
            tokio::select! {
                biased;
                () = self.endpoint.shared.left() => return,
                ending = &mut ended => ending,
                why = self.watch() => {
                    cause = Some(why);
                    self.process.kill();
                    ended.await
                }
            }
        };
        self.link.pool.close();
        // Processes that the worker started and that left its group.
        let (mark, worker) = (self.endpoint.shared.mark.clone(), self.worker.clone());
        let strays = move || survivors::end_marked(&mark, |process| process.worker == worker);
        let _ = tokio::task::spawn_blocking(strays).await;
        let mut reason = match cause {
            Some(cause) => format!("the process was ended: {cause}"),
            None => format!("the process {ending}"),
        };
        for line in self.log.last_lines(self.log_from, LAST_LINES) {
            reason.push_str("\n  ");
            reason.push_str(&line);
        }
        self.endpoint.ended(&self.worker, self.run, reason);
    }

    /// Watches its health, and comes back with the reason when it has to be ended.
    async fn watch(&self) -> String {
        let limit = self.endpoint.shared.settings.start_timeout;
        let mut last = "it didn't answer".to_owned();
        let ready = async {
            loop {
                // The socket listens before the process does, so the first question waits for its answer.
                match ping(&self.link).await {
                    Ok(StatusCode::OK) => return,
                    Ok(StatusCode::NO_CONTENT) => "it says that it is starting".clone_into(&mut last),
                    Ok(status) => last = format!("`/ping` answered {status}"),
                    Err(error) => last = error,
                }
                sleep(PAUSE).await;
            }
        };
        if timeout(limit, ready).await.is_err() {
            return format!("it was not healthy within {}: {last}", humantime::format_duration(limit));
        }
        self.endpoint.healthy(&self.worker, self.run);
        self.check().await
    }

    async fn check(&self) -> String {
        let settings = &self.endpoint.shared.settings;
        let mut failures = 0;
        let mut pause = settings.health_interval;
        loop {
            let asked = tokio::select! {
                () = sleep(pause) => false,
                () = self.link.check.notified() => true,
            };
            if asked {
                // Whoever asks couldn't reach it; a process that is just ending is seen by its end.
                sleep(PAUSE).await;
            }
            self.link.pool.tidy();
            let problem = match timeout(settings.health_timeout, ping(&self.link)).await {
                Ok(Ok(StatusCode::OK)) => {
                    self.endpoint.healthy(&self.worker, self.run);
                    (failures, pause) = (0, settings.health_interval);
                    continue;
                }
                Ok(Ok(StatusCode::NO_CONTENT)) => {
                    self.endpoint.unhealthy(&self.link, "it says that it is starting");
                    pause = RETRY;
                    continue;
                }
                Ok(Ok(status)) => format!("`/ping` answered {status}"),
                Ok(Err(error)) => error,
                Err(_) => {
                    let limit = humantime::format_duration(settings.health_timeout);
                    // A function may keep all its threads busy; its requests have their own time limits.
                    if self.link.requests.load(Ordering::Relaxed) > 0 {
                        self.endpoint.unhealthy(&self.link, &format!("`/ping` had no answer within {limit}"));
                        continue;
                    }
                    format!("`/ping` had no answer within {limit}")
                }
            };
            if self.link.pool.is_closed() {
                // It was asked to end, and its end is waited for elsewhere.
                std::future::pending::<()>().await;
            }
            failures += 1;
            self.endpoint.unhealthy(&self.link, &problem);
            if failures >= settings.health_failures {
                return format!("{failures} health checks failed in a row, the last one because {problem}");
            }
            pause = RETRY;
        }
    }
}
