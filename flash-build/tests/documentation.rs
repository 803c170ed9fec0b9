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
