//! Fields of answers.

use serde_json::Value;

use crate::provider::ProviderError;

/// A field that must be a text.
pub(super) fn text(object: &Value, field: &str) -> Result<String, ProviderError> {
    match object.get(field).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(ProviderError::Protocol { reason: format!("an answer without `{field}`") }),
    }
}

/// A field that must be a list.
pub(super) fn list<'a>(object: &'a Value, field: &str) -> Result<&'a [Value], ProviderError> {
    match object.get(field) {
        Some(Value::Array(items)) => Ok(items),
        Some(Value::Null) => Ok(&[]),
        _ => Err(ProviderError::Protocol { reason: format!("an answer without the list `{field}`") }),
    }
}
