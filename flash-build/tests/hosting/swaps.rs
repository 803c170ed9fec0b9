//! A new generation takes the place of the old one, or doesn't.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use flash_build::platform::hosting::{GenerationPhase, Program};

use super::platform::{Platform, answer, is_alive};
use super::unpacked::{Unpacked, next, running};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generations_follow_each_other_without_losing_a_request() {
    let unpacked = Unpacked::new();
    let mut spec = unpacked.endpoint("e1");
    spec.scaling.min = 1;
    spec.scaling.requests_per_worker = 2;
    let platform = Arc::new(Platform::start(vec![spec.clone()]).await);
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..4)
        .map(|n| {
            let (platform, stop) = (Arc::clone(&platform), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut seen = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    if n == 0 {
                        platform.result("e1", "slow", r#"{"ms":30}"#).await;
                    }
                    seen.push(platform.result("e1", "who", "{}").await[2].as_str().unwrap().to_owned());
                }
                seen
            })
        })
        .collect();
    let mut processes = Vec::new();
    for generation in 2..=4 {
        let answered = platform.status("e1").jobs.completed;
        platform.until("e1", |status| status.jobs.completed >= answered + 40).await;
        processes.extend(platform.workers("e1").iter().filter_map(|worker| worker.pid));
        spec = next(&spec);
        platform.hosting.apply(spec.clone());
        platform
            .until("e1", |status| status.serving == Some(generation) && status.generations.len() == 1)
            .await;
        assert_eq!(platform.result("e1", "who", "{}").await[2], generation.to_string());
    }
    stop.store(true, Ordering::Relaxed);
    let mut all = std::collections::BTreeSet::new();
    for caller in callers {
        let seen = caller.await.unwrap();
        assert!(seen.is_sorted(), "an answer of an old generation after one of a newer: {seen:?}");
        all.extend(seen);
    }
    assert!(all.into_iter().eq(["1", "2", "3", "4"]));
    assert!(processes.iter().all(|process| !is_alive(*process)));
    assert_eq!(platform.status("e1").jobs.failed, 0);
    Arc::into_inner(platform).unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generation_that_cant_get_healthy_changes_nothing() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_bad", "#!/bin/sh\necho no weights >&2\nexit 3\n");
    // Also when the old one sleeps, the new one has to show what it can.
    let old = unpacked.endpoint("e1");
    let platform = Platform::start(vec![old.clone()]).await;
    let bad = running(next(&old), "handler_bad");
    platform.hosting.apply(bad.clone());
    assert_eq!(platform.result("e1", "who", "{}").await[2], "1");
    let status = platform
        .until("e1", |status| status.generations.iter().any(|one| one.phase == GenerationPhase::Failed))
        .await;
    assert_eq!(status.serving, Some(1));
    let failed = &status.generations[1];
    assert!(failed.reason.as_deref().unwrap().contains("no weights"), "{failed:?}");
    assert_eq!((failed.generation, failed.verified), (2, false));
    // Told again, it doesn't try again.
    platform.hosting.apply(bad.clone());
    assert_eq!(platform.result("e1", "who", "{}").await[2], "1");
    assert_eq!(platform.status("e1").generations[1].phase, GenerationPhase::Failed);

    // What was replaced is old news.
    platform.hosting.apply(old.clone());
    assert_eq!(platform.status("e1").generations.len(), 2);

    let mut good = next(&next(&old));
    good.program = old.program.clone();
    platform.hosting.apply(good);
    platform.until("e1", |status| status.serving == Some(3)).await;
    assert_eq!(platform.result("e1", "who", "{}").await[2], "3");
    let status = platform.until("e1", |status| status.generations.len() == 1).await;
    assert!(status.generations[0].verified);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_end_on_the_generation_they_began_on() {
    let unpacked = Unpacked::new();
    let old = unpacked.endpoint("e1");
    let platform =
        Platform::with(vec![old.clone()], |settings| settings.linger = Duration::from_secs(3)).await;
    let first = platform.result("e1", "who", "{}").await;
    let slow = tokio::spawn(answer(platform.call("e1", "slow", r#"{"ms":1500}"#)));
    platform.until("e1", |status| status.workers.running == 1).await;
    platform.hosting.apply(next(&old));
    let status = platform.until("e1", |status| status.serving == Some(2)).await;
    assert_eq!(status.generations[0].phase, GenerationPhase::Draining);
    assert_eq!(platform.result("e1", "who", "{}").await[2], "2");
    // Callers of the old build get it for as long as it lives.
    let of_old = || platform.call("e1", "who", "{}").header("flash-build", "digest-1");
    assert_eq!(answer(of_old()).await[2], "1");
    assert_eq!(answer(platform.call("e1", "who", "{}").header("flash-build", "digest-9")).await[2], "2");
    assert_eq!(slow.await.unwrap(), first[0]);
    platform.until("e1", |status| status.generations.len() == 1).await;
    assert_eq!(answer(of_old()).await[2], "2");
    assert_eq!(platform.status("e1").jobs.failed, 0);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_ends_in_time() {
    let unpacked = Unpacked::new();
    let old = unpacked.endpoint("e1");
    let platform =
        Platform::with(vec![old.clone()], |settings| settings.drain_timeout = Duration::from_millis(300))
            .await;
    let slow = tokio::spawn(platform.call("e1", "slow", r#"{"ms":30000}"#).send());
    let status = platform.until("e1", |status| status.workers.running == 1).await;
    platform.hosting.apply(next(&old));
    platform.until("e1", |status| status.serving == Some(2) && status.generations.len() == 1).await;
    assert!(!is_alive(status.generations[0].workers[0].pid.unwrap()));
    assert_eq!(slow.await.unwrap().unwrap().status(), 502);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_generation_shows_that_it_can_and_sleeps() {
    let unpacked = Unpacked::new();
    let platform = Platform::start(Vec::new()).await;
    platform.hosting.apply(unpacked.endpoint("e1"));
    platform.until("e1", |status| status.generations[0].verified).await;
    platform.until("e1", |status| status.generations[0].workers.is_empty()).await;

    let mut image = unpacked.endpoint("e2");
    image.program = Program::None("no runner".to_owned());
    platform.hosting.apply(image.clone());
    assert_eq!(platform.call("e2", "who", "{}").send().await.unwrap().status(), 503);
    let mut real = next(&image);
    real.program = unpacked.endpoint("e2").program;
    platform.hosting.apply(real);
    platform.until("e2", |status| status.serving == Some(2)).await;
    assert_eq!(platform.result("e2", "who", "{}").await[2], "2");
    platform.stop().await;
}
