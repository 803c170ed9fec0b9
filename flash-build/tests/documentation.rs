//! What the documentation and the help texts tell a reader to type exists.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The commands that exist, those inside others as two words, each with its options, as the program itself lists them.
struct Known(BTreeMap<String, BTreeSet<String>>);

fn help(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cargo-flash")).arg("flash").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl Known {
    fn ask() -> Self {
        let commands = commands(&help(&["--help"]));
        assert!(commands.len() >= 5, "{commands:?}");
        let mut known = BTreeMap::new();
        for name in commands {
            let text = help(&[&name, "--help"]);
            for inner in self::commands(&text) {
                known.insert(format!("{name} {inner}"), options(&help(&[&name, &inner, "--help"])));
            }
            known.insert(name, options(&text));
        }
        Self(known)
    }

    /// What is wrong with a command line that begins after `cargo flash`.
    fn problem(&self, words: &[&str]) -> Option<String> {
        let command = *words.first()?;
        if command.starts_with('-') {
            let known = options(&help(&["--help"]));
            return (!known.contains(command)).then(|| format!("`cargo flash {command}`"));
        }
        // A placeholder stands for any command.
        if command.chars().all(|c| !c.is_lowercase()) || command.starts_with('<') {
            return None;
        }
        let inside = format!("{command} ");
        let command = match words.get(1) {
            Some(inner)
                if !inner.starts_with(['-', '[', '<'])
                    && self.0.keys().any(|known| known.starts_with(&inside)) =>
            {
                // Several at once, `up|status|down`, are cut off at the first.
                format!("{inside}{inner}")
            }
            _ => command.to_owned(),
        };
        let Some(options) = self.0.get(&command) else { return Some(format!("`cargo flash {command}`")) };
        words[1..]
            .iter()
            .take_while(|word| **word != "--")
            .filter(|word| word.starts_with('-') && word.len() > 1)
            .map(|word| word.split('=').next().unwrap_or(word))
            .find(|option| !options.contains(*option))
            .map(|option| format!("`cargo flash {command} {option}`"))
    }
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect()
}

/// Everything in a help text that looks like an option.
fn options(help: &str) -> BTreeSet<String> {
    help.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '=' | '`' | '.' | ')' | '('))
        .filter(|word| word.starts_with('-') && word.len() > 1)
        .map(str::to_owned)
        .collect()
}

/// The command lines of a text: what follows `cargo flash` up to the end of the code it stands in.
fn command_lines(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (start, pattern) in line.match_indices("cargo flash ") {
            let rest = &line[start + pattern.len()..];
            // A diagram breaks its lines with this.
            let rest = rest.split("<br/>").next().unwrap_or(rest);
            // Prose says "the `cargo flash` command"; a command line begins with a word right behind it.
            let end =
                rest.find(['`', '#', ';', '|', '&', '>', ')', '"', '\'', '(', ',']).unwrap_or(rest.len());
            let words: Vec<&str> = rest[..end].split_whitespace().collect();
            let is_code = line.starts_with("    ")
                || !line.contains('`')
                || line[..start].matches('`').count() % 2 == 1;
            if !words.is_empty() && is_code {
                found.push((number + 1, words));
            }
        }
    }
    found
}

fn pages(root: &Path) -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", "*.md"]).current_dir(root).output().unwrap();
    let pages: Vec<PathBuf> =
        String::from_utf8(listed.stdout).unwrap().lines().map(|line| root.join(line)).collect();
    assert!(pages.iter().any(|page| page.ends_with("README.md")), "{pages:?}");
    pages
}

#[test]
fn nothing_is_named_that_does_not_exist() {
    let known = Known::ask();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts: Vec<(String, String)> = pages(root)
        .into_iter()
        .map(|page| (page.display().to_string(), std::fs::read_to_string(&page).unwrap()))
        .collect();
    texts.push(("--help".to_owned(), help(&["--help"])));
    for command in known.0.keys() {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        texts.push((words.join(" "), help(&words)));
    }
    let mut lines = 0;
    let mut problems = Vec::new();
    for (page, text) in &texts {
        for (line, words) in command_lines(text) {
            lines += 1;
            problems.extend(known.problem(&words).map(|what| format!("{page}:{line}: {what} doesn't exist")));
        }
    }
    assert!(lines > 20, "the test finds command lines: {lines}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_command_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("docs/cli.md")).unwrap();
    for (command, options) in &Known::ask().0 {
        assert!(page.contains(&format!("cargo flash {command}")), "docs/cli.md lacks `{command}`");
        assert!(options.contains("--help"));
    }
}

/// The line as it is printed, with the place of this checkout, is all that a package needs.
#[test]
fn the_dependency_line_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for page in ["README.md", "docs/writing.md"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        let line = text.lines().find(|line| line.starts_with("cargo add --path CHECKOUT/flash-runtime"));
        let line = line.unwrap_or_else(|| panic!("{page} shows no dependency line"));
        assert!(text.contains("cargo add flash-runtime"), "{page} says what to write once it is published");
        let place = tempfile::tempdir().unwrap();
        let sh = |line: &str| {
            let output = Command::new("sh")
                .args(["-c", line])
                .current_dir(&place)
                .env("CARGO_NET_OFFLINE", "true")
                .output()
                .unwrap();
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        };
        sh("cargo init --quiet --vcs none --name tried");
        sh(&line.replace("CHECKOUT", &root.display().to_string()));
        let manifest = std::fs::read_to_string(place.path().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("flash-runtime = {"), "{manifest}");
    }
}

/// `docs/writing.md` names every key that the attribute knows.
#[test]
fn every_key_is_on_its_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("docs/writing.md")).unwrap();
    let said = std::fs::read_to_string(root.join("tests/ui/fail/remote/key_unknown.stderr")).unwrap();
    let keys = said.split("(the keys are ").nth(1).unwrap().split(')').next().unwrap();
    assert!(keys.split(", ").count() >= 8, "{keys}");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    for key in keys.split(", ").map(|key| key.trim_matches('`')) {
        assert!(
            rows.iter().any(|row| row.split('|').nth(1).unwrap().contains(&format!("`{key}"))),
            "docs/writing.md has no row for `{key}`"
        );
    }
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut broken = Vec::new();
    for page in pages(root) {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty()
                && !file.contains("://")
                && !file.contains("::")
                && !page.parent().unwrap().join(file).exists()
            {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
