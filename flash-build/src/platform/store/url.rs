//! Which database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where the rows lie.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// One file, the default.
    Sqlite(PathBuf),
    /// A server, for a platform that several machines share. The URL may hold a password, so nothing prints it.
    Postgres(String),
}

impl DatabaseUrl {
    /// The URL as the driver wants it; none when the path isn't UTF-8, which the driver can't open.
    pub(super) fn for_driver(&self) -> Option<String> {
        match self {
            Self::Sqlite(path) => Some(format!("sqlite://{}?mode=rwc", escaped(path)?)),
            Self::Postgres(url) => Some(url.clone()),
        }
    }
}

/// The driver splits at `?` and decodes `%..`, which are fine characters of a file name.
fn escaped(path: &Path) -> Option<String> {
    let mut text = String::new();
    for byte in path.to_str()?.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(text)
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match path {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err("expected `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`".into()),
        }
    }
}

/// The file, or the server without user and password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                write!(f, "PostgreSQL at {}", rest.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_stay_hidden() {
        let url: Result<DatabaseUrl, _> = "postgres://me:p@ss@db.example:5432/flash?password=x".parse();
        assert_eq!(
            url.map(|url| format!("{url} {url:?}")).unwrap_or_default(),
            "PostgreSQL at db.example:5432/flash PostgreSQL at db.example:5432/flash"
        );
    }

    #[test]
    fn a_file_may_have_any_name() {
        let url = DatabaseUrl::Sqlite("/a b/100%?#.db".into());
        assert_eq!(url.for_driver().as_deref(), Some("sqlite:///a%20b/100%25%3F%23.db?mode=rwc"));
        assert_eq!("sqlite:x.db".parse(), Ok(DatabaseUrl::Sqlite("x.db".into())));
        assert!("mysql://x".parse::<DatabaseUrl>().is_err() && "sqlite:".parse::<DatabaseUrl>().is_err());
    }
}
