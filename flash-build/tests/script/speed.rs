//! How long the script takes in a large workspace.

use std::fmt::Write;

use super::{SDK, anchored, build, library, program};

#[test]
fn two_hundred_packages() {
    let names: Vec<String> = (0..200).map(|at| format!("part-{at:03}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut manifest = format!("[dependencies]\n{SDK}");
    for name in &names[..20] {
        let _ = writeln!(manifest, "{name} = {{ path = \"../{name}\" }}");
    }
    let workspace = program(&manifest, &members, "");
    for (at, name) in names.iter().enumerate() {
        // Long chains, of which every second ends at the SDK.
        let below = names.get(at + 20).map(|next| format!("{next} = {{ path = \"../{next}\" }}\n"));
        let below = below.unwrap_or_else(|| if at % 2 == 0 { SDK.to_owned() } else { String::new() });
        library(&workspace, name, &below);
    }
    workspace.write(
        "app/build.rs",
        "fn main() { let start = std::time::Instant::now(); flash_build::build(); \
         println!(\"cargo::warning=took {} us\", start.elapsed().as_micros()); }\n",
    );
    let (generated, _) = build(&workspace, &[]);
    assert_eq!(anchored(&generated).len(), 10, "{generated}");
    let mut best = u64::MAX;
    for round in 0..3 {
        workspace.write("app/flash.toml", &format!("[resources.r{round}]\n"));
        let output = workspace.cargo(&["build", "-p", "app"]);
        let errors = String::from_utf8(output.stderr).unwrap();
        let took =
            errors.lines().find_map(|line| line.split("took ").nth(1)?.strip_suffix(" us")?.parse().ok());
        best = best.min(took.unwrap());
    }
    eprintln!("build script over 200 packages: {best} us");
}
