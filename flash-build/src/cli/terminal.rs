//! Where output goes: data to standard output, all else to standard error.

use std::fmt::Display;
use std::io::Write;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::{ColorWhen, Failure, Options};
use crate::source::Severity;

const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// The two output streams with their colours and the wished amount of words.
///
/// Failing writes are ignored: whoever reads has gone, and there is nobody left to tell.
#[derive(Debug, Clone)]
pub struct Terminal {
    color: ColorWhen,
    quiet: bool,
    verbose: u8,
    json: bool,
}

impl Terminal {
    /// The streams as the options want them.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let Options { color, quiet, verbose, json, .. } = *options;
        Self { color, quiet, verbose, json }
    }

    /// Whether data is printed as JSON.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// Whether only errors are printed.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// How often more words were asked for.
    #[must_use]
    pub const fn verbosity(&self) -> u8 {
        self.verbose
    }

    /// The word for cargo's own `--color`: it must not look at a pipe of ours.
    #[must_use]
    pub fn cargo_color(&self) -> &'static str {
        match self.choice(&std::io::stderr()) {
            ColorChoice::Never => "never",
            _ => "always",
        }
    }

    /// Progress in cargo's style, the verb right-aligned: `    Finished the manifest`.
    pub fn status(&self, verb: &str, text: impl Display) {
        if !self.quiet {
            let _ = writeln!(self.stderr(), "{GOOD}{verb:>12}{GOOD:#} {text}");
        }
    }

    /// A remark that only `-v` shows.
    pub fn detail(&self, verb: &str, text: impl Display) {
        if self.verbose > 0 {
            self.status(verb, text);
        }
    }

    /// A warning, further lines indented.
    pub fn warning(&self, text: impl Display) {
        if !self.quiet {
            self.labelled(WARNING, "warning", &text.to_string());
        }
    }

    /// Something good to know, with `-v`.
    pub fn note(&self, text: impl Display) {
        if self.shows(Severity::Note) {
            self.labelled(HELP, "note", &text.to_string());
        }
    }

    /// Whether findings of this severity are printed.
    #[must_use]
    pub const fn shows(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => true,
            Severity::Warning => !self.quiet,
            Severity::Note => self.verbose > 0,
        }
    }

    /// An error that doesn't end the command by itself.
    pub fn error(&self, text: impl Display) {
        self.labelled(ERROR, "error", &text.to_string());
    }

    /// An error that somebody else put into words, colours and all.
    pub fn rendered(&self, text: &str) {
        let _ = write!(self.stderr(), "{text}");
    }

    /// Advice after a warning or an error.
    pub fn help(&self, text: impl Display) {
        self.labelled(HELP, "help", &text.to_string());
    }

    /// The error that ends the command.
    pub fn failure(&self, failure: &Failure) {
        let mut err = self.stderr();
        let _ = writeln!(err, "{ERROR}error{ERROR:#}: {}", failure.what);
        for why in &failure.why {
            let _ = writeln!(err, "  {why}");
        }
        if let Some(help) = &failure.help {
            self.help(help);
        }
        if self.json {
            Self::json_failure(failure);
        }
    }

    /// The error as a document on standard output.
    pub fn json_failure(failure: &Failure) {
        let document = serde_json::json!({ "ok": false, "error": failure });
        let _ = writeln!(std::io::stdout(), "{document}");
    }

    /// Text for people on standard output; styles are taken out where they aren't wanted.
    pub fn data(&self, text: impl Display) {
        let _ = write!(self.stdout(), "{text}");
    }

    /// A document on standard output, one line.
    pub fn document(&self, document: &impl Serialize) {
        match serde_json::to_string(document) {
            Ok(text) => {
                let _ = writeln!(std::io::stdout(), "{text}");
            }
            Err(error) => self.error(format!("the result can't be written as JSON: {error}")),
        }
    }

    fn labelled(&self, style: Style, label: &str, text: &str) {
        let mut lines = text.lines();
        let mut err = self.stderr();
        let _ = writeln!(err, "{style}{label}{style:#}: {}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(err, "  {line}");
        }
    }

    fn stderr(&self) -> AutoStream<std::io::Stderr> {
        let stream = std::io::stderr();
        let choice = self.choice(&stream);
        AutoStream::new(stream, choice)
    }

    fn stdout(&self) -> AutoStream<std::io::Stdout> {
        let stream = std::io::stdout();
        let choice = self.choice(&stream);
        AutoStream::new(stream, choice)
    }

    /// Whether text on this stream may have colours.
    pub(crate) fn is_coloured(&self, stream: &impl anstream::stream::RawStream) -> bool {
        self.choice(stream) != ColorChoice::Never
    }

    fn choice(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorWhen::Auto => AutoStream::choice(stream),
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        }
    }
}
