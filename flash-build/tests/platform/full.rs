//! A full disk: a small one, mounted where only this test and its processes see it.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::harness::{Place, kill};

const VARIABLE: &str = "TEST_FULL_DISK";

/// Runs [`inside`] in a mount namespace of its own, which Linux gives to everybody unless its owner forbids it.
#[test]
fn a_full_disk_is_named_and_costs_nothing() {
    if std::env::var_os("FLASH_NO_MOUNTS").is_some() {
        return;
    }
    let allowed = Command::new("unshare").args(["-rm", "true"]).output();
    assert!(
        allowed.is_ok_and(|output| output.status.success()),
        "this machine forbids mount namespaces; FLASH_NO_MOUNTS=1 leaves this test out"
    );
    let disk = tempfile::tempdir().unwrap();
    let script =
        "mount -t tmpfs -o size=4m,mode=700 tmpfs \"$0\" && exec \"$1\" --exact full::inside --ignored";
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .arg(disk.path())
        .arg(std::env::current_exe().unwrap())
        .env(VARIABLE, disk.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "the other test runs it on a small disk"]
fn inside() {
    let Some(disk) = std::env::var_os(VARIABLE) else { return };
    let disk = Path::new(&disk);
    let place = Place::inside(disk);
    place.up();
    let app = place.app("kept");
    // An upload that doesn't fit leaves nothing, and can be sent again.
    let big = vec![0; 5 * 1024 * 1024];
    let (url, _) = app.prepare(big.len());
    let (status, answer) = place.put(&url, &big);
    assert!(status == 507 && answer.contains("the disk is full"), "{answer}");
    let uploads = place.data().join("artifacts/uploads");
    assert_eq!(std::fs::read_dir(&uploads).map_or(0, Iterator::count), 0);

    let filling = disk.join("filling");
    let mut file = std::fs::File::create(&filling).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    let create = |name: &str| {
        let query = "mutation($input: CreateFlashAppInput!) { createFlashApp(input: $input) { id } }";
        place.ask(Some(&place.key()), query, &json!({ "input": { "name": name } }))
    };
    for _ in 0..3 {
        let refused = create("lost").to_string();
        assert!(refused.contains("disk is full"), "{refused}");
    }
    // What is there can be read meanwhile.
    assert!(place.ok(&["status"]).out.contains("kept / production"));
    let other = Place::inside(disk);
    let failed = other.run(&["up", "--port", "0"]);
    assert!(failed.code == 1 && failed.err.contains("free some space"), "{}", failed.err);

    std::fs::remove_file(filling).unwrap();
    let created = create("later");
    assert!(created.get("errors").is_none(), "no restart is needed: {created}");
    kill(&place.ok(&["status", "--json"]).document()["pid"]);
    place.up();
    let status = place.ok(&["status"]).out;
    assert!(status.contains("kept") && status.contains("later") && !status.contains("lost"), "{status}");
}
