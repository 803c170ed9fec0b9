//! `kill -9` of the platform: its workers serve on, and the next platform takes them over, or ends them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flash_build::platform::hosting::{AtShutdown, EndpointSpec, GenerationPhase};

use super::platform::{Platform, is_alive, processes_of, quick};
use super::unpacked::{CALLER, Unpacked, WORKER, next, running};

const DIRECTORY: &str = "TEST_PLATFORM_DIRECTORY";
const UNPACKED: &str = "TEST_PLATFORM_UNPACKED";

fn spec(unpacked: &Unpacked) -> EndpointSpec {
    let mut spec = unpacked.endpoint("e1");
    spec.scaling.min = 2;
    spec
}

/// Not a test: the platform that is to be killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the others"]
async fn platform_process() {
    let (Some(directory), Some(unpacked)) = (std::env::var_os(DIRECTORY), std::env::var_os(UNPACKED)) else {
        return;
    };
    let unpacked = Unpacked::at(Path::new(&unpacked));
    let platform = Platform::on(quick(Path::new(&directory)), vec![spec(&unpacked)]).await;
    platform.until("e1", |status| status.workers.idle == 2).await;
    println!("ready {}", platform.address);
    std::future::pending::<()>().await;
}

struct Killed {
    child: Child,
    address: String,
}

impl Killed {
    fn start(directory: &Path, unpacked: &Unpacked) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["killed::platform_process", "--exact", "--ignored", "--nocapture"])
            .env(DIRECTORY, directory)
            .env(UNPACKED, unpacked.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.map(Result::unwrap).find(|line| line.contains("ready ")).expect("it starts");
        let address = line.split_whitespace().last().unwrap().to_owned();
        Self { child, address }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_serve_on_and_are_taken_over() {
    let (unpacked, directory) = (Unpacked::new(), tempfile::tempdir().unwrap());
    let killed = Killed::start(directory.path(), &unpacked);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = |address: String, key: &str, function: &str| {
        client
            .post(format!("http://{address}/execute/{function}"))
            .bearer_auth(key)
            .header("content-type", "application/json")
            .body("{}")
            .send()
    };
    let through = format!("{}/endpoints/e1", killed.address);
    let left = call(through.clone(), CALLER, "leave_behind").await.unwrap().text().await.unwrap();
    let left: u32 = left.parse().unwrap();
    let mut before = processes_of(directory.path());
    assert_eq!(before.len(), 3);
    before.retain(|process| *process != left);
    killed.kill();

    // Nobody is in front of them, and they answer.
    let environment = std::fs::read(format!("/proc/{}/environ", before[0])).unwrap();
    let environment = String::from_utf8(environment).unwrap();
    let port = environment.split('\0').find_map(|variable| variable.strip_prefix("PORT=")).unwrap();
    let answer = call(format!("127.0.0.1:{port}"), WORKER, "say").await.unwrap();
    assert_eq!(answer.status(), 422, "it also still writes its log");

    let platform = Platform::on(quick(directory.path()), vec![spec(&unpacked)]).await;
    let status = platform.until("e1", |status| status.workers.ready == 2).await;
    let mut after: Vec<_> = status.generations[0].workers.iter().filter_map(|worker| worker.pid).collect();
    after.sort_unstable();
    before.sort_unstable();
    assert_eq!(after, before, "the same processes");
    let mut all = processes_of(directory.path());
    all.retain(|process| *process != left);
    all.sort_unstable();
    assert_eq!(all, before, "and no others");
    for worker in &status.generations[0].workers {
        let answer =
            platform.call("e1", "who", "{}").header("x-runpod-worker-id", format!("strict {}", worker.id));
        assert_eq!(super::platform::answer(answer).await[0], worker.pid.unwrap());
    }
    // Its end is noticed although somebody else is its parent.
    let crash = platform.call("e1", "crash", r#"{"code":1}"#).send().await.unwrap();
    assert_eq!(crash.status(), 502);
    platform
        .until("e1", |status| {
            status.generations[0].workers.iter().any(|worker| worker.restarts == 1)
                && status.workers.ready == 2
        })
        .await;
    platform.stop().await;
    assert!(processes_of(directory.path()).is_empty());
    until_gone(left).await;
}

/// A process that got its signal takes a moment to go.
async fn until_gone(process: u32) {
    let end = std::time::Instant::now() + super::platform::LIMIT;
    while is_alive(process) {
        assert!(std::time::Instant::now() < end, "{process} stays");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unwanted_workers_end() {
    let (unpacked, directory) = (Unpacked::new(), tempfile::tempdir().unwrap());
    let killed = Killed::start(directory.path(), &unpacked);
    assert_eq!(processes_of(directory.path()).len(), 2);
    killed.kill();
    let platform = Platform::on(quick(directory.path()), Vec::new()).await;
    assert!(processes_of(directory.path()).is_empty());
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_generation_serves_until_the_new_one_can() {
    let (unpacked, directory) = (Unpacked::new(), tempfile::tempdir().unwrap());
    let killed = Killed::start(directory.path(), &unpacked);
    let before = processes_of(directory.path());
    killed.kill();
    unpacked.script("handler_bad", "#!/bin/sh\nexit 3\n");
    let bad = running(next(&spec(&unpacked)), "handler_bad");
    let platform = Platform::on(quick(directory.path()), vec![bad.clone()]).await;
    let status = platform
        .until("e1", |status| status.generations.iter().any(|one| one.phase == GenerationPhase::Failed))
        .await;
    assert_eq!(status.serving, Some(1));
    assert_eq!(platform.result("e1", "who", "{}").await[2], "1");
    let mut good = next(&bad);
    good.program = spec(&unpacked).program;
    platform.hosting.apply(good);
    platform.until("e1", |status| status.serving == Some(3) && status.generations.len() == 1).await;
    assert!(before.iter().all(|process| !is_alive(*process)));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_may_leave_its_workers_to_the_next() {
    let (unpacked, directory) = (Unpacked::new(), tempfile::tempdir().unwrap());
    let first = Platform::on(quick(directory.path()), vec![spec(&unpacked)]).await;
    first.until("e1", |status| status.workers.idle == 2).await;
    let mut before = processes_of(directory.path());
    first.hosting.shut_down(AtShutdown::Leave).await;
    drop(first);
    let second = Platform::on(quick(directory.path()), vec![spec(&unpacked)]).await;
    second.until("e1", |status| status.workers.idle == 2).await;
    let mut after = processes_of(directory.path());
    before.sort_unstable();
    after.sort_unstable();
    assert_eq!(before, after);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_is_doubled_or_left() {
    let (unpacked, directory) = (Unpacked::new(), tempfile::tempdir().unwrap());
    for round in 0_u64..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["killed::platform_process", "--exact", "--ignored", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .env(UNPACKED, unpacked.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Moments of the start, in which workers are found, ended and started.
        tokio::time::sleep(Duration::from_millis(5 + round * round * 16)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let platform = Platform::on(quick(directory.path()), vec![spec(&unpacked)]).await;
    platform.until("e1", |status| status.workers.idle == 2).await;
    // A process that was between two programs when its platform was killed is found a little later.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let mut known: Vec<_> = platform.workers("e1").iter().filter_map(|worker| worker.pid).collect();
    let mut all = processes_of(directory.path());
    known.sort_unstable();
    all.sort_unstable();
    assert_eq!(known, all);
    platform.stop().await;
    assert!(processes_of(directory.path()).is_empty());
}
