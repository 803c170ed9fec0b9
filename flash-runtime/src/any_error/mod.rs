//! The error for bodies that use `?` on anything.

mod chain;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Absorbs every `std::error::Error` by `?`, and travels: the message and its causes as text, and a failed
/// call inside it as the [`Error`] it was.
///
/// ```
/// fn parse(text: &str) -> Result<u16, flash::AnyError> {
///     Ok(text.trim().parse()?)
/// }
///
/// assert_eq!(parse("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
///
/// It is not a `std::error::Error` itself, which is what lets it absorb all of them. A caller whose error is
/// a `Box<dyn Error>` takes it by `?`, with its causes as `source()`, and a failed call inside is found by
/// `downcast_ref::<flash::Error>()`. A caller with anyhow goes through that box:
///
/// ```
/// # fn parse(text: &str) -> Result<u16, flash::AnyError> {
/// #     Ok(text.trim().parse()?)
/// # }
/// fn boxed() -> Result<u16, Box<dyn std::error::Error>> {
///     Ok(parse("7")?)
/// }
///
/// fn with_anyhow() -> anyhow::Result<u16> {
///     parse("7").map_err(|error| anyhow::Error::from_boxed(error.into()))
/// }
/// # assert_eq!(boxed().unwrap() + with_anyhow().unwrap(), 14);
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AnyError(Box<Inner>);

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<Error>,
}

impl AnyError {
    /// An error with this message.
    #[must_use]
    pub fn msg(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { message: message.into(), causes: Vec::new(), call: None }))
    }

    /// The failed call inside, if a failed call it was.
    #[must_use]
    pub fn call_error(&self) -> Option<&Error> {
        self.0.call.as_ref()
    }

    /// The causes, outermost first.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        self.0.causes.iter().map(String::as_str)
    }
}

impl<E: std::error::Error + 'static> From<E> for AnyError {
    fn from(error: E) -> Self {
        let mut causes = Vec::new();
        let mut call = (&error as &(dyn std::error::Error + 'static)).downcast_ref::<Error>().cloned();
        let mut next = error.source();
        while let Some(cause) = next {
            call = call.or_else(|| cause.downcast_ref::<Error>().cloned());
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self(Box::new(Inner { message: error.to_string(), causes, call }))
    }
}

impl fmt::Display for AnyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if f.alternate() {
            for cause in &self.0.causes {
                write!(f, ": {cause}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for AnyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        for cause in &self.0.causes {
            write!(f, "\n  caused by: {cause}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::AnyError;
    use crate::{Error, Outcome};

    #[test]
    fn a_failed_call_keeps_its_outcome() {
        let call = Error::of(Outcome::NotSent, "connection refused");
        let io = std::io::Error::other(call.clone());
        assert_eq!(AnyError::from(call.clone()).call_error(), Some(&call));
        assert_eq!(AnyError::from(io).to_string(), call.to_string());
    }
}
