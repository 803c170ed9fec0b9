//! `up --watch`: a new build takes the place of the old one without losing a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::harness::{children, wait_until_gone};
use super::program::Program;

/// Calls until told to stop, each of which must be answered; gives the versions that answered.
async fn load(url: String, key: String, stop: Arc<AtomicBool>, reuse: bool) -> Vec<u32> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(if reuse { 1 } else { 0 })
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let mut seen = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let call = client.post(format!("{url}/execute/version")).bearer_auth(&key).body("{}");
        let answer = call.header("content-type", "application/json").send().await.expect("an answer");
        let status = answer.status();
        let body = answer.text().await.unwrap();
        assert!(status.is_success(), "{status}: {body}");
        seen.push(body.parse().unwrap());
    }
    seen
}

fn until_version(program: &Program, version: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while program.result(&["version"]) != version {
        assert!(Instant::now() < end, "version {version} never answers");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_replaces_the_program_under_load() {
    for options in [&["--watch"][..], &["--watch", "--processes"]] {
        let program = Program::watched("swaps_1");
        let mut up = program.up(options);
        let before = children(up.id());
        let key = program.read(".flash/up.key");
        let stop = Arc::new(AtomicBool::new(false));
        let callers: Vec<_> = (0..4)
            .map(|n| tokio::spawn(load(up.url(), key.clone(), Arc::clone(&stop), n % 2 == 0)))
            .collect();

        program.replace("src/lib.rs", "u32 = 1;", "u32 = 2;");
        up.wait_for("Changed src/lib.rs");
        up.wait_for("Replaced");
        until_version(&program, "2");

        program.replace("src/lib.rs", "u32 = 2;", "u32 = ;");
        up.wait_for("doesn't compile");
        assert_eq!(program.result(&["version"]), "2");

        program.replace("src/lib.rs", "u32 = ;", "u32 = 3;");
        up.wait_for("Replaced");
        until_version(&program, "3");

        // Saved again without a change.
        program.write("src/lib.rs", &program.read("src/lib.rs"));
        program.replace("src/main.rs", "Ok(())", "std::process::exit(3)");
        let line = up.wait_for("Changed");
        assert!(line.contains("src/main.rs"), "{line}");
        up.wait_for("Replaced");

        stop.store(true, Ordering::Relaxed);
        for caller in callers {
            let seen = caller.await.unwrap();
            assert!(seen.contains(&1) && seen.contains(&2) && seen.contains(&3));
        }
        wait_until_gone(&before);
    }
}
