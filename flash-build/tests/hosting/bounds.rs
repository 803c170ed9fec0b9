//! What the gateway bounds: requests that wait, sizes, times.

use std::time::Duration;

use super::platform::{Platform, document};
use super::unpacked::{CALLER, Unpacked, running};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_wait_in_bounded_number_and_time() {
    let unpacked = Unpacked::new();
    unpacked.script("handler_hang", "#!/bin/sh\nexec sleep 600\n");
    let platform = Platform::with(vec![running(unpacked.endpoint("e1"), "handler_hang")], |settings| {
        settings.max_held = 2;
        settings.hold = Duration::from_secs(1);
    })
    .await;
    let held: Vec<_> = (0..2).map(|_| tokio::spawn(platform.call("e1", "who", "{}").send())).collect();
    platform.until("e1", |status| status.jobs.in_queue == 2).await;
    let answer = platform.call("e1", "who", "{}").send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert!(answer.headers().contains_key("retry-after"));
    for held in held {
        let answer = held.await.unwrap().unwrap();
        assert_eq!(answer.status(), 503);
        let problem = document(answer).await;
        assert_eq!(problem["error"], "no workers available");
    }
    // A caller that goes takes its request along.
    let gone = platform.call("e1", "who", "{}").timeout(Duration::from_millis(100)).send().await;
    assert!(gone.is_err());
    platform.until("e1", |status| status.jobs.in_queue == 0).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_have_a_limit_in_both_directions() {
    let unpacked = Unpacked::new();
    let platform =
        Platform::with(vec![unpacked.endpoint("e1")], |settings| settings.max_body_bytes = 100_000).await;
    let mirror = |times: usize, body: reqwest::Body| {
        platform
            .client
            .post(platform.url("e1", &format!("/execute/mirror?times={times}")))
            .bearer_auth(CALLER)
            .header("content-type", "application/octet-stream")
            .body(body)
            .send()
    };
    let large = vec![b'x'; 100_001];
    let answer = mirror(1, large.clone().into()).await.unwrap();
    assert_eq!(answer.status(), 413);
    assert!(platform.workers("e1").is_empty(), "what can't be passed on wakes nobody");
    let answer = mirror(1, large[..100_000].to_vec().into()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.bytes().await.unwrap().len()), (200, 100_000));
    let answer = mirror(2, large[..60_000].to_vec().into()).await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(answer.text().await.unwrap().contains("answer too large"));

    // Without a length it shows on the way only.
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(platform.address).await.unwrap();
    let head = format!(
        "POST /endpoints/e1/execute/mirror?times=1 HTTP/1.1\r\nhost: x\r\nauthorization: {CALLER}\r\n\
         content-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    for _ in 0..20 {
        stream.write_all(format!("{:x}\r\n{}\r\n", 10_000, "x".repeat(10_000)).as_bytes()).await.unwrap();
    }
    let _ = stream.write_all(b"0\r\n\r\n").await;
    let mut piece = [0; 4096];
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut piece).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..read]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_has_its_time() {
    let unpacked = Unpacked::new();
    let mut spec = unpacked.endpoint("e1");
    spec.scaling.min = 1;
    spec.execution_timeout = Some(Duration::from_millis(100));
    let platform = Platform::start(vec![spec]).await;
    let answer = platform.call("e1", "slow", r#"{"ms":30000}"#).send().await.unwrap();
    assert_eq!(answer.status(), 504);
    let problem = document(answer).await;
    assert_eq!(problem["outcome"], "deadline");
    // The worker is told, too, and free again.
    platform.until("e1", |status| status.workers.idle == 1).await;
    assert_eq!(platform.workers("e1")[0].restarts, 0);
    platform.stop().await;
}
