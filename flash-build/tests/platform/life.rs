//! Starting and stopping.

use std::net::TcpListener;

use super::harness::{Place, is_running, kill, said};

#[test]
fn it_starts_once_and_stops() {
    let place = Place::new();
    assert_eq!(place.run(&["status"]).code, 1);
    let first = place.up();
    assert_eq!(first["dataDirectory"], place.data().to_str().unwrap());
    let again = place.up();
    assert_eq!(first, again, "the same platform");
    let plain = place.ok(&["up", "--detach"]);
    assert_eq!(plain.out, format!("{}\n{}\n", first["url"].as_str().unwrap(), place.data().display()));
    let status = place.ok(&["status", "--json"]).document();
    assert_eq!((&status["pid"], &status["url"]), (&first["pid"], &first["url"]));
    assert_eq!(status["apps"], serde_json::json!([]));
    assert!(place.ok(&["status"]).out.contains("nothing is deployed"));
    let pid = i32::try_from(first["pid"].as_i64().unwrap()).unwrap();
    let down = place.ok(&["down", "--json"]).document();
    assert_eq!(down["pid"], first["pid"]);
    assert!(!is_running(pid));
    assert_eq!(place.ok(&["down", "--json"]).document()["stopped"], false);
    let none = place.run(&["status", "--json"]);
    assert_eq!(none.code, 1);
    assert_eq!(none.document()["error"]["help"], "cargo flash platform up --detach");
}

#[test]
fn several_starts_at_once_are_one() {
    let place = Place::new();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let mut command = place.command(&["up", "--detach", "--port", "0", "--json"]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let pids: Vec<_> = starts
        .into_iter()
        .map(|start| {
            let said = said(start.wait_with_output().unwrap());
            assert_eq!(said.code, 0, "{} {}", said.out, said.err);
            said.document()["pid"].clone()
        })
        .collect();
    assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
}

#[test]
fn a_second_one_in_the_foreground_is_told_of_the_first() {
    let place = Place::new();
    let first = place.up();
    let second = place.run(&["up", "--port", "0"]);
    assert_eq!(second.code, 1);
    for part in [format!("process {}", first["pid"]), first["url"].as_str().unwrap().to_owned()] {
        assert!(second.err.contains(&part), "{part}: {}", second.err);
    }
    assert!(second.err.contains("cargo flash platform down"), "{}", second.err);
}

#[test]
fn a_taken_port_is_named_with_who_has_it() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for detach in [&[][..], &["--detach"]] {
        let failed = place.run(&[&["up", "--port", &port], detach].concat());
        assert_eq!(failed.code, 1);
        assert!(failed.err.contains(&format!("process {} (", std::process::id())), "{}", failed.err);
        assert!(failed.err.contains("--port"), "{}", failed.err);
    }
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let place = Place::new();
    let first = place.up();
    let key = place.key();
    let body = r#"{"name":"kept","size":10}"#;
    assert_eq!(place.post("/rest/networkvolumes", Some(&key), body).0, 201);
    kill(&first["pid"]);
    assert_eq!(place.run(&["status"]).code, 1, "what it left behind doesn't count");
    let second = place.up();
    assert_ne!(first["pid"], second["pid"]);
    assert_eq!(place.key(), key);
    let (status, text) = place.get("/rest/networkvolumes");
    assert!(status == 200 && text.contains("\"kept\""), "{text}");
}

#[test]
fn in_the_background_it_has_a_session_of_its_own() {
    let place = Place::new();
    let pid = place.up()["pid"].as_i64().unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // State, parent, group, session.
    assert_eq!((fields[2], fields[3]), (pid.to_string().as_str(), pid.to_string().as_str()));
}

#[test]
fn variables_send_official_clients_here() {
    let place = Place::new();
    let url = place.up()["url"].as_str().unwrap().to_owned();
    let exports = place.ok(&["status", "--env"]).out;
    assert!(!exports.contains(&place.key()), "{exports}");
    let output = std::process::Command::new("sh").arg("-c").arg(format!("{exports}env")).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    for line in [
        format!("RUNPOD_API_BASE_URL={url}"),
        format!("RUNPOD_ENDPOINT_BASE_URL={url}/v2"),
        format!("RUNPOD_REST_API_URL={url}/rest"),
        format!("RUNPOD_HAPI_URL={url}/hapi"),
        format!("RUNPOD_CONSOLE_URL={url}/console"),
        format!("RUNPOD_API_KEY={}", place.key()),
    ] {
        assert!(seen.lines().any(|seen| seen == line), "{line}");
    }
}
