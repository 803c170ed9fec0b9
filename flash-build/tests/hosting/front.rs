//! The gateway: keys, headers, affinity, streams.

use std::time::Duration;

use flash_build::platform::hosting::{Kind, WorkerState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::platform::{LIMIT, Platform, answer, document};
use super::unpacked::{CALLER, Unpacked, WORKER, running};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_key_nobody_is_woken() {
    let unpacked = Unpacked::new();
    let platform = Platform::start(vec![unpacked.endpoint("e1")]).await;
    let url = platform.url("e1", "/execute/who");
    for key in ["", "Bearer wrong", WORKER, "Bearer key-of-callers2"] {
        let answer = platform.client.post(&url).header("authorization", key).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{key}");
        assert_eq!(document(answer).await["error"], "unauthorized");
    }
    assert_eq!(platform.client.post(&url).send().await.unwrap().status(), 401);
    assert_eq!(platform.client.get(platform.url("e9", "/ping")).send().await.unwrap().status(), 404);
    // Health is no secret, and asking for it wakes nobody either.
    let ping = || platform.client.get(platform.url("e1", "/ping"));
    assert_eq!(ping().send().await.unwrap().status(), 204);
    assert!(platform.workers("e1").is_empty());
    assert_eq!(platform.status("e1").jobs, Default::default());

    // With a key it is a request as any other.
    assert_eq!(ping().bearer_auth(CALLER).send().await.unwrap().status(), 200);
    assert_eq!(platform.workers("e1").len(), 1);
    assert_eq!(ping().send().await.unwrap().status(), 200);
    // A key alone, as Runpod's clients may send it.
    assert!(platform.client.post(&url).header("authorization", CALLER).send().await.unwrap().status() == 200);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_see_their_own_key_and_nothing_of_the_platforms() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_echo", ECHO);
    let echo = running(unpacked.endpoint("e1"), "handler_echo");
    let mut public = echo.clone();
    public.id = "e2".into();
    public.public = true;
    let platform = Platform::start(vec![echo, public, unpacked.endpoint("e3")]).await;
    let request = |id| {
        platform
            .client
            .put(platform.url(id, "/a%20b/c?x=1&y=%2F"))
            .header("x-mine", "kept")
            .header("connection", "x-gone")
            .header("x-gone", "1")
            .header("keep-alive", "1")
            .body("text")
    };
    let seen = request("e1").bearer_auth(CALLER).send().await.unwrap();
    assert_eq!(seen.headers()["x-runpod-worker-id"], platform.workers("e1")[0].id.as_str());
    let seen = seen.text().await.unwrap();
    let lower = seen.to_lowercase();
    assert!(seen.starts_with("PUT /a%20b/c?x=1&y=%2F HTTP/1.1\r\n"), "{seen}");
    assert!(lower.contains(&format!("\r\nauthorization: bearer {WORKER}\r\n")), "{seen}");
    assert!(lower.contains("\r\nx-mine: kept\r\n") && lower.contains("content-length: 4"), "{seen}");
    assert!(!lower.contains("x-gone") && !lower.contains("keep-alive") && !seen.contains(CALLER), "{seen}");
    assert!(seen.ends_with("\r\n\r\ntext"), "{seen}");

    // A public endpoint's callers need no key; another they show may open something else here.
    let seen = request("e2").send().await.unwrap().text().await.unwrap();
    assert!(!seen.to_lowercase().contains("authorization"), "{seen}");
    let seen = request("e2").bearer_auth("own").send().await.unwrap().text().await.unwrap();
    assert!(!seen.to_lowercase().contains("authorization"), "{seen}");
    let seen = request("e2").bearer_auth(CALLER).send().await.unwrap().text().await.unwrap();
    assert!(seen.contains(WORKER), "{seen}");

    let names = platform.result("e3", "variables", "{}").await;
    let mut names: Vec<_> = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    names.sort_unstable();
    let expected = [
        "FLASH_DRAIN_TIMEOUT_MS",
        "FLASH_HOST",
        "FLASH_INSTANCE",
        "FLASH_LISTEN_FD",
        "FLASH_PLATFORM_BUILD",
        "FLASH_PLATFORM_GENERATION",
        "FLASH_PLATFORM_ID",
        "FLASH_RESOURCE_NAME",
        "HOME",
        "PATH",
        "PORT",
        "RUNPOD_ENDPOINT_ID",
        "RUNPOD_POD_ID",
        "TEST_VERSION",
        "TMPDIR",
    ];
    assert_eq!(names, expected);
    platform.stop().await;
}

/// Answers every request with what it got, and speaks a protocol of its own after an upgrade.
const ECHO: &str = r#"#!/usr/bin/env python3
import socket, threading
server = socket.socket(fileno=3)
def serve(peer):
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    lower = head.lower()
    if b"\r\nupgrade: shout" in lower and b"\r\nconnection: upgrade" in lower:
        peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: shout\r\n\r\n")
        while piece := peer.recv(65536):
            peer.sendall(piece.upper())
    else:
        length = 0
        for line in lower.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += peer.recv(65536)
        seen = head + b"\r\n\r\n" + body
        peer.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(seen) + seen)
    peer.close()
while True:
    peer, _ = server.accept()
    threading.Thread(target=serve, args=(peer,), daemon=True).start()
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_may_leave_http() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_echo", ECHO);
    let platform = Platform::start(vec![running(unpacked.endpoint("e1"), "handler_echo")]).await;
    let mut stream = TcpStream::connect(platform.address).await.unwrap();
    let head = format!(
        "GET /endpoints/e1/socket HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {CALLER}\r\n\
         connection: Upgrade\r\nupgrade: shout\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while !seen.ends_with(b"\r\n\r\n") {
        let read = stream.read(&mut piece).await.unwrap();
        assert!(read > 0);
        seen.extend_from_slice(&piece[..read]);
    }
    let seen = String::from_utf8(seen).unwrap().to_lowercase();
    assert!(seen.starts_with("http/1.1 101") && seen.contains("upgrade: shout"), "{seen}");
    for word in ["hello", "again"] {
        stream.write_all(word.as_bytes()).await.unwrap();
        let mut shouted = [0; 5];
        stream.read_exact(&mut shouted).await.unwrap();
        assert_eq!(shouted, word.to_uppercase().as_bytes());
    }
    // An open connection is a request under way, so the worker stays.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(platform.workers("e1")[0].state, WorkerState::Running);
    drop(stream);
    platform.until("e1", |status| status.generations[0].workers.is_empty()).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_come_while_they_are_written() {
    let unpacked = Unpacked::new();
    let script = r#"#!/usr/bin/env python3
import socket
server = socket.socket(fileno=3)
while True:
    peer, _ = server.accept()
    head = peer.recv(65536)
    if b"/ping" in head:
        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    else:
        peer.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        # Each piece is answered before the next one comes, so both directions have to stream.
        piece = head.split(b"\r\n\r\n", 1)[1] or peer.recv(65536)
        while piece and not piece.endswith(b"0\r\n\r\n"):
            peer.sendall(b"3\r\ngot\r\n")
            piece = peer.recv(65536)
        peer.sendall(b"0\r\n\r\n")
    peer.close()
"#;
    unpacked.script("handler_stream", script);
    let platform = Platform::start(vec![running(unpacked.endpoint("e1"), "handler_stream")]).await;
    let mut stream = TcpStream::connect(platform.address).await.unwrap();
    let head = format!(
        "POST /endpoints/e1/s HTTP/1.1\r\nhost: x\r\nauthorization: {CALLER}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut seen = String::new();
    let mut piece = [0; 4096];
    for round in 1..=3 {
        stream.write_all(b"2\r\nhi\r\n").await.unwrap();
        while seen.matches("got").count() < round {
            let read = timeout(LIMIT, stream.read(&mut piece)).await.unwrap().unwrap();
            assert!(read > 0, "{seen}");
            seen.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        }
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    while !seen.ends_with("0\r\n\r\n") {
        let read = stream.read(&mut piece).await.unwrap();
        assert!(read > 0, "{seen}");
        seen.push_str(std::str::from_utf8(&piece[..read]).unwrap());
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_may_want_a_certain_worker() {
    let unpacked = Unpacked::new();
    let mut spec = unpacked.endpoint("e1");
    spec.scaling.min = 2;
    spec.scaling.max = 2;
    let platform = Platform::start(vec![spec.clone()]).await;
    platform.until("e1", |status| status.workers.idle == 2).await;
    let ids: Vec<_> = platform.workers("e1").iter().map(|worker| worker.id.to_string()).collect();
    let who = |wish: String| platform.call("e1", "who", "{}").header("x-runpod-worker-id", wish);
    for id in ids.iter().chain(&ids) {
        assert_eq!(answer(who(id.clone())).await[1], id.as_str());
        assert_eq!(answer(who(format!("strict {id}"))).await[1], id.as_str());
    }
    // One that isn't there is a wish, or a condition.
    assert_eq!(who("nobody".to_owned()).send().await.unwrap().status(), 200);
    let gone = who("strict nobody".to_owned()).send().await.unwrap();
    assert_eq!(gone.status(), 404);
    assert_eq!(document(gone).await["error"], "affinity_worker_gone");

    spec.scaling.min = 0;
    platform.hosting.apply(spec);
    platform.until("e1", |status| status.generations[0].workers.is_empty()).await;
    assert_eq!(who(format!("strict {}", ids[0])).send().await.unwrap().status(), 404);
    assert_eq!(answer(who(format!("strict-resume {}", ids[0]))).await[1], ids[0].as_str());
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_based_data_plane() {
    let unpacked = Unpacked::new();
    let mut balanced = unpacked.endpoint("e2");
    balanced.kind = Kind::LoadBalanced;
    let platform = Platform::start(vec![unpacked.endpoint("e1"), balanced]).await;
    let get = |path: &str| {
        platform.client.get(format!("http://{}/v2/{path}", platform.address)).bearer_auth(CALLER).send()
    };
    let health = document(get("e1/health").await.unwrap()).await;
    let expected = serde_json::json!({
        "jobs": {"completed": 0, "failed": 0, "inProgress": 0, "inQueue": 0, "retried": 0},
        "workers": {"idle": 0, "initializing": 0, "ready": 0, "running": 0, "throttled": 0, "unhealthy": 0},
    });
    assert_eq!(health, expected);
    let url = format!("http://{}/v2/e1/execute/who", platform.address);
    let json =
        |request: reqwest::RequestBuilder| request.header("content-type", "application/json").body("{}");
    let who = answer(json(platform.client.post(url).bearer_auth(CALLER))).await;
    let metrics = document(get("e1/metrics").await.unwrap()).await;
    assert_eq!(metrics["readyWorkers"], serde_json::json!([who[1]]));
    assert_eq!(metrics["workers"]["ready"], 1);

    let run = get("e1/run").await.unwrap();
    assert_eq!(run.status(), 501);
    assert!(document(run).await["error"].as_str().unwrap().contains("not supported yet"));
    assert_eq!(get("e1/unheard-of").await.unwrap().status(), 404);
    let wrong = get("e2/health").await.unwrap();
    assert_eq!(wrong.status(), 400);
    assert_eq!(document(wrong).await["error"], "not allowed for QB API");
    let url = format!("http://{}/v2/e1/health", platform.address);
    assert_eq!(platform.client.get(url).send().await.unwrap().status(), 401);
    platform.stop().await;
}
