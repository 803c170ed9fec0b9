//! Workers that end: what callers hear, when they are started again, and what the status says.

use std::time::Duration;

use flash_build::platform::hosting::{Program, WorkerState, WorkerStatus};

use super::platform::{Platform, document, is_alive};
use super::unpacked::{CALLER, Unpacked, running};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_dies_under_a_request_is_started_again() {
    let unpacked = Unpacked::new();
    let mut spec = unpacked.endpoint("e1");
    spec.scaling.min = 1;
    let platform = Platform::start(vec![spec]).await;
    let left = platform.result("e1", "leave_behind", "{}").await;
    let left = u32::try_from(left.as_u64().unwrap()).unwrap();
    assert!(is_alive(left));
    let before = platform.workers("e1")[0].clone();

    let answer = platform.call("e1", "crash", r#"{"code":7}"#).send().await.unwrap();
    assert_eq!(answer.status(), 502);
    let problem = document(answer).await;
    assert_eq!((&problem["outcome"], &problem["status"]), (&"may-have-run".into(), &502.into()));

    let is_back = |worker: &WorkerStatus| worker.restarts == 1 && worker.state == WorkerState::Idle;
    let status = platform.until("e1", |status| status.generations[0].workers.iter().any(is_back)).await;
    let after = &status.generations[0].workers[0];
    assert_eq!(after.id, before.id);
    assert_ne!(after.pid, before.pid);
    let reason = after.reason.as_deref().unwrap();
    assert!(reason.contains("exited with code 7"), "{reason}");
    assert!(reason.contains(&format!("the last words of {}", before.pid.unwrap())), "{reason}");
    assert!(!is_alive(left), "what a worker leaves behind ends with it");
    assert_eq!(status.jobs.failed, 1);

    // Requests between the end and the new start wait.
    let crash = platform.call("e1", "crash", r#"{"code":8}"#).send().await.unwrap();
    assert_eq!(crash.status(), 502);
    assert_eq!(platform.result("e1", "who", "{}").await[1], before.id.as_str());
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_never_starts_neither_spins_nor_keeps_callers_waiting() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_bad", "#!/bin/sh\necho no weights here >&2\nkill -USR1 $$\n");
    let platform = Platform::start(vec![running(unpacked.endpoint("e1"), "handler_bad")]).await;
    let answer = platform.call("e1", "who", "{}").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    let problem = document(answer).await;
    assert_eq!(
        (&problem["error"], &problem["outcome"]),
        (&"no workers available".into(), &"rejected".into())
    );

    let status = platform.status("e1");
    let worker = &status.generations[0].workers[0];
    assert_eq!((worker.state, worker.restarts, worker.pid), (WorkerState::Throttled, 5, None));
    let reason = worker.reason.as_deref().unwrap();
    assert!(reason.contains("SIGUSR1") && reason.contains("no weights here"), "{reason}");
    assert_eq!(status.generations[0].reason.as_deref(), Some(reason));
    // While it rests nobody waits, and nothing is started.
    assert_eq!(platform.call("e1", "who", "{}").send().await.unwrap().status(), 503);
    // Nobody needs it any more, so it isn't tried for ever.
    platform.until("e1", |status| status.generations[0].workers.is_empty()).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_hangs_at_its_start_is_ended() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_hang", "#!/bin/sh\necho waiting for nothing\nexec sleep 600\n");
    let mut spec = running(unpacked.endpoint("e1"), "handler_hang");
    spec.scaling.min = 1;
    let platform =
        Platform::with(vec![spec], |settings| settings.start_timeout = Duration::from_millis(100)).await;
    let status = platform.until("e1", |status| status.generations[0].reason.is_some()).await;
    let reason = status.generations[0].reason.as_deref().unwrap();
    assert!(
        reason.contains("not healthy within 100ms") && reason.contains("waiting for nothing"),
        "{reason}"
    );
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_runs_without_a_runner_or_outside_the_archive() {
    let unpacked = Unpacked::new();
    let mut image = unpacked.endpoint("e1");
    image.program = Program::None("an image has no runner here: `ubuntu; rm -rf /`".to_owned());
    let mut shell = running(unpacked.endpoint("e2"), "../../../bin/sh");
    shell.scaling.min = 1;
    let platform = Platform::start(vec![image, shell]).await;
    let answer = platform.call("e1", "who", "{}").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("has no runner"));
    assert!(platform.status("e1").generations[0].reason.as_deref().unwrap().contains("has no runner"));
    let status = platform.until("e2", |status| status.generations[0].reason.is_some()).await;
    assert!(status.generations[0].reason.as_deref().unwrap().contains("not the name of a handler"));
    platform.stop().await;
}

/// A worker whose `/ping` answers what the file says; it serves everything else.
const MOODY: &str = r#"#!/usr/bin/env python3
import socket
server = socket.socket(fileno=3)
while True:
    peer, _ = server.accept()
    head = peer.recv(65536).decode()
    mood = open("mood").read().strip() if "GET /ping" in head else "200 OK"
    peer.sendall(f"HTTP/1.1 {mood}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
    peer.close()
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_decides_who_gets_requests() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_moody", MOODY);
    let mood = |text: &str| std::fs::write(unpacked.path().join("mood"), text).unwrap();
    mood("204 No Content");
    let mut spec = running(unpacked.endpoint("e1"), "handler_moody");
    spec.scaling.min = 1;
    spec.scaling.max = 1;
    let platform = Platform::with(vec![spec], |settings| {
        settings.hold = Duration::from_millis(300);
        settings.health_interval = Duration::from_millis(50);
    })
    .await;
    let get = || platform.client.get(platform.url("e1", "/x")).bearer_auth(CALLER).send();
    assert_eq!(get().await.unwrap().status(), 503, "204 is not ready yet");
    assert_eq!(platform.status("e1").workers.initializing, 1);
    mood("200 OK");
    platform.until("e1", |status| status.workers.ready == 1).await;
    assert_eq!(get().await.unwrap().status(), 200);

    mood("204 No Content");
    platform.until("e1", |status| status.workers.unhealthy == 1).await;
    mood("200 OK");
    let status = platform.until("e1", |status| status.workers.ready == 1).await;
    assert_eq!(status.generations[0].workers[0].restarts, 0);

    let first = status.generations[0].workers[0].pid.unwrap();
    mood("500 Oh");
    platform.until("e1", |status| status.workers.unhealthy == 1).await;
    assert_eq!(get().await.unwrap().status(), 503, "out of the pool");
    platform.until("e1", |status| status.generations[0].workers[0].restarts == 1).await;
    mood("200 OK");
    let status = platform.until("e1", |status| status.workers.ready == 1).await;
    let worker = &status.generations[0].workers[0];
    assert!(!is_alive(first) && worker.pid != Some(first));
    let reason = worker.reason.as_deref().unwrap();
    assert!(reason.contains("3 health checks failed") && reason.contains("500"), "{reason}");
    platform.stop().await;
}
