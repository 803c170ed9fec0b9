//! However `up` ends, its processes end too.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::harness::{children, wait_until_gone};
use super::program::Program;

/// A call that is running, on a thread of its own.
fn running_call(program: &Program, up_url: &str, ms: &str) -> std::thread::JoinHandle<std::process::Output> {
    let mut command = program.flash();
    let key = program.read(".flash/up.key");
    command.args(["call", "slow", &format!("[{ms}]"), "--url", up_url, "--key", &key]);
    std::thread::spawn(move || command.output().unwrap())
}

#[test]
fn signals_let_calls_finish_and_leave_nothing_behind() {
    let program = Program::watched("endings_1");
    for (options, signal) in
        [(&[][..], Signal::SIGINT), (&["--processes"], Signal::SIGTERM), (&["--processes"], Signal::SIGHUP)]
    {
        let mut up = program.up(options);
        let ids = children(up.id());
        assert_eq!(ids.len(), if options.is_empty() { 1 } else { 3 });
        // `relay` says when the call has arrived.
        let mut command = program.flash();
        command.args(["call", "relay", "[700]"]);
        let call = std::thread::spawn(move || command.output().unwrap());
        up.wait_for("relaying 700");
        up.signal_group(signal);
        let output = call.join().unwrap();
        assert!(output.status.success(), "{signal}: {}", String::from_utf8_lossy(&output.stderr));
        let (status, said) = up.wait();
        assert!(status.success(), "{said}");
        wait_until_gone(&ids);
    }
}

#[test]
fn a_second_signal_ends_calls_at_once() {
    let program = Program::watched("endings_2");
    let mut up = program.up(&["--processes"]);
    let ids = children(up.id());
    let call = running_call(&program, &up.url(), "60000");
    let mut command = program.flash();
    command.args(["call", "relay", "[60000]"]);
    let other = std::thread::spawn(move || command.output().unwrap());
    up.wait_for("relaying 60000");
    let begun = Instant::now();
    up.signal(Signal::SIGINT);
    up.wait_for("Stopping");
    up.signal(Signal::SIGINT);
    let (status, said) = up.wait();
    assert!(status.success(), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    wait_until_gone(&ids);
    assert_eq!(call.join().unwrap().status.code(), Some(1));
    assert_eq!(other.join().unwrap().status.code(), Some(1));
}

#[test]
fn a_call_that_takes_longer_than_the_drain_is_cut_off() {
    let program = Program::watched("endings_3");
    let mut up = program.up(&["--drain", "300ms"]);
    let ids = children(up.id());
    let mut command = program.flash();
    command.args(["call", "relay", "[60000]"]);
    let call = std::thread::spawn(move || command.output().unwrap());
    up.wait_for("relaying 60000");
    let begun = Instant::now();
    up.signal(Signal::SIGTERM);
    let (status, said) = up.wait();
    assert!(status.success(), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    wait_until_gone(&ids);
    assert_eq!(call.join().unwrap().status.code(), Some(1));
}

#[test]
fn killing_up_itself_leaves_no_process() {
    let program = Program::watched("endings_4");
    for options in [&[][..], &["--processes"]] {
        let up = program.up(options);
        let ids = children(up.id());
        assert!(!ids.is_empty());
        up.signal(Signal::SIGKILL);
        up.wait();
        wait_until_gone(&ids);
    }
    // What it left in `.flash` doesn't count as a session.
    assert!(program.directory().join(".flash/up.json").exists());
    let output = program.call(&["process"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("isn't running"));
    program.up(&[]);
}
