//! What workers write.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use flash_build::platform::hosting::LogPosition;

use super::platform::Platform;
use super::unpacked::Unpacked;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_are_kept_within_their_size_and_outlive_their_worker() {
    let unpacked = Unpacked::new();
    let directory = tempfile::tempdir().unwrap();
    let mut settings = super::platform::quick(directory.path());
    settings.log_bytes = 256 * 1024;
    settings.ended_logs = 2;
    let platform = Platform::on(settings, vec![unpacked.endpoint("e1")]).await;
    let hosting = &platform.hosting;
    platform.result("e1", "who", "{}").await;
    let worker = platform.workers("e1")[0].id.clone();
    let first = hosting.logs(&worker, LogPosition::Start).unwrap();
    assert!(String::from_utf8_lossy(&first.bytes).contains("work listening on http://127.0.0.1:"));
    let path =
        walk(directory.path()).into_iter().find(|path| path.ends_with(format!("{worker}.log"))).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(directory.path().join("logs").metadata().unwrap().permissions().mode() & 0o777, 0o700);

    // The worker lives while it is asked, and a reader that follows sees each line.
    let (mut at, mut lines) = (first.next, 0);
    for _ in 0..10 {
        platform.result("e1", "say", r#"{"lines":1000}"#).await;
        let chunk = hosting.logs(&worker, LogPosition::At(at)).unwrap();
        lines += String::from_utf8(chunk.bytes).unwrap().lines().count();
        at = chunk.next;
    }
    assert_eq!(lines, 10_000);
    while path.metadata().unwrap().blocks() * 512 > 300 * 1024 {
        platform.result("e1", "who", "{}").await;
    }
    let kept = hosting.logs(&worker, LogPosition::Start).unwrap();
    let kept = String::from_utf8(kept.bytes).unwrap();
    assert!(kept.starts_with("line ") && kept.contains("line 999 "), "{kept}");

    let mut workers = vec![worker];
    for _ in 0..3 {
        platform.until("e1", |status| status.generations[0].workers.is_empty()).await;
        platform.result("e1", "who", "{}").await;
        workers.push(platform.workers("e1")[0].id.clone());
    }
    // The running one and the last two that ended.
    assert!(hosting.logs(&workers[0], LogPosition::Start).is_err());
    for worker in &workers[1..] {
        assert!(!hosting.logs(worker, LogPosition::Start).unwrap().bytes.is_empty());
    }
    platform.stop().await;
}

fn walk(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
        match entry.path().is_dir() {
            true => found.extend(walk(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found
}
