//! What makes a process serve, and what keeps it from it.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::client::request;
use crate::process::{Worker, command, manifest, write_manifest};

/// Exit code and last words of a worker that doesn't start.
fn failure(mut command: Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text.lines().last().unwrap_or_default().to_owned())
}

pub fn what_does_not_fit_together_does_not_start() {
    let text = include_str!("manifest.json");
    let whole = manifest(&[]);
    let whole = whole.to_str().unwrap();
    let stale = write_manifest(&text.replace("\"add\"", "\"sum\""));
    let twisted = write_manifest(&text.replace("GET /users/{name}", "GET /users/{name"));
    let colliding = write_manifest(&text.replace("\"POST /sum\"", "\"GET /users/{id}\""));
    let opening = write_manifest(&text.replace("\"GET /hello\": \"hello\"", "\"GET /hello\": \"twice\""));
    let broken = write_manifest("{");
    let path = |file: &std::path::Path| file.to_str().unwrap().to_owned();
    for (resource, file, name, value, says) in [
        ("main", whole, "FLASH_API_KEY", "", "error: FLASH_API_KEY is not set"),
        ("web", whole, "X", "", "no resource `web`; it lists `main`, `open`, `other`"),
        ("main", &path(&stale), "X", "", "puts `sum` on resource `main`, but this program doesn't have it"),
        ("main", &path(&twisted), "X", "", "route `GET /users/{name` of resource `main`"),
        ("main", &path(&colliding), "X", "", "of resource `main` fails: Insertion failed due to conflict"),
        ("open", &path(&opening), "X", "", "leads to `twice`, which isn't on this resource"),
        ("main", whole, "FLASH_API_KEY", "a b\n", "FLASH_API_KEY holds something else than visible ASCII"),
        ("main", whole, "FLASH_CALL_TIMEOUT_MS", "0", "FLASH_CALL_TIMEOUT_MS is `0`"),
        ("main", &path(&broken), "X", "", "the manifest is not valid"),
        ("main", "/none.json", "X", "", "/none.json: "),
        ("main", whole, "PORT", "http", "the environment variable PORT is `http`"),
        ("main", whole, "FLASH_MAX_CONCURRENCY", "0", "FLASH_MAX_CONCURRENCY"),
        ("main", whole, "FLASH_HOST", "no such host", "can't listen on no such host:0"),
        ("main", whole, "FLASH_LISTEN_FD", "77", "FLASH_LISTEN_FD=77 is not a listening socket"),
        ("main", whole, "FLASH_LISTEN_FD", "1", "FLASH_LISTEN_FD=1 is not a listening socket"),
        ("main", whole, "FLASH_SERVE", "some", "FLASH_SERVE is `some`"),
    ] {
        let variables = [("FLASH_RESOURCE_NAME", resource), ("FLASH_MANIFEST_PATH", file), (name, value)];
        let (code, words) = failure(command(&variables));
        assert_eq!(code, Some(1), "{words}");
        assert!(words.starts_with("error: ") && words.contains(says), "{name}: {words}");
    }
}

pub fn an_inherited_socket_is_used() {
    // A shell moves the socket from where `Command` can put it to where a supervisor would.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut command = Command::new("sh");
    let inner = crate::process::command(&[
        ("FLASH_RESOURCE_NAME", "main"),
        ("FLASH_LISTEN_FD", "9"),
        ("FLASH_INSTANCE", "the second"),
    ]);
    command.arg("-c").arg("exec \"$0\" 9<&0 </dev/null").arg(inner.get_program()).env_clear();
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    command.env("FLASH_MANIFEST_PATH", manifest(&[]));
    command.stdin(std::os::fd::OwnedFd::from(listener)).stderr(Stdio::piped());
    command.stdout(Stdio::null());
    let mut worker = Worker::run(command);
    assert_eq!(worker.address, address);
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
    let ping = worker.client().send(request("GET", "/ping", &[], b"")).answer();
    assert_eq!(ping.header("flash-instance"), Some("the second"), "two may share a socket");
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(0));
}

pub fn a_program_without_a_role_runs_on() {
    // A stray PORT is none of its business.
    for variables in [&[("PORT", "http")][..], &[("FLASH_ENV", "staging")]] {
        let output = command(variables).arg("--list").stdout(Stdio::piped()).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("start::a_program_without_a_role"));
        assert_eq!(output.status.code(), Some(0));
    }
}

pub fn the_handlers_name_is_a_role() {
    let directory = manifest(&[]).with_extension("d");
    std::fs::create_dir_all(&directory).unwrap();
    let handler = directory.join("handler_main");
    let _ = std::fs::remove_file(&handler);
    std::os::unix::fs::symlink(std::env::current_exe().unwrap(), &handler).unwrap();
    let like = command(&[]);
    let mut command = Command::new(&handler);
    command.env_clear().envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("FLASH_MANIFEST_PATH", manifest(&[])).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let worker = Worker::run(command);
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
}

pub fn one_resource_by_name() {
    let mut child = command(&[("TEST_SERVE", "main")]);
    child.env("FLASH_MANIFEST_PATH", manifest(&[]));
    let mut worker = Worker::run(child);
    assert_eq!(worker.execute("add", "[1,2]").json(), 3);
    worker.execute("twice", "[1]").problem(421, "misdirected");
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(0));
    let mut failing = command(&[("TEST_SERVE", "main"), ("FLASH_API_KEY", "")]);
    let mut child = failing.env("FLASH_MANIFEST_PATH", manifest(&[])).spawn().unwrap();
    let mut words = String::new();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{words}");
    assert!(words.contains("FLASH_API_KEY is not set"), "{words}");
}
