//! Crates that make it hard for generated code: `tests/hygiene/README.md` says what each of them does.
//!
//! That they compile is the test; here they are also linked, called and put through clippy.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::process::Command;

use flash::argument::Incoming;
use flash::registry::{Invocation, Site, sites};
use flash::reply::Encoded;

const CRATES: [&str; 6] = ["bare", "forbidding", "renamed", "shadowed", "strict", "strict-2021"];

#[tokio::test(flavor = "multi_thread")]
async fn a_crate_that_shadows_everything() {
    use hygiene_shadowed::travelling::Job;
    let jobs = [Job { id: 1 }];
    let done = hygiene_shadowed::shadowed_async(1, "ab", &jobs, (1, 1)).await.unwrap();
    assert_eq!(done.id, 6);
    assert_eq!(hygiene_shadowed::shadowed_sync(Job { id: 2 }).unwrap(), 2);
    assert_eq!(hygiene_shadowed::shadowed_plain(&Job { id: 3 }).await, 3);
    assert_eq!(hygiene_shadowed::Shadowed::remote().call(4).await.unwrap(), 4);
    assert_eq!(hygiene_shadowed::Shadowed::remote().call_sync(5).unwrap(), 5);
    let json = r#"{"id":1,"text":"ab","list":[{"id":1}],"arg3":[1,1]}"#;
    assert_eq!(handled("hygiene_shadowed", "shadowed_async", json).await, r#"{"id":6}"#);
    assert_eq!(handled("hygiene_shadowed", "shadowed_sync", r#"{"job":{"id":2}}"#).await, "2");
    assert_eq!(handled("hygiene_shadowed", "Shadowed.call_sync", "[5]").await, "5");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crate_without_the_prelude() {
    let job = hygiene_bare::Job { id: 1 };
    assert_eq!(hygiene_bare::bare_async(job, "a", &[1], (1, 0)).await.unwrap(), 4);
    assert_eq!(hygiene_bare::bare_sync(1).unwrap(), 1);
    hygiene_bare::bare_plain().await;
    assert_eq!(hygiene_bare::Bare::remote().call_sync(2).unwrap(), 2);
    assert_eq!(handled("hygiene_bare", "bare_plain", "").await, "null");
    assert_eq!(handled("hygiene_bare", "Bare.call", r#"{"n":3}"#).await, "3");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crate_that_renames_the_sdk() {
    use hygiene_renamed::Job;
    assert_eq!(hygiene_renamed::renamed(Job { id: 1 }).await, Ok(Job { id: 1 }));
    assert_eq!(hygiene_renamed::Renamed::remote().call(Job { id: 2 }).await, Ok(Job { id: 2 }));
    for function in ["renamed_sync", "renamed_by_path", "renamed_by_super"] {
        assert!(site("hygiene_renamed", function).is_some(), "{function}");
    }
    assert_eq!(handled("hygiene_renamed", "Renamed.call", r#"{"job":{"id":3}}"#).await, r#"{"id":3}"#);
    assert_eq!(site("hygiene_renamed", "Renamed.call").unwrap().timeout_ms, 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_editions() {
    assert_eq!(hygiene_strict::functions::through(1).await, Ok(1));
    assert_eq!(hygiene_strict_2021::functions::through(1).await, Ok(1));
    for krate in ["hygiene_strict", "hygiene_strict_2021"] {
        assert_eq!(handled(krate, "strict-parse", r#"["7"]"#).await, "7");
        assert_eq!(handled(krate, "eight", "[1,2,3,4,5,6,7,8]").await, "[1,2,3,4,5,6,7,8]");
        assert_eq!(handled(krate, "Model.predict", r#"["ab",[1,2]]"#).await, "6");
        assert_eq!(handled(krate, "Hidden.echo", "[9]").await, "9");
        // An attribute of another's before ours, after ours, and on a method.
        assert_eq!(handled(krate, "before", "[1]").await, "1");
        assert_eq!(handled(krate, "after", "[2]").await, "2");
        assert_eq!(handled(krate, "Watched.call", "[]").await, "null");
    }
}

/// Clippy's lints, those of the crates themselves and the workspace's, each a denied warning.
#[test]
fn clippy_has_nothing_to_say() {
    let mut clippy = Command::new(env!("CARGO"));
    clippy.args(["clippy", "--quiet", "--offline", "--no-deps", "--all-targets"]);
    for name in CRATES {
        clippy.arg(format!("--package=hygiene-{name}"));
    }
    let output = clippy.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

fn site(krate: &str, name: &str) -> Option<&'static Site> {
    let module = format!("\u{1e}{krate}");
    sites().find(|site| {
        let record = String::from_utf8_lossy(site.record);
        site.name == name
            && record.split_once(&module).is_some_and(|(_, rest)| rest.starts_with([':', '\u{1e}']))
    })
}

async fn handled(krate: &str, name: &str, json: &'static str) -> String {
    let site = site(krate, name).unwrap_or_else(|| panic!("{krate} has no {name}"));
    let incoming = Incoming { json: json.into(), ..Incoming::default() };
    let encoded = match (site.handler)(&incoming) {
        Invocation::Future(future) => future.await,
        Invocation::Blocking(run) => run(),
        Invocation::Refused(bad) => return bad.to_string(),
    };
    match encoded {
        Encoded::Value { bytes, .. } => String::from_utf8(bytes.to_vec()).unwrap(),
        Encoded::Application(json) => format!("error {}", String::from_utf8(json.to_vec()).unwrap()),
        Encoded::Failed(error) => error.to_string(),
    }
}
