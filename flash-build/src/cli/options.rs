//! The options that every subcommand takes.

use std::path::PathBuf;

/// Options that all subcommands share.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Which program, built how.
    #[command(flatten)]
    pub selection: Selection,
    /// Print one JSON document on standard output instead of tables
    #[arg(long, global = true, help_heading = "Output")]
    pub json: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t, help_heading = "Output")]
    pub color: ColorWhen,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Print more; twice for the commands that are run
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
}

/// Which program is meant and how cargo builds it; the words are cargo's own.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Program")]
pub struct Selection {
    /// Path to Cargo.toml
    #[arg(long, global = true, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// Package that holds the program
    #[arg(short, long, global = true, value_name = "SPEC")]
    pub package: Option<String>,
    /// Binary to use
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "example")]
    pub bin: Option<String>,
    /// Example to use
    #[arg(long, global = true, value_name = "NAME")]
    pub example: Option<String>,
    /// Features to switch on, separated by commas or spaces
    #[arg(short = 'F', long, global = true, value_name = "FEATURES")]
    pub features: Vec<String>,
    /// Switch on all features
    #[arg(long, global = true)]
    pub all_features: bool,
    /// Leave the default features off
    #[arg(long, global = true)]
    pub no_default_features: bool,
    /// Profile to build with
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "release")]
    pub profile: Option<String>,
    /// The same as --profile release
    #[arg(short, long, global = true)]
    pub release: bool,
    /// Target triple to build for
    #[arg(long, global = true, value_name = "TRIPLE")]
    pub target: Option<String>,
    /// Directory for everything that is built
    #[arg(long, global = true, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
}

impl Selection {
    /// The profile that was asked for, or the subcommand's own.
    #[must_use]
    pub fn profile_or<'a>(&'a self, default: &'a str) -> &'a str {
        match &self.profile {
            Some(profile) => profile,
            None if self.release => "release",
            None => default,
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// In any case
    Always,
    /// Not at all
    Never,
}
