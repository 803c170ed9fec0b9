//! Settings of one run: `--set NAME.KEY=VALUE` and the variable `FLASH_SET`.

use toml::de::DeTable;

use crate::cli::Failure;
use crate::settings::Settings;

/// The variable, in the form of the option; several are separated by `;`.
pub const VARIABLE: &str = "FLASH_SET";

/// Settings that lie over `flash.toml`.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Of the variable.
    pub variable: Settings,
    /// Of the options.
    pub flags: Settings,
}

impl Overrides {
    /// Reads both; keys and values are those of `flash.toml`.
    ///
    /// # Errors
    /// Not of the form `NAME.KEY=VALUE`, an unknown key, or a value out of range.
    pub fn read(flags: &[String], variable: Option<&str>) -> Result<Self, Failure> {
        let variable = variable.into_iter().flat_map(|text| text.split(';')).map(str::trim);
        let variable: Vec<&str> = variable.filter(|text| !text.is_empty()).collect();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        Ok(Self { variable: settings(VARIABLE, &variable)?, flags: settings("--set", &flags)? })
    }
}

fn example(origin: &str) -> String {
    let separator = if origin == VARIABLE { '=' } else { ' ' };
    format!("{origin}{separator}pricing.workers_max=3")
}

fn settings(origin: &str, words: &[&str]) -> Result<Settings, Failure> {
    let mut text = String::new();
    for word in words {
        let form = || {
            Failure::new(format!("{origin}: `{word}` can't be understood"))
                .why("the form is RESOURCE.KEY=VALUE with the keys of flash.toml")
                .help(format!("for example: {}", example(origin)))
        };
        let (path, value) = word.split_once('=').ok_or_else(form)?;
        let (resource, key) = path.trim().split_once('.').ok_or_else(form)?;
        let value = value.trim();
        let plain = |text: &str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        if !plain(resource) || !plain(key) || value.contains(['\n', '\r']) {
            return Err(form());
        }
        // A value that isn't TOML by itself is a text without its quotes.
        let alone = format!("[resources.\"{resource}\"]\n{key} = {value}\n");
        let quoted = format!("[resources.\"{resource}\"]\n{key} = {value:?}\n");
        let line = match Settings::parse(&alone) {
            Ok(_) => alone,
            Err(mistakes) => match Settings::parse(&quoted) {
                Ok(_) => quoted,
                Err(as_text) => {
                    // Of a bare word the syntax says only that it lacks quotes, and the key what it wants.
                    let is_toml = DeTable::parse(&format!("value = {value}\n")).is_ok();
                    let mistakes = if is_toml { mistakes } else { as_text };
                    let why: Vec<String> = mistakes.into_iter().map(|mistake| mistake.message).collect();
                    return Err(Failure::new(format!("{origin}: `{word}` is wrong")).why(why.join("\n")));
                }
            },
        };
        // Tables may stand only once each, so resources are written as dotted keys.
        let assignment = line.lines().nth(1).unwrap_or_default();
        text.push_str(&format!("resources.\"{resource}\".{assignment}\n"));
    }
    Settings::parse(&text).map_err(|mistakes| {
        let why: Vec<String> = mistakes.into_iter().map(|mistake| mistake.message).collect();
        Failure::new(format!("{origin} contradicts itself")).why(why.join("\n"))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn values_with_and_without_quotes() {
        let flags =
            ["a.workers_max=3", "a.gpu=ADA_24", "b.idle_timeout=5m", "a.env.MODE=fast"].map(str::to_owned);
        let overrides = Overrides::read(&flags, Some("a.workers_min=1; c.public=true;")).unwrap();
        let a = overrides.flags.resource(None, "a");
        assert_eq!(
            (a.workers_max, a.gpu, a.env["MODE"].as_str()),
            (Some(3), Some(vec!["ADA_24".into()]), "fast")
        );
        assert_eq!(overrides.flags.resource(None, "b").idle_timeout, Some(300));
        assert_eq!(overrides.variable.resource(None, "c").public, Some(true));
    }

    #[test]
    fn wrong_ones_name_the_rule() {
        let text = |flag: &str| Overrides::read(&[flag.to_owned()], None).unwrap_err().to_string();
        assert!(text("workers_max=3").contains("the form is RESOURCE.KEY=VALUE"));
        assert!(text("a.workers_max").contains("the form is"));
        assert!(text("a.workers_mx=3").contains("workers_max"), "{}", text("a.workers_mx=3"));
        assert!(text("a.gpu_count=0").contains("1 to 64"));
        assert!(text("a\"b.x=1").contains("the form is"));
        let many = text("a.workers_max=many");
        assert!(many.contains("expected a whole number from 0 to 10000, found \"many\""), "{many}");
        assert!(text("a.gpu_count=[").contains("1 to 64"), "{}", text("a.gpu_count=["));
        assert!(text("foo").ends_with("for example: --set pricing.workers_max=3"));
        let variable = Overrides::read(&[], Some("foo")).unwrap_err().to_string();
        assert!(variable.ends_with("for example: FLASH_SET=pricing.workers_max=3"), "{variable}");
    }
}
