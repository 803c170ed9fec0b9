//! Bad conditions: each is named with its cause and the next step, and costs no data.

use std::fs;

use super::harness::{Place, set_mode};

/// A start that must fail with these words.
fn refused(place: &Place, words: &[&str]) {
    for detach in [&[][..], &["--detach"]] {
        let failed = place.run(&[&["up", "--port", "0"], detach].concat());
        assert_eq!(failed.code, 1, "{} {}", failed.out, failed.err);
        for word in words {
            assert!(failed.err.contains(word), "{word}: {}", failed.err);
        }
    }
}

#[test]
fn a_directory_that_others_can_read_is_refused() {
    let place = Place::new();
    fs::create_dir(place.data()).unwrap();
    set_mode(&place.data(), 0o755);
    refused(&place, &["open to others", "chmod 700"]);
    set_mode(&place.data(), 0o700);
    place.up();
}

#[test]
fn keys_that_others_can_read_are_refused() {
    let place = Place::new();
    place.up();
    for name in ["key", "secrets.key", "signing.key"] {
        let path = place.data().join(name);
        set_mode(&path, 0o640);
        if name == "key" {
            let status = place.run(&["status"]);
            assert!(status.code == 1 && status.err.contains("chmod 600"), "{}", status.err);
        }
        place.ok(&["down"]);
        refused(&place, &[name, "chmod 600"]);
        set_mode(&path, 0o600);
        place.up();
    }
}

#[test]
fn lost_and_damaged_files_are_named() {
    let place = Place::new();
    place.up();
    place.ok(&["down"]);
    for name in ["secrets.key", "signing.key", "key"] {
        let path = place.data().join(name);
        let kept = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        refused(&place, &[name, "missing", "restore"]);
        fs::write(&path, b"x").unwrap();
        set_mode(&path, 0o600);
        refused(&place, &[name, "damaged", "restore"]);
        fs::write(&path, kept).unwrap();
    }
    let database = place.data().join("flash.db");
    let kept = fs::read(&database).unwrap();
    fs::write(&database, vec![b'x'; kept.len()]).unwrap();
    refused(&place, &["flash.db", "damaged or no database", "restore"]);
    fs::write(&database, kept).unwrap();
    place.up();
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let place = Place::new();
    let failed = |name: &str, value: &str| {
        let output = place.command(&["up", "--port", "0"]).env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(failed("FLASH_PLATFORM_ADDRESS", "0.0.0.0:1").contains("loopback"));
    assert!(failed("FLASH_PLATFORM_ADDRESS", "here").contains("`here`"));
    let text = failed("FLASH_PLATFORM_DATABASE_URL", "mysql://me:hunter2@db/x");
    assert!(text.contains("postgres://") && !text.contains("hunter2"), "{text}");
    assert!(failed("FLASH_PLATFORM_ARTIFACTS", "ftp://x").contains("no place for artifacts"));
}
