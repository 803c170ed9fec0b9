//! What is sent along with a call: JSON from the command line, a file or standard input, or raw bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Map, Value};

use crate::cli::Failure;

/// More than any endpoint takes without being told to; a device such as `/dev/zero` has no end.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The arguments of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Arguments {
    /// A JSON object or array, as it was written.
    Json(Vec<u8>),
    /// Raw bytes for the argument that takes them, the others by name.
    Raw(Vec<u8>, Map<String, Value>),
}

impl Arguments {
    /// Reads what the user gave: JSON text, `@file`, `-` for standard input, or nothing.
    ///
    /// # Errors
    /// A file can't be read, or the text isn't a JSON object or array.
    pub fn read(json: Option<&str>, raw: Option<&Path>) -> Result<Self, Failure> {
        let json = match json {
            None => b"{}".to_vec(),
            Some("-") => from_stdin()?,
            Some(text) => match text.strip_prefix('@') {
                Some(path) => from_file(
                    Path::new(path),
                    "@FILE takes the arguments out of a file; name one that is there, or give them as JSON, as in '{\"text\":\"hello\"}'",
                )?,
                None => text.as_bytes().to_vec(),
            },
        };
        check(&json)?;
        let Some(path) = raw else {
            return Ok(Self::Json(json));
        };
        let bytes = if path == Path::new("-") {
            from_stdin()?
        } else {
            from_file(path, "--raw sends a file; name one that is there, or - for standard input")?
        };
        match serde_json::from_slice(&json) {
            Ok(Value::Object(named)) => Ok(Self::Raw(bytes, named)),
            _ => Err(Failure::new("beside --raw the other arguments must be a JSON object")
                .help("name them: '{\"width\":64}'")),
        }
    }
}

/// Refuses here what the endpoint would refuse anyway, with a place to look at.
fn check(json: &[u8]) -> Result<(), Failure> {
    let error = match serde_json::from_slice::<Value>(json) {
        Ok(Value::Object(_) | Value::Array(_)) => return Ok(()),
        Ok(_) => {
            return Err(Failure::new("the arguments are neither a JSON object nor an array").help(
                "name them, as in '{\"text\":\"hello\"}', or give them in order, as in '[\"hello\"]'",
            ));
        }
        Err(error) => error,
    };
    let mut failure = Failure::new("the arguments aren't JSON").why(error.to_string());
    let text = String::from_utf8_lossy(json);
    if let Some(line) = text.lines().nth(error.line().saturating_sub(1))
        && line.len() <= 200
    {
        let column = error.column().saturating_sub(1);
        failure = failure.why(format!("{line}\n{:column$}^", ""));
    }
    Err(failure.help("name them, as in '{\"text\":\"hello\"}'; @file reads a file, - standard input"))
}

fn from_file(path: &Path, help: &str) -> Result<Vec<u8>, Failure> {
    let name = format!("`{}`", path.display());
    let opened = File::open(path).map_err(|error| Failure::because(format!("{name} can't be read"), &error));
    // A directory opens, and can't be read.
    opened.and_then(|file| all_of(file, &name)).map_err(|failure| match failure.help {
        Some(_) => failure,
        None => failure.help(help),
    })
}

fn from_stdin() -> Result<Vec<u8>, Failure> {
    all_of(io::stdin(), "standard input")
}

fn all_of(source: impl Read, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    source
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::because(format!("{name} can't be read"), &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::new(format!("{name} has more than {} MiB", MAX_BYTES / (1024 * 1024)))
            .help("send less in one call"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use super::*;

    #[test]
    fn input_without_end_is_refused() {
        let failure = all_of(io::repeat(b'x'), "it").unwrap_err();
        assert_eq!(failure.what, "it has more than 512 MiB");
    }

    #[test]
    fn nothing_is_no_arguments() {
        assert_eq!(Arguments::read(None, None).unwrap(), Arguments::Json(b"{}".to_vec()));
    }

    #[test]
    fn what_was_written_is_sent_unchanged() {
        let text = "{\"b\": 18446744073709551616, \"a\": 1}";
        assert_eq!(Arguments::read(Some(text), None).unwrap(), Arguments::Json(text.into()));
    }

    #[test]
    fn a_mistake_is_pointed_at() {
        let failure = Arguments::read(Some("{\"a\": x}"), None).unwrap_err();
        assert_eq!(failure.why[1..], ["{\"a\": x}", "      ^"]);
        let failure = Arguments::read(Some("\"text\""), None).unwrap_err();
        assert!(failure.what.contains("neither"));
    }

    #[test]
    fn files_are_read_and_raw_ones_keep_the_named_arguments() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("args.json");
        fs::write(&file, "[1]").unwrap();
        let text = format!("@{}", file.display());
        assert_eq!(Arguments::read(Some(&text), None).unwrap(), Arguments::Json(b"[1]".to_vec()));
        let raw = Arguments::read(Some("{\"width\":64}"), Some(&file)).unwrap();
        let Arguments::Raw(bytes, named) = raw else { panic!("{raw:?}") };
        assert_eq!((bytes.as_slice(), &named["width"]), (&b"[1]"[..], &64.into()));
        assert!(Arguments::read(Some("[1]"), Some(&file)).is_err());
        let missing = Arguments::read(Some("@no/such/file"), None).unwrap_err();
        assert!(missing.what.contains("no/such/file") && missing.help.unwrap().contains("@FILE"));
        let raw = Arguments::read(None, Some(place.path())).unwrap_err();
        assert!(raw.help.unwrap().contains("--raw"), "a directory is no file");
    }
}
