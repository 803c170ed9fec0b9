#![allow(clippy::unwrap_used)]

use flash::manifest::CallEdge;
use serde_json::json;

use super::*;
use crate::assemble::{Input, Layout, Moment, Overrides, assemble};
use crate::record::samples::{Sample, class, resource, structure, words, wrapper};

fn check_all(records: &[Vec<u8>], toml: &str, calls: &[(&str, &str)], format: Format) -> Vec<Problem> {
    check_with(records, toml, calls, format, &Overrides::default())
}

fn check_with(
    records: &[Vec<u8>],
    toml: &str,
    calls: &[(&str, &str)],
    format: Format,
    overrides: &Overrides,
) -> Vec<Problem> {
    let layout = Layout::new("/w".into(), [("shop".into(), "1.2.3".into(), "/w/shop".into())]);
    let inventory = Inventory::of(crate::record::read(&records.concat()).unwrap(), &layout);
    let settings = Settings::parse(toml).unwrap();
    let edge =
        |(from, to): &(&str, &str)| CallEdge { from: (*from).into(), to: (*to).into(), resolved: true };
    let assembled = assemble(Input {
        package: "shop",
        inventory: &inventory,
        settings: &settings,
        environment: None,
        overrides,
        calls: calls.iter().map(edge).collect(),
        build: None,
        moment: Moment(0),
    });
    let identity = Identity { format, os: "linux".into(), arch: "x86_64".into(), libc: None };
    validate(&Subject {
        inventory: &inventory,
        assembled: &assembled,
        settings: &settings,
        overrides,
        identity: &identity,
    })
}

/// `severity[code] message | places | help`.
fn check(records: &[Vec<u8>]) -> Vec<String> {
    lines(check_all(records, "", &[], Format::Elf))
}

fn lines(problems: Vec<Problem>) -> Vec<String> {
    let line = |problem: Problem| {
        let places: Vec<String> = problem.places.iter().map(|place| place.line.to_string()).collect();
        let help = problem.help.unwrap_or_default();
        format!("{}[{}] {} | {} | {help}", problem.severity, problem.code, problem.message, places.join(","))
    };
    problems.into_iter().map(line).collect()
}

fn routed(name: &str, line: u32, method: &str, path: &str) -> Vec<u8> {
    Sample::new(name, "web", line)
        .route(method, path)
        .arg("id", "str", "String")
        .arg("name", "str", "String")
        .bytes()
}

#[test]
fn sound_program_has_no_findings() {
    assert_eq!(
        check(&[
            routed("a", 1, "GET", "/users/{id}"),
            routed("b", 2, "POST", "/users/{id}"),
            routed("c", 3, "GET", "/files/{*name}"),
            routed("d", 4, "GET", "/"),
            routed("e", 5, "GET", "/users/all"),
            Sample::new("Model.run", "models", 6).with("class", "Model").bytes(),
            class("Model", "models", 6),
            Sample::new("lonely", "mothership", 7).bytes(),
            // A file that belongs to the library and the program of one package is compiled into both.
            Sample::new("lonely", "mothership", 7).bytes(),
            Sample::new("front", "mothership", 8).route("GET", "/front").bytes(),
        ]),
        Vec::<String>::new()
    );
}

#[test]
fn empty_program_says_what_to_add() {
    assert_eq!(
        check(&[]),
        [
            "error[no-function] the program has no remote function |  | add `#[flash::remote(resource = \"NAME\")]` to a \
          function that is compiled into it"
        ]
    );
}

#[test]
fn duplicate_names_have_both_places() {
    let found = check(&[
        Sample::new("a", "one", 3).bytes(),
        Sample::new("a", "two", 9).bytes(),
        class("a", "one", 12),
        Sample::new("b c", "one", 4).bytes(),
    ]);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].starts_with("error[duplicate-name] `a` is given twice") && found[0].contains("| 12,3,9 |"),
        "{found:#?}"
    );
    assert!(found[1].starts_with("error[name] `b c` can't be a wire name | 4 |"), "{found:#?}");
}

#[test]
fn routes_that_match_the_same_collide() {
    let found = check(&[routed("a", 1, "GET", "/users/{id}"), routed("b", 2, "GET", "/users/{name}")]);
    assert_eq!(
        found,
        [
            "error[duplicate-route] `GET /users/{id}` and `GET /users/{name}` of resource `web` match the same requests, for \
          `a` and for `b` | 1,2 | change the path or the method of one of them"
        ]
    );
    let found = check(&[routed("a", 1, "GET", "/x"), routed("b", 2, "GET", "/x")]);
    assert!(found[0].contains("`GET /x` of resource `web` leads to `a` and to `b` | 1,2"), "{found:#?}");
}

#[test]
fn route_syntax_one_by_one() {
    for (method, path, expected) in [
        ("get", "/x", "error[route-method] `a` has the unknown method `get` | 1 | write `method = \"GET\"`"),
        ("HEAD", "/x", "known are GET, POST, PUT, DELETE, PATCH"),
        ("GET", "x", "which doesn't begin with `/`"),
        ("GET", "/x/", "which has an empty segment"),
        ("GET", "//x", "which has an empty segment"),
        ("GET", "/x/../y", "`.` or `..` segment"),
        ("GET", "/x y", "characters that a path can't hold"),
        ("GET", "/x?y", "characters that a path can't hold"),
        ("GET", "/x%20", "characters that a path can't hold"),
        ("GET", "/pre{id}", "brace inside of a segment"),
        ("GET", "/{}", "a parameter that is not the name"),
        ("GET", "/{id}/{id}", "a parameter twice"),
        ("GET", "/{*id}/x", "something behind `{*..}`"),
        (
            "GET",
            "/{other}",
            "error[route-parameter] `{other}` in the path of `a` is none of its arguments | 1 | its arguments are id, name",
        ),
        ("GET", "/ping", "error[reserved-path] `a` has the path `/ping`, and `/ping` is the endpoint's own"),
        ("POST", "/execute/{id}", "`/execute` is the endpoint's own"),
        ("POST", "/purge-queue", "for example `/api/purge-queue`"),
        ("GET", "/status/{id}", "`/status` is the endpoint's own"),
    ] {
        let found = check(&[routed("a", 1, method, path)]);
        assert!(found.len() == 1 && found[0].contains(expected), "{method} {path}: {found:#?}");
    }
    assert!(check(&[routed("a", 1, "GET", "/api/status"), routed("b", 1, "GET", "/statuses")]).is_empty());
    let half = Sample::new("a", "web", 1).with("method", "GET").bytes();
    assert!(check(&[half])[0].contains("`a` has a `method` and no `path`"));
}

#[test]
fn methods_without_a_body_carry_simple_arguments_only() {
    let with = |method: &str, type_name: &str| {
        let function = Sample::new("a", "web", 1).route(method, "/x").arg("x", type_name, "T").bytes();
        check(&[
            function,
            structure("shop::User", &[]),
            words("shop::Color"),
            wrapper("shop::Id", "u64", false),
            wrapper("shop::Outer", "?shop::Id", false),
            wrapper("shop::Key<$0>", "$0", false),
            wrapper("shop::Heavy", "shop::User", false),
        ])
    };
    for simple in [
        "u8",
        "i128",
        "usize",
        "u8!0",
        "f64",
        "str",
        "bool",
        "char",
        "?str",
        "[u32]",
        "?[str]",
        "[u8;4]",
        "[?u8]",
        "shop::Color",
        "json",
        "shop::Id",
        "?shop::Id",
        "[shop::Id]",
        "shop::Outer",
        "shop::Key<str>",
        "[shop::Key<shop::Color>]",
    ] {
        assert_eq!(with("GET", simple), Vec::<String>::new(), "{simple}");
    }
    for heavy in [
        "shop::User",
        "{str:u8}",
        "(u8,u8)",
        "bytes",
        "blob",
        "?shop::User",
        "[shop::User]",
        "[[u8]]",
        "shop::Heavy",
        "shop::Key<(u8,u8)>",
        "std::time::Duration",
    ] {
        let found = with("DELETE", heavy);
        assert!(found.len() == 1 && found[0].starts_with("error[no-body] argument `x: T` of `a` needs a body, and DELETE has none | 1 | use `method = \"POST\"`"), "{heavy}: {found:#?}");
        assert_eq!(with("POST", heavy), Vec::<String>::new());
    }
    for unknown in ["~", "[~]", "other::Type"] {
        assert!(with("GET", unknown)[0].starts_with("warning[unknown-type]"), "{unknown}");
    }
    let in_path = Sample::new("a", "web", 1).route("POST", "/{x}").arg("x", "[u8]", "Vec<u8>").bytes();
    assert!(
        check(&[in_path])[0]
            .starts_with("error[path-type] argument `x: Vec<u8>` of `a` can't stand in a path")
    );
}

#[test]
fn wrappers_are_carried_as_what_is_inside() {
    let with = |type_name: &str| {
        let function =
            Sample::new("a", "web", 1).route("GET", "/{x}").arg("x", &format!("shop::{type_name}"), "T");
        let types = [
            wrapper("shop::Id", "u64", false),
            wrapper("shop::List", "[u64]", false),
            wrapper("shop::Endless", "shop::Endless", false),
            wrapper("shop::Hex", "[u8;3]", true),
        ];
        check(&[vec![function.bytes()], types.to_vec()].concat())
    };
    assert_eq!(with("Id"), Vec::<String>::new());
    assert_eq!(with("Hex"), Vec::<String>::new(), "it has a form of its own");
    assert!(with("List")[0].starts_with("error[path-type]"));
    assert_eq!(with("Endless"), Vec::<String>::new(), "and the search ends");
}

#[test]
fn kinds_of_resources_fit_their_functions() {
    let bare = || Sample::new("bare", "one", 4).bytes();
    let found = check(&[bare(), Sample::new("web", "one", 2).route("GET", "/x").bytes()]);
    assert!(
        found.len() == 1
            && found[0].starts_with(
                "error[mixed-resource] resource `one` has `web` with a route and `bare` without"
            ),
        "{found:#?}"
    );
    assert!(found[0].contains("| 4,2 |"));
    let balanced = json!({"name": "one", "resource_type": "LoadBalancerSlsResource"});
    let found = check(&[bare(), resource(7, &balanced)]);
    assert!(found[0].starts_with("error[no-route] `bare` has no route, and resource `one` is load-balanced (shop/src/orders.rs:7) | 4"), "{found:#?}");
    let found = lines(check_all(
        &[routed("a", 1, "GET", "/x")],
        "[resources.web]\ntype = \"ServerlessResource\"\n",
        &[],
        Format::Elf,
    ));
    assert!(
        found[0].starts_with(
            "error[route-on-queue] `a` has a route, and resource `web` is queue-based (flash.toml:2) | 1"
        ),
        "{found:#?}"
    );
    let strange = json!({"name": "one", "resource_type": "Teapot"});
    assert!(check(&[bare(), resource(7, &strange)])[0].contains("unknown type `Teapot`"));
}

#[test]
fn resources_without_functions_and_near_misses() {
    let declared =
        |line, name: &str| resource(line, &json!({"name": name, "resource_type": "ServerlessResource"}));
    let found = check(&[Sample::new("a", "pricng", 3).bytes(), declared(8, "pricing")]);
    assert_eq!(
        found,
        [
            "warning[unknown-resource] resource `pricng` is declared nowhere, and `pricing` is | 3 | did you mean `resource = \
             \"pricing\"`? if not, declare `pricng`",
            "warning[unused-resource] resource `pricing` is declared and has no function | 8 | did you mean `pricng`, which \
             functions name? if not, add `#[flash::remote(resource = \"pricing\")]` to a function, or remove the \
             declaration",
        ]
    );
    let found = check(&[Sample::new("a", "endpoint_1", 3).bytes(), declared(8, "endpoint_2")]);
    assert!(found.len() == 1 && found[0].contains("or remove the declaration"), "{found:#?}");
    let found = check(&[Sample::new("a", "one", 3).bytes(), declared(8, "one"), declared(9, "one")]);
    assert!(
        found.len() == 1
            && found[0].starts_with("error[duplicate-resource] resource `one` is declared twice | 8,9"),
        "{found:#?}"
    );
}

#[test]
fn names_of_resources_suit_hosts_and_files() {
    for bad in ["Models", "", "-a", "a.b", "a/b", "ä", &"a".repeat(64)] {
        let found = check(&[Sample::new("f", bad, 3).bytes()]);
        assert!(
            found.len() == 1 && found[0].starts_with("error[resource-name]") && found[0].contains("| 3 |"),
            "{bad}: {found:#?}"
        );
    }
    assert!(check(&[Sample::new("f", "9_a-b", 3).bytes()]).is_empty());
}

#[test]
fn resource_may_not_hide_what_the_endpoint_answers() {
    let found = check(&[Sample::new("a", "execute", 3).bytes()]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("error[reserved-resource] `execute` can't be"), "{found:#?}");
}

#[test]
fn cycles_across_endpoints_are_shown_once() {
    let records = [
        Sample::new("a", "one", 1).bytes(),
        Sample::new("b", "two", 2).bytes(),
        Sample::new("c", "two", 3).bytes(),
        Sample::new("d", "one", 4).bytes(),
    ];
    let calls = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"), ("a", "d"), ("x", "y")];
    assert_eq!(
        lines(check_all(&records, "", &calls, Format::Elf)),
        [
            "warning[call-cycle] calls go round between endpoints: a (one) -> b (two) -> c (two) -> a (one) | 1,2,3 | make \
          sure that the recursion ends, or put these functions on one resource"
        ]
    );
    let inside = [("b", "c"), ("c", "b")];
    assert!(check_all(&records, "", &inside, Format::Elf).is_empty(), "one endpoint calls itself in-process");
}

#[test]
fn bare_routes_of_two_resources_are_noted() {
    let found = check(&[
        Sample::new("a", "one", 1).route("GET", "/x/{id}").arg("id", "u8", "u8").bytes(),
        Sample::new("b", "two", 2).route("GET", "/x/{key}").arg("key", "u8", "u8").bytes(),
    ]);
    assert_eq!(
        found,
        [
            "note[bare-route] `GET /x/{id}` is a route of 2 resources; behind one port it is reached as `/one/x/{id}` and \
          `/two/x/{id}` | 1,2 | "
        ]
    );
}

#[test]
fn foreign_programs_are_noted() {
    let found = lines(check_all(&[Sample::new("a", "one", 1).bytes()], "", &[], Format::MachO));
    assert!(found[0].starts_with("note[foreign-machine] the program is a Mach-O file"), "{found:#?}");
}

#[test]
fn method_without_its_class_is_an_error() {
    let found = check(&[Sample::new("Model.run", "models", 6).with("class", "Model").bytes()]);
    assert!(found[0].starts_with("error[class] method `Model.run` belongs to class `Model`"), "{found:#?}");
}

#[test]
fn settings_of_no_resource_are_told_alike_wherever_they_stand() {
    let records = [Sample::new("a", "endpoint_1", 1).bytes(), Sample::new("b", "endpoint_2", 2).bytes()];
    let with = |toml: &str, flags: &[&str], variable: Option<&str>| {
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let overrides = Overrides::read(&flags, variable).unwrap();
        lines(check_with(&records, toml, &[], Format::Elf, &overrides))
    };
    let slip = "did you mean `endpoint_1`, which functions name?";
    for (found, origin) in [
        (with("[resources.endpoint_3]\nworkers_max = 3", &[], None), "declared"),
        (with("[resources.enpoint_1]\nworkers_max = 3", &[], None), "declared"),
        (with("[resources.endpoint]\nworkers_max = 3", &[], None), "declared"),
        (with("", &["enpoint_1.workers_max=3"], None), "set by --set"),
        (with("", &[], Some("endpoint_3.workers_max=3")), "set by FLASH_SET"),
    ] {
        let unused = found.iter().find(|line| line.starts_with("warning[unused-resource] resource `en"));
        let unused = unused.unwrap_or_else(|| panic!("{found:#?}"));
        assert!(unused.contains(&format!("` is {origin} and has no function")), "{unused}");
        assert!(unused.contains(slip), "{unused}");
    }
    let far = with("", &["painting.workers_max=3"], None);
    assert!(far[0].ends_with("the resources with functions are endpoint_1, endpoint_2"), "{far:#?}");
    assert_eq!(
        with("", &["endpoint_1.workers_max=3"], Some("endpoint_2.workers_max=1")),
        Vec::<String>::new()
    );
}
