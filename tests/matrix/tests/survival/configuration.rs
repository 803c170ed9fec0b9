//! One way to build.

use std::fmt;

/// One line of the table.
#[derive(Clone, Copy)]
pub(crate) struct Configuration {
    profile: Profile,
    /// The compiler's default, rust-lld on this platform; else GNU ld.
    pub(crate) default_linker: bool,
    /// inventory instead of linkme.
    inventory: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    Dev,
    Release,
    /// Fat LTO in one unit, stripped, panics abort.
    Lto,
}

impl Configuration {
    /// Every combination, in the order of the page.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for profile in [Profile::Dev, Profile::Release, Profile::Lto] {
            for default_linker in [true, false] {
                for inventory in [false, true] {
                    all.push(Self { profile, default_linker, inventory });
                }
            }
        }
        all
    }

    /// The two ends: everything easy, everything hard.
    pub(crate) fn slice() -> Vec<Self> {
        vec![
            Self { profile: Profile::Dev, default_linker: true, inventory: false },
            Self { profile: Profile::Lto, default_linker: false, inventory: true },
        ]
    }

    /// cargo's name of the profile, which the fixture's manifest declares.
    pub(crate) fn profile(self) -> &'static str {
        match self.profile {
            Profile::Dev => "dev",
            Profile::Release => "release",
            Profile::Lto => "lto",
        }
    }

    /// Features of the fixture's package `app`.
    pub(crate) fn features(self) -> String {
        let linker = if self.default_linker { "" } else { "gnu-ld" };
        let registry = if self.inventory { "inventory" } else { "" };
        format!("{linker},{registry}")
    }

    pub(crate) fn backend(self) -> &'static str {
        if self.inventory { "inventory" } else { "linkme" }
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = match self.profile {
            Profile::Dev => "dev",
            Profile::Release => "release",
            Profile::Lto => "fat LTO, strip, abort",
        };
        let linker = if self.default_linker { "rust-lld" } else { "GNU ld" };
        write!(f, "{profile} | {linker} | {}", self.backend())
    }
}
