//! Deploying by the wire, as Runpod's own clients do: GraphQL, an upload, GraphQL again.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

use super::harness::Place;

/// The program of `tests/worker`, built by the cargo that runs this test.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "-p", "flash-test-worker", "--target-dir"])
            .arg(target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        target.join("debug/flash-test-worker")
    })
}

/// Entries with their content; those with a target are links.
pub(crate) fn archive(entries: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, target, content) in entries {
        let mut header = Header::new_ustar();
        // Written by hand, since the crate refuses names that an attacker would choose.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.as_mut_bytes()[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header.set_mode(0o755);
        header.set_entry_type(if target.is_empty() { EntryType::Regular } else { EntryType::Symlink });
        header.set_size(u64::try_from(content.len()).unwrap());
        header.set_cksum();
        tar.append(&header, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// A manifest with one resource, `work`, of the test's program on this machine.
pub(crate) fn manifest() -> Value {
    let digest = Sha256::digest(std::fs::read(program()).unwrap());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let functions: Vec<Value> = ["who", "slow", "mirror", "variables", "crash", "leave_behind", "say"]
        .iter()
        .map(|name| json!({ "name": name, "module": "main", "is_async": true, "is_class": false }))
        .collect();
    json!({
        "version": "1.0", "generated_at": "2026-01-01T00:00:00Z", "project_name": "test",
        "function_registry": functions.iter().map(|function| {
            (function["name"].as_str().unwrap().to_owned(), "work".into())
        }).collect::<serde_json::Map<_, _>>(),
        "resources": { "work": {
            "resource_type": "ServerlessResource", "handler_file": "handler_work", "functions": functions,
        }},
        "routes": {},
        "build": {
            "flash_version": "0.1.0", "binary": "app", "code_digest": digest, "profile": "dev",
            "os": std::env::consts::OS, "arch": std::env::consts::ARCH,
        },
    })
}

/// The archive of that manifest.
pub(crate) fn program_archive(manifest: &Value) -> Vec<u8> {
    let text = manifest.to_string();
    archive(&[
        ("app", "", &std::fs::read(program()).unwrap()),
        ("flash_manifest.json", "", text.as_bytes()),
        ("handler_work", "app", b""),
    ])
}

/// An environment on the platform.
pub(crate) struct App<'a> {
    pub(crate) place: &'a Place,
    pub(crate) app: String,
    pub(crate) environment: String,
}

impl Place {
    /// An operation that may be refused.
    pub(crate) fn ask(&self, key: Option<&str>, query: &str, variables: &Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (_, answer) = self.post("/graphql", key, &body);
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap_or_else(|_| panic!("{answer}"))
    }

    /// An operation that must succeed; the first field of its answer.
    pub(crate) fn graphql(&self, query: &str, variables: &Value) -> Value {
        let answer = self.ask(Some(&self.key()), query, variables);
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].as_object().unwrap().values().next().unwrap().clone()
    }

    /// PUTs to an upload URL; the status.
    pub(crate) fn put(&self, url: &str, bytes: &[u8]) -> (u16, String) {
        let path = url.split_once("://").unwrap().1.split_once('/').unwrap().1;
        let address = self.address();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = format!(
            "PUT /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/gzip\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n",
            bytes.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Whoever is refused isn't read to the end.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0), answer)
    }

    pub(crate) fn app(&self, name: &str) -> App<'_> {
        let query = "mutation($input: CreateFlashAppInput!) { createFlashApp(input: $input) { id } }";
        let app =
            self.graphql(query, &json!({ "input": { "name": name } }))["id"].as_str().unwrap().to_owned();
        let query =
            "mutation($input: CreateFlashEnvironmentInput!) { createFlashEnvironment(input: $input) { id } }";
        let input = json!({ "input": { "flashAppId": app, "name": "production" } });
        let environment = self.graphql(query, &input)["id"].as_str().unwrap().to_owned();
        App { place: self, app, environment }
    }
}

impl App<'_> {
    /// Where to upload so many bytes, and the name of the upload.
    pub(crate) fn prepare(&self, length: usize) -> (String, String) {
        let query = "mutation($input: PrepareFlashArtifactUploadInput!) { \
            prepareFlashArtifactUpload(input: $input) { uploadUrl objectKey } }";
        let input = json!({ "input": { "flashAppId": self.app, "tarballSize": length } });
        let upload = self.place.graphql(query, &input);
        let text = |name: &str| upload[name].as_str().unwrap().to_owned();
        (text("uploadUrl"), text("objectKey"))
    }

    /// Asks for a build of an upload.
    pub(crate) fn finalise(&self, object_key: &str, manifest: &Value) -> Value {
        let query = "mutation($input: FinalizeFlashArtifactUploadInput!) { \
            finalizeFlashArtifactUpload(input: $input) { id } }";
        let input =
            json!({ "input": { "flashAppId": self.app, "objectKey": object_key, "manifest": manifest } });
        self.place.ask(Some(&self.place.key()), query, &input)
    }

    /// Uploads, activates, and makes the endpoint `work`; its id.
    pub(crate) fn deploy(&self, bytes: &[u8], manifest: &Value) -> String {
        let (url, object_key) = self.prepare(bytes.len());
        let (status, answer) = self.place.put(&url, bytes);
        assert_eq!(status, 200, "{answer}");
        let build = self.finalise(&object_key, manifest);
        let build =
            build["data"]["finalizeFlashArtifactUpload"]["id"].as_str().unwrap_or_else(|| panic!("{build}"));
        let query = "mutation($input: DeployBuildToEnvironmentInput!) { \
            deployBuildToEnvironment(input: $input) { id } }";
        let input = json!({ "input": { "flashEnvironmentId": self.environment, "flashBuildId": build } });
        self.place.graphql(query, &input);
        let query = "mutation($input: EndpointInput!) { saveEndpoint(input: $input) { id } }";
        let input = json!({ "input": {
            "name": "work", "type": "QB", "flashEnvironmentId": self.environment, "workersMin": 1, "workersMax": 2,
            "template": { "name": "work-template", "imageName": "none", "env": [] },
        }});
        self.place.graphql(query, &input)["id"].as_str().unwrap().to_owned()
    }

    /// The endpoint's state and workers, as the command shows them.
    pub(crate) fn status(&self) -> Value {
        let status = self.place.ok(&["status", "--json"]).document();
        status["apps"][0]["environments"][0]["endpoints"][0].clone()
    }
}
