//! Uploads over real sockets, as the official client sends them and as an attacker would.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Artifact, ArtifactError, Upload};
use crate::archive::Limits as ArchiveLimits;
use crate::platform::directory::hex;
use crate::platform::serve::Limits;
use crate::platform::standin::{Running, start, start_with};

/// An entry: name, mode, kind, link target, content.
type Entry<'a> = (&'a str, u32, EntryType, &'a str, &'a [u8]);

fn archive(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, mode, kind, target, content) in entries {
        let mut header = Header::new_ustar();
        // Written by hand, since the crate refuses names that an attacker would choose.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.as_mut_bytes()[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header.set_mode(*mode);
        header.set_entry_type(*kind);
        header.set_size(u64::try_from(content.len()).unwrap());
        header.set_cksum();
        tar.append(&header, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

const PROGRAM: &[u8] = b"#!/bin/true\n";

/// The manifest that `cargo flash build` writes, for a program of this machine unless another one is named.
fn manifest(os: &str) -> Vec<u8> {
    let document = serde_json::json!({
        "version": "1.0", "generated_at": "2026-01-12T10:30:00Z", "project_name": "shop",
        "resources": { "endpoint_1": {
            "resource_type": "ServerlessResource", "handler_file": "handler_endpoint_1", "functions": []
        }},
        "function_registry": {},
        "build": {
            "flash_version": "0.1.0", "binary": "shop", "code_digest": hex(&Sha256::digest(PROGRAM)),
            "profile": "release", "os": os, "arch": std::env::consts::ARCH
        }
    });
    serde_json::to_vec(&document).unwrap()
}

fn sound(os: &str, more: &[Entry<'_>]) -> Vec<u8> {
    let manifest = manifest(os);
    let mut entries: Vec<Entry<'_>> = vec![
        ("flash_manifest.json", 0o644, EntryType::Regular, "", &manifest),
        ("handler_endpoint_1", 0o777, EntryType::Symlink, "shop", b""),
        ("shop", 0o755, EntryType::Regular, "", PROGRAM),
    ];
    entries.extend_from_slice(more);
    archive(&entries)
}

/// What the official command packs: `./` before every name, directories, and a precise time for each entry.
fn python() -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut add = |name: &str, kind: EntryType, content: &[u8]| {
        tar.append_pax_extensions([("mtime", b"1700000000.123456".as_slice())]).unwrap();
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_mode(0o755);
        header.set_entry_type(kind);
        header.set_size(u64::try_from(content.len()).unwrap());
        header.set_cksum();
        tar.append(&header, content).unwrap();
    };
    add("./", EntryType::Directory, b"");
    add("./flash_manifest.json", EntryType::Regular, br#"{"version":"1.0","resources":{}}"#);
    add("./handler_gpu.py", EntryType::Regular, b"print('hello')\n");
    add("./pkg/", EntryType::Directory, b"");
    add("./pkg/__init__.py", EntryType::Regular, b"");
    tar.into_inner().unwrap().finish().unwrap()
}

async fn prepare(platform: &Running, bytes: &[u8]) -> Upload {
    platform.artifacts.prepare(&"app1".into(), u64::try_from(bytes.len()).unwrap()).await.unwrap()
}

/// A PUT as the official client sends it.
async fn put(platform: &Running, path: &str, bytes: &[u8]) -> (u16, String) {
    let request = reqwest::Client::new()
        .put(platform.url(path))
        .header("content-type", "application/gzip")
        .body(bytes.to_vec());
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn upload(platform: &Running, bytes: &[u8]) -> Result<Artifact, ArtifactError> {
    let upload = prepare(platform, bytes).await;
    let (status, text) = put(platform, &upload.url_path_and_query, bytes).await;
    assert_eq!((status, text.as_str()), (200, ""));
    platform.artifacts.finalise(&"app1".into(), &upload.object_key).await
}

fn files(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// What lies in the store: uploads, and finished artifacts.
fn stored(platform: &Running) -> (Vec<String>, Vec<String>) {
    let store = platform.directory.join("artifacts");
    (files(&store.join("uploads")), files(&store.join("sha256")))
}

#[tokio::test]
async fn an_archive_is_stored_once_by_its_content_and_unpacked_once() {
    let platform = start(Limits::default()).await;
    let bytes = sound(std::env::consts::OS, &[("data/x.txt", 0o644, EntryType::Regular, "", b"x")]);
    let artifact = upload(&platform, &bytes).await.unwrap();
    assert_eq!(artifact.sha256, hex(&Sha256::digest(&bytes)));
    assert_eq!(upload(&platform, &bytes).await.unwrap(), artifact);
    assert_eq!(stored(&platform), (Vec::new(), vec![format!("{}.tar.gz", artifact.sha256)]));
    let place = platform.artifacts.unpacked(&artifact).await.unwrap();
    assert_eq!(std::fs::read(place.join("handler_endpoint_1")).unwrap(), PROGRAM);
    assert_eq!(std::fs::read(place.join("data/x.txt")).unwrap(), b"x");
    std::fs::write(place.join("mark"), "").unwrap();
    assert_eq!(platform.artifacts.unpacked(&artifact).await.unwrap(), place);
    assert!(place.join("mark").exists() && files(&platform.directory.join("scratch")).is_empty());
    let (url, _) = platform.artifacts.download_url(&artifact).await.unwrap();
    let answer = reqwest::get(platform.url(&url)).await.unwrap();
    assert_eq!(answer.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn asked_again_finalise_answers_the_same_and_others_learn_nothing() {
    let platform = start(Limits::default()).await;
    let bytes = sound(std::env::consts::OS, &[]);
    let upload = prepare(&platform, &bytes).await;
    let finalise = async |app: &str, key: &str| platform.artifacts.finalise(&app.into(), key).await;
    assert!(matches!(finalise("app1", &upload.object_key).await, Err(ArtifactError::NotUploaded(_))));
    put(&platform, &upload.url_path_and_query, &bytes).await;
    for (app, key) in [
        ("app2", upload.object_key.as_str()),
        ("app1", "uploads/00000000000000000000000000000000"),
        ("app1", "uploads/../key"),
        ("app1", "key"),
        ("app1", ""),
    ] {
        assert!(matches!(finalise(app, key).await, Err(ArtifactError::UnknownUpload(_))), "{app} {key}");
    }
    let artifact = finalise("app1", &upload.object_key).await.unwrap();
    assert_eq!(finalise("app1", &upload.object_key).await.unwrap(), artifact);
}

#[tokio::test]
async fn a_url_works_once_for_what_it_was_made() {
    let platform = start(Limits::default()).await;
    let bytes = sound(std::env::consts::OS, &[]);
    let (first, other) = (prepare(&platform, &bytes).await, prepare(&platform, &bytes).await);
    let url = first.url_path_and_query.as_str();
    let (key, query) = (first.object_key.as_str(), url.split_once('?').unwrap().1);
    for wrong in [
        format!("/artifacts/{}?{query}", other.object_key),
        format!("/artifacts/sha256/{}.tar.gz?{query}", "0".repeat(64)),
        format!("/artifacts/../key?{query}"),
        format!("/artifacts/{key}"),
        format!("/artifacts/{key}?{}", query.replace("length=", "length=1")),
        format!("/artifacts/{key}?{}", query.replace("expires=", "expires=1")),
        format!("/artifacts/{key}?{}", &query[..query.len() - 2]),
    ] {
        let (status, text) = put(&platform, &wrong, &bytes).await;
        // The client itself resolves `..` before it asks.
        assert!(matches!(status, 403 | 404), "{wrong}: {status} {text}");
    }
    for method in ["GET", "POST", "DELETE", "HEAD", "PATCH"] {
        let request = format!("{method} {url} HTTP/1.1\nHost: HOST\nConnection: close\n\n");
        assert_eq!(platform.raw(&request).await.0, 403, "{method}");
    }
    let (status, text) = put(&platform, url, &[bytes.as_slice(), b"x"].concat()).await;
    assert!(status == 400 && text.contains("announced"), "{text}");
    assert_eq!(put(&platform, url, &bytes[1..]).await.0, 400);
    assert_eq!(put(&platform, url, &bytes).await.0, 200);
    let (status, text) = put(&platform, url, &bytes).await;
    assert!(status == 403 && text.contains("used before"), "{text}");
    platform.artifacts.finalise(&"app1".into(), key).await.unwrap();
    assert_eq!(put(&platform, url, &bytes).await.0, 403);
}

#[tokio::test]
async fn an_expired_url_is_refused() {
    let platform = start_with(Limits::default(), |artifacts| artifacts.lifetime = 0).await;
    let bytes = sound(std::env::consts::OS, &[]);
    let upload = prepare(&platform, &bytes).await;
    let (status, text) = put(&platform, &upload.url_path_and_query, &bytes).await;
    assert!(status == 403 && text.contains("expired"), "{text}");
    assert_eq!(stored(&platform), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn half_an_upload_leaves_nothing_and_can_be_sent_again() {
    let platform = start(Limits::default()).await;
    let bytes = sound(std::env::consts::OS, &[]);
    let upload = prepare(&platform, &bytes).await;
    let url = upload.url_path_and_query.as_str();
    let mut stream = TcpStream::connect(platform.address).await.unwrap();
    let head = format!(
        "PUT {url} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/gzip\r\nContent-Length: {}\r\n\r\n",
        platform.address,
        bytes.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&bytes[..bytes.len() / 2]).await.unwrap();
    // Under way once the same URL is in use.
    loop {
        match put(&platform, url, &bytes[1..]).await.0 {
            409 => break,
            status => assert_eq!(status, 400, "until then its length is wrong"),
        }
    }
    drop(stream);
    loop {
        match put(&platform, url, &bytes).await.0 {
            200 => break,
            status => assert_eq!(status, 409, "until the loss of the connection was noticed"),
        }
    }
    assert_eq!(stored(&platform).0.len(), 1);
    platform.artifacts.finalise(&"app1".into(), &upload.object_key).await.unwrap();
}

/// The end of a body in chunks.
const END: &[u8] = b"\r\n0\r\n\r\n";

#[tokio::test]
async fn chunks_without_an_announced_length_are_counted() {
    let platform = start(Limits::default()).await;
    let bytes = sound(std::env::consts::OS, &[]);
    let upload = prepare(&platform, &bytes).await;
    let send = async |bytes: &[u8], end: &[u8]| {
        let mut stream = TcpStream::connect(platform.address).await.unwrap();
        let head = format!(
            "PUT {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
            upload.url_path_and_query,
            platform.address,
            bytes.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.write_all(end).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    for wrong in [[bytes.as_slice(), b"x"].concat(), bytes[1..].to_vec()] {
        let answer = send(&wrong, END).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert_eq!(stored(&platform).0, Vec::<String>::new());
    }
    // Too much is known before it ends.
    let longer = [bytes.as_slice(), b"x"].concat();
    let answer = tokio::time::timeout(std::time::Duration::from_secs(10), send(&longer, b"\r\n"));
    let answer = answer.await.expect("not only after the longest pause");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(send(&bytes, END).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn what_leads_elsewhere_is_refused_and_removed() {
    let platform = start(Limits::default()).await;
    let os = std::env::consts::OS;
    let file = EntryType::Regular;
    let bad: &[Entry<'_>] = &[
        ("../escape", 0o644, file, "", b"x"),
        ("a/../../escape", 0o644, file, "", b"x"),
        ("/etc/escape", 0o644, file, "", b"x"),
        ("link", 0o777, EntryType::Symlink, "/etc/passwd", b""),
        ("handler_evil", 0o777, EntryType::Symlink, "../../bin/sh", b""),
        ("hard", 0o644, EntryType::Link, "shop", b""),
        ("device", 0o644, EntryType::Char, "", b""),
        ("disk", 0o644, EntryType::Block, "", b""),
        ("pipe", 0o644, EntryType::Fifo, "", b""),
    ];
    let foreign = br#"{"version":"1.0","resources":{}}"#;
    for entry in bad {
        let python = archive(&[("flash_manifest.json", 0o644, file, "", foreign), *entry]);
        for bytes in [sound(os, &[*entry]), python] {
            let error = upload(&platform, &bytes).await.unwrap_err();
            assert!(matches!(error, ArtifactError::Archive(_)), "{}: {error}", entry.0);
            assert_eq!(stored(&platform), (Vec::new(), Vec::new()), "{}", entry.0);
        }
    }
    for bytes in [&b"no gzip at all"[..], &sound(os, &[])[..100]] {
        assert!(upload(&platform, bytes).await.is_err());
    }
    assert!(!platform.directory.join("escape").exists() && !Path::new("/etc/escape").exists());
}

#[tokio::test]
async fn bombs_are_refused() {
    let limits = ArchiveLimits { entries: 100, bytes: 1024 * 1024 };
    let platform = start_with(Limits::default(), |artifacts| artifacts.limits = limits).await;
    let zeros = vec![0; 2 * 1024 * 1024];
    // Little enough to pass for headers.
    let more = ("more", 0o644, EntryType::Regular, "", &zeros[..1_500_000]);
    let big = ("zeros", 0o644, EntryType::Regular, "", zeros.as_slice());
    let names: Vec<String> = (0..200).map(|number| format!("f{number}")).collect();
    let many: Vec<Entry<'_>> =
        names.iter().map(|name| (name.as_str(), 0o644, EntryType::Regular, "", &b""[..])).collect();
    let long = ("x", 0o644, EntryType::GNULongName, "", "n".repeat(100_000).leak().as_bytes());
    let foreign = br#"{"version":"1.0","resources":{}}"#;
    let first = ("flash_manifest.json", 0o644, EntryType::Regular, "", foreign.as_slice());
    let mut hollow = GzEncoder::new(Vec::new(), Compression::fast());
    hollow.write_all(&vec![0; 64 * 1024 * 1024]).unwrap();
    for (name, bytes) in [
        ("bytes", sound(std::env::consts::OS, &[big])),
        ("entries", sound(std::env::consts::OS, &many)),
        ("bytes, foreign", archive(&[first, ("./d/", 0o755, EntryType::Directory, "", b""), more])),
        (
            "entries, foreign",
            archive(&[&[first, ("./d/", 0o755, EntryType::Directory, "", b"")], many.as_slice()].concat()),
        ),
        ("a long name", archive(&[first, long, ("y", 0o644, EntryType::Regular, "", b"")])),
        ("zeros only", hollow.finish().unwrap()),
    ] {
        let outcome = upload(&platform, &bytes).await;
        assert!(matches!(outcome, Err(ArtifactError::Archive(_))), "{name}: {outcome:?}");
        assert_eq!(stored(&platform), (Vec::new(), Vec::new()), "{name}");
    }
    upload(&platform, &sound(std::env::consts::OS, &[])).await.unwrap();
}

#[tokio::test]
async fn what_cannot_run_here_is_kept_with_the_reason() {
    let platform = start(Limits::default()).await;
    for (bytes, reason) in [
        (python(), "runs no Python code"),
        (sound("plan9", &[]), "is for plan9 on"),
        (archive(&[("readme", 0o644, EntryType::Regular, "", b"x")]), "no flash_manifest.json"),
    ] {
        let artifact = upload(&platform, &bytes).await.unwrap();
        let error = platform.artifacts.unpacked(&artifact).await.unwrap_err();
        assert!(matches!(error, ArtifactError::NoRunner(_)) && error.to_string().contains(reason), "{error}");
        assert!(files(&platform.directory.join("unpacked")).is_empty());
        assert!(files(&platform.directory.join("scratch")).is_empty());
    }
}

#[tokio::test]
async fn changed_bytes_are_noticed_when_they_are_read() {
    let platform = start(Limits::default()).await;
    let artifact = upload(&platform, &sound(std::env::consts::OS, &[])).await.unwrap();
    let path = platform.directory.join("artifacts").join(&artifact.object_key);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let error = platform.artifacts.unpacked(&artifact).await.unwrap_err();
    assert!(matches!(error, ArtifactError::Damaged { .. }), "{error}");
    let (url, _) = platform.artifacts.download_url(&artifact).await.unwrap();
    // So short a download breaks off before its head is sent.
    if let Ok(answer) = reqwest::get(platform.url(&url)).await {
        assert!(answer.bytes().await.is_err(), "the download breaks off");
    }
    // The same archive, uploaded again, mends it.
    let again = upload(&platform, &sound(std::env::consts::OS, &[])).await.unwrap();
    assert_eq!(again, artifact);
    bytes[20] ^= 1;
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(platform.artifacts.unpacked(&artifact).await, Err(ArtifactError::Missing(_))));
    assert!(platform.artifacts.download_url(&artifact).await.is_err());
}

#[tokio::test]
async fn sizes_have_limits() {
    let platform = start(Limits::default()).await;
    for length in [0, crate::archive::MAX_ARCHIVE_BYTES + 1, u64::MAX] {
        let error = platform.artifacts.prepare(&"app1".into(), length).await.unwrap_err();
        assert!(matches!(error, ArtifactError::Length { .. }), "{error}");
    }
}
