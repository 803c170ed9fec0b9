//! Reading the command line.

use std::ffi::OsString;

use clap::{ColorChoice, CommandFactory, FromArgMatches};

use super::{Exit, Failure, Options, Terminal, build, call, check, completions, new, platform, up};

/// The whole command line of `cargo flash`.
#[derive(Debug, clap::Parser)]
#[command(
    name = "cargo-flash",
    bin_name = "cargo flash",
    version,
    about = "Annotate plain functions, run them in one process or as many endpoints",
    after_help = "Exit codes: 0 done, 1 failed (wrong usage included), 2 changes pending, 3 incompatible"
)]
pub struct Arguments {
    /// The options that all subcommands share.
    #[command(flatten)]
    pub options: Options,
    /// What to do.
    #[command(subcommand)]
    pub subcommand: Subcommand,
}

/// What `cargo flash` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Make a new program that builds and runs at once
    New(new::New),
    /// Show functions, resources, routes and problems of the program
    Check(check::Check),
    /// Build the program, its manifest and its archive
    Build(build::Build),
    /// Run the whole program here, and keep it running
    Up(up::Up),
    /// Call a function of the running program
    Call(call::Call),
    /// Host endpoints on this machine, as the cloud would
    Platform(platform::Platform),
    /// Write completions for a shell
    Completions(completions::Completions),
}

impl Arguments {
    /// The arguments, or the exit after help, version or a usage error was printed.
    ///
    /// # Errors
    /// What was asked for is printed already, or the command line can't be understood.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Exit> {
        let mut arguments: Vec<OsString> = arguments.into_iter().collect();
        // `cargo flash X` starts `cargo-flash flash X`.
        if arguments.get(1).is_some_and(|first| first == "flash") {
            arguments.remove(1);
        }
        let color = early_color(&arguments);
        let parsed = Self::command()
            .color(color)
            .try_get_matches_from(&arguments)
            .and_then(|matches| Self::from_arg_matches(&matches));
        parsed.map_err(|error| {
            // A failing write has no other place to be reported.
            let _ = error.print();
            if !error.use_stderr() {
                return Exit::Done;
            }
            if arguments.iter().any(|argument| argument == "--json") {
                let text = error.to_string();
                let what = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Terminal::json_failure(&Failure::new(what).help("cargo flash --help"));
            }
            Exit::Failed
        })
    }
}

/// The wish for colour has to be known before the arguments are parsed, since parsing may fail.
fn early_color(arguments: &[OsString]) -> ColorChoice {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(word) = words.next() {
        let wish = if word == "--color" { words.next() } else { word.strip_prefix("--color=") };
        match wish {
            Some("always") => return ColorChoice::Always,
            Some("never") => return ColorChoice::Never,
            _ => {}
        }
    }
    ColorChoice::Auto
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, Exit> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn command_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn both_spellings_are_understood() {
        for words in [&["cargo-flash", "flash", "check"][..], &["cargo-flash", "check"][..]] {
            assert!(matches!(read(words).unwrap().subcommand, Subcommand::Check(_)));
        }
    }

    #[test]
    fn options_stand_before_or_after_the_subcommand() {
        let before = read(&["cargo-flash", "--json", "-p", "shop", "check"]).unwrap();
        let after = read(&["cargo-flash", "check", "--json", "-p", "shop"]).unwrap();
        assert!(before.options.json && after.options.json);
        assert_eq!(before.options.selection.package, after.options.selection.package);
    }

    #[test]
    fn wrong_usage_exits_with_one() {
        assert_eq!(read(&["cargo-flash", "chekc"]).unwrap_err(), Exit::Failed);
        assert_eq!(read(&["cargo-flash", "check", "--release", "--profile", "x"]).unwrap_err(), Exit::Failed);
    }
}
