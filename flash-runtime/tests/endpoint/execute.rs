//! `POST /execute/{function}`.

use serde_json::json;

use crate::client::{KEY, request};
use crate::process::Worker;

#[test]
fn ping_needs_no_key() {
    let worker = Worker::start();
    let ping = worker.client().send("GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").answer();
    assert_eq!((ping.status, ping.json()), (200, json!({"status": "healthy"})));
    let wrong = worker.client().send("POST /ping HTTP/1.1\r\nhost: x\r\n\r\n").answer();
    assert_eq!(wrong.header("allow"), Some("GET, HEAD"));
    wrong.problem(405, "not-found");
}

#[test]
fn arguments_by_name_in_order_and_from_the_query() {
    let worker = Worker::start();
    for (path, body) in [
        ("/execute/add", r#"{"a":1,"b":2}"#),
        ("/execute/add", "[1, 2]"),
        ("/execute/add?a=1&b=2", ""),
        ("/execute/add?b=2", r#"{"a":1}"#),
    ] {
        let answer = worker.ask("POST", path, &[], body);
        assert_eq!((answer.status, answer.json()), (200, json!(3)), "{path} {body}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    assert_eq!(worker.execute("greet", r#"{"name":"x","tags":["a","b"]}"#).json(), "x+a+b");
    assert_eq!(worker.execute("nothing", "").json(), json!(null));
    assert_eq!(worker.execute("Model.predict", r#"{"x":1.5}"#).json(), 3.0);
}

#[test]
fn one_connection_serves_many_requests() {
    let worker = Worker::start();
    let mut client = worker.client();
    for n in 0..50 {
        let body = format!("[{n},1]");
        assert_eq!(client.send(request("POST", "/execute/add", &[], body.as_bytes())).answer().json(), n + 1);
    }
    // Two requests at once are answered in order.
    let both =
        [request("POST", "/execute/add", &[], b"[1,1]"), request("POST", "/execute/add", &[], b"[2,2]")];
    client.send(both.concat());
    assert_eq!((client.answer().json(), client.answer().json()), (json!(2), json!(4)));
}
