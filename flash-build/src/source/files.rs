//! The source files: found, read and parsed, on several threads.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::parse;
use super::syntax::File;

/// Larger files are no sources.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// The parser recurses, so it gets room.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// Directories nest no deeper than this.
const MAX_DEPTH: usize = 64;

/// Whether a file may hold an annotated item.
pub(super) const ATTRIBUTE: &str = "remote";

/// What is known of a file.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Has neither `mod x;` nor the attribute, so nobody needed it yet.
    Text,
    Parsed(Arc<File>),
    /// Line and reason.
    Broken(u32, String),
    Missing,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) content: Content,
    /// Belongs to a module tree.
    pub(super) used: bool,
}

#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) all: Vec<Source>,
    by_path: HashMap<PathBuf, usize>,
}

impl Files {
    /// Reads the files and parses those that can matter at once.
    pub(super) fn load(&mut self, mut paths: Vec<PathBuf>) {
        paths.retain(|path| !self.by_path.contains_key(path));
        paths.sort();
        paths.dedup();
        for source in parallel(&paths, |path| read(path)) {
            self.by_path.insert(source.path.clone(), self.all.len());
            self.all.push(source);
        }
    }

    /// Place of a file, which is read when it wasn't yet.
    pub(super) fn open(&mut self, path: &Path) -> usize {
        let path = tidy(path);
        if let Some(found) = self.by_path.get(&path) {
            return *found;
        }
        self.load(vec![path]);
        self.all.len() - 1
    }

    pub(super) fn exists(&mut self, path: &Path) -> bool {
        let path = tidy(path);
        match self.by_path.get(&path) {
            Some(found) => !matches!(self.all[*found].content, Content::Missing),
            None => path.is_file(),
        }
    }

    pub(super) fn is_waiting(&self, place: usize) -> bool {
        matches!(self.all[place].content, Content::Text)
    }

    /// Parses files that weren't needed before.
    pub(super) fn parse(&mut self, places: &[usize]) {
        let waiting: Vec<usize> = places
            .iter()
            .copied()
            .filter(|place| matches!(self.all[*place].content, Content::Text))
            .collect();
        let texts: Vec<&str> = waiting.iter().map(|place| self.all[*place].text.as_str()).collect();
        for (place, content) in waiting.iter().zip(parallel(&texts, |text| parsed(text))) {
            self.all[*place].content = content;
        }
    }
}

fn read(path: &Path) -> Source {
    let (text, content) = match read_text(path) {
        Ok(text) => {
            let content = if text.contains(ATTRIBUTE) || declares_module(&text) {
                parsed(&text)
            } else {
                Content::Text
            };
            (text, content)
        }
        Err(content) => (String::new(), content),
    };
    Source { path: path.to_owned(), text, content, used: false }
}

fn read_text(path: &Path) -> Result<String, Content> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(Content::Missing),
        Ok(found) if found.len() > MAX_BYTES => {
            return Err(Content::Broken(1, format!("the file has more than {MAX_BYTES} bytes")));
        }
        Ok(_) => {}
        Err(_) => return Err(Content::Missing),
    }
    std::fs::read_to_string(path).map_err(|error| Content::Broken(1, error.to_string()))
}

fn parsed(text: &str) -> Content {
    match parse::file(text) {
        Ok(file) => Content::Parsed(Arc::new(file)),
        Err((line, reason)) => Content::Broken(line, reason),
    }
}

/// Whether `mod name;` may stand in the text. Most files have only `mod tests {`, and needn't be parsed for it.
fn declares_module(text: &str) -> bool {
    text.match_indices("mod").any(|(at, word)| {
        let (before, rest) = (&text[..at], &text[at + word.len()..]);
        if before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
            || !rest.starts_with(char::is_whitespace)
        {
            return false;
        }
        let rest = rest.trim_start();
        let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '#')).unwrap_or(rest.len());
        name > 0 && rest[name..].trim_start().starts_with([';', '/'])
    }) || text.contains("include!")
}

/// The same work on each item, in order, on as many threads as pay.
fn parallel<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(8).min(items.len().div_ceil(4)).max(1);
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return done;
            };
            done.push((at, work(item)));
        }
    };
    let mut done: Vec<(usize, O)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .filter_map(|_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run).ok())
            .collect();
        let mut done = if started.is_empty() { run() } else { Vec::new() };
        for thread in started {
            match thread.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, output)| output).collect()
}

/// All `.rs` files below a directory that belong to its package.
pub(super) fn walk(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    descend(directory, 0, &mut found);
    found
}

fn descend(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let name = entry.file_name();
        let path = entry.path();
        if kind.is_dir() {
            let hidden =
                name.to_string_lossy().starts_with('.') || name == "target" || name == "node_modules";
            if !hidden && depth < MAX_DEPTH && !path.join("Cargo.toml").is_file() {
                descend(&path, depth + 1, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Without `.` and `..`, so that a file has one path.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::{declares_module, tidy};
    use std::path::Path;

    #[test]
    fn only_files_with_outside_modules_need_the_parser() {
        for text in ["mod a;", "pub mod  r#type ;", "mod a /* why */;", "x\nmod\na\n;", "cfg_if!{mod é;}"] {
            assert!(declares_module(text), "{text}");
        }
        for text in ["mod tests { }", "// a model;", "let modest = 1;", "mod", "a % mod(b)", "mod;"] {
            assert!(!declares_module(text), "{text}");
        }
    }

    #[test]
    fn a_file_has_one_path() {
        assert_eq!(tidy(Path::new("/a/b/../c/./d.rs")), Path::new("/a/c/d.rs"));
        assert_eq!(tidy(Path::new("../a")), Path::new("../a"));
    }
}
