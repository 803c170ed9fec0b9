//! Attempts to get past the doors, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::serve::Limits;
use super::standin::{ACCOUNT, Running, WORKER, start};

async fn post(platform: &Running, path: &str, headers: &str, body: &str) -> (u16, String) {
    let length = body.len();
    let text = format!(
        "POST {path} HTTP/1.1\nHost: HOST\nConnection: close\nContent-Length: {length}\n{headers}\n{body}"
    );
    platform.raw(&text).await
}

async fn get(platform: &Running, path: &str, headers: &str) -> (u16, String) {
    platform.raw(&format!("GET {path} HTTP/1.1\nHost: HOST\nConnection: close\n{headers}\n")).await
}

const JSON: &str = "Content-Type: application/json\n";

#[tokio::test]
async fn a_foreign_host_is_refused_everywhere() {
    let platform = start(Limits::default()).await;
    let paths = [
        "/graphql",
        "/healthz",
        "/endpoints/e1/x",
        "/v2/e1/health",
        "/artifacts/uploads/a",
        "/console/flash/login",
    ];
    for path in paths {
        for host in ["evil.example", "evil.example:80", "localhost", "127.0.0.1:1"] {
            let (status, text) =
                platform.raw(&format!("GET {path} HTTP/1.1\nHost: {host}\nConnection: close\n\n")).await;
            assert_eq!(status, 421, "{path} {host}: {text}");
        }
    }
    for request in ["GET /healthz HTTP/1.1\nConnection: close\n\n", "GET /healthz HTTP/1.0\n\n"] {
        assert_eq!(platform.raw(request).await.0, 400);
    }
    let both = "GET http://evil.example/healthz HTTP/1.1\nHost: HOST\nConnection: close\n\n";
    assert_eq!(platform.raw(both).await.0, 421);
    assert_eq!(get(&platform, "/healthz", "").await.0, 200);
}

#[tokio::test]
async fn a_page_in_a_browser_is_refused_everywhere() {
    let platform = start(Limits::default()).await;
    for origin in ["null", "http://evil.example", &platform.url("")] {
        for path in ["/graphql", "/healthz", "/endpoints/e1/x", "/artifacts/uploads/a"] {
            let (status, text) = get(&platform, path, &format!("Origin: {origin}\n")).await;
            assert_eq!(status, 403, "{path} {origin}: {text}");
        }
    }
}

#[tokio::test]
async fn documents_are_json_or_refused() {
    let platform = start(Limits::default()).await;
    let key = format!("Authorization: Bearer {ACCOUNT}\n");
    for path in ["/graphql", "/rest/networkvolumes", "/platform/logins/r1"] {
        for kind in ["", "Content-Type: text/plain\n", "Content-Type: application/x-www-form-urlencoded\n"] {
            let (status, text) = post(&platform, path, &format!("{key}{kind}"), "{}").await;
            assert_eq!(status, 415, "{path} {kind}: {text}");
        }
    }
    assert_eq!(get(&platform, "/graphql", &key).await.0, 405);
}

#[tokio::test]
async fn without_a_key_there_is_the_login_only() {
    let platform = start(Limits::default()).await;
    // Who asks is told to GraphQL, which knows the login.
    let (status, text) = post(&platform, "/graphql", JSON, "{}").await;
    assert!(status == 200 && text.contains("None"), "{text}");
    let unkeyed = ["/rest/networkvolumes", "/hapi/v1/pod/w1/logs", "/platform/status", "/platform/logs"];
    for path in unkeyed {
        for header in ["", "Authorization: Bearer wrong\n", "Authorization: Basic dTpw\n"] {
            let (status, text) = get(&platform, path, header).await;
            assert_eq!(status, 401, "{path} {header}: {text}");
            assert!(!text.contains("wrong"), "{text}");
        }
    }
    assert_eq!(post(&platform, "/platform/logins/r1", JSON, "{\"approve\":true}").await.0, 401);
    let wrong = format!("{JSON}Authorization: Bearer wrong\n");
    assert_eq!(post(&platform, "/graphql", &wrong, "{}").await.0, 401);
    let twice = format!("{JSON}Authorization: Bearer {ACCOUNT}\nAuthorization: Bearer {ACCOUNT}\n");
    assert_eq!(post(&platform, "/graphql", &twice, "{}").await.0, 400);
}

#[tokio::test]
async fn a_key_reaches_as_far_as_its_scope() {
    let platform = start(Limits::default()).await;
    for value in [format!("Bearer {ACCOUNT}"), ACCOUNT.to_owned()] {
        let (status, text) =
            post(&platform, "/graphql", &format!("{JSON}Authorization: {value}\n"), "{}").await;
        assert!(status == 200 && text.contains("Account"), "{text}");
    }
    let worker = format!("Authorization: Bearer {WORKER}\n");
    let (_, text) = post(&platform, "/graphql", &format!("{JSON}{worker}"), "{}").await;
    assert!(text.contains("env1"), "{text}");
    for path in ["/rest/networkvolumes", "/hapi/v1/pod/w1/logs", "/platform/status"] {
        assert_eq!(get(&platform, path, &worker).await.0, 403, "{path}");
    }
    let account = format!("Authorization: Bearer {ACCOUNT}\n");
    let (status, text) = get(&platform, "/hapi/v1/pod/w1/logs", &account).await;
    assert!(status == 200 && text.ends_with(r#"{"container":["hello"],"system":[]}"#), "{text}");
    assert_eq!(get(&platform, "/hapi/v1/pod/w2/logs", &account).await.0, 404);
}

#[tokio::test]
async fn endpoints_are_reached_by_path_and_by_name() {
    let platform = start(Limits::default()).await;
    let (_, text) = get(&platform, "/endpoints/e1/api/x%2Fy?a=b", "").await;
    assert!(text.ends_with(r#"{"endpoint":"e1","path":"/api/x%2Fy","query":"a=b"}"#), "{text}");
    let port = platform.address.port();
    for host in [format!("e1.localhost:{port}"), "e1.api.rp.test".to_owned()] {
        let request = format!("GET /graphql?q HTTP/1.1\nHost: {host}\nConnection: close\n\n");
        let (_, text) = platform.raw(&request).await;
        assert!(text.ends_with(r#"{"endpoint":"e1","path":"/graphql","query":"q"}"#), "{text}");
    }
    let (_, text) = get(&platform, "/v2/e1/health", "").await;
    assert!(text.ends_with(r#"{"path":"/health","queue":"e1"}"#), "{text}");
    for path in ["/endpoints/", "/endpoints/../graphql", "/endpoints/E1/x", "/v2//health", "/nothing", "/"] {
        assert_eq!(get(&platform, path, "").await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn bodies_and_heads_have_limits() {
    let platform = start(Limits::default()).await;
    // A stranger has the login only, which is short.
    let big = "x".repeat(20 * 1024);
    assert_eq!(post(&platform, "/graphql", JSON, &big).await.0, 413);
    let key = format!("{JSON}Authorization: Bearer {ACCOUNT}\n");
    assert_eq!(post(&platform, "/graphql", &key, &big).await.0, 200);
    let announced = format!(
        "POST /graphql HTTP/1.1\nHost: HOST\nConnection: close\nContent-Length: 99999999999\n{key}\n"
    );
    assert_eq!(platform.raw(&announced).await.0, 413);
    let head =
        format!("GET /healthz HTTP/1.1\nHost: HOST\nConnection: close\nX: {}\n\n", "x".repeat(80 * 1024));
    assert_eq!(platform.raw(&head).await.0, 431);
    let many: String = (0..200).map(|number| format!("X{number}: x\n")).collect();
    assert_eq!(get(&platform, "/healthz", &many).await.0, 431);
    assert_eq!(platform.raw("nonsense\n\n").await.0, 400);
}

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go() {
    let limits = Limits { head: Duration::from_millis(200), connections: 1, ..Limits::default() };
    let platform = start(limits).await;
    let mut silent = TcpStream::connect(platform.address).await.unwrap();
    silent.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
    // The only place is free again once the silent one is gone.
    let answered = tokio::time::timeout(Duration::from_secs(10), get(&platform, "/healthz", "")).await;
    assert_eq!(answered.expect("hyper's own limit is 30 s").0, 200);
    let mut rest = Vec::new();
    silent.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn what_is_under_way_at_the_end_is_answered() {
    let platform = start(Limits::default()).await;
    let mut stream = TcpStream::connect(platform.address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{",
        platform.address
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The request has surely begun once a later one is answered.
    assert_eq!(get(&platform, "/healthz", "").await.0, 200);
    platform.stop.send_replace(true);
    while TcpStream::connect(platform.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(b"}").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    platform.ended.await.unwrap();
}

#[tokio::test]
async fn volumes_are_made_within_limits() {
    let platform = start(Limits::default()).await;
    let key = format!("{JSON}Authorization: Bearer {ACCOUNT}\n");
    let body = r#"{"name":"data","size":10,"dataCenterId":"EU-RO-1"}"#;
    let (status, text) = post(&platform, "/rest/networkvolumes", &key, body).await;
    assert_eq!(status, 201, "{text}");
    let volume: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(volume["dataCenterId"], "EU-RO-1");
    for body in ["", "[]", "{}", r#"{"name":""}"#, r#"{"name":"x","size":0}"#, r#"{"name":"x","size":5000}"#]
    {
        assert_eq!(post(&platform, "/rest/networkvolumes", &key, body).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn the_login_page_repeats_ids_only() {
    let platform = start(Limits::default()).await;
    let (status, text) = get(&platform, "/console/flash/login?request=ab-12", "").await;
    assert!(status == 200 && text.contains("cargo flash platform approve ab-12"), "{text}");
    assert!(text.contains("default-src 'none'"), "{text}");
    let (_, text) = get(&platform, "/console/flash/login?request=%3Cscript%3E&request=%22", "").await;
    assert!(text.contains("approve REQUEST") && !text.contains("script"), "{text}");
}
