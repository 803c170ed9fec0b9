//! Text that doesn't print.

use std::fmt;

use subtle::ConstantTimeEq;

/// A key. It has no `Display`, and its `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// Keeps this text.
    #[must_use]
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// Whether this is the same key, in a time that says nothing about where they differ.
    #[must_use]
    pub(crate) fn matches(&self, candidate: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(candidate).into()
    }

    /// The text, for a header of a call.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn nothing_shows() {
        let secret = Secret::new("hunter2".to_owned());
        assert!(!format!("{secret:?}").contains("hunter"));
        assert!(secret.matches(b"hunter2") && !secret.matches(b"hunter") && !secret.matches(b""));
    }
}
