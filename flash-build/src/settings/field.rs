//! The keys of a resource: what each accepts, and where it goes.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::{Kind, Resource, Scaler};

/// A value as written.
pub(super) type Written<'a> = Spanned<DeValue<'a>>;
type Set = fn(&mut Resource, &Written<'_>) -> Result<(), String>;

/// Every key of `[resources.NAME]`; the list of known keys and what they do can't differ.
pub(super) const KEYS: &[(&str, Set)] = &[
    ("type", |to, value| put(&mut to.kind, kind(value))),
    ("public", |to, value| put(&mut to.public, boolean(value))),
    ("gpu", |to, value| put(&mut to.gpu, list(value))),
    ("gpu_count", |to, value| put(&mut to.gpu_count, integer(value, 1, 64))),
    ("cpu", |to, value| put(&mut to.cpu, list(value))),
    ("workers_min", |to, value| put(&mut to.workers_min, integer(value, 0, 10_000))),
    ("workers_max", |to, value| put(&mut to.workers_max, integer(value, 0, 10_000))),
    ("idle_timeout", |to, value| put(&mut to.idle_timeout, seconds(value, 1, 3600))),
    ("execution_timeout", |to, value| put(&mut to.execution_timeout_ms, milliseconds(value))),
    ("scaler", |to, value| put(&mut to.scaler, scaler(value))),
    ("scaler_value", |to, value| put(&mut to.scaler_value, integer(value, 1, 1_000_000))),
    ("env", |to, value| variables(value).map(|found| to.env = found)),
    ("secrets", |to, value| secrets(value).map(|found| to.secrets = found)),
    ("network_volume", |to, value| put(&mut to.network_volumes, list(value))),
    ("data_centers", |to, value| put(&mut to.data_centers, list(value))),
    ("max_concurrency", |to, value| put(&mut to.max_concurrency, integer(value, 1, 1_000_000))),
    ("image", |to, value| put(&mut to.image, text(value))),
    ("container_disk_gb", |to, value| put(&mut to.container_disk_gb, integer(value, 1, 100_000))),
    ("cuda_versions", |to, value| put(&mut to.cuda_versions, list(value))),
    ("min_cuda_version", |to, value| put(&mut to.min_cuda_version, text(value))),
    ("flashboot", |to, value| put(&mut to.flashboot, boolean(value))),
];

fn put<T>(to: &mut Option<T>, value: Result<T, String>) -> Result<(), String> {
    value.map(|value| *to = Some(value))
}

fn expected(what: &str, value: &Written<'_>) -> String {
    let value = value.get_ref();
    match value {
        DeValue::String(found) => format!("expected {what}, found \"{found}\""),
        DeValue::Integer(found) => format!("expected {what}, found {found}"),
        DeValue::Boolean(found) => format!("expected {what}, found {found}"),
        _ => format!("expected {what}, found {}", value.type_str()),
    }
}

pub(super) fn text(value: &Written<'_>) -> Result<String, String> {
    match value.get_ref().as_str() {
        Some(found) if !found.trim().is_empty() => Ok(found.to_owned()),
        _ => Err(expected("a text that isn't empty", value)),
    }
}

fn boolean(value: &Written<'_>) -> Result<bool, String> {
    value.get_ref().as_bool().ok_or_else(|| expected("`true` or `false`", value))
}

/// One text or several.
pub(super) fn list(value: &Written<'_>) -> Result<Vec<String>, String> {
    match value.get_ref().as_array() {
        Some(items) if items.is_empty() => Err("expected at least one text in the list".to_owned()),
        Some(items) => items.iter().map(text).collect(),
        None => text(value).map(|one| vec![one]).map_err(|_| expected("a text or a list of texts", value)),
    }
}

fn whole(value: &Written<'_>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn integer(value: &Written<'_>, min: u32, max: u32) -> Result<u32, String> {
    whole(value)
        .and_then(|found| u32::try_from(found).ok())
        .filter(|found| (min..=max).contains(found))
        .ok_or_else(|| expected(&format!("a whole number from {min} to {max}"), value))
}

/// Seconds as a number, or a text with a unit.
fn milliseconds(value: &Written<'_>) -> Result<u64, String> {
    const WEEK: u64 = 7 * 24 * 3600 * 1000;
    let found = match value.get_ref().as_str() {
        Some(text) => {
            let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let factor = match text[digits..].trim() {
                "ms" => Some(1),
                "s" => Some(1000),
                "m" | "min" => Some(60_000),
                "h" => Some(3_600_000),
                _ => None,
            };
            text[..digits]
                .parse::<u64>()
                .ok()
                .zip(factor)
                .and_then(|(count, factor)| count.checked_mul(factor))
        }
        None => whole(value).and_then(|found| u64::try_from(found).ok()?.checked_mul(1000)),
    };
    found.filter(|found| *found <= WEEK).ok_or_else(|| {
        expected("seconds, or a text such as \"90s\", \"5m\", \"250ms\", at most a week", value)
    })
}

fn seconds(value: &Written<'_>, min: u32, max: u32) -> Result<u32, String> {
    let found = milliseconds(value).ok().filter(|found| found % 1000 == 0);
    found
        .and_then(|found| u32::try_from(found / 1000).ok())
        .filter(|found| (min..=max).contains(found))
        .ok_or_else(|| {
            expected(&format!("{min} to {max} seconds, as a number or a text such as \"5m\""), value)
        })
}

fn kind(value: &Written<'_>) -> Result<Kind, String> {
    match value.get_ref().as_str() {
        Some("ServerlessResource" | "QB") => Ok(Kind::Queue),
        Some("LoadBalancerSlsResource" | "LB") => Ok(Kind::LoadBalanced),
        _ => Err(expected(
            "\"ServerlessResource\" (or \"QB\") or \"LoadBalancerSlsResource\" (or \"LB\")",
            value,
        )),
    }
}

fn scaler(value: &Written<'_>) -> Result<Scaler, String> {
    match value.get_ref().as_str() {
        Some("QUEUE_DELAY" | "queue_delay") => Ok(Scaler::QueueDelay),
        Some("REQUEST_COUNT" | "request_count") => Ok(Scaler::RequestCount),
        _ => Err(expected("\"QUEUE_DELAY\" or \"REQUEST_COUNT\"", value)),
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn variables(value: &Written<'_>) -> Result<BTreeMap<String, String>, String> {
    let table = value.get_ref().as_table().ok_or_else(|| expected("a table of variables", value))?;
    let mut found = BTreeMap::new();
    for (name, value) in table {
        let name = name.get_ref();
        if !is_variable(name) {
            return Err(format!("`{name}` can't be the name of a variable; use letters, digits and `_`"));
        }
        let value = match value.get_ref() {
            DeValue::String(text) if !text.contains('\0') => text.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Integer(_) => whole(value)
                .ok_or_else(|| expected(&format!("a 64-bit number for `{name}`"), value))?
                .to_string(),
            _ => {
                return Err(expected(&format!("a text, number or boolean for `{name}`"), value));
            }
        };
        found.insert(name.to_string(), value);
    }
    Ok(found)
}

fn secrets(value: &Written<'_>) -> Result<Vec<String>, String> {
    let items = value.get_ref().as_array().ok_or_else(|| expected("a list of names", value))?;
    items
        .iter()
        .map(|item| match item.get_ref().as_str() {
            Some(name) if is_variable(name) => Ok(name.to_owned()),
            _ => Err(expected("the name of a secret (letters, digits and `_`; never its value)", item)),
        })
        .collect()
}
