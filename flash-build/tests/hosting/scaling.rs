//! From zero and back, within the bounds, without losing a request.

use std::time::Duration;

use flash_build::platform::hosting::{Scaling, WorkerState};

use super::platform::{Platform, answer, is_alive};
use super::unpacked::Unpacked;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bursts_wake_an_endpoint_and_pauses_put_it_to_sleep() {
    let unpacked = Unpacked::new();
    let platform = Platform::start(vec![unpacked.endpoint("e1")]).await;
    assert!(platform.workers("e1").is_empty(), "a platform's start wakes nobody");
    let mut answered = 0;
    for burst in [1, 30, 7] {
        let calls: Vec<_> = (0..burst)
            .map(|n| tokio::spawn(answer(platform.call("e1", "slow", &format!(r#"{{"ms":{}}}"#, n % 5)))))
            .collect();
        let mut processes = std::collections::BTreeSet::new();
        for call in calls {
            processes.insert(call.await.unwrap().as_u64().unwrap());
            answered += 1;
        }
        assert!(processes.len() <= 3, "{processes:?}");
        platform.until("e1", |status| status.generations[0].workers.is_empty()).await;
        for process in processes {
            assert!(!is_alive(u32::try_from(process).unwrap()));
        }
    }
    let jobs = platform.status("e1").jobs;
    assert_eq!((jobs.completed, jobs.failed, jobs.in_queue, jobs.in_progress), (answered, 0, 0, 0));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_stay_within_their_bounds() {
    let unpacked = Unpacked::new();
    let mut spec = unpacked.endpoint("e1");
    spec.scaling =
        Scaling { min: 1, max: 2, requests_per_worker: 2, idle_timeout: Duration::from_millis(100) };
    let platform = Platform::start(vec![spec.clone()]).await;
    platform.until("e1", |status| status.workers.idle == 1).await;

    let calls: Vec<_> =
        (0..12).map(|_| tokio::spawn(answer(platform.call("e1", "slow", r#"{"ms":700}"#)))).collect();
    platform.until("e1", |status| status.workers.running == 2).await;
    assert!(platform.workers("e1").len() <= 2);
    for call in calls {
        call.await.unwrap();
    }
    platform.until("e1", |status| status.generations[0].workers.len() == 1).await;
    let first = platform.workers("e1")[0].clone();

    // Other numbers replace nothing.
    spec.scaling.min = 3;
    spec.scaling.max = 3;
    platform.hosting.apply(spec.clone());
    let status = platform.until("e1", |status| status.workers.idle == 3).await;
    assert!(status.generations[0].workers.iter().any(|worker| worker.pid == first.pid));
    spec.scaling.max = 1;
    platform.hosting.apply(spec.clone());
    platform.until("e1", |status| status.generations[0].workers.len() == 1).await;
    spec.scaling.min = 0;
    platform.hosting.apply(spec.clone());
    platform.until("e1", |status| status.generations[0].workers.is_empty()).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steady_requests_keep_the_workers_they_need_and_no_more() {
    let unpacked = Unpacked::new();
    let mut spec = unpacked.endpoint("e1");
    spec.scaling.idle_timeout = Duration::from_secs(20);
    let platform = Platform::start(vec![spec]).await;
    let first = platform.result("e1", "who", "{}").await;
    // One after the other: the same worker has them all, and no second one is started for any.
    for _ in 0..60 {
        assert_eq!(platform.result("e1", "slow", r#"{"ms":5}"#).await, first[0]);
        assert!(platform.workers("e1").iter().all(|worker| worker.state != WorkerState::Initializing));
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_endpoint_finishes_its_requests_and_takes_no_more() {
    let unpacked = Unpacked::new();
    let platform = Platform::start(vec![unpacked.endpoint("e1")]).await;
    let slow = tokio::spawn(answer(platform.call("e1", "slow", r#"{"ms":500}"#)));
    let status = platform.until("e1", |status| status.workers.running == 1).await;
    platform.hosting.remove(&"e1".into());
    assert_eq!(platform.call("e1", "who", "{}").send().await.unwrap().status(), 404);
    platform.hosting.removed(&"e1".into()).await;
    slow.await.unwrap();
    assert!(!is_alive(status.generations[0].workers[0].pid.unwrap()));
    assert!(platform.hosting.observe(&"e1".into()).is_none());
    platform.stop().await;
}
