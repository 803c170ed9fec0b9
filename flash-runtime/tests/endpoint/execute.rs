//! `POST /execute/{function}`.

use serde_json::json;

use crate::client::{KEY, request};
use crate::process::Worker;

pub fn ping_needs_no_key() {
    let worker = Worker::start();
    let ping = worker.client().send("GET /ping HTTP/1.1\r\nhost: x\r\n\r\n").answer();
    assert_eq!((ping.status, ping.json()), (200, json!({"status": "healthy"})));
    let wrong = worker.client().send("POST /ping HTTP/1.1\r\nhost: x\r\n\r\n").answer();
    assert_eq!(wrong.header("allow"), Some("GET, HEAD"));
    wrong.problem(405, "not-found");
}

pub fn arguments_by_name_in_order_and_from_the_query() {
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

pub fn one_connection_serves_many_requests() {
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

pub fn only_the_key_opens() {
    let worker = Worker::start();
    for given in ["", "Bearer wrong", "Bearer test-key-and-more", "Basic test-key", KEY] {
        // Whoever has no key doesn't even learn what there is.
        for path in ["/execute/add", "/execute/none", "/sum", "/none"] {
            let answer = worker.ask("POST", path, &[("authorization", given)], "[1,2]");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            answer.problem(401, "unauthorized");
        }
    }
    assert_eq!(worker.execute("keys", "").json(), json!([]), "keys are not in the environment");
}

pub fn functions_that_are_not_here() {
    let worker = Worker::start();
    let detail = worker.execute("predict", "{}").problem(404, "not-found");
    assert_eq!(detail, "there is no function `predict`; did you mean `Model.predict`?");
    assert!(!worker.execute("a/b", "{}").problem(404, "not-found").contains("mean"));
    worker.execute("", "{}").problem(404, "not-found");
    worker.execute("%FF", "{}").problem(404, "not-found");
    let answer = worker.ask("GET", "/execute/add", &[], "");
    assert_eq!(answer.header("allow"), Some("POST"));
    answer.problem(405, "not-found");

    let answer = worker.execute("twice", r#"{"x":1}"#);
    assert_eq!(
        answer.problem(421, "misdirected"),
        "`twice` is assigned to resource `other`, not to this one"
    );
    assert_eq!(answer.json()["function"], "twice");
    worker.execute("orphan", "").problem(421, "misdirected");
}

pub fn bad_bodies_and_arguments() {
    let worker = Worker::start();
    for body in ["{", "7", "\"x\"", "{\"a\":1,}", "[1,", "\u{1}"] {
        worker.execute("add", body).problem(400, "bad-request");
    }
    let answer = worker.execute("add", r#"{"a":"x","c":1}"#);
    answer.problem(422, "bad-arguments");
    let json = answer.json();
    assert_eq!(json["expected"], json!(["a", "b"]));
    assert_eq!(json["arguments"][0], json!({"name": "c", "reason": "is not an argument of this function"}));
    let named = |json: &serde_json::Value| -> Vec<String> {
        let bad = json["arguments"].as_array().unwrap();
        bad.iter().map(|bad| bad["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(named(&json), ["c", "a", "b"], "every bad argument, whatever is wrong with it");
    let near = worker.execute("greet", r#"{"nme":"x","tags":7}"#).json();
    assert_eq!(named(&near), ["nme", "name", "tags"]);
    assert_eq!(near["arguments"][0]["reason"], "is not an argument of this function; did you mean `name`?");
    let json = worker.execute("add", r#"{"a":"x"}"#).json();
    assert_eq!(json["arguments"][0]["name"], "a");
    assert_eq!(json["arguments"][1], json!({"name": "b", "reason": "is missing"}));
    assert_eq!(json["function"], "add");

    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let detail = worker
            .ask("POST", "/execute/add", &[("content-type", kind)], "[1,2]")
            .problem(415, "bad-request");
        assert!(detail.contains(kind) && detail.contains("application/json"), "{detail}");
    }
    let zipped = [("content-encoding", "gzip"), ("content-type", "application/json")];
    worker.ask("POST", "/execute/add", &zipped, "[1,2]").problem(415, "bad-request");
    worker.ask("POST", "/execute/add?a=%zz", &[], "").problem(400, "bad-request");
    for json in ["application/json; charset=utf-8", "application/vnd.sum+json"] {
        assert_eq!(worker.ask("POST", "/execute/add", &[("content-type", json)], "[1,2]").json(), 3);
    }
    // What isn't HTTP ends the connection and nothing else.
    assert!(
        String::from_utf8_lossy(&{
            let mut client = worker.client();
            client.send("NONSENSE\r\n\r\n");
            client.end()
        })
        .starts_with("HTTP/1.1 400 ")
    );
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
}

pub fn raw_bodies_in_and_out() {
    let worker = Worker::start();
    let image = [("content-type", "image/png")];
    let answer = worker.ask("POST", "/execute/reverse", &image, b"\x00\xff\x01");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/x-test")));
    assert_eq!(answer.body, b"\x01\xff\x00");
    assert_eq!(worker.ask("POST", "/execute/reverse?times=2", &image, "ab").body, b"ab");
    let beside = [("content-type", "image/png"), ("flash-args", r#"{"times":2}"#)];
    assert_eq!(worker.ask("POST", "/execute/reverse", &beside, "ab").body, b"ab");
    worker.ask("POST", "/execute/reverse?size=2", &image, "ab").problem(422, "bad-arguments");
    // Any type is raw for a function that takes bytes, an empty body, too; JSON isn't.
    assert_eq!(worker.ask("POST", "/execute/reverse", &[("content-type", "text/plain")], "ab").body, b"ba");
    assert_eq!(worker.ask("POST", "/execute/reverse", &image, "").body, b"");
    assert_eq!(worker.execute("reverse", r#"{"data":[1,2]}"#).body, [2, 1]);
    worker.ask("POST", "/execute/add", &[("flash-args", "{}")], "[1,2]").problem(415, "bad-request");
    // Arguments beside the body make a raw one of JSON, too.
    let json = [("content-type", "application/json"), ("flash-args", r#"{"times":1}"#)];
    assert_eq!(worker.ask("POST", "/execute/reverse", &json, "ab").body, b"ba");
    let broken = [("content-type", "image/png"), ("flash-args", "{")];
    worker.ask("POST", "/execute/reverse", &broken, "ab").problem(400, "bad-request");
    // Megabytes, announced and in chunks.
    let large: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    let reversed: Vec<u8> = large.iter().rev().copied().collect();
    assert!(worker.ask("POST", "/execute/reverse", &image, &large).body == reversed);
    let chunks: Vec<u8> = large
        .chunks(70_000)
        .flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
        .chain(*b"0\r\n\r\n")
        .collect();
    let chunked = [("content-type", "image/png"), ("transfer-encoding", "chunked")];
    assert!(worker.ask("POST", "/execute/reverse", &chunked, &chunks).body == reversed);
}

pub fn errors_of_functions() {
    let worker = Worker::start();
    let answer = worker.execute("add", r#"[9223372036854775807, 1]"#);
    answer.problem(500, "application");
    assert_eq!(answer.json()["error"]["message"], "too much");
    assert_eq!(answer.json()["function"], "add");

    for (method, arguments) in [("Broken.run", "[1.0]"), ("Broken.run_plain", "")] {
        assert!(worker.execute(method, arguments).problem(500, "init").contains("no weights"), "{method}");
    }

    let answer = worker.ask("POST", "/execute/explode", &[("flash-call-id", "call-7")], r#"["secret"]"#);
    let detail = answer.problem(500, "panicked");
    assert!(!detail.contains("secret"), "{detail}");
    assert_eq!(answer.json()["call_id"], "call-7");
    assert!(worker.line("call call-7 of `explode` panicked").contains("boom secret"));
    worker.execute("explode_blocking", "").problem(500, "panicked");
    worker.line("blocking boom");
    // The connection and the process live on.
    let mut client = worker.client();
    client.send(request("POST", "/execute/explode", &[], br#"["x"]"#)).answer().problem(500, "panicked");
    assert_eq!(client.send(request("POST", "/execute/add", &[], b"[1,2]")).answer().json(), 3);
    assert_eq!(worker.execute("explode", r#"[""]"#).json(), json!(null));
}

pub fn the_context_comes_from_the_headers() {
    let worker = Worker::start();
    let headers = [
        ("flash-call-id", "abc"),
        ("flash-depth", "3"),
        ("flash-timeout-ms", "5000"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ];
    let answer = worker.ask("POST", "/execute/context", &headers, "");
    assert_eq!(answer.header("flash-call-id"), Some("abc"));
    let json = answer.json();
    assert_eq!(json[0], "abc");
    assert_eq!(json[1], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(json[2], 3);
    assert!((1..=5000).contains(&json[3].as_u64().unwrap()), "{json}");
    let fresh = worker.execute("context", "");
    assert_eq!(fresh.json()[0], fresh.header("flash-call-id").unwrap());
    assert!((55_000..=60_000).contains(&fresh.json()[3].as_u64().unwrap()));
    let thread = worker.ask("POST", "/execute/thread", &headers, "");
    assert_eq!(thread.json(), "abc");

    for (name, value) in [
        ("flash-timeout-ms", "soon"),
        ("flash-depth", "-1"),
        ("flash-max-reply", "1.5"),
        ("flash-call-id", "a b"),
    ] {
        let detail = worker.ask("POST", "/execute/context", &[(name, value)], "").problem(400, "bad-request");
        assert!(detail.contains(name), "{detail}");
    }
    assert_eq!(worker.ask("POST", "/execute/context", &[("traceparent", "x")], "").status, 200);
    worker.ask("POST", "/execute/context", &[("flash-depth", "65")], "").problem(508, "too-deep");
    assert_eq!(worker.ask("POST", "/execute/context", &[("flash-depth", "64")], "").status, 200);
}

pub fn deadlines() {
    let worker = Worker::start();
    worker.execute("short", "").problem(504, "deadline");
    let soon = [("flash-timeout-ms", "50")];
    let answer = worker.ask("POST", "/execute/sleep", &soon, "[60000]");
    answer.problem(504, "deadline");
    assert_eq!(answer.json()["function"], "sleep");
    worker.line("sleep ends");
    worker.ask("POST", "/execute/add", &[("flash-timeout-ms", "0")], "[1,2]").problem(504, "deadline");
    let default = Worker::with(&[("FLASH_RESOURCE_NAME", "main"), ("FLASH_CALL_TIMEOUT_MS", "50")]);
    default.execute("sleep", "[60000]").problem(504, "deadline");
    // The default is for those that say nothing.
    assert_eq!(default.ask("POST", "/execute/sleep", &[("flash-timeout-ms", "9000")], "[100]").json(), 100);
}

pub fn replies_have_a_limit() {
    let worker = Worker::start();
    assert_eq!(worker.execute("big", "[1000]").body.len(), 1000);
    assert_eq!(worker.ask("POST", "/execute/big", &[("flash-max-reply", "1000")], "[1000]").status, 200);
    let answer = worker.ask("POST", "/execute/big", &[("flash-max-reply", "999")], "[1000]");
    assert!(answer.problem(500, "incompatible").contains("1000 bytes, more than the limit of 999"));
}
