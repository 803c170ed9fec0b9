//! The arguments of a request on their way in.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::fill::{Fill, cut, unknown};
use crate::Blob;

/// What a request brought for a function's arguments.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    /// A JSON object by name or a JSON array in order; empty when the request had no JSON.
    pub json: Bytes,
    /// Texts from the path and the query, in the order they came. They come second to the JSON.
    pub texts: Vec<(String, String)>,
    /// A body that isn't JSON.
    pub raw: Option<Blob>,
}

/// What there is for one argument.
#[derive(Debug, Clone)]
pub enum Slot<'a> {
    /// A JSON value.
    Json(&'a RawValue),
    /// Texts of the path or the query; one unless the name was repeated.
    Texts(Vec<&'a str>),
    /// The raw body.
    Raw(&'a Blob),
    /// Nothing.
    Missing,
}

/// One argument that doesn't fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadArgument {
    /// Its name as the request gave it.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Why a request's arguments don't fit a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadArguments {
    /// The body isn't a JSON object or array.
    Syntax(String),
    /// A raw body for a function that takes none.
    Raw(String),
    /// These arguments are wrong; those are the known ones.
    Arguments {
        /// All wrong ones; of unknown names the first of many.
        bad: Vec<BadArgument>,
        /// Names of the function's arguments in order.
        expected: Vec<&'static str>,
    },
}

impl fmt::Display for BadArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) => write!(f, "the body is not a JSON object or array of arguments: {text}"),
            Self::Raw(kind) => {
                write!(f, "the function takes no raw body, but `{kind}` was sent; send `application/json`")
            }
            Self::Arguments { bad, expected } => {
                for (index, argument) in bad.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}`{}` {}", argument.name, argument.reason)?;
                }
                match expected.as_slice() {
                    [] => f.write_str(" (the function takes no arguments)"),
                    names => write!(f, " (the arguments are `{}`)", names.join("`, `")),
                }
            }
        }
    }
}

impl Incoming {
    /// Sorts what came by argument, and notes in `bad` what can't be sorted. `raw_at` is the position of the
    /// argument that takes a raw body.
    ///
    /// # Errors
    /// The body is not JSON, or raw where JSON is wanted.
    pub(super) fn slots(
        &self,
        names: &[&'static str],
        raw_at: Option<usize>,
        bad: &mut Vec<BadArgument>,
    ) -> Result<Vec<Slot<'_>>, BadArguments> {
        let mut slots = vec![Slot::Missing; names.len()];
        let position = |name: &str| names.iter().position(|known| *known == name);
        for (name, text) in &self.texts {
            match position(name).map(|at| &mut slots[at]) {
                Some(Slot::Texts(texts)) => texts.push(text),
                Some(slot) => *slot = Slot::Texts(vec![text]),
                None => unknown(bad, name, names),
            }
        }
        if self.json.iter().any(|byte| !byte.is_ascii_whitespace()) {
            let fill = Fill { names, slots: &mut slots, bad };
            fill.from(&self.json).map_err(|error| BadArguments::Syntax(cut(&error.to_string())))?;
        }
        if let Some(blob) = &self.raw {
            match raw_at {
                Some(at) => slots[at] = Slot::Raw(blob),
                None => return Err(BadArguments::Raw(blob.content_type.clone())),
            }
        }
        Ok(slots)
    }
}

impl Slot<'_> {
    /// The slot's content as a value.
    pub(super) fn value<T: DeserializeOwned>(self) -> Result<T, String> {
        match self {
            Self::Json(raw) => serde_json::from_str(raw.get()).map_err(|error| reason(&error)),
            Self::Texts(texts) => from_texts(&texts),
            Self::Missing => serde_json::from_str("null").map_err(|_| "is missing".to_owned()),
            Self::Raw(blob) => Err(format!("can't be read from a raw body of type `{}`", blob.content_type)),
        }
    }
}

/// Texts carry no types, so what the argument accepts decides: a number or a truth value if the text looks
/// like one, else the text, else a list.
fn from_texts<T: DeserializeOwned>(texts: &[&str]) -> Result<T, String> {
    let as_json = |text: &str| match serde_json::from_str(text) {
        Ok(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_) | serde_json::Value::Null)) => {
            value
        }
        _ => serde_json::Value::from(text),
    };
    let mut first = None;
    if let [text] = texts {
        let loose = as_json(text);
        match serde_json::from_value(loose) {
            Ok(value) => return Ok(value),
            Err(error) => first = Some(reason(&error)),
        }
        if let Ok(value) = serde_json::from_value(serde_json::Value::from(*text)) {
            return Ok(value);
        }
    }
    let list = |each: &dyn Fn(&str) -> serde_json::Value| {
        serde_json::from_value(serde_json::Value::Array(texts.iter().map(|text| each(text)).collect()))
    };
    list(&as_json).or_else(|error| {
        list(&|text| serde_json::Value::from(text)).map_err(|_| first.unwrap_or_else(|| reason(&error)))
    })
}

/// serde's text without the position, which counts inside one argument and would mislead.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
