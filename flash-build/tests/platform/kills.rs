//! The platform is killed at random moments of a busy script; what it acknowledged is there afterwards, and what
//! runs is what should run, counted by the operating system.
//!
//! `FLASH_KILLS` is the number of moments: a few in every run, 200 in `.ci/long`.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::app::{App, manifest, program_archive};
use super::harness::{Place, kill};

/// Far more than a restart with a handful of workers takes; only a hang gets there.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn nothing_acknowledged_is_lost_and_nothing_runs_twice() {
    let moments = std::env::var("FLASH_KILLS").map_or(8, |text| text.parse::<u32>().unwrap());
    let place = Place::new();
    let mut running = place.up();
    let app = place.app("busy");
    let manifest = manifest();
    app.deploy(&program_archive(&manifest), &manifest);
    let build = place.graphql(
        "query($id: String!) { flashEnvironment(flashEnvironmentId: $id) { activeBuildId } }",
        &json!({ "id": app.environment }),
    )["activeBuildId"]
        .as_str()
        .unwrap()
        .to_owned();
    let script =
        Script { key: place.key(), environment: app.environment.clone(), build, ..Script::default() };
    for moment in 0..moments {
        let (address, stop) = (place.address(), AtomicBool::new(false));
        let wait = Duration::from_millis(RandomState::new().hash_one(moment) % 400);
        std::thread::scope(|scope| {
            scope.spawn(|| script.run(address, &stop));
            // A random moment is the point, there is nothing to wait for.
            std::thread::sleep(wait);
            kill(&running["pid"]);
            stop.store(true, Ordering::Relaxed);
        });
        running = place.up();
        script.check(&app, moment);
    }
    let told = script.told.lock().unwrap();
    eprintln!(
        "{moments} kills: {} apps, {} endpoints made, {} removed and {} manifests acknowledged",
        told.apps, told.made, told.removed, told.marks
    );
    drop(told);
    place.ok(&["down"]);
    assert_eq!(processes(&place), 0, "nothing is left over");
}

/// What the platform was asked for, and what it acknowledged.
#[derive(Default)]
struct Script {
    key: String,
    environment: String,
    build: String,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    /// Numbers given so far, acknowledged or not.
    number: u64,
    apps: u64,
    made: u64,
    removed: u64,
    marks: u64,
    names: Vec<String>,
    /// The last mark that was acknowledged, and the last that was sent.
    mark: (u64, u64),
    /// Endpoints by id; those whose removal was asked for may be there or not.
    endpoints: BTreeMap<String, bool>,
}

impl Script {
    /// Writes until it is told to stop or nobody answers.
    fn run(&self, address: SocketAddr, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            if self.round(address).is_none() {
                return;
            }
        }
    }

    fn round(&self, address: SocketAddr) -> Option<()> {
        let mut told = self.told.lock().unwrap();
        told.number += 1;
        let number = told.number;
        let name = format!("app-{number}");
        let query = format!("mutation {{ createFlashApp(input: {{ name: \"{name}\" }}) {{ id }} }}");
        self.ask(address, &query, &json!({}))?;
        told.names.push(name);
        told.apps += 1;

        told.mark.1 = number;
        let query = "query($id: String!) { flashBuild(flashBuildId: $id) { manifest } }";
        let mut manifest =
            self.ask(address, query, &json!({ "id": self.build }))?["flashBuild"]["manifest"].take();
        manifest["mark"] = json!(number);
        let query = "mutation($input: UpdateFlashBuildManifestInput!) { updateFlashBuildManifest(input: $input) { id } }";
        self.ask(address, query, &json!({ "input": { "flashBuildId": self.build, "manifest": manifest } }))?;
        told.mark.0 = number;
        told.marks += 1;

        if told.endpoints.values().filter(|kept| **kept).count() >= 3 {
            let oldest = told.endpoints.iter().find(|(_, kept)| **kept).map(|(id, _)| id.clone())?;
            told.endpoints.insert(oldest.clone(), false);
            self.ask(
                address,
                "mutation($id: String!) { deleteEndpoint(id: $id) }",
                &json!({ "id": oldest }),
            )?;
            told.removed += 1;
        }
        let query = "mutation($input: EndpointInput!) { saveEndpoint(input: $input) { id } }";
        let input = json!({
            "name": format!("extra-{number}"), "type": "QB", "flashEnvironmentId": self.environment,
            "workersMin": 1, "workersMax": 1,
            "template": { "name": format!("extra-{number}"), "imageName": "none",
                "env": [{ "key": "FLASH_RESOURCE_NAME", "value": "work" }] },
        });
        let made = self.ask(address, query, &json!({ "input": input }))?;
        let id = made["saveEndpoint"]["id"].as_str()?.to_owned();
        told.endpoints.insert(id, true);
        told.made += 1;
        Some(())
    }

    /// The data of an operation that was acknowledged.
    fn ask(&self, address: SocketAddr, query: &str, variables: &Value) -> Option<Value> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut stream = TcpStream::connect(address).ok()?;
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let mut answer: Value = serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()?;
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
        Some(answer["data"].take())
    }

    /// Everything acknowledged is there, and as many processes run as should.
    fn check(&self, app: &App<'_>, moment: u32) {
        let told = self.told.lock().unwrap();
        let place = app.place;
        let all = place.graphql("{ myself { flashApps { name } endpoints { id workersMin } } }", &json!({}));
        let names: Vec<&str> =
            all["flashApps"].as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap()).collect();
        for name in &told.names {
            assert!(names.contains(&name.as_str()), "kill {moment}: {name} was acknowledged and is lost");
        }
        let build = place.graphql(
            "query($id: String!) { flashBuild(flashBuildId: $id) { manifest } }",
            &json!({ "id": self.build }),
        );
        let mark = build["manifest"]["mark"].as_u64().unwrap_or_default();
        assert!((told.mark.0..=told.mark.1).contains(&mark), "kill {moment}: {mark}, not {:?}", told.mark);
        let endpoints = all["endpoints"].as_array().unwrap();
        for (id, kept) in &told.endpoints {
            let there = endpoints.iter().any(|endpoint| endpoint["id"] == id.as_str());
            assert!(there || !kept, "kill {moment}: endpoint {id} was acknowledged and is lost");
        }
        let wanted = endpoints.iter().map(|endpoint| endpoint["workersMin"].as_u64().unwrap()).sum::<u64>();
        let wanted = usize::try_from(wanted).unwrap();
        let start = Instant::now();
        loop {
            let running = processes(place);
            if running == wanted {
                break;
            }
            assert!(start.elapsed() < PATIENCE, "kill {moment}: {running} processes run and {wanted} should");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Processes of programs that this platform unpacked, as the operating system counts them.
fn processes(place: &Place) -> usize {
    let unpacked = place.data().join("unpacked").canonicalize().unwrap();
    let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    all.filter(|process| {
        std::fs::read_link(process.path().join("exe")).is_ok_and(|program| program.starts_with(&unpacked))
    })
    .count()
}
