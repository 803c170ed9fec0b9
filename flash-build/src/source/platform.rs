//! What the compiler sets for a platform, and what cargo adds per package.

use std::process::Command;

use cargo_platform::Cfg;

/// The conditions that hold on the platform a program is built for: `rustc --print cfg`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    set: Vec<Cfg>,
}

impl Platform {
    /// Reads what `rustc --print cfg` printed; lines that aren't conditions are left out.
    #[must_use]
    pub fn parse(printed: &str) -> Self {
        Self { set: printed.lines().filter_map(|line| line.trim().parse().ok()).collect() }
    }

    /// Asks the compiler that cargo would use, with the flags of `RUSTFLAGS`.
    ///
    /// # Errors
    /// The compiler can't be started or doesn't know the target, in words.
    pub fn of_target(target: Option<&str>) -> Result<Self, String> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let mut command = Command::new(&rustc);
        command.args(["--print", "cfg"]);
        if let Ok(flags) = std::env::var("CARGO_ENCODED_RUSTFLAGS") {
            command.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
        } else if let Ok(flags) = std::env::var("RUSTFLAGS") {
            command.args(flags.split_whitespace());
        }
        if let Some(target) = target {
            command.args(["--target", target]);
        }
        let name = rustc.to_string_lossy();
        let output =
            command.output().map_err(|error| format!("`{name} --print cfg` can't be started: {error}"))?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`{name} --print cfg` failed: {}", reason.trim()));
        }
        Ok(Self::parse(&String::from_utf8_lossy(&output.stdout)))
    }

    /// The conditions.
    pub(super) fn set(&self) -> &[Cfg] {
        &self.set
    }
}
