//! Limits in time, size and number.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Client, KEY, request};
use crate::process::Worker;

fn limited(variables: &[(&str, &str)]) -> Worker {
    Worker::with(&[&[("FLASH_RESOURCE_NAME", "main")], variables].concat())
}

fn problem(bytes: &[u8]) -> (String, serde_json::Value) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    (head.to_ascii_lowercase(), serde_json::from_str(body).unwrap())
}

pub fn a_slow_head_is_given_up() {
    let worker = limited(&[("FLASH_HEADER_TIMEOUT_MS", "200"), ("FLASH_IDLE_TIMEOUT_MS", "60000")]);
    let began = Instant::now();
    let mut client = worker.client();
    client.send("POST /execute/add HTTP/1.1\r\nhost: ");
    let (head, json) = problem(&client.end());
    assert!(head.starts_with("http/1.1 408 ") && head.contains("connection: close"), "{head}");
    assert_eq!(json["outcome"], "bad-request");
    assert!(began.elapsed() >= Duration::from_millis(200));
    // The limit is for the head as a whole, not for each piece of it.
    let mut client = worker.client();
    let mut pieces = 0;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(10)
        && std::io::Write::write_all(&mut client.stream, b"a").is_ok()
    {
        std::thread::sleep(Duration::from_millis(20));
        pieces += 1;
    }
    assert!((1..400).contains(&pieces), "{pieces}");
    // Nobody said anything, so there is nothing to answer.
    assert_eq!(worker.client().end(), b"");
}

pub fn a_second_head_has_its_time_from_its_first_byte() {
    let worker = limited(&[("FLASH_HEADER_TIMEOUT_MS", "300"), ("FLASH_IDLE_TIMEOUT_MS", "60000")]);
    let mut client = worker.client();
    assert_eq!(client.send(request("POST", "/execute/add", &[], b"[1,2]")).answer().json(), 3);
    // Longer than a head may take: between requests a connection may rest.
    std::thread::sleep(Duration::from_millis(900));
    assert_eq!(client.send(request("POST", "/execute/add", &[], b"[1,2]")).answer().json(), 3);
    client.send("POST /exe");
    assert!(problem(&client.end()).0.starts_with("http/1.1 408 "));
}

pub fn a_slow_body_is_given_up() {
    let worker = limited(&[("FLASH_HEADER_TIMEOUT_MS", "200")]);
    let mut client = worker.client();
    client.send(request("POST", "/execute/add", &[("content-length", "9")], b"[1,"));
    let answer = client.answer();
    answer.problem(408, "bad-request");
    assert_eq!(answer.header("connection"), Some("close"));
    client.end();
    // A body that comes piece by piece is not slow.
    let mut client = worker.client();
    client.send(request("POST", "/execute/add", &[("content-length", "9")], b""));
    for byte in b"[1,    2]" {
        std::thread::sleep(Duration::from_millis(60));
        client.send([*byte]);
    }
    assert_eq!(client.answer().json(), 3);
    // Unless it outlasts its own deadline.
    let mut client = worker.client();
    let headers = [("content-length", "9"), ("flash-timeout-ms", "100")];
    client.send(request("POST", "/execute/add", &headers, b""));
    for byte in b"[1,  " {
        std::thread::sleep(Duration::from_millis(60));
        client.send([*byte]);
    }
    client.answer().problem(504, "deadline");
}

pub fn a_long_call_is_no_idle_connection() {
    let worker = limited(&[("FLASH_HEADER_TIMEOUT_MS", "100"), ("FLASH_IDLE_TIMEOUT_MS", "100")]);
    assert_eq!(worker.execute("sleep", "[700]").json(), 700);
}

pub fn a_resting_connection_is_closed() {
    let worker = limited(&[("FLASH_IDLE_TIMEOUT_MS", "200")]);
    let mut client = worker.client();
    assert_eq!(client.send(request("POST", "/execute/add", &[], b"[1,2]")).answer().json(), 3);
    let began = Instant::now();
    assert_eq!(client.end(), b"");
    assert!(began.elapsed() >= Duration::from_millis(150));
}

pub fn a_reader_that_does_not_read_is_given_up() {
    let worker = limited(&[("FLASH_IDLE_TIMEOUT_MS", "300"), ("FLASH_MAX_CONNECTIONS", "1")]);
    let mut client = worker.client();
    client.send(request("POST", "/execute/big", &[], b"[30000000]"));
    let began = Instant::now();
    // The only connection is free again once the reply that nobody reads is given up.
    while worker.client().send("GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").answer().status != 200 {
        assert!(began.elapsed() < Duration::from_secs(15));
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(client);
}

pub fn too_many_connections_are_told() {
    let worker = limited(&[("FLASH_MAX_CONNECTIONS", "2")]);
    let mut first = worker.client();
    let mut second = worker.client();
    for client in [&mut first, &mut second] {
        assert_eq!(client.send(request("POST", "/execute/add", &[], b"[1,2]")).answer().json(), 3);
    }
    let (head, json) = problem(&worker.client().end());
    assert!(head.starts_with("http/1.1 503 ") && head.contains("retry-after: 1"), "{head}");
    assert_eq!(json["outcome"], "rejected");
    drop(first);
    let began = Instant::now();
    while worker.client().send(request("POST", "/execute/add", &[], b"[1,2]")).answer().status != 200 {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

pub fn large_bodies_are_refused_early_and_late() {
    let worker = limited(&[("FLASH_MAX_BODY_BYTES", "1000")]);
    assert_eq!(worker.execute("add", &format!("[1,{}2]", " ".repeat(995))).json(), 3);
    // By what it announces, before any of it came.
    let mut client = worker.client();
    client.send(request("POST", "/execute/add", &[("content-length", "1001")], b""));
    assert!(client.answer().problem(413, "bad-request").contains("1000 bytes"));
    // By what came, when it announced nothing.
    let mut client = worker.client();
    let chunk = format!("200\r\n{}\r\n", "x".repeat(512));
    let chunks = format!("{chunk}{chunk}0\r\n\r\n");
    client.send(request("POST", "/execute/add", &[("transfer-encoding", "chunked")], chunks.as_bytes()));
    client.answer().problem(413, "bad-request");
    // A client that sends everything before it reads gets its answer, too.
    let large = vec![b'x'; 8_000_000];
    worker.ask("POST", "/execute/add", &[("content-type", "image/png")], &large).problem(413, "bad-request");
    worker.ask("POST", "/execute/add", &[("authorization", "")], &large).problem(401, "unauthorized");
    // One that waits to be asked isn't asked.
    let mut client = worker.client();
    let headers = [("expect", "100-continue"), ("content-length", "5000")];
    client.send(request("POST", "/execute/add", &headers, b""));
    client.answer().problem(413, "bad-request");
    // The limit is the replies', too.
    worker.execute("big", "[1001]").problem(500, "incompatible");
}

pub fn one_that_waits_to_be_asked_is_asked() {
    let worker = Worker::start();
    let mut client = worker.client();
    client.send(request("POST", "/execute/add", &[("expect", "100-continue"), ("content-length", "5")], b""));
    assert_eq!(client.answer().status, 100);
    assert_eq!(client.send("[1,2]").answer().json(), 3);
}

pub fn too_many_calls_are_turned_away() {
    let worker = limited(&[("FLASH_MAX_CONCURRENCY", "2")]);
    let mut busy: Vec<Client> = (0..2).map(|_| worker.client()).collect();
    for client in &mut busy {
        client.send(request("POST", "/execute/sleep", &[], b"[60000]"));
        worker.line("sleep begins");
    }
    let answer = worker.execute("add", "[1,2]");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(answer.problem(429, "rejected").contains('2'));
    assert_eq!(worker.ask("GET", "/ping", &[], "").json(), json!({"status": "healthy"}));
    busy.pop();
    worker.line("sleep ends");
    // The function says so just before its place is free.
    let began = Instant::now();
    let mut answer = worker.execute("add", "[1,2]");
    while answer.status == 429 && began.elapsed() < Duration::from_secs(10) {
        answer = worker.execute("add", "[1,2]");
    }
    assert_eq!(answer.json(), 3);
}

pub fn whoever_goes_cancels_the_call() {
    let worker = Worker::start();
    let mut client = worker.client();
    client.send(request("POST", "/execute/sleep", &[], b"[60000]"));
    worker.line("sleep begins");
    drop(client);
    worker.line("sleep ends");
    // Also in the middle of its body.
    let mut client = worker.client();
    client.send(format!(
        "POST /execute/add HTTP/1.1\r\nauthorization: Bearer {KEY}\r\ncontent-length: 9\r\n\r\n[1"
    ));
    drop(client);
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
}
