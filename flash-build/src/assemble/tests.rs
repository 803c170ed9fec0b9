#![allow(clippy::unwrap_used)]

use flash::manifest::Manifest;
use serde_json::json;

use super::*;
use crate::record::samples::{Sample, class, resource, structure};

fn inventory(records: &[Vec<u8>]) -> Inventory {
    let layout = Layout::new("/w".into(), [("shop".into(), "1.2.3".into(), "/w/shop".into())]);
    Inventory::of(crate::record::read(&records.concat()).unwrap(), &layout)
}

fn assembled(records: &[Vec<u8>], toml: &str, environment: Option<&str>, flags: &[&str]) -> Assembled {
    let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    assemble(Input {
        package: "shop",
        inventory: &inventory(records),
        settings: &Settings::parse(toml).unwrap(),
        environment,
        overrides: &Overrides::read(&flags, Some("pricing.workers_max=7;pricing.scaler_value=9")).unwrap(),
        calls: Vec::new(),
        build: None,
        moment: Moment(1_768_213_800),
    })
}

fn plain(records: &[Vec<u8>]) -> Manifest {
    assembled(records, "", None, &[]).manifest
}

#[test]
fn the_specifications_example() {
    let records = [
        Sample::new("funcD", "endpoint_2", 4).route("GET", "/api/status").bytes(),
        Sample::new("funcA", "endpoint_1", 1).bytes(),
        Sample::new("funcB", "endpoint_1", 2).with("is_async", false).bytes(),
        Sample::new("funcC", "endpoint_2", 3)
            .route("POST", "/api/process")
            .arg("doc", "str", "String")
            .bytes(),
    ];
    let mut manifest = assembled(&records, "[app]\nname = \"my-flash-app\"\n", None, &[]).manifest;
    // What docs/manifest.md lists as additions.
    for resource in manifest.resources.values_mut() {
        resource.interface_digest = None;
        for function in &mut resource.functions {
            *function = Function {
                name: function.name.clone(),
                module: function.module.clone(),
                is_async: function.is_async,
                is_class: function.is_class,
                http_method: function.http_method.clone(),
                http_path: function.http_path.clone(),
                ..Function::default()
            };
        }
    }
    let function = |name, is_async| json!({"name": name, "module": "shop::orders", "is_async": is_async, "is_class": false});
    let routed = |name, method, path| json!({"name": name, "module": "shop::orders", "is_async": true, "is_class": false, "http_method": method, "http_path": path});
    assert_eq!(
        serde_json::to_value(&manifest).unwrap(),
        json!({
            "version": "1.0",
            "generated_at": "2026-01-12T10:30:00Z",
            "project_name": "my-flash-app",
            "function_registry":
                {"funcA": "endpoint_1", "funcB": "endpoint_1", "funcC": "endpoint_2", "funcD": "endpoint_2"},
            "resources": {
                "endpoint_1": {
                    "resource_type": "ServerlessResource", "handler_file": "handler_endpoint_1",
                    "functions": [function("funcA", true), function("funcB", false)],
                },
                "endpoint_2": {
                    "resource_type": "LoadBalancerSlsResource", "handler_file": "handler_endpoint_2",
                    "functions": [routed("funcC", "POST", "/api/process"), routed("funcD", "GET", "/api/status")],
                },
            },
            "routes": {"endpoint_2": {"POST /api/process": "funcC", "GET /api/status": "funcD"}},
        })
    );
}

#[test]
fn class_is_one_entry_with_its_methods() {
    let manifest = plain(&[
        Sample::new("Model.predict", "models", 9).with("class", "Model").route("POST", "/predict").bytes(),
        Sample::new("Model.info", "models", 8).with("class", "Model").with("is_async", false).bytes(),
        class("Model", "models", 7),
    ]);
    assert_eq!(manifest.function_registry, BTreeMap::from([("Model".into(), "models".into())]));
    let entry = &manifest.resources["models"].functions[0];
    assert!(entry.is_class && entry.is_async && entry.line == Some(7));
    assert_eq!(entry.file.as_deref(), Some("src/orders.rs"));
    let names: Vec<&str> = entry.methods.iter().map(|method| method.name.as_str()).collect();
    assert_eq!(names, ["info", "predict"]);
    assert_eq!(manifest.routes["models"]["POST /predict"], "Model.predict");
}

#[test]
fn undeclared_resources_take_the_kind_of_their_functions() {
    let manifest = plain(&[
        Sample::new("a", "one", 1).route("GET", "/a").bytes(),
        Sample::new("b", "two", 2).bytes(),
        Sample::new("c", MOTHERSHIP, 3).bytes(),
    ]);
    assert_eq!(manifest.resources["one"].resource_type, ResourceType::LoadBalancer);
    assert_eq!(manifest.resources["two"].resource_type, ResourceType::Serverless);
    assert_eq!(manifest.resources[MOTHERSHIP].resource_type, ResourceType::Serverless);
    assert!(!plain(&[Sample::new("b", "two", 2).bytes()]).resources.contains_key(MOTHERSHIP));
}

#[test]
fn layers_lie_over_each_other_and_keep_their_origin() {
    let records = [
        Sample::new("price", "pricing", 1).bytes(),
        resource(
            5,
            &json!({"name": "pricing", "resource_type": "ServerlessResource", "config":
                {"gpuIds": "ADA_24", "workersMin": 1, "workersMax": 2, "scalerValue": 3, "idleTimeout": 4, "env": {"A": "code", "B": "code"}}}),
        ),
    ];
    let toml = "[resources.pricing]\nworkers_min = 2\nworkers_max = 4\nenv = { B = \"file\" }\n\
                [env.prod.resources.pricing]\ncpu = \"cpu3c-1-2\"\nworkers_min = 3\n";
    let assembled = assembled(&records, toml, Some("prod"), &["pricing.scaler_value=11"]);
    let config = &assembled.resolved["pricing"].config;
    let shown = |field: &str| format!("{} from {}", config[field].value, config[field].source);
    assert_eq!(shown("idleTimeout"), "4 from shop/src/orders.rs:5");
    assert_eq!(shown("workersMin"), "3 from flash.toml:7");
    assert_eq!(shown("workersMax"), "7 from FLASH_SET");
    assert_eq!(shown("scalerValue"), "11 from --set");
    assert_eq!(shown("env"), r#"{"A":"code","B":"file"} from flash.toml:4"#);
    assert!(config.contains_key("instanceIds") && !config.contains_key("gpuIds"));
    assert_eq!(assembled.manifest.resources["pricing"].config["workersMax"], 7);
}

#[test]
fn resources_without_functions_are_resolved_and_not_listed() {
    let records = [Sample::new("a", "one", 1).bytes()];
    let assembled = assembled(&records, "[resources.idle]\nworkers_min = 1\n", None, &[]);
    assert!(assembled.resolved.contains_key("idle") && !assembled.manifest.resources.contains_key("idle"));
}

fn digest(records: &[Vec<u8>]) -> String {
    plain(records).resources["one"].interface_digest.clone().unwrap()
}

#[test]
fn interface_follows_types_through_cycles() {
    let function = Sample::new("f", "one", 1).arg("x", "[shop::Node]", "Vec<Node>").bytes();
    let node = |leaf: &str| structure("shop::Node", &[("next", "?shop::Node"), ("leaf", leaf)]);
    let with = |leaf: &str, deep: &str| {
        digest(&[function.clone(), node(leaf), structure("shop::Leaf", &[("value", deep)])])
    };
    let base = with("shop::Leaf", "u8");
    assert_eq!(base, with("shop::Leaf", "u8"));
    assert_ne!(base, with("shop::Leaf", "u16"), "a change two types below must show");
    assert_ne!(base, with("u8", "u8"));
}

#[test]
fn interface_goes_by_form_and_not_by_the_names_of_types() {
    let with = |name: &str| {
        let function = Sample::new("f", "one", 1).arg("x", &format!("{{str:{name}<u8>}}"), "Map").bytes();
        digest(&[function, structure(&format!("{name}<u8>"), &[("value", "u8")])])
    };
    assert_eq!(with("shop::User"), with("shop::model::Person"));
    let foreign = |name: &str| digest(&[Sample::new("f", "one", 1).arg("x", name, "T").bytes()]);
    assert_ne!(foreign("ext::A"), foreign("ext::B"), "without a record the name is all there is");
}

#[test]
fn generic_types_are_filled_in() {
    let with = |argument: &str, second: &str| {
        let name = format!("shop::Page<[{argument}],shop::Pair<u8,u8>>");
        let function = Sample::new("f", "one", 1).arg("x", &name, "Page").bytes();
        let page = structure(
            "shop::Page<$0,$1>",
            &[("items", "{str:$0}"), ("more", "?shop::Page<$0,$1>"), ("pair", "$1")],
        );
        digest(&[function, page, structure("shop::Pair<$0,$1>", &[("a", "$0"), ("b", second)])])
    };
    let base = with("u8", "$1");
    assert_ne!(base, with("u16", "$1"));
    assert_ne!(base, with("u8", "?$1"));
    assert_eq!(base, with("u8", "$0"), "both parameters of the pair are the same type here");
}

#[test]
fn types_without_end_end() {
    let function = Sample::new("f", "one", 1).arg("x", "shop::Deep<u8>", "Deep").bytes();
    let deep = structure("shop::Deep<$0>", &[("next", "?shop::Deep<($0,$0)>"), ("odd", "$7")]);
    assert_eq!(digest(&[function, deep]).len(), 64);
}

#[test]
fn code_and_file_declare_the_same_configuration() {
    let function = || Sample::new("a", "one", 1).bytes();
    let config =
        json!({"gpuIds": ["ADA_24", "AMPERE_24"], "locations": ["EU-RO-1"], "networkVolumeIds": ["v"]});
    let code = plain(&[
        function(),
        resource(1, &json!({"name": "one", "resource_type": "ServerlessResource", "config": config})),
    ]);
    let toml = "[resources.one]\ngpu = [\"ADA_24\", \"AMPERE_24\"]\ndata_centers = [\"EU-RO-1\"]\nnetwork_volume = \"v\"\n";
    let file = assembled(&[function()], toml, None, &[]).manifest;
    assert_eq!(code.resources["one"].config, file.resources["one"].config);
    assert_eq!(config_hash(&code.resources["one"]), config_hash(&file.resources["one"]));
}

#[test]
fn unknown_types_fall_back_to_their_text() {
    let with = |name: &str, text: &str| digest(&[Sample::new("f", "one", 1).arg("x", name, text).bytes()]);
    assert_ne!(with("~", "Foreign"), with("~", "Other"));
    assert_eq!(with("u8", "u8"), with("u8", "my::Alias"), "a resolved type needs no text");
    let returning =
        |text: &str| digest(&[Sample::new("f", "one", 1).returns("~", "flash::Error", text).bytes()]);
    assert_ne!(returning("Result<A>"), returning("Result<B>"));
}

#[test]
fn same_record_twice_counts_once_and_order_does_not_matter() {
    let (a, b) = (Sample::new("a", "one", 1).bytes(), Sample::new("b", "one", 2).bytes());
    assert_eq!(plain(&[a.clone(), b.clone()]), plain(&[b, a.clone(), a]));
}

#[test]
fn declared_configuration_alone_makes_the_config_hash() {
    let base = plain(&[Sample::new("a", "one", 1).arg("x", "u8", "u8").bytes()]);
    let typed = plain(&[Sample::new("a", "one", 4).arg("x", "u16", "u16").bytes()]);
    assert_eq!(config_hash(&base.resources["one"]), config_hash(&typed.resources["one"]));
    assert_ne!(base.resources["one"].interface_digest, typed.resources["one"].interface_digest);
    let limited = plain(&[Sample::new("a", "one", 1).with("timeout_ms", 5).bytes()]);
    assert_ne!(config_hash(&base.resources["one"]), config_hash(&limited.resources["one"]));
}
