//! Which dependencies are named, and that naming them links them.

use super::{SDK, anchored, build, is_linked, library, program};

#[test]
fn what_nobody_names_is_linked() {
    let workspace = program(
        &format!(
            "[dependencies]\n{SDK}lib-w = {{ path = \"../lib-w\" }}\nplain = {{ path = \"../plain\" }}\nlib-x = {{ path = \"../lib-x\" }}\n"
        ),
        &["lib-w", "plain", "lib-x", "lib-y"],
        "",
    );
    library(&workspace, "lib-w", SDK);
    library(&workspace, "plain", "");
    library(&workspace, "lib-x", "lib-y = { path = \"../lib-y\" }\n");
    library(&workspace, "lib-y", SDK);
    let (generated, binary) = build(&workspace, &[]);
    assert_eq!(anchored(&generated), ["lib_w", "lib_x"]);
    assert!(is_linked(&binary, "lib-w"));
    assert!(is_linked(&binary, "lib-x"));
    assert!(!is_linked(&binary, "plain"));
    // Only `lib-x` can name it.
    assert!(!is_linked(&binary, "lib-y"));

    workspace.write("app/build.rs", "fn main() {}\n");
    workspace.write("app/src/main.rs", "fn main() {}\n");
    let output = workspace.cargo(&["build", "-p", "app"]);
    assert!(output.status.success());
    assert!(!is_linked(&binary, "lib-w"), "the test shows nothing if it is linked anyway");
}

#[test]
fn only_what_is_built_is_named() {
    let manifest = format!(
        "[features]\ndefault = []\nextra = [\"dep:by-dep\"]\nweak = [\"implicit?/x\"]\nstrong = [\"implicit/x\"]\n\
         [dependencies]\n{SDK}by-dep = {{ path = \"../by-dep\", optional = true }}\n\
         implicit = {{ path = \"../implicit\", optional = true }}\n\
         re-named = {{ package = \"other\", path = \"../other\" }}\n\
         own-name = {{ path = \"../own-name\" }}\n\
         binary-only = {{ path = \"../binary-only\" }}\n\
         [target.'cfg(unix)'.dependencies]\nhere = {{ path = \"../here\" }}\n\
         [target.'cfg(all(unix, not(unix)))'.dependencies]\nelsewhere = {{ path = \"../elsewhere\" }}\n\
         [target.no-such-triple.dependencies]\nelsewhere = {{ path = \"../elsewhere\" }}\n\
         [dev-dependencies]\ndev-only = {{ path = \"../dev-only\" }}\n"
    );
    let members = ["by-dep", "implicit", "other", "own-name", "here", "elsewhere", "dev-only", "binary-only"];
    let workspace = program(&manifest, &members, "");
    for name in members {
        library(&workspace, name, SDK);
    }
    workspace.write(
        "implicit/Cargo.toml",
        &super::package("implicit", &format!("[features]\nx = []\n[dependencies]\n{SDK}")),
    );
    workspace.write(
        "own-name/Cargo.toml",
        &super::package("own-name", &format!("[lib]\nname = \"r_lib\"\n[dependencies]\n{SDK}")),
    );
    workspace.remove("binary-only/src/lib.rs");
    workspace.write("binary-only/src/main.rs", "fn main() {}\n");
    let names = |arguments: &[&str]| {
        let (generated, _) = build(&workspace, arguments);
        anchored(&generated).join(" ")
    };
    assert_eq!(names(&[]), "here r_lib re_named");
    assert_eq!(names(&["--features", "extra"]), "by_dep here r_lib re_named");
    assert_eq!(names(&["--features", "weak"]), "here r_lib re_named");
    assert_eq!(names(&["--features", "implicit"]), "here implicit r_lib re_named");
    assert_eq!(names(&["--features", "strong"]), "here implicit r_lib re_named");
}

#[test]
fn libraries_anchor_what_only_they_can_name() {
    let workspace = program(
        &format!("[dependencies]\n{SDK}lib-x = {{ path = \"../lib-x\" }}\n"),
        &["lib-x", "lib-w"],
        "",
    );
    library(&workspace, "lib-x", &format!("{SDK}lib-w = {{ path = \"../lib-w\" }}\n"));
    library(&workspace, "lib-w", SDK);
    workspace.write("lib-x/build.rs", super::BUILD);
    workspace.write("lib-x/src/lib.rs", super::MAIN);
    let helper =
        format!("[build-dependencies]\nflash-build = {{ path = {:?} }}\n", env!("CARGO_MANIFEST_DIR"));
    let manifest = format!("[dependencies]\n{SDK}lib-w = {{ path = \"../lib-w\" }}\n{helper}");
    workspace.write("lib-x/Cargo.toml", &super::package("lib-x", &manifest));
    let (_, binary) = build(&workspace, &[]);
    assert!(is_linked(&binary, "lib-w"));
}

#[test]
fn strict_packages_compile_without_a_warning() {
    let manifest = format!(
        "[dependencies]\n{SDK}lib-w = {{ path = \"../lib-w\" }}\n[lints.rust]\nwarnings = \"deny\"\nunreachable_pub = \"deny\"\n\
         missing_docs = \"deny\"\nrust_2018_idioms = \"deny\"\nunused_extern_crates = \"deny\"\nunsafe_code = \"forbid\"\n"
    );
    let workspace = program(&manifest, &["lib-w"], "");
    library(&workspace, "lib-w", SDK);
    workspace.write("app/flash.toml", "[resources.endpoint_1]\nworkers_max = 3\n");
    let main = std::fs::read_to_string(workspace.path().join("app/src/main.rs")).unwrap();
    workspace.write("app/src/main.rs", &format!("//! A program.\n{main}"));
    build(&workspace, &[]);
}
