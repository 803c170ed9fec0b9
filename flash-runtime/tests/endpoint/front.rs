//! The front door.

use std::net::TcpListener;

use serde_json::json;

use crate::client::request;
use crate::process::Worker;

const MOTHERSHIP: (&str, &str) = ("FLASH_IS_MOTHERSHIP", "true");

/// All endpoints and the front door before them.
struct App {
    front: Worker,
    main: Worker,
    _other: Worker,
    _open: Worker,
}

fn app() -> App {
    let other = Worker::with(&[("FLASH_RESOURCE_NAME", "other")]);
    let main = Worker::behind(&[("FLASH_RESOURCE_NAME", "main")], &[("other", other.address)]);
    let open = Worker::with(&[("FLASH_RESOURCE_NAME", "open")]);
    let urls = [("main", main.address), ("other", other.address), ("open", open.address)];
    App { front: Worker::behind(&[MOTHERSHIP], &urls), main, _other: other, _open: open }
}

pub fn functions_and_routes_are_passed_on() {
    let App { front, main, .. } = &app();
    assert_eq!(front.execute("add", "[1,2]").json(), 3);
    assert_eq!(front.execute("pid", "").json(), main.execute("pid", "").json());
    for (method, path, body, value) in [
        ("POST", "/main/sum", "[1,2]", json!(3)),
        ("GET", "/sum?a=1&b=2", "", json!(3)),
        ("GET", "/main/users/a%2Fb?tags=x+y", "", json!("a/b+x y")),
        ("GET", "/users/a%2Fb?tags=x+y", "", json!("a/b+x y")),
        ("POST", "/other/twice", "[4]", json!(8)),
        ("GET", "/double/4", "", json!(8)),
        ("PUT", "/predict/1", "", json!(2.0)),
    ] {
        let answer = front.ask(method, path, &[], body);
        assert_eq!((answer.status, answer.json()), (200, value), "{method} {path}");
    }
    // The endpoint's problems are passed on as they are.
    let answer = front.execute("add", "[1]");
    answer.problem(422, "bad-arguments");
    assert_eq!(answer.json()["arguments"][0]["name"], "b");
    front.ask("POST", "/twice", &[], "[4]").problem(404, "not-found");
    let answer = front.ask("DELETE", "/main/sum", &[], "");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
    assert_eq!(front.ask("HEAD", "/sum?a=1&b=2", &[], "").header("content-length"), Some("1"));
    assert_eq!(
        front.ask("POST", "/sum", &[("flash-call-id", "c-1")], "[1,2]").header("flash-call-id"),
        Some("c-1")
    );
    // A header for the connection to the front door doesn't reach the endpoint, where it would be refused.
    let hop = [("connection", "flash-depth"), ("flash-depth", "7")];
    assert_eq!(front.ask("POST", "/execute/context", &hop, "").json()[2], 0);
    assert_eq!(front.ask("POST", "/execute/context", &[("flash-depth", "7")], "").json()[2], 7);
    // Many requests on one connection, in order.
    let mut client = front.client();
    for n in 0..50 {
        let body = format!("[{n},1]");
        assert_eq!(client.send(request("POST", "/execute/add", &[], body.as_bytes())).answer().json(), n + 1);
    }
}

pub fn bodies_stream_both_ways() {
    let App { front, .. } = &app();
    let image = [("content-type", "image/png")];
    let large: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    let answer = front.ask("POST", "/main/reverse", &image, &large);
    assert_eq!(answer.header("content-type"), Some("image/x-test"));
    assert!(answer.body == large.iter().rev().copied().collect::<Vec<u8>>());
    let chunked = [("content-type", "image/png"), ("transfer-encoding", "chunked")];
    assert_eq!(front.ask("POST", "/reverse", &chunked, "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n").body, b"cba");
    let too_large = [("content-length", "99999999")];
    let mut client = front.client();
    client.send(request("POST", "/main/reverse", &too_large, b"")).answer().problem(413, "bad-request");
}

pub fn a_slow_body_is_given_up_at_the_door() {
    let main = Worker::start();
    let impatient = [MOTHERSHIP, ("FLASH_HEADER_TIMEOUT_MS", "200")];
    let front = Worker::behind(&impatient, &[("main", main.address)]);
    let mut client = front.client();
    client.send(request("POST", "/execute/add", &[("content-length", "5")], b"[1,"));
    client.answer().problem(408, "bad-request");
    client.end();
    assert_eq!(front.execute("add", "[1,2]").json(), 3);
}

pub fn keys_are_checked_at_both_doors() {
    let App { front, .. } = &app();
    let nobody = [("authorization", "")];
    for path in ["/execute/add", "/main/sum", "/sum", "/execute/hello", "/none"] {
        front.ask("POST", path, &nobody, "[1,2]").problem(401, "unauthorized");
    }
    assert_eq!(front.ask("GET", "/hello", &nobody, "").json(), "hello you");
    assert_eq!(front.ask("GET", "/open/hello?name=x", &nobody, "").json(), "hello x");
    // An endpoint with another key is not opened by the front door's own.
    let strict = Worker::with(&[("FLASH_RESOURCE_NAME", "main"), ("FLASH_API_KEY", "another")]);
    let front = Worker::behind(&[MOTHERSHIP], &[("main", strict.address)]);
    front.execute("add", "[1,2]").problem(401, "unauthorized");
}

pub fn deadlines_and_cancellation_reach_the_endpoint() {
    let App { front, main, .. } = &app();
    let answer = front.ask("POST", "/execute/sleep", &[("flash-timeout-ms", "300")], "[60000]");
    answer.problem(504, "deadline");
    main.line("sleep ends");
    let left = front.ask("POST", "/execute/context", &[("flash-timeout-ms", "5000")], "").json();
    assert!((1..=5000).contains(&left[3].as_u64().unwrap()), "{left}");
    let mut client = front.client();
    client.send(request("POST", "/execute/sleep", &[], b"[60000]"));
    main.line("sleep begins");
    drop(client);
    main.line("sleep ends");
}

pub fn endpoints_that_are_not_there() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let front = Worker::behind(&[MOTHERSHIP], &[("main", gone)]);
    let detail = front.execute("add", "[1,2]").problem(502, "not-sent");
    assert_eq!(detail, "endpoint `main` could not be reached");
    front.line(&gone.to_string());
    let answer = front.ask("GET", "/double/1", &[], "");
    assert_eq!(answer.header("retry-after"), Some("5"));
    answer.problem(503, "rejected");
    front.execute("orphan", "").problem(421, "misdirected");
}

pub fn a_url_that_leads_back_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let front = Worker::behind(&[MOTHERSHIP, ("PORT", &free.port().to_string())], &[("main", free)]);
    let detail = front.execute("add", "[1,2]").problem(508, "too-deep");
    assert!(detail.contains("`main` leads back"), "{detail}");
}

pub fn a_worker_that_dies_may_have_run_the_call() {
    let App { front, mut main, .. } = app();
    let mut client = front.client();
    client.send(request("POST", "/execute/sleep", &[], b"[60000]"));
    main.line("sleep begins");
    main.signal("KILL");
    client.answer().problem(502, "may-have-run");
    main.wait();
    front.execute("add", "[1,2]").problem(502, "not-sent");
}

pub fn raw_arguments_arrive_whatever_their_type() {
    let App { main, .. } = &app();
    let describe = |kind: &str| {
        let blob = json!({"content_type": kind, "bytes": b"{}"});
        main.execute("describe", &json!([blob, true]).to_string())
    };
    for kind in ["image/png", "application/json", "text/x+json; a=b", ""] {
        let answer = describe(kind);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)));
        assert_eq!(answer.body, b"{}");
    }
    // It arrives, though no answer can carry it back.
    let error = describe("a\nb").json()["error"]["message"].to_string();
    assert!(error.contains("the result's content type"), "{error}");
}

pub fn plain_functions_wait_for_other_endpoints() {
    let App { main, .. } = &app();
    // More at once than the runtime has threads.
    let mut clients: Vec<_> = (0..32).map(|_| main.client()).collect();
    for (n, client) in clients.iter_mut().enumerate() {
        let path = ["/execute/look", "/execute/look_plain"][n % 2];
        client.send(request("POST", path, &[("flash-depth", "3")], b""));
    }
    for client in &mut clients {
        let seen = client.answer().json();
        assert_eq!((&seen[0][1], &seen[1][1]), (&json!(3), &json!(4)), "{seen}");
        assert_eq!(seen[0][0], seen[1][0], "one trace");
    }
}

pub fn workers_call_one_another() {
    let App { main, .. } = &app();
    assert_eq!(main.execute("four_times", "[5]").json(), 20);
    // Without a URL, the call says so.
    let alone = Worker::start();
    let answer = alone.execute("four_times", "[5]");
    answer.problem(500, "application");
    assert_eq!(answer.json()["error"]["outcome"], "unrouted");
}
