//! When cargo runs the script again, and when not.

use super::support::Workspace;
use super::{MAIN, SDK, library, program};

/// Builds and tells whether the script ran and whether the program was compiled.
fn ran(workspace: &Workspace) -> (bool, bool) {
    let output = workspace.cargo(&["build", "-p", "app", "-v"]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    let has = |word: &str| errors.lines().any(|line| line.contains("Running `") && line.contains(word));
    (has("build-script-build`"), has("--crate-name app"))
}

#[test]
fn sources_do_not_matter_and_settings_do() {
    let workspace =
        program(&format!("[dependencies]\n{SDK}lib-w = {{ path = \"../lib-w\" }}\n"), &["lib-w"], "");
    library(&workspace, "lib-w", SDK);
    assert_eq!(ran(&workspace), (true, true));
    assert_eq!(ran(&workspace), (false, false), "without any change");

    workspace.write("app/src/main.rs", &format!("{MAIN}fn main() {{ println!(\"new\"); }}\n"));
    assert_eq!(ran(&workspace), (false, true), "a source of the program");
    workspace.write("lib-w/src/lib.rs", &(super::marked("lib-w") + "pub fn new() {}\n"));
    assert_eq!(ran(&workspace), (false, true), "a source of a dependency");
    workspace.write("app/README.md", "read me");
    assert_eq!(ran(&workspace), (false, false), "another file beside flash.toml");

    workspace.write("app/flash.toml", "[resources.a]\n");
    assert!(ran(&workspace).0, "flash.toml came");
    workspace.write("app/src/main.rs", &format!("{MAIN}fn main() {{ let _ = generated::resources::A; }}\n"));
    assert!(ran(&workspace).1);
    workspace.write("app/flash.toml", "[resources.a]\n[resources.b]\n");
    assert!(ran(&workspace).0, "flash.toml changed");
    workspace.write("app/src/main.rs", &format!("{MAIN}fn main() {{}}\n"));
    workspace.remove("app/flash.toml");
    assert!(ran(&workspace).0, "flash.toml went");
    assert_eq!(ran(&workspace), (false, false), "and the script comes to rest");
}

#[test]
fn manifests_matter() {
    let workspace =
        program(&format!("[dependencies]\n{SDK}lib-w = {{ path = \"../lib-w\" }}\n"), &["lib-w"], "");
    library(&workspace, "lib-w", SDK);
    assert!(ran(&workspace).0);
    workspace.write(
        "lib-w/Cargo.toml",
        &super::package("lib-w", &format!("[lib]\nname = \"another\"\n[dependencies]\n{SDK}")),
    );
    assert!(ran(&workspace).0, "a dependency's library has another name");
}
