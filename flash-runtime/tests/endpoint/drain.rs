//! Stopping.

use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::request;
use crate::process::{Worker, command, manifest};

pub fn calls_under_way_end_first() {
    let mut worker = Worker::start();
    let mut resting = worker.client();
    assert_eq!(resting.send(request("POST", "/execute/add", &[], b"[1,2]")).answer().json(), 3);
    let mut kept = worker.client();
    assert_eq!(kept.send(request("POST", "/execute/add", &[], b"[1,1]")).answer().json(), 2);
    let mut busy = worker.client();
    busy.send(request("POST", "/execute/sleep", &[], b"[1000]"));
    worker.line("sleep begins");
    // A request whose head is here counts as under way.
    let mut late = worker.client();
    let waits = [("expect", "100-continue"), ("content-length", "5")];
    late.send(request("POST", "/execute/add", &waits, b""));
    assert_eq!(late.answer().status, 100);
    worker.signal("TERM");
    worker.line("main draining, calls under way: 2");
    // Its sender couldn't know.
    let last = kept.send(request("POST", "/execute/add", &[], b"[2,2]")).answer();
    assert_eq!((last.json(), last.header("connection")), (json!(4), Some("close")));
    assert_eq!(resting.end(), b"", "a resting connection is closed before the calls under way end");
    assert!(TcpStream::connect(worker.address).is_err(), "nothing listens any more");
    late.send("[1,2]");
    assert_eq!(late.answer().json(), 3);
    let answer = busy.answer();
    assert_eq!((answer.status, answer.json()), (200, json!(1000)));
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(worker.wait().code(), Some(0));
}

pub fn connections_that_queue_are_answered() {
    let mut worker = Worker::start();
    // It wakes to connections and the signal at once.
    worker.signal("STOP");
    let mut clients: Vec<_> = (0..50).map(|_| worker.client()).collect();
    for client in &mut clients {
        client.send(request("POST", "/execute/add", &[], b"[1,2]"));
    }
    worker.signal("TERM");
    worker.signal("CONT");
    for client in &mut clients {
        assert_eq!(client.answer().json(), 3);
    }
    assert_eq!(worker.wait().code(), Some(0));
}

pub fn the_drain_has_its_time() {
    let mut worker = Worker::with(&[("FLASH_RESOURCE_NAME", "main"), ("FLASH_DRAIN_TIMEOUT_MS", "200")]);
    let mut busy = worker.client();
    busy.send(request("POST", "/execute/sleep", &[], b"[60000]"));
    worker.line("sleep begins");
    let began = Instant::now();
    worker.signal("INT");
    assert_eq!(worker.wait().code(), Some(0));
    assert!((Duration::from_millis(200)..Duration::from_secs(10)).contains(&began.elapsed()));
}

pub fn a_second_signal_ends_at_once() {
    let mut worker = Worker::start();
    let mut busy = worker.client();
    busy.send(request("POST", "/execute/sleep", &[], b"[60000]"));
    worker.line("sleep begins");
    worker.signal("TERM");
    worker.line("draining, calls under way: 1");
    assert!(!worker.has_ended());
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(128 + 15));
}

pub fn a_worker_ends_with_its_parent() {
    let mut command = command(&[("FLASH_RESOURCE_NAME", "main"), ("FLASH_PARENT_PIPE", "stdin")]);
    command.env("FLASH_MANIFEST_PATH", manifest(&[])).stdin(Stdio::piped());
    let mut worker = Worker::run(command);
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
    let mut busy = worker.client();
    busy.send(request("POST", "/execute/sleep", &[], b"[60000]"));
    worker.line("sleep begins");
    assert!(!worker.has_ended());
    let began = Instant::now();
    drop(worker.stdin.take());
    worker.line("draining");
    assert_eq!(worker.wait().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10));
}
