//! Whether a program runs where it shall be started.

use crate::manifest::Build;
use crate::provider::ProviderError;

/// A machine that starts programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Machine<'a> {
    pub os: &'a str,
    pub arch: &'a str,
    /// The image, where the C library comes from; without one nothing is known of it.
    pub image: Option<&'a str>,
}

/// The image that endpoints get unless they declare one: small, with a shell, tar, gzip and sha256sum, and a C library
/// as recent as any distribution's.
pub(super) const IMAGE: &str = "debian:trixie-slim";

/// C libraries of images, by how their names begin.
const LIBRARIES: [(&str, &str, (u32, u32)); 8] = [
    ("debian:trixie", "glibc", (2, 41)),
    ("debian:13", "glibc", (2, 41)),
    ("debian:bookworm", "glibc", (2, 36)),
    ("debian:12", "glibc", (2, 36)),
    ("ubuntu:24.04", "glibc", (2, 39)),
    ("ubuntu:22.04", "glibc", (2, 35)),
    ("alpine:", "musl", (1, 2)),
    ("busybox:musl", "musl", (1, 2)),
];

impl Machine<'_> {
    /// Refuses a program that can't run here, before it is uploaded.
    pub(super) fn check(&self, build: &Build) -> Result<(), ProviderError> {
        if build.os != self.os {
            return refuse(
                "build.os",
                format!("the program is for {}, the platform runs {}", build.os, self.os),
            );
        }
        if build.arch != self.arch {
            let reason = format!("the program is for {}, the platform runs {}", build.arch, self.arch);
            return refuse("build.arch", reason);
        }
        let Some(needed) = &build.libc else { return Ok(()) };
        let known =
            self.image.and_then(|image| LIBRARIES.iter().find(|(prefix, ..)| image.starts_with(prefix)));
        let Some((_, library, (major, minor))) = known else { return Ok(()) };
        let image = self.image.unwrap_or_default();
        if needed.name != *library {
            let reason = format!("the program needs {}, the image {image} has {library}", needed.name);
            return refuse("build.libc", reason);
        }
        match needed.version.as_deref() {
            Some(version) if parts(version).is_none_or(|asked| asked > (*major, *minor)) => refuse(
                "build.libc",
                format!(
                    "the program needs {library} {version}, the image {image} has {major}.{minor}; build on an older \
                     system, or for the target {}-unknown-linux-musl",
                    build.arch
                ),
            ),
            _ => Ok(()),
        }
    }
}

fn refuse(field: &str, reason: String) -> Result<(), ProviderError> {
    Err(ProviderError::invalid(field, reason))
}

fn parts(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next().map_or(Some(0), |minor| minor.parse().ok())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Libc;

    fn build(os: &str, arch: &str, libc: Option<(&str, &str)>) -> Build {
        let libc = libc.map(|(name, version)| Libc {
            name: name.into(),
            version: (!version.is_empty()).then(|| version.to_owned()),
        });
        Build { os: os.into(), arch: arch.into(), libc, ..Build::default() }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_field() {
        let cloud = Machine { os: "linux", arch: "x86_64", image: Some(IMAGE) };
        let field = |build: Build| match cloud.check(&build) {
            Ok(()) => String::new(),
            Err(ProviderError::Invalid { field, .. }) => field,
            Err(other) => other.to_string(),
        };
        assert_eq!(field(build("linux", "x86_64", None)), "");
        assert_eq!(field(build("linux", "x86_64", Some(("glibc", "2.41")))), "");
        assert_eq!(field(build("linux", "x86_64", Some(("glibc", "2.42")))), "build.libc");
        assert_eq!(field(build("linux", "x86_64", Some(("glibc", "3.0.1")))), "build.libc");
        assert_eq!(field(build("linux", "x86_64", Some(("glibc", "new")))), "build.libc");
        assert_eq!(field(build("linux", "x86_64", Some(("musl", "")))), "build.libc");
        assert_eq!(field(build("macos", "x86_64", None)), "build.os");
        assert_eq!(field(build("linux", "aarch64", None)), "build.arch");
        let own = Machine { image: Some("registry.example/own:1"), ..cloud };
        assert!(
            own.check(&build("linux", "x86_64", Some(("glibc", "9.9")))).is_ok(),
            "nothing is known of it"
        );
    }
}
