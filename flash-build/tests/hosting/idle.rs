//! What endpoints cost that nobody calls.

use std::process::Command;

use super::platform::Platform;
use super::unpacked::Unpacked;

const ENDPOINTS: usize = 200;

/// All of them together; the platform as a whole has 50 MB.
const MOST: usize = 10 << 20;

fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * rustix::param::page_size()
}

/// Not a test: the process whose memory is looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the other"]
async fn idle_process() {
    let unpacked = Unpacked::new();
    let before = memory();
    let specs = (0..ENDPOINTS).map(|n| unpacked.endpoint(&format!("e{n}"))).collect();
    let platform = Platform::start(specs).await;
    assert_eq!(platform.hosting.observe_all().len(), ENDPOINTS);
    println!("cost {}", memory().saturating_sub(before));
    platform.stop().await;
}

#[test]
fn idle_endpoints_cost_little() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["idle::idle_process", "--exact", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let cost = text.lines().find_map(|line| line.split_once("cost ")).expect("it says it").1;
    let cost: usize = cost.trim().parse().unwrap();
    println!("{ENDPOINTS} idle endpoints cost {cost} bytes");
    assert!(cost < MOST, "{cost}");
}
