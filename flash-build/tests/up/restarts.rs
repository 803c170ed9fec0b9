//! Processes that end by themselves come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::harness::Up;
use super::program::Program;

/// One caller after the other, until told to stop: every answer's status and outcome.
async fn load(
    url: String,
    key: String,
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
) -> Vec<(u16, String)> {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    let mut seen = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let call = client.post(format!("{url}/execute/slow")).bearer_auth(&key).body("[5]");
        let answer =
            call.header("content-type", "application/json").send().await.expect("an answer, whatever it is");
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        if status == 200 {
            answered.fetch_add(1, Ordering::Relaxed);
        }
        seen.push((status, body["outcome"].as_str().unwrap_or_default().to_owned()));
    }
    seen
}

async fn until(count: &AtomicUsize, more: usize) {
    let goal = count.load(Ordering::Relaxed) + more;
    let end = Instant::now() + Duration::from_secs(30);
    while count.load(Ordering::Relaxed) < goal {
        assert!(Instant::now() < end, "calls are no longer answered");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_endpoint_comes_back_under_load() {
    let program = Program::watched("restarts_1");
    let mut up = program.up(&["--processes"]);
    let key = program.read(".flash/up.key");
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..8)
        .map(|_| tokio::spawn(load(up.url(), key.clone(), Arc::clone(&stop), Arc::clone(&answered))))
        .collect();
    for _ in 0..3 {
        until(&answered, 100).await;
        let first: i32 = program.result(&["process"]).parse().unwrap();
        let killed = Instant::now();
        kill(Pid::from_raw(first), Signal::SIGKILL).unwrap();
        let notice = up.wait_for("was ended by signal 9 (SIGKILL)");
        assert!(notice.starts_with("endpoint_1"), "{notice}");
        let second: i32 = program.result(&["process"]).parse().unwrap();
        assert_ne!(first, second);
        assert!(killed.elapsed() < Duration::from_secs(5), "{:?}", killed.elapsed());
    }
    until(&answered, 100).await;
    stop.store(true, Ordering::Relaxed);
    let mut lost = 0;
    for caller in callers {
        for (status, outcome) in caller.await.unwrap() {
            match (status, outcome.as_str()) {
                (200, _) => {}
                (502, "may-have-run" | "not-sent") => lost += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    // Each caller had at most one call on its way each time.
    assert!(lost <= 3 * 8, "{lost}");
}

#[test]
fn a_killed_program_comes_back_on_its_port() {
    let program = Program::watched("restarts_2");
    let mut up = program.up(&[]);
    let first: i32 = program.result(&["process"]).parse().unwrap();
    kill(Pid::from_raw(first), Signal::SIGKILL).unwrap();
    up.wait_for("starting it again in 100 ms");
    let second: i32 = program.result(&["process"]).parse().unwrap();
    assert_ne!(first, second);
}

#[test]
fn a_program_that_never_starts_ends_up_with_its_last_words() {
    let program = Program::watched("restarts_3");
    let mut command = program.up_command(&["--processes"]);
    command.env("FLASH_MAX_BODY_BYTES", "lots");
    let mut up = Up::begin(command);
    let document: Value = serde_json::from_str(&up.output()).unwrap();
    assert_eq!(document["ok"], false);
    let why = document["error"]["why"].to_string();
    assert!(why.contains("before it answered") && why.contains("FLASH_MAX_BODY_BYTES"), "{why}");
    let (status, said) = up.wait();
    assert_eq!(status.code(), Some(1));
    for rest in [100, 200, 400, 800] {
        assert!(said.contains(&format!("starting it again in {rest} ms")), "{said}");
    }
}
