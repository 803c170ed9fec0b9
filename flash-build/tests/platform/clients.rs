//! The official Python packages against the platform: unmodified, with their base URLs redirected.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::harness::{Place, Said, said};

pub(super) const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/platform/clients");

/// Where the packages are installed, made once for all runs with these versions.
pub(super) fn packages() -> &'static Path {
    static PACKAGES: OnceLock<PathBuf> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let requirements = Path::new(SOURCES).join("requirements.txt");
        let wanted = std::fs::read_to_string(&requirements).unwrap();
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
        if std::fs::read_to_string(place.join("requirements.txt")).is_ok_and(|made| made == wanted) {
            return place;
        }
        let run = |command: &mut Command| {
            let output = command.output().expect("these tests need python3 with its venv module");
            assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        };
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&place));
        run(Command::new(place.join("bin/pip")).args(["install", "--quiet", "-r"]).arg(&requirements));
        std::fs::write(place.join("requirements.txt"), wanted).unwrap();
        place
    })
}

/// A home directory and a project for the official command, and a platform.
struct Client {
    place: Place,
    home: tempfile::TempDir,
}

impl Client {
    fn new() -> Self {
        let place = Place::new();
        place.up();
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("shop");
        std::fs::create_dir(&project).unwrap();
        for name in ["work.py", "web.py"] {
            std::fs::copy(Path::new(SOURCES).join("project").join(name), project.join(name)).unwrap();
        }
        Self { place, home }
    }

    /// A program of the packages, in the project, pointed at the platform; without a key.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(packages().join("bin").join(name));
        let url = format!("http://{}", self.place.address());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.home.path());
        for (variable, path) in [
            ("RUNPOD_API_BASE_URL", ""),
            ("RUNPOD_ENDPOINT_BASE_URL", "/v2"),
            ("RUNPOD_REST_API_URL", "/rest"),
            ("RUNPOD_HAPI_URL", "/hapi"),
            ("RUNPOD_CONSOLE_URL", "/console"),
        ] {
            command.env(variable, format!("{url}{path}"));
        }
        command.envs([
            ("RUNPOD_FLASH_SILENCE_DEPRECATION", "1"),
            ("FLASH_NO_UPDATE_CHECK", "1"),
            ("NO_COLOR", "1"),
            ("COLUMNS", "200"),
        ]);
        command.current_dir(self.home.path().join("shop")).stdin(Stdio::null());
        command
    }

    fn run(&self, name: &str, arguments: &[&str]) -> Said {
        said(self.program(name).args(arguments).env("RUNPOD_API_KEY", self.place.key()).output().unwrap())
    }

    /// Runs the official command, which must succeed; what it printed.
    fn flash(&self, arguments: &[&str]) -> String {
        let said = self.run("flash", arguments);
        assert_eq!(said.code, 0, "flash {arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// Data of a GraphQL query.
    fn query(&self, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let (status, answer) = self.place.post("/graphql", Some(&self.place.key()), &body);
        assert_eq!(status, 200, "{answer}");
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str::<Value>(body).unwrap()["data"].clone()
    }

    /// Id and version of every endpoint, by name.
    fn endpoints(&self) -> Vec<(String, String, i64)> {
        let data = self.query("{ myself { endpoints { name id version } } }");
        let mut all: Vec<_> = data["myself"]["endpoints"]
            .as_array()
            .unwrap()
            .iter()
            .map(|endpoint| {
                let text = |key: &str| endpoint[key].as_str().unwrap().to_owned();
                (text("name"), text("id"), endpoint["version"].as_i64().unwrap())
            })
            .collect();
        all.sort();
        all
    }
}

#[test]
fn deploy_twice_change_undeploy() {
    let client = Client::new();
    let first = client.flash(&["deploy", "--no-deps"]);
    let deployed = client.endpoints();
    assert_eq!(deployed.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["web", "work"]);
    for (_, id, _) in &deployed {
        assert!(first.contains(id), "{first}");
    }

    client.flash(&["deploy", "--no-deps"]);
    assert_eq!(client.endpoints(), deployed, "nothing changed and nothing was written");

    let web = client.home.path().join("shop/web.py");
    let text = std::fs::read_to_string(&web).unwrap().replace("(1, 3)", "(1, 2)");
    std::fs::write(&web, text).unwrap();
    client.flash(&["deploy", "--no-deps"]);
    let changed = client.endpoints();
    assert_eq!(
        changed.iter().map(|(_, id, _)| id).collect::<Vec<_>>(),
        deployed.iter().map(|(_, id, _)| id).collect::<Vec<_>>()
    );
    let workers = client.query("{ myself { endpoints { name workersMax } } }");
    let web =
        workers["myself"]["endpoints"].as_array().unwrap().iter().find(|one| one["name"] == "web").unwrap();
    assert_eq!(web["workersMax"], 2);

    assert!(client.flash(&["undeploy", "list"]).contains("work"));
    client.flash(&["undeploy", "work", "--force"]);
    assert_eq!(client.endpoints().iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["web"]);
    let builds = client.query("{ myself { flashApps { name flashBuilds { id } } } }");
    assert_eq!(builds["myself"]["flashApps"][0]["flashBuilds"].as_array().unwrap().len(), 3);
}

#[test]
fn apps_environments_and_state() {
    let client = Client::new();
    assert!(client.flash(&["app", "list"]).contains("no apps found"));
    client.flash(&["deploy", "--no-deps", "--env", "production"]);
    client.flash(&["app", "create", "other"]);
    let apps = client.flash(&["app", "list"]);
    assert!(apps.contains("shop") && apps.contains("other"), "{apps}");
    assert!(client.flash(&["app", "get", "shop"]).contains("production"));
    client.flash(&["env", "create", "staging", "--app", "shop"]);
    let environments = client.flash(&["env", "list", "--app", "shop"]);
    assert!(environments.contains("production") && environments.contains("staging"), "{environments}");
    let one = client.flash(&["env", "get", "production", "--app", "shop"]);
    assert!(one.contains("work") && one.contains("web"), "{one}");

    let apps = client.query("{ myself { flashApps { name flashEnvironments { id name activeBuildId } } } }");
    let shop =
        apps["myself"]["flashApps"].as_array().unwrap().iter().find(|app| app["name"] == "shop").unwrap();
    let production =
        shop["flashEnvironments"].as_array().unwrap().iter().find(|env| env["name"] == "production").unwrap();
    let script = format!("{SOURCES}/state_manager.py");
    let said = client.run("python", &[&script, production["id"].as_str().unwrap()]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let [before, updated, many, after] = serde_json::from_str::<[Value; 4]>(said.out.trim()).unwrap();
    let mut expected = before.clone();
    for (key, value) in
        [("config_hash", "abc"), ("endpoint_url", "http://gpu.example"), ("status", "deployed")]
    {
        expected["resources"]["work"][key] = json!(value);
    }
    assert_eq!(updated, expected);
    for number in 0..8 {
        expected["resources"][format!("extra_{number}")] = json!({ "status": "updated" });
    }
    assert_eq!(many, expected);
    let mut expected = before;
    expected["resources"].as_object_mut().unwrap().remove("work");
    assert_eq!(after, expected);
}

#[test]
fn login_is_approved_at_a_terminal() {
    let client = Client::new();
    let mut login = client
        .program("flash")
        .args(["login", "--no-open", "--timeout", "60"])
        .env("PYTHONUNBUFFERED", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(login.stdout.take().unwrap()).lines();
    let request = lines
        .find_map(|line| line.unwrap().split_once("request=").map(|(_, id)| id.trim().to_owned()))
        .expect("an address with the request");
    client.place.ok(&["approve", &request]);
    assert!(login.wait().unwrap().success());
    let list = client.program("flash").args(["app", "list"]).output().unwrap();
    assert!(list.status.success(), "the saved key opens");
}
