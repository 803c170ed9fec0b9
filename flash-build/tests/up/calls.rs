//! `new`, `up` and `call` as a user sees them.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::Signal;

use super::harness::Up;
use super::program::Program;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_new_program_answers_alike_in_one_process_and_in_several() {
    let program = Program::new("shop");
    let calls: [&[&str]; 4] = [
        &["tokenize", r#"{"text":"Hello, hello world"}"#],
        &["tokenize", r#"["Hello, hello world"]"#],
        &["count", r#"{"text":"Hello, hello world"}"#],
        &["StopWords.drop_from", r#"{"words":["to","call"]}"#],
    ];
    let expected = [
        r#"["hello","hello","world"]"#,
        r#"["hello","hello","world"]"#,
        r#"{"words":3,"distinct":2}"#,
        r#"["call"]"#,
    ];
    for options in [&[][..], &["--processes"]] {
        let up = program.up(options);
        assert_eq!(calls.map(|call| program.result(call)), expected.map(str::to_owned), "{options:?}");
        up.signal(Signal::SIGINT);
        let (status, said) = up.wait();
        assert!(status.success(), "{said}");
    }
    let run = program.flash().args(["call", "tokenize"]).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stderr).contains("`cargo flash up`"), "{}", text(&run.stderr));
}

#[test]
fn a_session_is_private_and_the_only_one() {
    let program = Program::watched("calls_1");
    let up = program.up(&[]);
    let flash = program.directory().join(".flash");
    for name in ["up.json", "up.key"] {
        assert_eq!(fs::metadata(flash.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let second = program.up_command(&[]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains(&format!("process {}", up.id())), "{}", text(&second.stderr));

    // The line to paste works, and not without its key.
    let curl = up.document["curl"].as_str().unwrap();
    let pasted = |line: &str| {
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("{line} -s -w ' %{{http_code}}'")])
            .current_dir(program.directory())
            .output()
            .unwrap();
        text(&output.stdout)
    };
    assert!(pasted(curl).ends_with(" 200"), "{curl}: {}", pasted(curl));
    assert!(pasted(&curl.replace("up.key", "up.lock")).ends_with(" 401"), "{curl}");

    up.signal(Signal::SIGTERM);
    up.wait();
    assert!(!flash.join("up.json").exists() && !flash.join("up.key").exists() && !flash.join("run").exists());
}

#[test]
fn mistakes_are_told_in_words() {
    let program = Program::watched("calls_2");
    let mut up = program.up(&[]);
    let failed = |arguments: &[&str]| {
        let output = program.call(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
        text(&output.stderr)
    };
    let said = failed(&["sloww", "{}"]);
    assert!(said.contains("there is no function `sloww`") && said.contains("did you mean `slow`?"), "{said}");
    let said = failed(&["slow", r#"{"time":1}"#]);
    assert!(said.contains("`slow` can't take these arguments") && said.contains("ms"), "{said}");
    let said = failed(&["slow", r#"{"ms":5000}"#, "--timeout", "100ms"]);
    assert!(said.contains("ran out of time"), "{said}");
    let said = failed(&["slow", "nonsense"]);
    assert!(said.contains("aren't JSON"), "{said}");
    let said = failed(&["process", "--key", "wrong"]);
    assert!(said.contains("refused the key"), "{said}");
    let said = failed(&["process", "--url", "http://127.0.0.1:1"]);
    assert!(said.contains("can't be reached"), "{said}");
    let said = failed(&["process", "--url", "foo"]);
    assert!(said.contains("`foo` is not a URL") && said.contains("help: write http://host:port"), "{said}");
    let said = failed(&["slow", "@nofile"]);
    assert!(
        said.contains("`nofile` can't be read") && said.contains("help: @FILE takes the arguments"),
        "{said}"
    );
    let said = failed(&["stumble"]);
    let told = "error: `stumble` panicked (500 Internal Server Error)\nhelp: the endpoint's log says where, under call ";
    assert!(said.starts_with(told), "{said}");
    let id = said[told.len()..].trim();
    up.wait_for(&format!("call {id} of `stumble` panicked: on purpose"));
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn a_lost_session_is_told_alike_by_call_and_up() {
    let program = Program::watched("calls_4");
    let up = program.up(&["-q"]);
    for damage in [Some("{\"url\""), Some("{}"), None] {
        match damage {
            Some(text) => program.write(".flash/up.json", text),
            None => fs::remove_file(program.directory().join(".flash/up.json")).unwrap(),
        }
        let outputs = [program.call(&["process"]), program.up_command(&[]).output().unwrap()];
        let said = outputs.map(|output| {
            assert_eq!(output.status.code(), Some(1));
            text(&output.stderr)
        });
        assert_eq!(said[0], said[1], "{damage:?}");
        let head = format!(
            "error: `cargo flash up` runs here, process {}, and doesn't say where it answers\n",
            up.id()
        );
        assert!(said[0].starts_with(&head), "{}", said[0]);
        for words in [".flash/up.json ".to_owned(), format!("`kill {}`", up.id())] {
            assert!(said[0].contains(&words), "{words}: {}", said[0]);
        }
    }
    up.signal(Signal::SIGTERM);
    let (status, said) = up.wait();
    assert!(status.success() && said.is_empty(), "quiet: {said}");
}

#[test]
fn raw_bytes_go_in_and_out() {
    let program = Program::watched("calls_3");
    let _up = program.up(&["--processes"]);
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    fs::write(program.directory().join("in.bin"), &bytes).unwrap();
    let call = ["mirror", r#"{"times":3}"#, "--raw", "in.bin"];
    let output = program.call(&call);
    assert_eq!(output.stdout, bytes.repeat(3), "{}", text(&output.stderr));
    program.result(&[&call[..], &["--output", "out.bin"]].concat());
    assert_eq!(fs::read(program.directory().join("out.bin")).unwrap(), bytes.repeat(3));
}

#[test]
fn a_program_without_the_attribute_is_told_the_line() {
    let program = Program::new("plain");
    program.write("src/main.rs", "use plain as _;\n\nfn main() {}\n");
    let mut up = Up::begin(program.up_command(&[]));
    let document: serde_json::Value = serde_json::from_str(&up.output()).unwrap();
    let help = "put `#[flash::main]` before `fn main` at src/main.rs:3";
    let told = document["error"]["help"].as_str().unwrap();
    assert!(told.starts_with(help), "{told}");
    let (status, said) = up.wait();
    assert_eq!(status.code(), Some(1));
    assert!(said.contains(help), "{said}");
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let program = Program::new("ported");
    let output = program.flash().args(["up", "--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&port), "{}", text(&output.stderr));
}
