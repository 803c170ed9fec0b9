//! A secret's value.

use std::fmt;

use crate::secret::Secret;

/// A secret's value. It has no `Display`, its `Debug` shows nothing of it, and it can't be serialised.
///
/// ```
/// use flash::provider::SecretText;
///
/// let token = SecretText::new("hunter2");
/// assert_eq!(format!("{token:?}"), "SecretText(..)");
/// assert_eq!(token.expose(), "hunter2");
/// ```
///
/// ```compile_fail
/// println!("{}", flash::provider::SecretText::new("hunter2"));
/// ```
#[derive(Clone)]
pub struct SecretText(Secret);

impl SecretText {
    /// Keeps this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Secret::new(text.into()))
    }

    /// The text, for the one request that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn into_inner(self) -> Secret {
        self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}
