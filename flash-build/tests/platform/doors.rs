//! Attempts to get in, at the real process. More of them, at the parts themselves, are beside the code.

use super::harness::Place;

#[test]
fn nothing_foreign_gets_in() {
    let place = Place::new();
    place.up();
    let query = r#"{"query":"{ myself { id } }"}"#;
    let length = query.len();
    let send = |host: &str, more: &str, kind: &str| {
        place.raw(&format!(
            "POST /graphql HTTP/1.1\nHost: {host}\n{more}Authorization: Bearer KEY\nContent-Type: {kind}\n\
             Connection: close\nContent-Length: {length}\n\n{query}"
        ))
    };
    assert_eq!(send("HOST", "", "application/json").0, 200);
    assert_eq!(send("evil.example", "", "application/json").0, 421);
    assert_eq!(send("HOST", "Origin: http://evil.example\n", "application/json").0, 403);
    assert_eq!(send("HOST", "Origin: null\n", "application/json").0, 403);
    assert_eq!(send("HOST", "", "text/plain").0, 415);
    assert_eq!(place.post("/graphql", Some("wrong"), query).0, 401);
}

#[test]
fn a_first_key_opens_and_is_never_shown() {
    let place = Place::new();
    let mut shown = place.ok(&["up", "--detach", "--port", "0", "-vv"]);
    let key = place.key();
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["status", "--env"],
        &["logs"],
        &["logs", "--json"],
        &["up", "--detach", "--json"],
        &["approve", "nothing"],
    ] {
        let said = place.run(arguments);
        shown.out.push_str(&said.out);
        shown.err.push_str(&said.err);
    }
    let log = std::fs::read_to_string(place.data().join("platform.log")).unwrap();
    assert!(!shown.out.contains(&key) && !shown.err.contains(&key) && !log.contains(&key));
    assert_eq!(place.get("/rest/networkvolumes").0, 200);
    // Only its digest is in the database.
    place.ok(&["down"]);
    for entry in std::fs::read_dir(place.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.file_name().unwrap() != "key" {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "{}", path.display());
        }
    }
}
