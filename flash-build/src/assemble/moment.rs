//! The time that is written into manifest and archive.

use std::process::{Command, Stdio};

use cargo_metadata::camino::Utf8Path;

use crate::cli::Failure;

/// A point in time, in seconds since 1970.
///
/// It belongs to the source and not to the run: `SOURCE_DATE_EPOCH`, else the time of the commit, else 1970, so that
/// the same source gives the same manifest in every directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment of the sources in a directory.
    ///
    /// # Errors
    /// `SOURCE_DATE_EPOCH` is no number.
    pub fn of_sources(directory: &Utf8Path) -> Result<Self, Failure> {
        if let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") {
            return text.trim().parse().ok().filter(|seconds| *seconds <= LAST).map(Self).ok_or_else(|| {
                Failure::new("SOURCE_DATE_EPOCH can't be used")
                    .why(format!("`{text}` is not a number of seconds since 1970, up to the year 9999"))
                    .help("unset it, or set it to the output of `git log -1 --format=%ct`")
            });
        }
        Ok(Self(commit_time(directory).unwrap_or_default()))
    }

    /// RFC 3339 in UTC, `2026-01-12T10:30:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (days, second) = (self.0 / 86_400, self.0 % 86_400);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// The last second of the year 9999, the last that RFC 3339 can name.
const LAST: u64 = 253_402_300_799;

/// Year, month and day from days since 1970, by Howard Hinnant's `civil_from_days`.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// A repository that merely lies around the directory, without knowing its files, has nothing to say.
fn commit_time(directory: &Utf8Path) -> Option<u64> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(directory)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        output.status.success().then_some(output.stdout)
    };
    git(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    String::from_utf8(git(&["log", "-1", "--format=%ct"])?)
        .ok()?
        .trim()
        .parse()
        .ok()
        .filter(|time| *time <= LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_768_213_800, "2026-01-12T10:30:00Z"),
            (LAST, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Moment(seconds).rfc3339(), text);
        }
    }
}
