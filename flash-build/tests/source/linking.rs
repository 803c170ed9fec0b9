//! What is compiled and not linked, and the line that mends it.

use flash_build::source::{FindingKind, Severity, cross_check};

use super::support::{Workspace, package};
use super::{linked, scan_of, seen, shown};

fn sdk() -> &'static str {
    "flash-runtime = { path = \"../sdk\" }\n"
}

/// `app` -> `lib-x` -> `lib-w`, and `app` -> `quiet`, which has no functions and leads to `far`.
fn chain() -> Workspace {
    let workspace = Workspace::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"lib-x\", \"lib-w\", \"quiet\", \"far\"]\n",
        ),
        (
            "app/src/main.rs",
            "// lib_x and quiet are not named in code\n#[flash::remote]\nfn own() {}\nfn main() {}\n",
        ),
        ("lib-x/src/lib.rs", "#[flash::remote]\npub fn x1() {}\n"),
        ("lib-w/src/lib.rs", "mod inner;\n"),
        ("lib-w/src/inner.rs", "\n#[flash::remote]\npub fn w1() {}\n#[flash::remote]\npub fn w2() {}\n"),
        ("quiet/src/lib.rs", "\n"),
        ("far/src/lib.rs", "#[flash::remote]\npub fn far1() {}\n"),
    ]);
    let dependency = |name: &str| format!("{name} = {{ path = \"../{name}\" }}\n");
    let with = |dependencies: &str| format!("[dependencies]\n{dependencies}");
    let app =
        format!("{}{}ex = {{ package = \"lib-x\", path = \"../lib-x\" }}\n", sdk(), dependency("quiet"));
    workspace.write("app/Cargo.toml", &package("app", &with(&app)));
    workspace
        .write("lib-x/Cargo.toml", &package("lib-x", &with(&format!("{}{}", sdk(), dependency("lib-w")))));
    workspace.write("lib-w/Cargo.toml", &package("lib-w", &with(sdk())));
    workspace.write("quiet/Cargo.toml", &package("quiet", &with(&dependency("far"))));
    workspace.write("far/Cargo.toml", &package("far", &with(sdk())));
    workspace
}

#[test]
fn the_line_that_is_missing_is_named() {
    let workspace = chain();
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(
        seen(&scan),
        ["far1 @ far", "own @ app", "w1 @ lib_w::inner", "w2 @ lib_w::inner", "x1 @ lib_x"]
    );
    let all = linked(&scan);
    assert_eq!(shown(&cross_check(&scan, &all)), [""; 0]);

    let only = |packages: &[&str]| {
        let kept = all.iter().filter(|function| packages.contains(&function.package.as_str())).cloned();
        cross_check(&scan, &kept.collect::<Vec<_>>())
    };
    assert_eq!(
        shown(&only(&["app", "lib-x", "far"])),
        [
            "error: nothing refers to package `lib-w`, so it is not linked and its remote functions are lost: `w1` \
          (lib-w/src/inner.rs:3), `w2` (lib-w/src/inner.rs:5)\n  at lib-w/src/inner.rs:3\n  \
          help: add `use lib_w as _;` to lib-x/src/lib.rs"
        ]
    );
    let findings = only(&["app", "far"]);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Error), "{findings:#?}");
    assert_eq!(
        findings.iter().map(|finding| finding.help.clone().unwrap()).collect::<Vec<_>>(),
        [
            "add `use ex as _;` to app/src/main.rs and `use lib_w as _;` to lib-x/src/lib.rs",
            "add `use ex as _;` to app/src/main.rs"
        ]
    );
    let findings = only(&["app", "lib-x", "lib-w"]);
    assert_eq!(
        findings[0].help.as_deref(),
        Some("add `use quiet as _;` to app/src/main.rs and `use far as _;` to quiet/src/lib.rs")
    );
    // Named in code already, but not compiled in there: only the other line is missing.
    workspace.write("app/src/main.rs", "use quiet as _;\n#[flash::remote]\nfn own() {}\nfn main() {}\n");
    let scan = scan_of(&workspace, "app", &[]);
    let kept: Vec<_> = linked(&scan).into_iter().filter(|function| function.package != "far").collect();
    assert_eq!(cross_check(&scan, &kept)[0].help.as_deref(), Some("add `use far as _;` to quiet/src/lib.rs"));
}

#[test]
fn the_programs_own_library_may_be_unnamed() {
    let workspace = Workspace::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"app\"]\n"),
        ("app/src/main.rs", "fn main() {}\n"),
        ("app/src/lib.rs", "#[flash::remote]\npub fn inside() {}\n"),
    ]);
    workspace.write(
        "app/Cargo.toml",
        &package("app", &format!("[lib]\nname = \"core_parts\"\n[dependencies]\n{}", sdk())),
    );
    let scan = scan_of(&workspace, "app", &[]);
    assert_eq!(seen(&scan), ["inside @ core_parts"]);
    let findings = cross_check(&scan, &[]);
    assert_eq!(findings[0].help.as_deref(), Some("add `use core_parts as _;` to app/src/main.rs"));

    // Both crates of the package may have one name.
    workspace.write("app/Cargo.toml", &package("app", &format!("[dependencies]\n{}", sdk())));
    workspace.write("app/src/main.rs", "#[flash::remote]\nfn own() {}\nfn main() {}\n");
    let scan = scan_of(&workspace, "app", &[]);
    let kept: Vec<_> = linked(&scan).into_iter().filter(|function| function.name == "own").collect();
    let findings = cross_check(&scan, &kept);
    assert_eq!(findings[0].help.as_deref(), Some("add `use app as _;` to app/src/main.rs"));
    assert_eq!(findings.len(), 1);
}

#[test]
fn what_is_not_in_the_program_is_not_missed() {
    let workspace = Workspace::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"opt\", \"dev\", \"tool\"]\n"),
        ("app/src/main.rs", "fn main() {}\n"),
        ("opt/src/lib.rs", "#[flash::remote]\npub fn opt1() {}\n"),
        ("dev/src/lib.rs", "#[flash::remote]\npub fn dev1() {}\n"),
        ("tool/src/lib.rs", "#[flash::remote]\npub fn tool1() {}\n"),
        ("app/build.rs", "fn main() { tool::tool1(); }\n"),
    ]);
    workspace.write(
        "app/Cargo.toml",
        &package(
            "app",
            &format!(
                "[features]\nextra = [\"dep:opt\"]\n[dependencies]\n{}opt = {{ path = \"../opt\", optional = true }}\n\
                 [dev-dependencies]\ndev = {{ path = \"../dev\" }}\n[build-dependencies]\ntool = {{ path = \"../tool\" }}\n",
                sdk()
            ),
        ),
    );
    for name in ["opt", "dev", "tool"] {
        workspace.write(&format!("{name}/Cargo.toml"), &package(name, &format!("[dependencies]\n{}", sdk())));
    }
    assert_eq!(seen(&scan_of(&workspace, "app", &[])), [""; 0]);
    let scan = scan_of(&workspace, "app", &["--features", "extra"]);
    assert_eq!(seen(&scan), ["opt1 @ opt"]);
    assert_eq!(cross_check(&scan, &[])[0].help.as_deref(), Some("add `use opt as _;` to app/src/main.rs"));
}

#[test]
fn an_example_is_a_program_with_the_dependencies_of_tests() {
    let workspace = Workspace::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"dev\"]\n"),
        ("app/src/lib.rs", "#[flash::remote]\npub fn of_library() {}\n"),
        ("app/src/main.rs", "#[flash::remote]\nfn of_binary() {}\nfn main() {}\n"),
        ("app/examples/app.rs", "use app as _;\n#[flash::remote]\nfn of_example() {}\nfn main() {}\n"),
        ("dev/src/lib.rs", "#[flash::remote]\npub fn of_dev() {}\n"),
    ]);
    let dependencies =
        format!("[dependencies]\n{}[dev-dependencies]\ndev = {{ path = \"../dev\" }}\n", sdk());
    workspace.write("app/Cargo.toml", &package("app", &dependencies));
    workspace.write("dev/Cargo.toml", &package("dev", &format!("[dependencies]\n{}", sdk())));
    let scan = super::scan_target(&workspace, "app", "--example", "app", &[]);
    assert_eq!(seen(&scan), ["of_dev @ dev", "of_example @ app", "of_library @ app"]);
    let kept: Vec<_> = linked(&scan).into_iter().filter(|function| function.package != "dev").collect();
    assert_eq!(
        cross_check(&scan, &kept)[0].help.as_deref(),
        Some("add `use dev as _;` to app/examples/app.rs")
    );
    assert_eq!(seen(&scan_of(&workspace, "app", &[])), ["of_binary @ app", "of_library @ app"]);
}

#[test]
fn two_versions_of_the_sdk_are_an_error() {
    let workspace = Workspace::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"lib-x\"]\nexclude = [\"vendor\"]\n",
        ),
        ("app/src/main.rs", "use lib_x as _;\nfn main() {}\n"),
        ("lib-x/src/lib.rs", "\n"),
        ("vendor/old/src/lib.rs", "\n"),
        (
            "vendor/old/Cargo.toml",
            "[package]\nname = \"flash-runtime\"\nversion = \"0.0.9\"\n[lib]\nname = \"flash\"\n",
        ),
    ]);
    workspace.write(
        "app/Cargo.toml",
        &package("app", &format!("[dependencies]\n{}lib-x = {{ path = \"../lib-x\" }}\n", sdk())),
    );
    workspace.write(
        "lib-x/Cargo.toml",
        &package("lib-x", "[dependencies]\nflash-runtime = { path = \"../vendor/old\" }\n"),
    );
    let scan = scan_of(&workspace, "app", &[]);
    let finding = &cross_check(&scan, &[])[0];
    assert_eq!((finding.severity, finding.kind), (Severity::Error, FindingKind::TwoVersions));
    assert!(finding.message.contains("0.0.9 (wanted by lib-x)"), "{finding}");
    assert!(finding.message.contains(" (wanted by app)"), "{finding}");
}
