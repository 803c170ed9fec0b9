//! Which program is meant, and what is shown of it.

use serde_json::Value;

use crate::program::Workspace;

fn setting<'a>(document: &'a Value, resource: &str, field: &str) -> &'a Value {
    let named = |list: &'a Value, key: &str, name: &str| {
        list.as_array().unwrap().iter().find(|entry| entry[key] == name).unwrap_or(&Value::Null)
    };
    named(&named(&document["resources"], "name", resource)["settings"], "field", field)
}

#[test]
fn check_shows_values_and_origins() {
    let shop = Workspace::new("shop-checked");
    let document = shop.flash(&["check", "--json", "--set", "web.idle_timeout=2m"]).done().document();
    assert_eq!(document["ok"], true);
    assert_eq!(document["problems"], serde_json::json!([]));
    let shown = |resource, field| {
        let setting = setting(&document, resource, field);
        format!("{} {}", setting["value"], setting["origin"].as_str().unwrap())
    };
    assert_eq!(shown("models", "workersMin"), "1 src/model.rs:4");
    assert_eq!(shown("pricing", "workersMax"), "3 flash.toml:5");
    assert_eq!(shown("web", "idleTimeout"), "120 --set");
    assert_eq!(shown("web", "scalerType"), "\"REQUEST_COUNT\" default");
    let text = shop.flash(&["check"]).done().stdout;
    for line in [
        "Model.predict  async method  -      src/model.rs:16",
        "order  price  over the network  src/main.rs:8",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains('\x1b'), "no colours into a pipe");
    assert!(shop.flash(&["check", "--color", "always"]).done().stdout.contains('\x1b'));
    assert!(!shop.path().join(".flash").exists(), "check writes nothing");
}

#[test]
fn several_programs_are_listed() {
    let shop = Workspace::new("shop-several");
    shop.write("src/bin/other.rs", "fn main() {}\n");
    shop.flash(&["check"]).failed(&[
        "error: there are several programs; choose one",
        "  -p shop-several --bin other",
        "  -p shop-several --bin shop-several",
        "help: add for example `-p shop-several --bin",
    ]);
    shop.flash(&["check", "--bin", "nothing"]).failed(&["error: there is no binary `nothing`"]);
    shop.flash(&["check", "-p", "nobody"])
        .failed(&["has no package `nobody`", "its packages are: shop-several, shop-several-pricing"]);
    shop.flash(&["check", "-p", "shop-several-pricing"]).failed(&["error: there is no program to build"]);
    shop.replace(
        "Cargo.toml",
        "edition = \"2024\"\n",
        "edition = \"2024\"\ndefault-run = \"shop-several\"\n",
    );
    shop.flash(&["check"]).done();
}

#[test]
fn programs_without_the_dependency_are_not_offered() {
    let shop = Workspace::new("shop-offered");
    let root = std::fs::read_to_string(shop.path().join("Cargo.toml")).unwrap();
    let dependencies = root.lines().filter(|line| line.starts_with("flash-runtime")).collect::<String>();
    shop.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\", \"c\", \"pricing\"]\n");
    for (name, dependencies) in [("a", ""), ("b", dependencies.as_str()), ("c", dependencies.as_str())] {
        let head =
            format!("[package]\nname = \"shop-offered-{name}\"\nversion = \"0.3.0\"\nedition = \"2024\"\n");
        shop.write(&format!("{name}/Cargo.toml"), &format!("{head}[dependencies]\n{dependencies}\n"));
        shop.write(&format!("{name}/src/main.rs"), "fn main() {}\n");
    }
    let answer = shop.flash(&["check"]).failed(&[
        "error: there are several programs; choose one\n  -p shop-offered-b --bin shop-offered-b\n  -p shop-offered-c",
        "help: add for example `-p shop-offered-b",
    ]);
    assert!(!answer.stderr.contains("shop-offered-a"), "{}", answer.stderr);
}

#[test]
fn errors_are_documents_too() {
    let nowhere = tempfile::tempdir().unwrap();
    let shop = Workspace::new("shop-error");
    let path = nowhere.path().join("Cargo.toml").display().to_string();
    let answer = shop
        .flash(&["check", "--json", "--manifest-path", &path])
        .failed(&["error: cargo can't read the workspace"]);
    let document = answer.document();
    assert_eq!(
        (&document["ok"], &document["error"]["what"]),
        (&false.into(), &"cargo can't read the workspace".into())
    );
    let document =
        shop.flash(&["check", "--json", "--no-such-option"]).failed(&["unexpected argument"]).document();
    assert_eq!(document["ok"], false);
    shop.write("flash.toml", "[resources.web]\nworkers_mx = 3\n");
    shop.flash(&["check"]).failed(&[
        "error: flash.toml has a mistake",
        "flash.toml:2: unknown key `workers_mx`",
        "did you mean `workers_max`?",
    ]);
}
