//! The data directory that is meant, and the platform that may run on it.

use std::path::{Path, PathBuf};

use super::super::{Failure, quoted};
use crate::platform::directory::{DataDirectory, DirectoryError, Running};
use crate::platform::settings::{Flags, Settings, SettingsError};

/// A data directory.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) directory: PathBuf,
    /// How to name it in advice: nothing for the usual one.
    named: bool,
}

impl Place {
    pub(super) fn find(data_dir: Option<PathBuf>) -> Result<Self, Failure> {
        let named = data_dir.is_some();
        let settings = resolve(Flags { data_dir, ..Flags::default() })?;
        Ok(Self { directory: settings.directory, named })
    }

    /// The platform that runs on it.
    pub(super) fn running(&self) -> Result<Option<Running>, Failure> {
        DataDirectory::running(&self.directory).map_err(|error| directory_failure(&error))
    }

    /// The error that none does.
    pub(super) fn nobody(&self) -> Failure {
        Failure::new(format!("no platform runs on {}", self.directory.display()))
            .help(self.command("up --detach"))
    }

    /// A command for the same directory.
    pub(super) fn command(&self, action: &str) -> String {
        let directory = quoted(&self.directory.to_string_lossy());
        let option = if self.named { format!(" --data-dir {directory}") } else { String::new() };
        format!("cargo flash platform {action}{option}")
    }
}

/// The settings of flags and this process's environment, with an absolute directory.
pub(super) fn resolve(flags: Flags) -> Result<Settings, Failure> {
    let mut settings = Settings::resolve(flags, |name| std::env::var_os(name))
        .map_err(|error: SettingsError| Failure::new(error.to_string()).help(error.help()))?;
    settings.directory = absolute(&settings.directory)?;
    Ok(settings)
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::because(format!("{} can't be found", path.display()), &error))
}

pub(super) fn directory_failure(error: &DirectoryError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}
