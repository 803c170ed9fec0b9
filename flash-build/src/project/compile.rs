//! Building the program with cargo.

use std::io::BufReader;
use std::process::Stdio;
use std::time::Duration;

use cargo_metadata::Message;
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::diagnostic::DiagnosticLevel;

use super::{Project, cargo};
use crate::cli::{Context, Failure};

/// What cargo built.
#[derive(Debug)]
pub struct Compiled {
    /// The program.
    pub executable: Utf8PathBuf,
    /// Everything cargo said: features, root files and `cfg` of every package, those that were
    /// fresh included.
    pub messages: Vec<Message>,
    /// The profile that was used.
    pub profile: String,
    /// The triple, when it was named.
    pub target: Option<String>,
    /// How long cargo took.
    pub duration: Duration,
}

impl Project {
    /// Builds the program; the compiler's words go to standard error as they come.
    ///
    /// # Errors
    /// Cargo can't be started, or the program doesn't compile.
    pub fn compile(&self, profile: &str, context: &Context) -> Result<Compiled, Failure> {
        let started = std::time::Instant::now();
        let mut command = cargo();
        // Cargo's own `--quiet` shows the warnings of the compiler, so with it the errors are picked out here.
        let quiet = context.terminal.is_quiet();
        let format = if quiet { "json-diagnostic-rendered-ansi" } else { "json-render-diagnostics" };
        command.args(["build", "--message-format", format]);
        command.args(["--color", context.terminal.cargo_color()]);
        command.args(self.cargo_options(profile));
        if quiet {
            command.arg("--quiet");
        }
        if context.terminal.verbosity() > 1 {
            context.terminal.status("Running", format!("{command:?}"));
            command.arg("--verbose");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            Failure::because("cargo can't be started", &error).help("check that `cargo` is in the PATH")
        })?;
        let mut messages = Vec::new();
        let mut broken = None;
        if let Some(output) = child.stdout.take() {
            for message in Message::parse_stream(BufReader::new(output)) {
                match message {
                    // A build script or a wrapper may print what it likes.
                    Ok(Message::TextLine(line)) => context.terminal.detail("Cargo", line),
                    Ok(Message::CompilerMessage(told)) => {
                        if quiet
                            && matches!(told.message.level, DiagnosticLevel::Error | DiagnosticLevel::Ice)
                        {
                            context.terminal.rendered(told.message.rendered.as_deref().unwrap_or_default());
                        }
                    }
                    Ok(message) => messages.push(message),
                    Err(error) => broken = Some(error),
                }
            }
        }
        let status = child.wait().map_err(|error| Failure::because("cargo can't be waited for", &error))?;
        if !status.success() {
            return Err(Failure::new(format!("`{}` doesn't compile", self.program.name))
                .why(format!("cargo build ended with {status}"))
                .help(self.missing_sdk().map_or_else(
                    || "mend what the compiler says above".to_owned(),
                    |missing| format!("mend what the compiler says above; if it is about `flash`, {missing}"),
                )));
        }
        if let Some(error) = broken {
            return Err(Failure::because("cargo's messages can't be read", &error));
        }
        let executable = self.executable(&messages).ok_or_else(|| {
            Failure::new("cargo built no program")
                .why(format!("no executable came out for {}", self.program.options()))
        })?;
        Ok(Compiled {
            executable,
            messages,
            profile: profile.to_owned(),
            target: self.selection.target.clone(),
            duration: started.elapsed(),
        })
    }

    /// Cargo's options for building the program in a profile.
    #[must_use]
    pub fn cargo_options(&self, profile: &str) -> Vec<String> {
        let selection = &self.selection;
        let mut options = vec![
            "--manifest-path".to_owned(),
            self.package().manifest_path.to_string(),
            self.program.kind.option().to_owned(),
            self.program.name.clone(),
            "--profile".to_owned(),
            profile.to_owned(),
        ];
        for features in &selection.features {
            options.extend(["--features".to_owned(), features.clone()]);
        }
        if selection.all_features {
            options.push("--all-features".into());
        }
        if selection.no_default_features {
            options.push("--no-default-features".into());
        }
        if let Some(target) = &selection.target {
            options.extend(["--target".to_owned(), target.clone()]);
        }
        if let Some(directory) = &selection.target_dir {
            options.extend(["--target-dir".to_owned(), directory.to_string_lossy().into_owned()]);
        }
        options
    }

    fn executable(&self, messages: &[Message]) -> Option<Utf8PathBuf> {
        messages.iter().rev().find_map(|message| match message {
            Message::CompilerArtifact(artifact)
                if artifact.package_id == self.program.package_id
                    && artifact.target.name == self.program.name =>
            {
                artifact.executable.clone()
            }
            _ => None,
        })
    }
}
