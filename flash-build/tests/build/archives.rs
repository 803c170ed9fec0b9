//! What `build` writes.

use std::fs;
use std::process::Command;

use flash_build::archive::{Limits, unpack};
use serde_json::json;

use crate::program::Workspace;

#[test]
fn built_archive_holds_what_the_manifest_says() {
    let shop = Workspace::new("shop-built");
    shop.write("data/words.txt", "words");
    shop.write("data/.env", "SECRET=1");
    shop.replace("flash.toml", "[app]\n", "[app]\ninclude = [\"data\"]\n");
    let first = shop.flash(&["build", "--profile", "dev"]).done();
    assert!(
        first
            .stdout
            .contains("endpoint  functions  routes  config    code      interface  since the last build"),
        "{}",
        first.stdout
    );
    assert!(first.stdout.contains("first build"), "{}", first.stdout);
    assert!(
        first
            .stderr
            .contains("`data/.env` matches `include` and is left out: environment files hold secrets"),
        "{}",
        first.stderr
    );
    let manifest = shop.manifest();
    assert_eq!(manifest["generated_at"], "2026-01-12T10:30:00Z");
    assert_eq!(manifest["function_registry"], json!({"Model": "models", "order": "web", "price": "pricing"}));
    assert_eq!(manifest["routes"], json!({"web": {"POST /orders/{customer}": "order"}}));
    assert_eq!(manifest["resources"]["models"]["config"], json!({"workersMin": 1, "workersMax": 2}));
    assert_eq!(manifest["resources"]["pricing"]["functions"][0]["file"], "src/lib.rs");
    assert_eq!(manifest["calls"], json!([{"from": "order", "to": "price", "resolved": true}]));
    let bytes = fs::read(shop.path().join(".flash/archive.tar.gz")).unwrap();
    let target = shop.path().join("unpacked");
    let contents = unpack(bytes.as_slice(), &target, Limits::default()).unwrap();
    let names: Vec<&str> = contents.entries.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "data/words.txt",
        "flash_manifest.json",
        "handler_models",
        "handler_pricing",
        "handler_web",
        "shop-built",
    ];
    assert_eq!(names, expected);
    let plain = Command::new(target.join("shop-built")).current_dir(&target).status().unwrap();
    assert!(plain.success(), "the program without a role is a plain program");
    let again = shop.flash(&["build", "--profile", "dev", "--json"]).done().document();
    assert!(
        again["endpoints"].as_array().unwrap().iter().all(|endpoint| endpoint["change"] == "unchanged"),
        "{again}"
    );
    assert_eq!(fs::read(shop.path().join(".flash/archive.tar.gz")).unwrap(), bytes);
}

#[test]
fn changes_since_the_last_build_are_told() {
    let shop = Workspace::new("shop-changed");
    shop.flash(&["build", "--profile", "dev"]).done();
    shop.replace("flash.toml", "workers_max = 3", "workers_max = 4");
    shop.replace("pricing/src/lib.rs", "pub name: String", "pub name: Option<String>");
    shop.replace("pricing/src/lib.rs", "item.name.len()", "item.name.map_or(0, |name| name.len())");
    let answer = shop.flash(&["build", "--profile", "dev", "--json"]).done().document();
    let change = |name: &str| {
        let endpoints = answer["endpoints"].as_array().unwrap();
        endpoints.iter().find(|endpoint| endpoint["name"] == name).unwrap()["change"].clone()
    };
    assert_eq!(change("pricing"), "config, interface, code");
    assert_eq!(change("web"), "interface, code", "its argument holds the changed type");
    assert_eq!(change("models"), "code");
}

#[test]
fn two_directories_give_the_same_manifest() {
    let mut manifests = Vec::new();
    for _ in 0..2 {
        let shop = Workspace::new("shop-twice");
        shop.flash(&["build", "--profile", "dev"]).done();
        let mut manifest = shop.manifest();
        // The binary holds the paths of its sources, unless they are remapped.
        manifest["build"]["code_digest"].take();
        assert!(!manifest.to_string().contains(&shop.path().display().to_string()), "{manifest}");
        manifests.push(manifest);
    }
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn two_directories_with_remapped_paths_give_the_same_archive() {
    let mut archives = Vec::new();
    for _ in 0..2 {
        let shop = Workspace::new("shop-remapped");
        shop.flash_remapped(&["build", "--profile", "dev"]).done();
        archives.push((shop.manifest(), fs::read(shop.path().join(".flash/archive.tar.gz")).unwrap()));
    }
    assert_eq!(archives[0].0, archives[1].0);
    assert!(archives[0].1 == archives[1].1, "the archives differ");
}

#[test]
fn too_large_archive_is_refused() {
    let shop = Workspace::new("shop-large");
    let answer = shop.flash(&["build", "--profile", "dev", "--max-archive-size", "1"]);
    answer.failed(&["is larger than 1 MiB", "MiB  shop-large", "help: leave files out in .flashignore"]);
    assert!(!shop.path().join(".flash/flash_manifest.json").exists());
}
