//! What `cargo flash new` writes: a program that builds and runs at once.

mod package;
mod sdk;

pub use package::{NewPackage, Vcs};
pub use sdk::Sdk;

/// A file of the template: where it goes, and its text with `{{name}}` and `{{lib}}` open.
struct TemplateFile {
    path: &'static str,
    text: &'static str,
}

const FILES: &[TemplateFile] = &[
    TemplateFile { path: "src/lib.rs", text: include_str!("files/lib.rs") },
    TemplateFile { path: "src/main.rs", text: include_str!("files/main.rs") },
    TemplateFile { path: "flash.toml", text: include_str!("files/flash.toml") },
    TemplateFile { path: "README.md", text: include_str!("files/README.md") },
];

/// The name as Rust code spells it.
fn lib_name(package: &str) -> String {
    package.replace('-', "_")
}

fn filled(text: &str, package: &str) -> String {
    text.replace("{{name}}", package).replace("{{lib}}", &lib_name(package))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_stays_open_in_the_files() {
        for file in FILES {
            let text = filled(file.text, "word-shop");
            assert!(!text.contains("{{"), "{}: {text}", file.path);
        }
        assert!(filled(include_str!("files/main.rs"), "word-shop").contains("use word_shop::"));
    }

    #[test]
    fn the_example_settings_are_valid_ones() {
        let text = include_str!("files/flash.toml");
        let opened: String = text
            .lines()
            .skip(3)
            .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
            .collect();
        let settings = crate::settings::Settings::parse(&opened).unwrap();
        assert_eq!(settings.resource(Some("production"), "endpoint_1").workers_min, Some(1));
        assert_eq!(settings.resource(None, "endpoint_2").public, Some(true));
    }
}
