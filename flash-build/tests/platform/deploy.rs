//! From an upload to an answer, and what comes between.

use serde_json::{Value, json};

use super::app::{App, archive, manifest, program_archive};
use super::harness::{Place, is_running, kill};

fn call(place: &Place, path: &str, key: &str, body: &str) -> (u16, String) {
    let (status, answer) = place.post(path, Some(key), body);
    (status, answer.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
}

/// Process and id of the one worker, by its own words.
fn who(place: &Place, endpoint: &str) -> (i32, String) {
    let (status, text) = call(place, &format!("/endpoints/{endpoint}/execute/who"), &place.key(), "{}");
    assert_eq!(status, 200, "{text}");
    let found: Value = serde_json::from_str(&text).unwrap();
    (i32::try_from(found[0].as_i64().unwrap()).unwrap(), found[1].as_str().unwrap().to_owned())
}

#[test]
fn a_build_goes_from_upload_to_answer() {
    let place = Place::new();
    place.up();
    let app = place.app("shop");
    let manifest = manifest();
    let endpoint = app.deploy(&program_archive(&manifest), &manifest);
    let (pid, worker) = who(&place, &endpoint);
    // By its own name, and through the queue's path.
    let port = place.address().port();
    let by_name = format!(
        "POST /execute/who HTTP/1.1\nHost: {endpoint}.localhost:{port}\nAuthorization: Bearer KEY\n\
         Content-Type: application/json\nConnection: close\nContent-Length: 2\n\n{{}}"
    );
    let (status, answer) = place.raw(&by_name);
    assert!(status == 200 && answer.contains(&pid.to_string()), "{answer}");
    assert_eq!(call(&place, &format!("/v2/{endpoint}/execute/who"), &place.key(), "{}").0, 200);
    assert_eq!(call(&place, &format!("/endpoints/{endpoint}/execute/who"), "wrong", "{}").0, 401);
    // The command and the log host show it.
    let status = app.status();
    assert_eq!((&status["state"], &status["workers"][0]["pid"]), (&json!("serving"), &json!(pid)));
    assert!(place.ok(&["status"]).out.contains("shop / production  DEPLOYED"));
    call(&place, &format!("/endpoints/{endpoint}/execute/say"), &place.key(), r#"{"lines":3}"#);
    for arguments in [&["logs"][..], &["logs", "--endpoint", "work"], &["logs", "--endpoint", &endpoint]] {
        let logs = place.ok(arguments).out;
        assert_eq!(logs.lines().filter(|line| line.contains("| line ")).count(), 3, "{logs}");
    }
    assert_eq!(place.run(&["logs", "--endpoint", "other"]).code, 1);
    let (status, answer) = place.get(&format!("/hapi/v1/pod/{worker}/logs"));
    assert!(status == 200 && answer.contains("line 2"), "{answer}");
}

#[test]
fn logs_are_followed() {
    use std::io::BufRead;
    let place = Place::new();
    place.up();
    let app = place.app("shop");
    let manifest = manifest();
    let endpoint = app.deploy(&program_archive(&manifest), &manifest);
    who(&place, &endpoint);
    let mut command = place.command(&["logs", "--follow", "--json"]);
    let mut follow = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufReader::new(follow.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["endpoint"], "work");
    // What comes only now is printed, too, and once.
    for _ in 0..2 {
        call(&place, &format!("/endpoints/{endpoint}/execute/say"), &place.key(), r#"{"lines":2}"#);
        let texts: Vec<String> = (&mut lines)
            .take(2)
            .map(|line| {
                let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
                line["text"].as_str().unwrap().trim_end_matches([' ', 'x']).to_owned()
            })
            .collect();
        assert_eq!(texts, ["line 0", "line 1"]);
    }
    follow.kill().unwrap();
    follow.wait().unwrap();
}

#[test]
fn workers_outlive_the_platform_when_they_should() {
    let place = Place::new();
    let first = place.up();
    let app = place.app("shop");
    let manifest = manifest();
    let endpoint = app.deploy(&program_archive(&manifest), &manifest);
    let (pid, _) = who(&place, &endpoint);
    place.ok(&["down", "--keep-workers"]);
    assert!(is_running(pid));
    let second = place.up();
    assert_ne!(first["pid"], second["pid"]);
    assert_eq!(who(&place, &endpoint).0, pid, "taken over");
    kill(&second["pid"]);
    assert!(is_running(pid));
    place.up();
    assert_eq!(who(&place, &endpoint).0, pid, "taken over after a kill");
    place.ok(&["down"]);
    assert!(!is_running(pid));
    // Nor do they outlive `down` when the platform itself is gone already.
    let third = place.up();
    let (pid, _) = who(&place, &endpoint);
    kill(&third["pid"]);
    assert_eq!(place.ok(&["down", "--json"]).document()["workers"], 1);
    while is_running(pid) {
        std::thread::yield_now();
    }
}

#[test]
fn what_cannot_run_here_says_why() {
    let place = Place::new();
    place.up();
    let app = place.app("python");
    let manifest = json!({
        "version": "1.0", "generated_at": "2026-01-01T00:00:00Z", "project_name": "python",
        "function_registry": {}, "routes": {},
        "resources": { "work": {
            "resource_type": "ServerlessResource", "handler_file": "handler_work.py", "functions": [],
        }},
    });
    let text = manifest.to_string();
    let bytes =
        archive(&[("./flash_manifest.json", "", text.as_bytes()), ("./handler_work.py", "", b"pass\n")]);
    let endpoint = app.deploy(&bytes, &manifest);
    let state = app.status()["state"].as_str().unwrap().to_owned();
    assert!(state.contains("no program of Flash for Rust"), "{state}");
    let (status, text) = call(&place, &format!("/endpoints/{endpoint}/execute/who"), &place.key(), "{}");
    assert!(status >= 500 && text.contains("no program"), "{status} {text}");
}

#[test]
fn another_machines_program_says_so() {
    let place = Place::new();
    place.up();
    let app = place.app("foreign");
    let mut manifest = manifest();
    manifest["build"]["os"] = json!("plan9");
    app.deploy(&program_archive(&manifest), &manifest);
    let state = app.status()["state"].as_str().unwrap().to_owned();
    assert!(state.contains("is for plan9"), "{state}");
}

#[test]
fn hostile_uploads_are_refused_and_gone() {
    let place = Place::new();
    place.up();
    let app = place.app("evil");
    let manifest = manifest();
    let text = manifest.to_string();
    let own: (&str, &str, &[u8]) = ("flash_manifest.json", "", text.as_bytes());
    for (entry, word) in [
        (("../../escape", "", &b"x"[..]), "`..`"),
        (("/tmp/escape", "", b"x"), "absolute"),
        (("link", "/etc/passwd", b""), "link"),
        (("handler_work", "/bin/sh", b""), "link"),
    ] {
        let bytes = archive(&[own, entry]);
        let (url, object_key) = app.prepare(bytes.len());
        assert_eq!(place.put(&url, &bytes).0, 200);
        let refused = app.finalise(&object_key, &manifest).to_string();
        assert!(refused.contains("errors") && refused.contains(word), "{word}: {refused}");
        assert_eq!(place.put(&url, &bytes).0, 403, "the URL stays used");
        let again = app.finalise(&object_key, &manifest).to_string();
        assert!(again.contains("upload not found"), "{again}");
    }
    for folder in ["artifacts/uploads", "artifacts/sha256", "unpacked", "scratch"] {
        let left = std::fs::read_dir(place.data().join(folder)).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{folder}");
    }
}

#[test]
fn upload_urls_outlive_the_platform_and_stay_used() {
    let place = Place::new();
    let first = place.up();
    let port = place.address().port().to_string();
    let app = place.app("shop");
    let manifest = manifest();
    let bytes = program_archive(&manifest);
    let (url, object_key) = app.prepare(bytes.len());
    kill(&first["pid"]);
    let again = place.ok(&["up", "--detach", "--port", &port, "--json"]).document();
    assert_eq!(place.put(&url, &bytes).0, 200);
    kill(&again["pid"]);
    place.ok(&["up", "--detach", "--port", &port]);
    assert_eq!(place.put(&url, &bytes).0, 403);
    assert!(App { place: &place, ..app }.finalise(&object_key, &manifest).get("errors").is_none());
}

#[test]
fn a_login_is_approved_at_a_terminal() {
    let place = Place::new();
    place.up();
    let app = place.app("shop");
    let manifest = manifest();
    let endpoint = app.deploy(&program_archive(&manifest), &manifest);
    let request = || {
        let answer = place.ask(None, "mutation { createFlashAuthRequest { id status } }", &json!({}));
        let request = &answer["data"]["createFlashAuthRequest"];
        assert_eq!(request["status"], "PENDING", "{answer}");
        request["id"].as_str().unwrap().to_owned()
    };
    let poll = |id: &str| {
        let query =
            "query($id: String!) { flashAuthRequestStatus(flashAuthRequestId: $id) { status apiKey } }";
        place.ask(None, query, &json!({ "id": id }))["data"]["flashAuthRequestStatus"].clone()
    };
    let id = request();
    assert_eq!(poll(&id), json!({ "status": "PENDING", "apiKey": null }));
    let (_, page) = place
        .raw(&format!("GET /console/flash/login?request={id} HTTP/1.1\nHost: HOST\nConnection: close\n\n"));
    assert!(page.contains(&format!("cargo flash platform approve {id}")), "{page}");
    place.ok(&["approve", &id]);
    let approved = poll(&id);
    assert_eq!(approved["status"], "APPROVED");
    let key = approved["apiKey"].as_str().unwrap();
    assert_eq!(poll(&id), json!({ "status": "CONSUMED", "apiKey": null }), "shown once");
    // It opens what the account owns.
    assert_eq!(call(&place, &format!("/endpoints/{endpoint}/execute/who"), key, "{}").0, 200);
    assert!(place.ask(Some(key), "{ myself { id } }", &json!({})).get("errors").is_none());
    let denied = request();
    place.ok(&["approve", "--deny", &denied]);
    assert_eq!(poll(&denied)["status"], "DENIED");
    assert_eq!(place.run(&["approve", &denied]).code, 1, "decided is decided");
    // Without a key there is nothing but the login.
    let refused = place.ask(None, "{ myself { id } }", &json!({}));
    assert!(refused.get("errors").is_some(), "{refused}");
}
