//! Whether a program runs on this machine.

use std::path::Path;
use std::sync::OnceLock;

use flash::manifest::Build;

/// Why the program of a build doesn't run here; none when it does.
#[must_use]
pub(super) fn misfit(build: &Build) -> Option<String> {
    let here = Machine { os: std::env::consts::OS, arch: std::env::consts::ARCH, glibc: glibc() };
    here.misfit(build)
}

struct Machine<'a> {
    os: &'a str,
    arch: &'a str,
    glibc: Option<&'a [u32]>,
}

impl Machine<'_> {
    fn misfit(&self, build: &Build) -> Option<String> {
        if build.os != self.os || build.arch != self.arch {
            return Some(format!(
                "the archive is for {} on {}, this platform runs on {} on {}",
                build.os, build.arch, self.os, self.arch
            ));
        }
        let libc = build.libc.as_ref()?;
        if libc.name == "musl" {
            let loader = format!("/lib/ld-musl-{}.so.1", self.arch);
            return (!Path::new(&loader).exists())
                .then(|| "the archive needs the C library musl, which is not here".to_owned());
        }
        if libc.name != "glibc" || self.os != "linux" {
            return None;
        }
        let Some(have) = self.glibc else {
            return Some("the archive needs the C library glibc, which is not here".to_owned());
        };
        let wanted = libc.version.as_deref()?;
        (numbers(wanted)?.as_slice() > have).then(|| {
            let have = have.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            format!("the archive needs glibc {wanted} or later, here is {have}; build it on an older system")
        })
    }
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// The version of this machine's glibc.
fn glibc() -> Option<&'static [u32]> {
    static FOUND: OnceLock<Option<Vec<u32>>> = OnceLock::new();
    FOUND.get_or_init(|| find_glibc(std::env::consts::ARCH)).as_deref()
}

/// The library names every version that it satisfies, its own last. It is read and not run: this program itself may
/// have been built for another library.
fn find_glibc(arch: &str) -> Option<Vec<u32>> {
    let multiarch = format!("/lib/{arch}-linux-gnu/libc.so.6");
    let places = [
        multiarch.as_str(),
        "/lib64/libc.so.6",
        "/usr/lib64/libc.so.6",
        "/usr/lib/libc.so.6",
        "/lib/libc.so.6",
    ];
    let library = places.iter().find_map(|place| std::fs::read(place).ok())?;
    let name = b"GLIBC_";
    library
        .windows(name.len())
        .enumerate()
        .filter(|(_, window)| window == name)
        .filter_map(|(at, _)| {
            let rest = &library[at + name.len()..];
            let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
            numbers(std::str::from_utf8(&rest[..end]).ok()?)
        })
        .max()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use flash::manifest::Libc;

    use super::*;

    fn build(os: &str, arch: &str, libc: Option<(&str, &str)>) -> Build {
        Build {
            flash_version: "0.1.0".to_owned(),
            binary: "app".to_owned(),
            code_digest: "0".repeat(64),
            profile: "release".to_owned(),
            os: os.to_owned(),
            arch: arch.to_owned(),
            libc: libc
                .map(|(name, version)| Libc { name: name.to_owned(), version: Some(version.to_owned()) }),
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let machine = Machine { os: "linux", arch: "x86_64", glibc: Some(&[2, 36]) };
        let misfit = |os, arch, libc| machine.misfit(&build(os, arch, libc));
        assert_eq!(misfit("linux", "x86_64", None), None);
        assert_eq!(misfit("linux", "x86_64", Some(("glibc", "2.36"))), None);
        assert_eq!(misfit("linux", "x86_64", Some(("glibc", "2.4"))), None);
        assert!(misfit("linux", "x86_64", Some(("glibc", "2.39"))).unwrap().contains("here is 2.36"));
        assert!(misfit("linux", "aarch64", None).unwrap().contains("aarch64"));
        assert!(misfit("macos", "x86_64", None).unwrap().contains("macos"));
        let bare = Machine { glibc: None, ..machine };
        assert!(bare.misfit(&build("linux", "x86_64", Some(("glibc", "2.4")))).unwrap().contains("not here"));
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn this_machine_has_a_version() {
        let version = find_glibc(std::env::consts::ARCH).unwrap();
        assert!(version.as_slice() >= &[2, 17] && version[0] == 2, "{version:?}");
    }
}
