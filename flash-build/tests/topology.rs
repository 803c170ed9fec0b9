//! The manifest of the topology example is the specification's document.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// The build-time manifest of the specification, to the letter.
fn specification() -> Value {
    let function = |name: &str, module: &str, is_async: bool| json!({"name": name, "module": module, "is_async": is_async, "is_class": false});
    let routed = |name: &str, method: &str, path: &str| {
        let mut entry = function(name, "app.api", true);
        entry["http_method"] = method.into();
        entry["http_path"] = path.into();
        entry
    };
    json!({
        "version": "1.0",
        "generated_at": "2026-01-12T10:30:00Z",
        "project_name": "my-flash-app",
        "function_registry": {
            "funcA": "endpoint_1", "funcB": "endpoint_1", "funcC": "endpoint_2", "funcD": "endpoint_2"
        },
        "resources": {
            "endpoint_1": {
                "resource_type": "ServerlessResource",
                "handler_file": "handler_endpoint_1.py",
                "functions": [function("funcA", "app.handlers", true), function("funcB", "app.handlers", false)]
            },
            "endpoint_2": {
                "resource_type": "LoadBalancerSlsResource",
                "handler_file": "handler_endpoint_2.py",
                "functions": [
                    routed("funcC", "POST", "/api/process"),
                    routed("funcD", "GET", "/api/status")
                ]
            }
        },
        "routes": {"endpoint_2": {"POST /api/process": "funcC", "GET /api/status": "funcD"}}
    })
}

/// The additions that `docs/manifest.md` lists: place and field of each row of that section's table.
fn additions() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("docs/manifest.md")).unwrap();
    let section = page.split("## Additions").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut rows = Vec::new();
    for line in section.lines().filter_map(|line| line.strip_prefix("| ")) {
        let mut cells = line.split(" | ");
        let (places, fields) = (cells.next().unwrap(), cells.next().unwrap_or_default());
        for place in places.split(", ") {
            for field in fields.split(", ").filter_map(|field| field.strip_prefix('`')?.strip_suffix('`')) {
                rows.push((place.to_owned(), field.to_owned()));
            }
        }
    }
    assert!(rows.len() > 10, "docs/manifest.md lists the additions: {rows:?}");
    rows
}

/// Takes the listed additions away.
fn strip(manifest: &mut Value) {
    for (place, field) in additions() {
        let mut entries: Vec<&mut Value> = match place.as_str() {
            "top" => vec![&mut *manifest],
            "resource" => manifest["resources"].as_object_mut().unwrap().values_mut().collect(),
            "function" => manifest["resources"]
                .as_object_mut()
                .unwrap()
                .values_mut()
                .flat_map(|resource| resource["functions"].as_array_mut().unwrap().iter_mut())
                .collect(),
            _ => Vec::new(),
        };
        for entry in &mut entries {
            entry.as_object_mut().unwrap().remove(&field);
        }
    }
}

#[test]
fn the_manifest_is_the_specifications() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-flash"))
        .args(["flash", "build", "-p", "my-flash-app", "--profile", "dev"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let written = std::fs::read(root.join("examples/topology/.flash/flash_manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_slice(&written).unwrap();
    let mut expected = specification();

    // The three things that may differ: the time, the module's path, and the handler's ending.
    assert!(manifest["generated_at"].as_str().unwrap().ends_with('Z'));
    expected["generated_at"] = manifest["generated_at"].clone();
    for (name, module) in [("endpoint_1", "my_flash_app::handlers"), ("endpoint_2", "my_flash_app::api")] {
        let resource = &mut expected["resources"][name];
        resource["handler_file"] = format!("handler_{name}").into();
        for function in resource["functions"].as_array_mut().unwrap() {
            function["module"] = module.into();
        }
    }
    strip(&mut manifest);
    assert_eq!(manifest, expected, "{}", serde_json::to_string_pretty(&manifest).unwrap());
}
