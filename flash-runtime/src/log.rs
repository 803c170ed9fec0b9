//! Lines for whoever watches the process.

use std::fmt;
use std::io::Write;

/// Writes one line to standard error, whole even when several threads write. Unlike `eprintln!` it survives
/// a closed standard error.
pub(crate) fn line(text: fmt::Arguments<'_>) {
    let whole = format!("flash: {text}\n");
    let _ = std::io::stderr().write_all(whole.as_bytes());
}

/// Writes why the process ends.
pub(crate) fn error(text: &str) {
    let _ = std::io::stderr().write_all(format!("error: {text}\n").as_bytes());
}
