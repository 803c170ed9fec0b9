//! Module trees, conditions, names of the attribute.

use flash_build::source::{FindingKind, cross_check};

use super::support::{Workspace, package};
use super::{linked, scan_of, seen, shown};

const PROGRAM: &str = "[features]\ndefault = [\"on\"]\non = []\noff = []\n[dependencies]\n\
                       flash-runtime = { path = \"../sdk\" }\n";

fn program(files: &[(&str, &str)]) -> Workspace {
    let workspace = Workspace::new(&[("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"app\"]\n")]);
    workspace.write("app/Cargo.toml", &package("app", PROGRAM));
    for (path, text) in files {
        workspace.write(path, text);
    }
    workspace
}

#[test]
fn every_way_to_write_a_module() {
    let remote = |name: &str| format!("#[flash::remote]\npub fn {name}() {{}}\n");
    let workspace = program(&[
        (
            "app/src/main.rs",
            "mod flat;\nmod folder;\nmod inline { pub mod inner; #[path = \"odd.rs\"] pub mod named; }\n\
             #[path = \"elsewhere/x.rs\"] mod moved;\n#[path = \"base\"] mod based { pub mod deep; }\n\
             mod r#type;\ninclude!(\"included.in\");\nfn main() { fn nested() {} nested(); }\n",
        ),
        ("app/src/flat.rs", "pub mod child;\n#[path = \"side.rs\"] pub mod side;\nmod tests {}\n"),
        ("app/src/flat/child.rs", &remote("flat_child")),
        ("app/src/side.rs", &remote("flat_side")),
        ("app/src/folder/mod.rs", "pub mod child;\n"),
        ("app/src/folder/child/mod.rs", &remote("folder_child")),
        ("app/src/inline/inner.rs", &remote("inline_inner")),
        ("app/src/inline/odd.rs", &remote("inline_odd")),
        ("app/src/elsewhere/x.rs", "pub mod y;\n"),
        ("app/src/elsewhere/y.rs", &remote("moved_y")),
        ("app/src/base/deep.rs", &remote("based_deep")),
        (
            "app/src/type.rs",
            "pub fn around() {\n    #[flash::remote]\n    fn inside() {}\n    inside();\n}\n",
        ),
        ("app/src/included.in", &remote("included")),
    ]);
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(
        seen(&scan),
        [
            "based_deep @ app::based::deep",
            "flat_child @ app::flat::child",
            "flat_side @ app::flat::side",
            "folder_child @ app::folder::child",
            "included @ app",
            "inline_inner @ app::inline::inner",
            "inline_odd @ app::inline::named",
            "inside @ app::type",
            "moved_y @ app::moved::y",
        ]
    );
    let included = scan.functions.iter().find(|function| function.name == "included").unwrap();
    assert_eq!(included.place.to_string(), "app/src/included.in:2");
    assert_eq!(shown(&cross_check(&scan, &linked(&scan))), [""; 0]);
    let main = scan.main.unwrap();
    assert_eq!((main.annotated, main.place.to_string().as_str()), (false, "app/src/main.rs:8"));
    assert_eq!(main.sdk_name.as_deref(), Some("flash"));
}

#[test]
fn conditions_are_inherited_and_evaluated() {
    let workspace = program(&[
        (
            "app/src/main.rs",
            "#[cfg(feature = \"off\")] mod without;\n#[cfg(all(feature = \"on\", not(test)))] mod with;\n\
             #[cfg_attr(feature = \"on\", path = \"real.rs\")] mod picked;\n\
             #[cfg(target_os = \"plan9\")] #[flash::remote] fn elsewhere() {}\n\
             #[cfg_attr(feature = \"on\", flash::remote(name = \"renamed\"))] fn conditional() {}\n\
             #[cfg_attr(feature = \"off\", flash::remote)] fn plain() {}\n\
             #[cfg(debug_assertions)] #[flash::remote] fn debug() {}\n\
             #[cfg(from_script)] #[flash::remote] fn scripted() {}\n\
             #[cfg(script_value = \"b\")] #[flash::remote] fn scripted_off() {}\n\
             #[cfg(test)] mod tests { use super::*; #[flash::remote] fn tested() {} }\n#[flash::main]\nfn main() {}\n",
        ),
        (
            "app/build.rs",
            "fn main() { println!(\"cargo::rustc-cfg=from_script\"); \
             println!(\"cargo::rustc-cfg=script_value=\\\"a\\\"\");\n\
             println!(\"cargo::rustc-check-cfg=cfg(from_script, script_value, values(any()))\"); }\n",
        ),
        ("app/src/without.rs", "pub mod below;\n"),
        ("app/src/without/below.rs", "#[flash::remote]\npub fn hidden() {}\n"),
        ("app/src/with.rs", "#![cfg(unix)]\n#[flash::remote]\npub fn shown() {}\n"),
        ("app/src/picked.rs", "pub fn other() {}\n"),
        ("app/src/real.rs", "#[flash::remote]\npub fn real() {}\n"),
    ]);
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(
        seen(&scan),
        [
            "debug @ app",
            "elsewhere @ app - target_os = \"plan9\"",
            "hidden @ app::without::below - feature = \"off\"",
            "plain @ app - feature = \"off\"",
            "real @ app::picked",
            "renamed @ app",
            "scripted @ app",
            "scripted_off @ app - script_value = \"b\"",
            "shown @ app::with",
            "tested @ app::tests - test",
        ]
    );
    assert!(scan.main.as_ref().unwrap().annotated);
    let findings = cross_check(&scan, &linked(&scan));
    assert!(findings.iter().all(|finding| finding.kind == FindingKind::CompiledOut), "{findings:?}");
    assert_eq!(findings.len(), 5);
    assert!(
        shown(&findings).contains(
            &"note: `hidden` is compiled out by `cfg(feature = \"off\")`\n  at app/src/without/below.rs:2"
                .to_owned()
        )
    );
    let other = scan_of(&workspace, "app", &["--no-default-features", "--features", "off", "--release"]);
    let there: Vec<String> = seen(&other).into_iter().filter(|line| !line.contains(" - ")).collect();
    assert_eq!(there, ["hidden @ app::without::below", "plain @ app", "scripted @ app"]);
}

#[test]
fn every_name_of_the_attribute() {
    let workspace = program(&[
        (
            "app/src/main.rs",
            "mod alias;\nmod glob;\nmod job;\nmod other;\nmod not_ours;\n\
             pub mod names { pub use flash::remote as work; pub use flash as f; }\nfn main() {}\n",
        ),
        (
            "app/src/alias.rs",
            "use flash::{self, remote as job};\n#[job(resource = \"a\")]\npub fn aliased() {}\n",
        ),
        ("app/src/glob.rs", "use flash::prelude::*;\n#[remote]\npub fn globbed() {}\n"),
        ("app/src/job.rs", "use crate::names::work;\n#[work]\npub fn through_module() {}\n"),
        ("app/src/other.rs", "use crate::names::*;\n#[f::remote]\npub async fn through_alias() {}\n"),
        (
            "app/src/not_ours.rs",
            "use flash_macros::main as remote;\n#[remote]\npub fn not_ours() {}\n/// `#[flash::remote]`\npub fn doc() {}\n",
        ),
    ]);
    workspace.write(
        "app/Cargo.toml",
        &package("app", &format!("{PROGRAM}flash-macros = {{ path = \"../sdk-macros\" }}\n")),
    );
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(
        seen(&scan),
        [
            "aliased @ app::alias",
            "globbed @ app::glob",
            "through_alias @ app::other",
            "through_module @ app::job"
        ]
    );
}

#[test]
fn a_renamed_sdk_and_a_class() {
    let workspace = program(&[(
        "app/src/main.rs",
        "pub struct Model;\n#[fl::remote(resource = \"models\", name = \"Brain\")]\nimpl Model {\n    \
         pub fn new() -> Self { Model }\n    pub async fn predict(&self) {}\n    \
         pub fn size(self: &Self) -> u32 { 1 }\n    pub fn free() {}\n}\nfn main() {}\n",
    )]);
    workspace.write(
        "app/Cargo.toml",
        &package("app", "[dependencies]\nfl = { package = \"flash-runtime\", path = \"../sdk\" }\n"),
    );
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(seen(&scan), ["Brain.predict @ app", "Brain.size @ app"]);
    assert_eq!(scan.functions[0].class.as_deref(), Some("Brain"));
    assert_eq!(scan.functions[0].place.line, 5);
    assert_eq!(scan.main.as_ref().unwrap().sdk_name.as_deref(), Some("fl"));
    let mut records = linked(&scan);
    let mut class = records[0].clone();
    class.name = "Brain".to_owned();
    records.push(class);
    assert_eq!(shown(&cross_check(&scan, &records)), [""; 0]);
}

#[test]
fn orphans_and_unreadable_files_are_named() {
    let workspace = program(&[
        (
            "app/src/main.rs",
            "mod broken { }\nmacro_rules! pick { ($($t:tt)*) => { $($t)* } }\npick! { mod chosen; }\nfn main() {}\n",
        ),
        ("app/src/orphan.rs", "use flash::remote;\n\n#[remote]\npub fn lost() {}\n"),
        ("app/src/quiet.rs", "// remote\npub fn quiet() {}\n"),
        ("app/src/chosen.rs", "#[flash::remote]\npub fn by_macro() {}\n"),
        ("app/src/bin/second.rs", "mod beside;\n#[flash::remote]\nfn second() {}\nfn main() {}\n"),
        ("app/src/bin/beside.rs", "#[flash::remote]\npub fn beside() {}\n"),
        ("app/examples/one.rs", "#[flash::remote]\nfn example() {}\nfn main() {}\n"),
        ("app/src/nested/Cargo.toml", "[package]\nname = \"nested\"\n"),
        ("app/src/nested/src.rs", "#[flash::remote]\nfn nested() {}\n"),
    ]);
    let scan = scan_of(&workspace, "app", &[]);
    let orphan = "warning: app/src/orphan.rs has remote functions and is in no module tree, so it is not compiled\n  \
                  at app/src/orphan.rs:4\n  help: declare it with `mod` where it belongs, or delete it";
    assert_eq!(shown(&cross_check(&scan, &[])), [orphan]);
    let mut record = super::LinkedFunction {
        name: "by_macro".into(),
        module: "app::chosen".into(),
        package: "app".into(),
        file: "app/src/chosen.rs".into(),
        line: 2,
    };
    let findings = shown(&cross_check(&scan, &[record.clone()]));
    assert_eq!(findings.len(), 2);
    assert!(findings[1].starts_with("note: `by_macro` is in the binary and was not seen in the sources"));
    record.file = "app/src/orphan.rs".into();
    assert!(!shown(&cross_check(&scan, &[record])).iter().any(|finding| finding.contains("module tree")));

    workspace.write("app/src/main.rs", "fn main() {}\n");
    let metadata = workspace.cargo_ok(&["metadata", "--format-version", "1"]);
    let metadata: super::Metadata = serde_json::from_str(&metadata).unwrap();
    workspace.write("app/src/main.rs", "mod deep;\n#[flash::remote]\nfn broken( {}\n");
    workspace.write("app/src/deep.rs", &"(".repeat(100_000));
    let id = &metadata.packages.iter().find(|found| *found.name == "app").unwrap().id;
    let platform = super::Platform::default();
    let request = super::Request {
        metadata: &metadata,
        package: id,
        binary: "app",
        messages: &[],
        platform: &platform,
    };
    let scan = super::scan(&request);
    let broken = &scan.findings.iter().find(|finding| finding.kind == FindingKind::Unreadable).unwrap();
    assert!(broken.to_string().contains("at app/src/main.rs:3"), "{broken}");
}

#[test]
fn files_that_contain_themselves_end() {
    let workspace = program(&[("app/src/main.rs", "fn main() {}\n")]);
    let metadata = workspace.cargo_ok(&["metadata", "--format-version", "1"]);
    let metadata: super::Metadata = serde_json::from_str(&metadata).unwrap();
    let main = "#[path = \"main.rs\"] mod again;\ninclude!(\"main.rs\");\n#[flash::remote]\nfn one() {}\nfn main() {}\n";
    workspace.write("app/src/main.rs", main);
    let id = &metadata.packages.iter().find(|found| *found.name == "app").unwrap().id;
    let platform = super::Platform::default();
    let request = super::Request {
        metadata: &metadata,
        package: id,
        binary: "app",
        messages: &[],
        platform: &platform,
    };
    assert!(!super::scan(&request).functions.is_empty());
}

#[test]
fn what_is_legal_is_no_error() {
    let deep = format!(
        "// {0}\npub const TEXT: &str = \"{0}\";\npub const RAW: &str = r#\"{0}\"#;\n#[flash::remote]\npub fn text() {{}}\n",
        "(".repeat(2_000)
    );
    let workspace = program(&[
        (
            "app/src/main.rs",
            "mod deep;\nmod foreign;\n#[cfg_attr(unix, path = \"this.rs\")] #[cfg_attr(not(unix), path = \"that.rs\")] mod system;\n\
             fn main() {\n    #[cfg(target_os = \"plan9\")]\n    {\n        #[flash::remote]\n        fn elsewhere() {}\n    }\n    \
             let _ = stringify!({ #[flash::remote] fn text() {} });\n    let _ = stringify!(#[flash::remote] fn text() {});\n\
             #[cfg(unix)]\n    {\n        #[flash::remote]\n        fn here() {}\n        here();\n    }\n}\n",
        ),
        ("app/src/deep.rs", &deep),
        // A procedural macro of that name beside a glob of the SDK.
        (
            "app/src/foreign.rs",
            "use attrs::remote;\nuse flash::prelude::*;\n#[remote]\npub fn foreign() {}\n",
        ),
        ("app/src/this.rs", "#[flash::remote]\npub fn this() {}\n"),
        ("app/src/that.rs", "#[flash::remote]\npub fn that() {}\n"),
        (
            "attrs/Cargo.toml",
            "[package]\nname = \"attrs\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
        ),
        (
            "attrs/src/lib.rs",
            "use proc_macro::TokenStream;\n#[proc_macro_attribute]\n\
             pub fn remote(_: TokenStream, item: TokenStream) -> TokenStream { item }\n",
        ),
    ]);
    let manifest = package("app", &format!("{PROGRAM}attrs = {{ path = \"../attrs\" }}\n"));
    workspace.write("app/Cargo.toml", &manifest);
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(
        seen(&scan),
        ["elsewhere @ app - target_os = \"plan9\"", "here @ app", "text @ app::deep", "this @ app::system"]
    );
    assert_eq!(
        shown(&cross_check(&scan, &linked(&scan))),
        ["note: `elsewhere` is compiled out by `cfg(target_os = \"plan9\")`\n  at app/src/main.rs:8"]
    );
}

#[test]
fn flags_out_of_sight_may_decide_a_condition() {
    let workspace = program(&[(
        "app/src/main.rs",
        "#[cfg(panic = \"unwind\")]\n#[flash::remote]\nfn unwinding() {}\n#[cfg(unix)]\nmod inner {\n    #[flash::remote]\n    \
         pub fn below() {}\n}\n#[cfg(not(feature = \"off\"))]\n#[flash::remote]\nfn certain() {}\n#[flash::remote]\nfn plain() {}\n\
         fn main() {}\n",
    )]);
    let scan = scan_of(&workspace, "app", &[]);
    let kept: Vec<_> = linked(&scan).into_iter().filter(|function| function.name == "plain").collect();
    let findings = shown(&cross_check(&scan, &kept));
    let starts = [
        "error: `certain` of package `app` is not in the binary",
        "note: `unwinding` is compiled out by `cfg(panic = \"unwind\")`",
        "note: `below` is compiled out by `cfg(unix)`",
    ];
    assert_eq!(findings.len(), starts.len(), "{findings:#?}");
    for (finding, start) in findings.iter().zip(starts) {
        assert!(finding.starts_with(start), "{findings:#?}");
    }
    let switched = scan_of(&workspace, "app", &["--features", "off"]);
    let there: Vec<_> = linked(&scan).into_iter().filter(|function| function.name != "below").collect();
    assert_eq!(shown(&cross_check(&switched, &there)).len(), 1);
}
