//! An archive as it lies unpacked, with a program that was built once.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use flash_build::platform::hosting::{EndpointSpec, Kind, Program, Scaling, Variable};
use sha2::{Digest, Sha256};

/// What callers show at the gateway.
pub(crate) const CALLER: &str = "key-of-callers";

/// What the gateway shows workers.
pub(crate) const WORKER: &str = "key-of-workers";

/// The program, built by the cargo that runs this test.
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

/// An unpacked archive.
pub(crate) struct Unpacked {
    path: PathBuf,
    _directory: Option<tempfile::TempDir>,
}

impl Unpacked {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        fs::hard_link(program(), path.join("app"))
            .or_else(|_| fs::copy(program(), path.join("app")).map(drop))
            .unwrap();
        symlink("app", path.join("handler_work")).unwrap();
        let functions: Vec<_> = ["who", "slow", "mirror", "variables", "crash", "leave_behind", "say"]
            .iter()
            .map(|name| serde_json::json!({"name": name, "module": "main", "is_async": true, "is_class": false}))
            .collect();
        let manifest = serde_json::json!({
            "version": "1.0", "generated_at": "2026-01-01T00:00:00Z", "project_name": "test",
            "function_registry": functions.iter().map(|function| {
                (function["name"].as_str().unwrap().to_owned(), "work".into())
            }).collect::<serde_json::Map<_, _>>(),
            "resources": {"work": {
                "resource_type": "ServerlessResource", "handler_file": "handler_work", "functions": functions,
            }},
            "routes": {},
        });
        fs::write(path.join("flash_manifest.json"), manifest.to_string()).unwrap();
        Self { path: path.to_owned(), _directory: Some(directory) }
    }

    /// One that another process made.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), _directory: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a script beside the program, as another handler.
    pub(crate) fn script(&self, entry: &str, text: &str) {
        let path = self.path().join(entry);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// An endpoint that runs this.
    pub(crate) fn endpoint(&self, id: &str) -> EndpointSpec {
        let variable = |name: &str, value: &str| Variable { name: name.to_owned(), value: value.to_owned() };
        EndpointSpec {
            id: id.into(),
            name: "work".to_owned(),
            kind: Kind::QueueBased,
            environment: Some("env".into()),
            generation: 1,
            build: Some("b1".into()),
            code_digest: Some("digest-1".to_owned()),
            program: Program::Handler { directory: self.path().to_owned(), entry: "handler_work".to_owned() },
            variables: vec![
                variable("FLASH_RESOURCE_NAME", "work"),
                variable("FLASH_API_KEY", WORKER),
                variable("RUNPOD_API_KEY", WORKER),
                variable("TEST_VERSION", "1"),
            ],
            scaling: Scaling {
                min: 0,
                max: 3,
                requests_per_worker: 1,
                idle_timeout: Duration::from_millis(300),
            },
            execution_timeout: None,
            callers: vec![Sha256::digest(CALLER.as_bytes()).into()],
            worker_key: WORKER.to_owned(),
            public: false,
        }
    }
}

/// The same endpoint, deployed again.
pub(crate) fn next(spec: &EndpointSpec) -> EndpointSpec {
    let mut spec = spec.clone();
    spec.generation += 1;
    spec.code_digest = Some(format!("digest-{}", spec.generation));
    for variable in &mut spec.variables {
        if variable.name == "TEST_VERSION" {
            variable.value = spec.generation.to_string();
        }
    }
    spec
}

/// The same endpoint with another handler.
pub(crate) fn running(mut spec: EndpointSpec, handler: &str) -> EndpointSpec {
    if let Program::Handler { entry, .. } = &mut spec.program {
        handler.clone_into(entry);
    }
    spec
}
