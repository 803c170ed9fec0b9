//! Where the account's key is found.

use std::path::{Path, PathBuf};

use crate::provider::{ProviderError, SecretText};

/// The account's key and where it was found.
///
/// ```
/// use std::path::Path;
///
/// use flash::provider::runpod::Key;
///
/// let key = Key::find(|name| (name == "RUNPOD_API_KEY").then(|| "k".to_owned()), Path::new("."), None)?;
/// assert_eq!(key.origin, "the variable RUNPOD_API_KEY");
/// # Ok::<(), flash::provider::ProviderError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Key {
    /// The key.
    pub value: SecretText,
    /// Where it was found, to show.
    pub origin: String,
}

const VARIABLE: &str = "RUNPOD_API_KEY";

impl Key {
    /// Looks in the variable `RUNPOD_API_KEY`, in `.env` of the directory, in `~/.runpod/config.toml` under `[default]
    /// api_key`, and there under a top-level `apikey` when `[default]` is missing: the first that has one.
    ///
    /// # Errors
    /// [`ProviderError::Unauthorized`] when there is none, or a file that should have it can't be read.
    pub fn find(
        variable: impl Fn(&str) -> Option<String>,
        directory: &Path,
        home: Option<&Path>,
    ) -> Result<Self, ProviderError> {
        if let Some(value) = variable(VARIABLE)
            && let Some(key) = Self::of(&value, format!("the variable {VARIABLE}"))?
        {
            return Ok(key);
        }
        let dotenv = directory.join(".env");
        if let Some(text) = read(&dotenv)? {
            let value = text.lines().rev().find_map(|line| assigned(line, VARIABLE, true));
            if let Some(key) =
                value.map(|value| Self::of(&value, dotenv.display().to_string())).transpose()?.flatten()
            {
                return Ok(key);
            }
        }
        if let Some(config) = home.map(|home| home.join(".runpod").join("config.toml"))
            && let Some(text) = read(&config)?
        {
            let value = in_config(&text);
            if let Some(key) =
                value.map(|value| Self::of(&value, config.display().to_string())).transpose()?.flatten()
            {
                return Ok(key);
            }
        }
        Err(ProviderError::Unauthorized { reason: format!("there is no key; set {VARIABLE}, or log in") })
    }

    /// As [`find`](Self::find), in this process's surroundings.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn from_environment() -> Result<Self, ProviderError> {
        let home = std::env::home_dir();
        Self::find(|name| std::env::var(name).ok(), &PathBuf::from("."), home.as_deref())
    }

    fn of(value: &str, origin: String) -> Result<Option<Self>, ProviderError> {
        match value.trim() {
            "" => Ok(None),
            key if key.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(Some(Self { value: SecretText::new(key), origin }))
            }
            _ => Err(ProviderError::Unauthorized {
                reason: format!("the key of {origin} has something else than visible ASCII letters"),
            }),
        }
    }
}

fn read(path: &Path) -> Result<Option<String>, ProviderError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => {
            Err(ProviderError::Unauthorized { reason: format!("{} can't be read: {error}", path.display()) })
        }
    }
}

/// The value of `name = value` on this line, without quotes and comments.
fn assigned(line: &str, name: &str, shell: bool) -> Option<String> {
    let line = line.trim();
    let line = line.strip_prefix("export ").filter(|_| shell).unwrap_or(line).trim_start();
    let value = line.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split(quote).next().map(str::to_owned);
        }
    }
    value.split([' ', '\t', '#']).next().map(str::to_owned)
}

/// Keys need no more of TOML than tables and plain strings, so the file is read line by line.
fn in_config(text: &str) -> Option<String> {
    let (mut table, mut default, mut has_default, mut top) = (String::new(), None, false, None);
    for line in text.lines() {
        if let Some(header) = line.trim().strip_prefix('[') {
            table = header.split(']').next().unwrap_or_default().trim().to_owned();
            has_default |= table == "default";
        } else if table == "default" {
            default = default.or_else(|| assigned(line, "api_key", false));
        } else if table.is_empty() {
            top = top.or_else(|| assigned(line, "apikey", false));
        }
    }
    if has_default { default } else { top }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("flash-key-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(directory.join(".runpod")).unwrap();
        directory
    }

    fn found(directory: &Path, variable: Option<&str>) -> Result<String, String> {
        let find = |_: &str| variable.map(str::to_owned);
        Key::find(find, directory, Some(directory))
            .map(|key| key.value.expose().to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn places_in_their_order() {
        let directory = place("order");
        assert!(found(&directory, None).unwrap_err().contains("RUNPOD_API_KEY"));
        let config = directory.join(".runpod/config.toml");
        std::fs::write(&config, "apikey = 'top' # of runpodctl\n").unwrap();
        assert_eq!(found(&directory, None).unwrap(), "top");
        std::fs::write(
            &config,
            "apikey = 'top'\n[other]\napi_key = \"no\"\n[default]\napi_key = \"named\"\n",
        )
        .unwrap();
        assert_eq!(found(&directory, None).unwrap(), "named");
        std::fs::write(&config, "apikey = 'top'\n[default]\nother = 1\n").unwrap();
        assert!(found(&directory, None).is_err(), "a table without a key doesn't fall back");
        std::fs::write(directory.join(".env"), "A=1\nexport RUNPOD_API_KEY=\"dotenv\" # mine\n").unwrap();
        assert_eq!(found(&directory, None).unwrap(), "dotenv");
        assert_eq!(found(&directory, Some("variable")).unwrap(), "variable");
        assert_eq!(found(&directory, Some("")).unwrap(), "dotenv", "empty counts as unset");
        std::fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_bad_key_is_told_by_its_place_alone() {
        let directory = place("bad");
        let error = found(&directory, Some("hun ter2")).unwrap_err();
        assert!(error.contains("the variable RUNPOD_API_KEY") && !error.contains("ter2"), "{error}");
        std::fs::remove_dir_all(directory).unwrap();
    }
}
