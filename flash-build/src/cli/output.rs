//! `.flash`, when it can't be written.

use std::io;
use std::path::Path;

use super::Failure;

/// Why nothing can be written into a program's `.flash`, and what to do about it. `path` is the directory or something in it.
pub(super) fn cannot_make(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::because(format!("{} can't be written", path.display()), error);
    let file = path.ancestors().take(2).find(|place| place.is_file() && place.ends_with(".flash"));
    match file {
        Some(file) => failure.help(format!(
            "{} is a file, and the directory of that name is where `cargo flash` writes; move the file away",
            file.display()
        )),
        None if error.kind() == io::ErrorKind::PermissionDenied => {
            failure.help("make the program's directory and `.flash` in it writable for you")
        }
        None => failure,
    }
}
