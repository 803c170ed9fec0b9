//! What the environment says; `docs/environment.md` lists it.

mod role;
mod serving;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use role::{MOTHERSHIP, Role};
pub(crate) use serving::Serving;

use crate::secret::Secret;
use crate::{Error, Outcome};

/// What every process reads from its environment, read once.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// What this process is.
    pub role: Role,
    /// `FLASH_MANIFEST_PATH`.
    pub manifest_path: Option<PathBuf>,
    /// `FLASH_API_KEY`.
    pub key: Option<Secret>,
    /// `FLASH_MAX_BODY_BYTES`.
    pub max_body_bytes: usize,
    /// `FLASH_CALL_TIMEOUT_MS`.
    pub call_timeout: Duration,
}

static SETTINGS: OnceLock<Result<Settings, Error>> = OnceLock::new();

impl Settings {
    /// This process's settings, read at the first call.
    ///
    /// # Errors
    /// A variable whose value can't be used; the message names it.
    pub(crate) fn get() -> Result<&'static Self, &'static Error> {
        SETTINGS
            .get_or_init(|| {
                let program = std::env::args_os().next();
                Self::read(|name| std::env::var(name).ok(), program.as_deref().and_then(|p| p.to_str()))
            })
            .as_ref()
    }

    /// Settings from these variables and this program name.
    pub(crate) fn read(
        variable: impl Fn(&str) -> Option<String>,
        program: Option<&str>,
    ) -> Result<Self, Error> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        Ok(Self {
            role: Role::read(&set, program)?,
            manifest_path: set("FLASH_MANIFEST_PATH").map(PathBuf::from),
            key: key("FLASH_API_KEY", &set)?,
            max_body_bytes: number("FLASH_MAX_BODY_BYTES", set("FLASH_MAX_BODY_BYTES"), 30 << 20)?,
            call_timeout: at_least_one("FLASH_CALL_TIMEOUT_MS", set("FLASH_CALL_TIMEOUT_MS"), 60_000)
                .map(|count| Duration::from_millis(count as u64))?,
        })
    }
}

/// A key that a header can carry. With anything else in it, as the line's end of a file, no caller's would
/// ever match.
fn key(name: &str, set: &impl Fn(&str) -> Option<String>) -> Result<Option<Secret>, Error> {
    match set(name) {
        Some(text) if !text.bytes().all(|byte| byte.is_ascii_graphic()) => Err(Error::of(
            Outcome::Unrouted,
            format!(
                "the environment variable {name} holds something else than visible ASCII letters, perhaps a line's end"
            ),
        )),
        text => Ok(text.map(Secret::new)),
    }
}

fn number<T: std::str::FromStr>(name: &str, value: Option<String>, default: T) -> Result<T, Error> {
    value.map_or(Ok(default), |text| text.parse().map_err(|_| bad(name, &text, "a number in range")))
}

fn at_least_one(name: &str, value: Option<String>, default: usize) -> Result<usize, Error> {
    match number(name, value, default)? {
        0 => Err(bad(name, "0", "at least 1")),
        count => Ok(count),
    }
}

fn bad(name: &str, found: &str, expected: &str) -> Error {
    Error::of(Outcome::Unrouted, format!("the environment variable {name} is `{found}`, expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::{Role, Settings};

    fn read(variables: &[(&str, &str)], program: &str) -> Result<Settings, crate::Error> {
        let find = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(find, Some(program))
    }

    #[test]
    fn roles_in_their_order() {
        let role =
            |variables: &[(&str, &str)], program: &str| read(variables, program).map(|s| s.role).unwrap();
        assert_eq!(role(&[], "target/debug/shop"), Role::Local);
        assert_eq!(role(&[("FLASH_ENV", "staging")], "shop"), Role::Client("staging".into()));
        assert_eq!(role(&[("FLASH_ENV", "x")], "/app/handler_web"), Role::Endpoint("web".into()));
        assert_eq!(role(&[("FLASH_RESOURCE_NAME", "a")], "handler_web"), Role::Endpoint("a".into()));
        assert_eq!(
            role(&[("FLASH_IS_MOTHERSHIP", "TRUE"), ("FLASH_RESOURCE_NAME", "a")], "x"),
            Role::Mothership
        );
        assert_eq!(role(&[("FLASH_RESOURCE_NAME", "mothership")], "x"), Role::Mothership);
        assert_eq!(role(&[("FLASH_SERVE", "all"), ("FLASH_IS_MOTHERSHIP", "true")], "x"), Role::Everything);
    }

    #[test]
    fn bad_values_name_their_variable() {
        for (name, value) in [
            ("FLASH_SERVE", "some"),
            ("FLASH_IS_MOTHERSHIP", "perhaps"),
            ("FLASH_MAX_BODY_BYTES", "-1"),
            ("FLASH_CALL_TIMEOUT_MS", "1s"),
        ] {
            let error = read(&[(name, value)], "x").unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
    }
}
