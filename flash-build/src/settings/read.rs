//! From text to settings, collecting every mistake with its line.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeTable;

use super::field::{self, KEYS, Written};
use super::{App, Environment, Mistake, Resource, Settings};

struct Reader<'a> {
    text: &'a str,
    mistakes: Vec<Mistake>,
}

pub(super) fn settings(text: &str) -> Result<Settings, Vec<Mistake>> {
    let mut reader = Reader { text, mistakes: Vec::new() };
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            reader.mistake(error.span().unwrap_or(0..0), error.message().to_owned());
            return Err(reader.mistakes);
        }
    };
    let mut settings = Settings::default();
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "app" => settings.app = reader.app(value),
            "resources" => settings.resources = reader.resources(value),
            "env" => settings.environments = reader.environments(value),
            other => reader.unknown(key.span(), other, &["app", "resources", "env"], "flash.toml"),
        }
    }
    reader.contradictions(&settings);
    if reader.mistakes.is_empty() {
        return Ok(settings);
    }
    reader.mistakes.sort_by(|a, b| (a.line, &a.message).cmp(&(b.line, &b.message)));
    reader.mistakes.dedup();
    Err(reader.mistakes)
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count()
    }

    fn mistake(&mut self, span: Range<usize>, message: String) {
        let line = self.line(span.start);
        self.mistakes.push(Mistake { line, message });
    }

    fn unknown(&mut self, span: Range<usize>, found: &str, known: &[&str], place: &str) {
        let message = match nearest(found, known) {
            Some(near) => format!("unknown key `{found}` in {place}; did you mean `{near}`?"),
            None => format!("unknown key `{found}` in {place}; known are {}", known.join(", ")),
        };
        self.mistake(span, message);
    }

    fn table<'t, 'v>(&mut self, value: &'t Written<'v>, place: &str) -> Option<&'t DeTable<'v>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let kind = value.get_ref().type_str();
            self.mistake(value.span(), format!("expected a table {place}, found {kind}"));
        }
        table
    }

    fn app(&mut self, value: &Written<'_>) -> App {
        let mut app = App::default();
        for (key, value) in self.table(value, "[app]").into_iter().flatten() {
            let (name, read) = match key.get_ref().as_ref() {
                "name" => {
                    ("name", field::text(value).and_then(application).map(|name| app.name = Some(name)))
                }
                "include" => ("include", field::list(value).map(|patterns| app.include = patterns)),
                other => {
                    self.unknown(key.span(), other, &["name", "include"], "[app]");
                    continue;
                }
            };
            app.lines.insert(name, self.line(key.span().start));
            if let Err(message) = read {
                self.mistake(value.span(), format!("`{name}` in [app]: {message}"));
            }
        }
        app
    }

    fn resources(&mut self, value: &Written<'_>) -> BTreeMap<String, Resource> {
        let mut resources = BTreeMap::new();
        for (key, value) in self.table(value, "[resources.NAME]").into_iter().flatten() {
            let name = key.get_ref().to_string();
            if let Err(message) = resource_name(&name) {
                self.mistake(key.span(), message);
            }
            let mut resource = Resource::default();
            for (key, value) in self.table(value, &format!("[resources.{name}]")).into_iter().flatten() {
                let found = key.get_ref().as_ref();
                let Some((known, set)) = KEYS.iter().find(|(known, _)| *known == found) else {
                    let known: Vec<&str> = KEYS.iter().map(|(known, _)| *known).collect();
                    self.unknown(key.span(), found, &known, &format!("resource `{name}`"));
                    continue;
                };
                resource.lines.insert(known, self.line(key.span().start));
                if let Err(message) = set(&mut resource, value) {
                    self.mistake(value.span(), format!("`{known}` of resource `{name}`: {message}"));
                }
            }
            resources.insert(name, resource);
        }
        resources
    }

    fn environments(&mut self, value: &Written<'_>) -> BTreeMap<String, Environment> {
        let mut environments = BTreeMap::new();
        for (key, value) in self.table(value, "[env.NAME]").into_iter().flatten() {
            let name = key.get_ref().to_string();
            if let Err(message) = plain(&name) {
                self.mistake(key.span(), format!("environment `{name}`: {message}"));
            }
            let mut environment = Environment::default();
            for (key, value) in self.table(value, &format!("[env.{name}]")).into_iter().flatten() {
                match key.get_ref().as_ref() {
                    "resources" => environment.resources = self.resources(value),
                    other => {
                        self.unknown(key.span(), other, &["resources"], &format!("[env.{name}]"));
                    }
                }
            }
            environments.insert(name, environment);
        }
        environments
    }

    /// A contradiction may come about only in one environment, so each is looked at as it will be used.
    fn contradictions(&mut self, settings: &Settings) {
        let environments = settings.environments.keys().map(|name| Some(name.as_str()));
        for environment in std::iter::once(None).chain(environments) {
            for name in settings.resource_names() {
                let resource = settings.resource(environment, name);
                for (key, message) in resource.contradictions() {
                    let line = resource.lines.get(key).copied().unwrap_or_default();
                    self.mistakes.push(Mistake { line, message: format!("resource `{name}`: {message}") });
                }
            }
        }
    }
}

fn nearest<'k>(found: &str, known: &[&'k str]) -> Option<&'k str> {
    let folded = found.to_ascii_lowercase().replace('-', "_");
    let scored = known.iter().map(|known| (strsim::damerau_levenshtein(&folded, known), *known));
    let (distance, known) = scored.min()?;
    (distance <= (known.len() / 3).max(1) || known.starts_with(&folded) || folded.starts_with(known))
        .then_some(known)
}

fn plain(name: &str) -> Result<(), String> {
    let legal = name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    legal
        .then_some(())
        .ok_or_else(|| "use at most 63 letters, digits, `_` and `-`, beginning with a letter".to_owned())
}

/// A resource's name becomes part of a host name.
fn resource_name(name: &str) -> Result<(), String> {
    let legal = (1..=63).contains(&name.len())
        && !name.starts_with(['_', '-'])
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    legal.then_some(()).ok_or_else(|| {
        format!(
            "`{name}` can't be the name of a resource; use 1 to 63 lower-case letters, digits, `_` and `-`, beginning with \
             a letter or a digit"
        )
    })
}

fn application(name: String) -> Result<String, String> {
    plain(&name).map_err(|rule| format!("`{name}` can't be the name of an application; {rule}"))?;
    Ok(name)
}
