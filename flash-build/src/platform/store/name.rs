//! Names that users give.

use super::StoreError;

const LONGEST: usize = 200;

/// Refuses what can't be shown in a line or found again.
pub(super) fn checked<'a>(what: &str, name: &'a str) -> Result<&'a str, StoreError> {
    if name.trim().is_empty() {
        return Err(StoreError::invalid(format!("the name of {what} is empty")));
    }
    if name.len() > LONGEST {
        return Err(StoreError::invalid(format!("the name of {what} has more than {LONGEST} bytes")));
    }
    if name.chars().any(char::is_control) {
        return Err(StoreError::invalid(format!("the name of {what} has control characters")));
    }
    Ok(name)
}
