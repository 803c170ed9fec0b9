//! The name of a resource, checked.

use std::fmt;

use super::ProviderError;

/// The name of a resource: 1 to 63 lower-case letters, digits, `_` and `-`, a letter or digit first.
///
/// It stands in host names, file names and start commands, so nothing else is let through.
///
/// ```
/// use flash::provider::Name;
///
/// assert_eq!(Name::parse("endpoint_1")?.handler(), "handler_endpoint_1");
/// assert!(Name::parse("a; rm -rf /").is_err());
/// # Ok::<(), flash::provider::ProviderError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// Checks a name.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] with the rule that it breaks.
    pub fn parse(name: &str) -> Result<Self, ProviderError> {
        match crate::resource::name_problem(name) {
            None => Ok(Self(name.to_owned())),
            Some(problem) => {
                Err(ProviderError::invalid("name", format!("{problem}, not `{}`", name.escape_debug())))
            }
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The entry of an archive that starts this resource.
    #[must_use]
    pub fn handler(&self) -> String {
        format!("handler_{}", self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_refused() {
        for odd in
            ["", "a b", "a;b", "$(id)", "`id`", "a'b", "a\"b", "a\nb", "../a", "A", "é", "-a", "_a", "a/b"]
        {
            assert!(Name::parse(odd).is_err(), "{odd}");
        }
        assert!(Name::parse(&"a".repeat(64)).is_err());
        assert_eq!(Name::parse("a-b_1").unwrap().as_str(), "a-b_1");
    }
}
