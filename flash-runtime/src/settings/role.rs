//! What a process is.

use crate::{Error, settings::bad};

/// What this process is, decided once by its environment and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// An ordinary program: every call stays in the process.
    Local,
    /// A client of this deployed environment.
    Client(String),
    /// A worker of this resource.
    Endpoint(String),
    /// The coordinating endpoint and front door.
    Mothership,
    /// Every resource in one process.
    Everything,
}

/// The name of the resource that functions without one live on.
pub(crate) const MOTHERSHIP: &str = "mothership";

impl Role {
    pub(super) fn read(set: &impl Fn(&str) -> Option<String>, program: Option<&str>) -> Result<Self, Error> {
        match set("FLASH_SERVE").as_deref() {
            None => {}
            Some("all") => return Ok(Self::Everything),
            Some(other) => return Err(bad("FLASH_SERVE", other, "`all`")),
        }
        match set("FLASH_IS_MOTHERSHIP").map(|value| value.to_ascii_lowercase()).as_deref() {
            Some("true") => return Ok(Self::Mothership),
            None | Some("false") => {}
            Some(other) => return Err(bad("FLASH_IS_MOTHERSHIP", other, "`true` or `false`")),
        }
        let named = set("FLASH_RESOURCE_NAME").or_else(|| {
            let file = std::path::Path::new(program?).file_name()?.to_str()?;
            file.strip_suffix(".exe").unwrap_or(file).strip_prefix("handler_").map(str::to_owned)
        });
        Ok(match (named, set("FLASH_ENV")) {
            (Some(name), _) if name == MOTHERSHIP => Self::Mothership,
            (Some(name), _) => Self::Endpoint(name),
            (None, Some(environment)) => Self::Client(environment),
            (None, None) => Self::Local,
        })
    }

    /// Whether this process answers requests instead of running the program's own `main`.
    #[must_use]
    pub(crate) fn serves(&self) -> bool {
        matches!(self, Self::Endpoint(_) | Self::Mothership | Self::Everything)
    }

    /// The resource whose functions run here, for a role that has one.
    #[must_use]
    pub(crate) fn resource(&self) -> Option<&str> {
        match self {
            Self::Endpoint(name) => Some(name),
            Self::Mothership => Some(MOTHERSHIP),
            Self::Local | Self::Client(_) | Self::Everything => None,
        }
    }
}
