#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::Path;

use flash::manifest::Manifest;
use proptest::prelude::*;

use super::*;
use crate::assemble::{Moment, hex_sha256};

const PROGRAM: &[u8] = b"a program, or so they say";

fn manifest() -> Manifest {
    let json = serde_json::json!({
        "version": "1.0", "generated_at": "", "project_name": "shop", "function_registry": {},
        "resources": {"one": {"resource_type": "ServerlessResource", "handler_file": "handler_one", "functions": []}},
        "build": {"flash_version": "", "binary": "shop", "code_digest": hex_sha256(PROGRAM), "profile": "", "os": "", "arch": ""},
    });
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}

/// A package with a program and some files.
fn package(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in [("bin/shop", std::str::from_utf8(PROGRAM).unwrap())].iter().chain(files) {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

fn packed(directory: &Path, patterns: &[&str], limit: u64) -> Result<Packed, ArchiveError> {
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    let assets = collect(directory, &patterns)?;
    let packing = Packing {
        manifest: &manifest(),
        program: &directory.join("bin/shop"),
        assets: &assets,
        moment: Moment(1_768_213_800),
        limit,
    };
    pack(&packing, &directory.join("archive.tar.gz"))
}

fn names(contents: &Contents) -> Vec<&str> {
    contents.entries.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn archive_is_verified_and_unpacked() {
    let package = package(&[("models/a.bin", "A"), ("models/deep/b.bin", "B"), ("notes.md", "N")]);
    let packed = packed(package.path(), &["models", "*.md"], MAX_ARCHIVE_BYTES).unwrap();
    let bytes = fs::read(&packed.path).unwrap();
    assert_eq!((packed.digest, packed.size), (hex_sha256(&bytes), bytes.len() as u64));
    let contents = verify(bytes.as_slice(), Limits::default()).unwrap();
    let expected =
        ["flash_manifest.json", "handler_one", "models/a.bin", "models/deep/b.bin", "notes.md", "shop"];
    assert_eq!(names(&contents), expected);
    let target = package.path().join("unpacked");
    unpack(bytes.as_slice(), &target, Limits::default()).unwrap();
    assert_eq!(fs::read(target.join("models/deep/b.bin")).unwrap(), b"B");
    assert_eq!(fs::read(target.join("handler_one")).unwrap(), PROGRAM, "the handler is the program");
    let again = unpack(bytes.as_slice(), &target, Limits::default()).unwrap_err().to_string();
    assert!(again.contains("can't be unpacked into"), "{again}");
}

#[test]
fn same_content_gives_the_same_bytes_anywhere() {
    let files = [("a/x", "1"), ("a/y", "2")];
    let (one, two) = (package(&files), package(&files));
    let first = packed(one.path(), &["a"], MAX_ARCHIVE_BYTES).unwrap();
    let later = std::time::SystemTime::UNIX_EPOCH;
    fs::File::options().write(true).open(two.path().join("a/x")).unwrap().set_modified(later).unwrap();
    let second = packed(two.path(), &["a/**"], MAX_ARCHIVE_BYTES).unwrap();
    assert_eq!(first.digest, second.digest);
}

#[test]
fn unchanged_archive_is_left_alone() {
    let package = package(&[]);
    let path = packed(package.path(), &[], MAX_ARCHIVE_BYTES).unwrap().path;
    let old = std::time::SystemTime::UNIX_EPOCH;
    fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
    packed(package.path(), &[], MAX_ARCHIVE_BYTES).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), old);
}

#[test]
fn secrets_and_own_directories_never_travel() {
    let package = package(&[
        (".env", "S"),
        (".env.local", "S"),
        ("keys/tls.pem", "S"),
        ("keys/id_rsa", "S"),
        (".git/config", "S"),
        (".flash/old", "S"),
        ("target/debug/x", "S"),
        ("keys/public.txt", "ok"),
        ("environment.txt", "ok"),
        (".npmrc", "S"),
    ]);
    let assets = collect(package.path(), &["**".into()]).unwrap();
    let found: Vec<&str> = assets.files.keys().map(String::as_str).collect();
    assert_eq!(found, ["bin/shop", "environment.txt", "keys/public.txt"]);
    let left: Vec<&str> = assets.left_out.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(left, [".env", ".env.local", ".npmrc", "keys/id_rsa", "keys/tls.pem"]);
}

#[test]
fn ignore_file_and_unmatched_patterns() {
    let package = package(&[
        ("data/a.txt", ""),
        ("data/b.log", ""),
        (".flashignore", "*.log\n"),
        (".gitignore", "data\n"),
    ]);
    let assets = collect(package.path(), &["data".into(), "nothing/*".into()]).unwrap();
    assert_eq!(assets.files.keys().collect::<Vec<_>>(), ["data/a.txt"]);
    assert_eq!(assets.unmatched, ["nothing/*"]);
}

#[test]
fn patterns_stay_inside() {
    let package = package(&[]);
    for pattern in ["/etc/passwd", "../x", "a/../../x", "", "/"] {
        let error = collect(package.path(), &[pattern.into()]).unwrap_err().to_string();
        assert!(error.contains("leads out of the package"), "{pattern}: {error}");
    }
    let error = collect(package.path(), &["a[".into()]).unwrap_err().to_string();
    assert!(error.contains("`a[` can't be understood"), "{error}");
}

#[cfg(unix)]
#[test]
fn symbolic_links_stay_inside() {
    use std::os::unix::fs::symlink;
    let package = package(&[("data/a.txt", "A"), (".env", "S")]);
    symlink("a.txt", package.path().join("data/link.txt")).unwrap();
    let inside = collect(package.path(), &["data".into()]).unwrap();
    assert_eq!(inside.files.len(), 2);
    symlink("../.env", package.path().join("data/sly")).unwrap();
    let error = collect(package.path(), &["data".into()]).unwrap_err().to_string();
    assert!(error.contains("`data/sly` leads to .env, which never travels"), "{error}");
    fs::remove_file(package.path().join("data/sly")).unwrap();
    symlink("/etc/hostname", package.path().join("data/out")).unwrap();
    let error = collect(package.path(), &["data".into()]).unwrap_err().to_string();
    assert!(
        error.contains("the symbolic link `data/out` leads out of the package, to /etc/hostname"),
        "{error}"
    );
}

#[test]
fn too_large_archive_names_its_largest_entries() {
    let mut state = 1_u64;
    let mut noise = |length: usize| -> String {
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b' ' + u8::try_from((state >> 33) % 90).unwrap())
        };
        std::iter::repeat_with(next).take(length).collect()
    };
    let files: Vec<(String, String)> =
        (1..8).map(|index| (format!("d/{index}"), noise(index * 40_000))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let package = package(&files);
    let error = packed(package.path(), &["d"], 200_000).unwrap_err();
    let ArchiveError::TooLarge { entries, .. } = &error else { panic!("{error}") };
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["d/7", "d/6", "d/5", "d/4", "d/3"]);
    assert!(error.to_string().contains("its largest entries are:\n      0.3 MiB  d/7"), "{error}");
    assert!(!package.path().join("archive.tar.gz").exists());
    assert_eq!(fs::read_dir(package.path()).unwrap().count(), 2, "nothing half-written is left");
}

#[test]
fn handlers_names_are_taken() {
    let package = package(&[("handler_one", "x"), ("shop", "y")]);
    let error = packed(package.path(), &["handler_one"], MAX_ARCHIVE_BYTES).unwrap_err().to_string();
    assert!(error.contains("`handler_one` has a name that only handlers may have"), "{error}");
    let error = packed(package.path(), &["shop"], MAX_ARCHIVE_BYTES).unwrap_err().to_string();
    assert!(error.contains("`shop` is needed twice"), "{error}");
}

/// A tar.gz of entries: name as it stands in the header, type, link target, content.
fn crafted(entries: &[(&str, u8, &str, &[u8])]) -> Vec<u8> {
    let mut builder =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, kind, target, content) in entries {
        let mut header = tar::Header::new_ustar();
        let raw = header.as_mut_bytes();
        raw[..name.len()].copy_from_slice(name.as_bytes());
        raw[156] = *kind;
        raw[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn refusal(entries: &[(&str, u8, &str, &[u8])]) -> String {
    let bytes = crafted(entries);
    let text = verify(bytes.as_slice(), Limits::default()).unwrap_err().to_string();
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("inner");
    assert_eq!(unpack(bytes.as_slice(), &inner, Limits::default()).unwrap_err().to_string(), text);
    let outside: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(outside, ["inner"], "nothing outside of the directory");
    text
}

#[test]
fn hostile_entries_are_refused() {
    for (entries, expected) in [
        (&[("../evil", b'0', "", &b"x"[..])][..], "empty, `.` or `..` parts"),
        (&[("/etc/evil", b'0', "", b"x")], "absolute or foreign path"),
        (&[("C:/evil", b'0', "", b"x")], "absolute or foreign path"),
        (&[("a/./b", b'0', "", b"x")], "empty, `.` or `..` parts"),
        (&[("link", b'2', "/etc/passwd", b"")], "only handlers may be links"),
        (&[("hard", b'1', "/etc/passwd", b"")], "only handlers may be links"),
        (&[("device", b'3', "", b"")], "is no file (type `3`)"),
        (&[("pipe", b'6', "", b"")], "is no file (type `6`)"),
        (&[("long", b'L', "", b"../../evil")], "is no file (type `L`)"),
        (&[("x", b'0', "", b"1"), ("x", b'0', "", b"2")], "is there twice"),
        (&[("x", b'0', "", b"1")], "there is no flash_manifest.json"),
        (&[("flash_manifest.json", b'0', "", b"{")], "the manifest is not valid"),
    ] {
        let text = refusal(entries);
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn contradictions_with_the_manifest_are_refused() {
    let json = manifest().to_json();
    let manifest = ("flash_manifest.json", b'0', "", json.as_bytes());
    let program = ("shop", b'0', "", PROGRAM);
    let handler = ("handler_one", b'2', "shop", &b""[..]);
    assert!(refusal(&[manifest, handler]).contains("the program `shop` is not there"));
    assert!(refusal(&[manifest, ("shop", b'0', "", b"other"), handler]).contains("is another one"));
    assert!(refusal(&[manifest, program]).contains("resource `one` has no entry `handler_one`"));
    let elsewhere = ("handler_one", b'2', "../bin/sh", &b""[..]);
    assert!(refusal(&[manifest, program, elsewhere]).contains("links to `../bin/sh` and not to the program"));
    assert!(verify(crafted(&[manifest, program, handler]).as_slice(), Limits::default()).is_ok());
}

#[test]
fn limits_hold() {
    let package = package(&[]);
    let bytes = fs::read(packed(package.path(), &[], MAX_ARCHIVE_BYTES).unwrap().path).unwrap();
    let few = Limits { entries: 2, ..Limits::default() };
    assert_eq!(
        verify(bytes.as_slice(), few).unwrap_err().to_string(),
        "the archive holds more than 2 entries"
    );
    let small = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(
        verify(bytes.as_slice(), small).unwrap_err().to_string(),
        "the archive holds more than 10 bytes"
    );
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..1000 {
        bomb.write_all(&[0; 65_536]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let limits = Limits { entries: 10, bytes: 1000 };
    assert!(verify(bomb.as_slice(), limits).is_err(), "zeros behind the end count too");
}

#[test]
fn every_cut_and_every_flipped_bit_is_noticed() {
    let package = package(&[]);
    let bytes = fs::read(packed(package.path(), &[], MAX_ARCHIVE_BYTES).unwrap().path).unwrap();
    let whole = verify(bytes.as_slice(), Limits::default()).unwrap();
    for cut in 0..bytes.len() {
        let error = verify(&bytes[..cut], Limits::default()).unwrap_err().to_string();
        assert!(error.contains("truncated or damaged"), "cut at {cut}: {error}");
    }
    // Behind the ten bytes of the gzip header everything is under the checksum.
    for at in 10..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        // A code that no symbol uses may change without changing what is unpacked.
        if let Ok(contents) = verify(changed.as_slice(), Limits::default()) {
            assert_eq!(
                (contents.entries, contents.manifest),
                (whole.entries.clone(), whole.manifest.clone()),
                "{at}"
            );
        }
    }
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600), inside in any::<bool>()) {
        let bytes = if inside {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&bytes).unwrap();
            encoder.finish().unwrap()
        } else {
            bytes
        };
        prop_assert!(verify(bytes.as_slice(), Limits::default()).is_err());
    }
}
