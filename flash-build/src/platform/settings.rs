//! How a platform is set up: flag before environment variable before default.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The port without any wish.
pub const USUAL_PORT: u16 = 8790;

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--database-url`.
    pub database: Option<DatabaseAddress>,
    /// `--artifacts`.
    pub artifacts: Option<String>,
}

/// The resolved settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The data directory.
    pub directory: PathBuf,
    /// Where to listen; loopback.
    pub address: SocketAddr,
    /// A database elsewhere; none for the embedded one.
    pub database: Option<DatabaseAddress>,
    /// Where artifacts lie, when not in the data directory.
    pub artifacts: Option<String>,
    /// Further names under which the platform is reached, each with a port or for any port.
    pub names: Vec<String>,
}

/// The address of a database. It may hold a password, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseAddress(String);

impl DatabaseAddress {
    /// The address itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseAddress {
    fn from(address: String) -> Self {
        Self(address)
    }
}

impl std::fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseAddress(..)")
    }
}

/// Why the settings make no sense.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A variable can't be understood.
    #[error("{name} is `{value}`, which is not {wanted}")]
    Value {
        /// Which variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The platform has no protection against other machines.
    #[error("the platform listens on loopback only, and {0} is no such address")]
    Outside(IpAddr),
    /// No place for the data.
    #[error("neither XDG_DATA_HOME nor HOME is set, so there is no place for the data")]
    NoHome,
}

impl SettingsError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Value { name, .. } => format!("change or unset {name}"),
            Self::Outside(_) => {
                "set FLASH_PLATFORM_ADDRESS to 127.0.0.1:PORT and put a proxy with its own checks before it"
                    .to_owned()
            }
            Self::NoHome => "name a directory with --data-dir".to_owned(),
        }
    }
}

impl Settings {
    /// Flags first, then the environment, then defaults. An empty variable counts as unset.
    ///
    /// # Errors
    /// A variable can't be understood, the address is not loopback, or there is no place for the data.
    pub fn resolve(
        flags: Flags,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, SettingsError> {
        let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
        let text = |name: &'static str| match variable(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(value)) => Err(SettingsError::Value {
                name,
                value: value.to_string_lossy().into_owned(),
                wanted: "text",
            }),
        };
        let mut address = match text("FLASH_PLATFORM_ADDRESS")? {
            Some(value) => parse_address(value)?,
            None => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), USUAL_PORT),
        };
        if let Some(port) = flags.port {
            address.set_port(port);
        }
        if !address.ip().is_loopback() {
            return Err(SettingsError::Outside(address.ip()));
        }
        let directory = match flags.data_dir.or_else(|| variable("FLASH_PLATFORM_DIR").map(PathBuf::from)) {
            Some(directory) => directory,
            None => variable("XDG_DATA_HOME")
                .map(PathBuf::from)
                // The specification of these directories says to ignore relative ones.
                .filter(|path| path.is_absolute())
                .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/share")))
                .ok_or(SettingsError::NoHome)?
                .join("flash/platform"),
        };
        let database = match flags.database {
            Some(database) => Some(database),
            None => text("FLASH_PLATFORM_DATABASE_URL")?.map(DatabaseAddress),
        };
        let artifacts = match flags.artifacts {
            Some(artifacts) => Some(artifacts),
            None => text("FLASH_PLATFORM_ARTIFACTS")?,
        };
        let names = text("FLASH_PLATFORM_NAMES")?.unwrap_or_default();
        let names =
            names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok(Self { directory, address, database, artifacts, names })
    }
}

/// `127.0.0.1:8790`, `127.0.0.1`, `localhost:8790` or `localhost`.
fn parse_address(value: String) -> Result<SocketAddr, SettingsError> {
    let numeric = value.replace("localhost", "127.0.0.1");
    if let Ok(address) = numeric.parse() {
        return Ok(address);
    }
    match numeric.parse() {
        Ok(ip) => Ok(SocketAddr::new(ip, USUAL_PORT)),
        Err(_) => Err(SettingsError::Value {
            name: "FLASH_PLATFORM_ADDRESS",
            value,
            wanted: "an address with a port, like 127.0.0.1:8790",
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn resolve(flags: Flags, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::resolve(flags, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn flags_come_before_variables_before_defaults() {
        let home = ("HOME", "/home/u");
        let plain = resolve(Flags::default(), &[home]).unwrap();
        assert_eq!(plain.directory, PathBuf::from("/home/u/.local/share/flash/platform"));
        assert_eq!(plain.address, "127.0.0.1:8790".parse().unwrap());
        assert_eq!((plain.database, plain.artifacts), (None, None));
        let xdg = resolve(Flags::default(), &[home, ("XDG_DATA_HOME", "/x")]).unwrap();
        assert_eq!(xdg.directory, PathBuf::from("/x/flash/platform"));
        let variables = [
            ("FLASH_PLATFORM_DIR", "/data"),
            ("FLASH_PLATFORM_ADDRESS", "[::1]:99"),
            ("FLASH_PLATFORM_DATABASE_URL", "postgres://u:secret@h/d"),
            ("FLASH_PLATFORM_ARTIFACTS", "s3://bucket/prefix"),
            ("FLASH_PLATFORM_NAMES", "api.rp.test:8443, other"),
        ];
        let set = resolve(Flags::default(), &variables).unwrap();
        assert_eq!((set.directory.to_str(), set.address.port()), (Some("/data"), 99));
        assert_eq!(set.names, ["api.rp.test:8443", "other"]);
        assert!(!format!("{set:?}").contains("secret"));
        let flags = Flags {
            data_dir: Some("/flag".into()),
            port: Some(7),
            database: Some("sqlite:x".to_owned().into()),
            artifacts: Some("/folder".into()),
        };
        let flagged = resolve(flags, &variables).unwrap();
        assert_eq!((flagged.directory.to_str(), flagged.address.port()), (Some("/flag"), 7));
        assert_eq!(flagged.database.unwrap().reveal(), "sqlite:x");
        assert_eq!(flagged.artifacts.unwrap(), "/folder");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(resolve(Flags::default(), &[]).unwrap_err(), SettingsError::NoHome);
        let outside = resolve(Flags::default(), &[("FLASH_PLATFORM_ADDRESS", "0.0.0.0:1")]).unwrap_err();
        assert!(outside.to_string().contains("loopback"), "{outside}");
        let odd = resolve(Flags::default(), &[("FLASH_PLATFORM_ADDRESS", "port 9")]).unwrap_err();
        assert!(odd.to_string().contains("`port 9`"), "{odd}");
        let empty = resolve(Flags::default(), &[("HOME", "/h"), ("FLASH_PLATFORM_DIR", "")]).unwrap();
        assert_eq!(empty.directory, PathBuf::from("/h/.local/share/flash/platform"));
    }
}
