//! Declared routes.

use serde_json::json;

use crate::process::Worker;

pub fn arguments_from_path_query_and_body() {
    let worker = Worker::start();
    assert_eq!(worker.ask("POST", "/sum", &[], "[1,2]").json(), 3);
    assert_eq!(worker.ask("GET", "/sum?a=1&b=2", &[], "").json(), 3);
    assert_eq!(worker.ask("PUT", "/predict/1.5", &[], "").json(), 3.0);
    for (path, name) in [
        ("/users/ann", "ann"),
        ("/users/7", "7"),
        ("/users/a%2Fb%20%C3%BC+", "a/b \u{fc}+"),
        ("/users/ann?tags=x+y&tags=%2B", "ann+x y++"),
        ("/users/ann?tags=one", "ann+one"),
    ] {
        assert_eq!(worker.ask("GET", path, &[], "").json(), name, "{path}");
    }
    let image = [("content-type", "image/png")];
    assert_eq!(worker.ask("POST", "/reverse?times=3", &image, "ab").body, b"ba");
    let answer = worker.ask("GET", "/sum?a=1&b=two", &[], "");
    answer.problem(422, "bad-arguments");
    assert_eq!(answer.json()["arguments"][0]["name"], "b");
    worker.ask("GET", "/users/ann?none=1", &[], "").problem(422, "bad-arguments");
    worker.ask("GET", "/users/%FF", &[], "").problem(400, "bad-request");
    worker.ask("GET", "/users/ann?tags=%F", &[], "").problem(400, "bad-request");
}

pub fn methods() {
    let worker = Worker::start();
    let mut client = worker.client();
    let head = client.send(crate::client::request("HEAD", "/sum?a=1&b=2", &[], b"")).answer_to("HEAD");
    assert_eq!((head.status, head.header("content-length")), (200, Some("1")));
    // No body followed, so the next answer is the next thing that comes.
    assert_eq!(client.send(crate::client::request("GET", "/sum?a=1&b=2", &[], b"")).answer().json(), 3);
    for (method, path, allow) in [
        ("DELETE", "/sum", "GET, HEAD, POST"),
        ("GET", "/predict/1", "PUT"),
        ("HEAD", "/reverse", "POST"),
        ("BREW", "/users/x", "GET, HEAD"),
    ] {
        let answer = worker.ask(method, path, &[], "");
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{method} {path}");
    }
    for path in ["/", "/none", "/sum/", "//sum", "/users/", "/users/a/b", "*"] {
        worker.ask("GET", path, &[], "").problem(404, "not-found");
    }
}

pub fn an_endpoint_has_its_own_routes_only() {
    let worker = Worker::start();
    for path in ["/double/2", "/other/twice", "/main/sum", "/hello"] {
        worker.ask("GET", path, &[], "").problem(404, "not-found");
    }
}

pub fn public_opens_declared_routes_only() {
    let worker = Worker::with(&[("FLASH_RESOURCE_NAME", "open")]);
    let nobody = [("authorization", "")];
    assert_eq!(worker.ask("GET", "/hello", &nobody, "").json(), "hello you");
    assert_eq!(worker.ask("GET", "/hello?name=ann", &[], "").json(), "hello ann");
    worker.ask("POST", "/execute/hello", &nobody, "").problem(401, "unauthorized");
    worker.ask("POST", "/hello", &nobody, "").problem(401, "unauthorized");
    assert_eq!(worker.execute("hello", "").json(), "hello you");
}

pub fn all_resources_behind_one_port() {
    let worker = Worker::with(&[("FLASH_SERVE", "all")]);
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
    assert_eq!(worker.execute("four_times", "[1]").json(), 4);
    assert_eq!(worker.execute("orphan", "").json(), json!(null));
    for (method, path, body, value) in [
        ("POST", "/main/sum", "[1,2]", json!(3)),
        ("POST", "/sum", "[1,2]", json!(3)),
        ("GET", "/other/double/4", "", json!(8)),
        ("GET", "/double/4", "", json!(8)),
        ("POST", "/main/twice", "[1,2]", json!(3)),
        ("POST", "/other/twice", "[4]", json!(8)),
        ("GET", "/main/same/ann", "", json!("ann")),
        ("GET", "/other/same/4", "", json!(8)),
    ] {
        assert_eq!(worker.ask(method, path, &[], body).json(), value, "{method} {path}");
    }
    // Two resources have these, so the bare path is nobody's.
    worker.ask("POST", "/twice", &[], "[1]").problem(404, "not-found");
    worker.ask("GET", "/same/4", &[], "").problem(404, "not-found");
    let nobody = [("authorization", "")];
    assert_eq!(worker.ask("GET", "/hello", &nobody, "").json(), "hello you");
    assert_eq!(worker.ask("GET", "/open/hello", &nobody, "").json(), "hello you");
    worker.ask("GET", "/other/double/4", &nobody, "").problem(401, "unauthorized");
}
