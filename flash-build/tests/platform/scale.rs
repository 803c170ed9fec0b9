//! Many endpoints that nobody calls, and one that is called in bursts.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::app::{App, manifest, program_archive};
use super::harness::Place;

/// What 200 idle endpoints may cost the platform.
const MOST: u64 = 50_000_000;

fn save(app: &App<'_>, name: &str, more: &Value) -> String {
    let mut input = json!({
        "name": name, "type": "QB", "flashEnvironmentId": app.environment,
        "template": { "name": name, "imageName": "none", "env": [{ "key": "FLASH_RESOURCE_NAME", "value": "work" }] },
    });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let query = "mutation($input: EndpointInput!) { saveEndpoint(input: $input) { id } }";
    app.place.graphql(query, &json!({ "input": input }))["id"].as_str().unwrap().to_owned()
}

fn memory(place: &Place) -> u64 {
    place.ok(&["status", "--json"]).document()["memory"]["platform"].as_u64().unwrap()
}

#[test]
fn idle_endpoints_cost_little() {
    let place = Place::new();
    place.up();
    let app = place.app("shop");
    let manifest = manifest();
    app.deploy(&program_archive(&manifest), &manifest);
    let before = memory(&place);
    for number in 0..200 {
        save(&app, &format!("idle-{number}"), &json!({ "workersMin": 0, "workersMax": 1 }));
    }
    let after = memory(&place);
    eprintln!("the platform: {before} bytes, with 200 idle endpoints {after}");
    assert!(after.saturating_sub(before) < MOST, "{before} {after}");
}

#[test]
fn bursts_find_workers_and_pauses_end_them() {
    let place = Place::new();
    place.up();
    let app = place.app("shop");
    let manifest = manifest();
    app.deploy(&program_archive(&manifest), &manifest);
    let scaling = json!({
        "workersMin": 0, "workersMax": 3, "idleTimeout": 1, "scalerType": "REQUEST_COUNT", "scalerValue": 4,
    });
    let id = save(&app, "bursty", &scaling);
    let workers = || {
        let status = place.ok(&["status", "--json"]).document();
        let endpoints = status["apps"][0]["environments"][0]["endpoints"].as_array().unwrap().clone();
        let bursty = endpoints.into_iter().find(|endpoint| endpoint["name"] == "bursty").unwrap();
        bursty["workers"].as_array().unwrap().len()
    };
    let path = format!("/endpoints/{id}/execute/who");
    for burst in 0..3 {
        // Longer than the idle timeout: all workers have gone.
        let start = Instant::now();
        while workers() > 0 {
            assert!(start.elapsed() < Duration::from_secs(60), "workers stay although nobody calls");
            std::thread::sleep(Duration::from_millis(50));
        }
        let start = Instant::now();
        let (status, answer) = place.post(&path, Some(&place.key()), "{}");
        let first = start.elapsed();
        assert_eq!(status, 200, "{answer}");
        let lost: usize = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..16)
                .map(|_| {
                    scope.spawn(|| {
                        (0..20).filter(|_| place.post(&path, Some(&place.key()), "{}").0 != 200).count()
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).sum()
        });
        eprintln!("burst {burst}: first answer from zero after {} ms, {lost} of 320 lost", first.as_millis());
        assert_eq!(lost, 0);
    }
}
