//! A GraphQL fuzzer finds no error of the server's own.
//!
//! `FLASH_FUZZ_EXAMPLES` is the number of examples per operation.

use serde_json::json;

use super::app::{manifest, program_archive};
use super::clients::{SOURCES, packages};
use super::harness::{Place, said};

#[test]
fn documents_find_no_server_error() {
    let examples = std::env::var("FLASH_FUZZ_EXAMPLES").unwrap_or_else(|_| "8".to_owned());
    let place = Place::new();
    place.up();
    let app = place.app("shop");
    let manifest = manifest();
    let endpoint = app.deploy(&program_archive(&manifest), &manifest);
    let more = place.graphql(
        "query($id: String!) { myself { endpoint(id: $id) { templateId } flashApps { flashBuilds { id objectKey } } } }",
        &json!({ "id": endpoint }),
    );
    let build = &more["flashApps"][0]["flashBuilds"][0];
    let ids = json!({
        "flashAppId": app.app, "flashAppName": "shop", "flashEnvironmentId": app.environment, "flashBuildId": build["id"],
        "objectKey": build["objectKey"], "endpointId": endpoint, "id": endpoint, "templateId": more["endpoint"]["templateId"],
    });
    let url = format!("http://{}/graphql", place.address());
    let fuzzed = std::process::Command::new(packages().join("bin/schemathesis"))
        .args(["run", &url, "--checks", "not_a_server_error", "--no-color", "--max-examples", &examples])
        .args(["--header", &format!("Authorization: Bearer {}", place.key())])
        .env("SCHEMATHESIS_HOOKS", "fuzz")
        .env("PYTHONPATH", SOURCES)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("KNOWN_IDS", ids.to_string())
        .current_dir(place.data().parent().unwrap())
        .output()
        .unwrap();
    let said = said(fuzzed);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let summary = said.out.lines().find(|line| line.contains(" generated, ")).expect("a summary");
    eprintln!("{}", summary.trim());
    // It is still the same process, and it still works.
    assert_eq!(place.get("/healthz").0, 200);
}
