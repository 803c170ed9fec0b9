//! A resource's name as a type.

/// The name of a resource.
///
/// The build script generates one constant per resource of `flash.toml`, so that a misspelt name is a
/// compile error.
///
/// ```
/// use flash::ResourceName;
///
/// const IMAGES: ResourceName = ResourceName::new("images");
///
/// #[flash::remote(resource = IMAGES)]
/// async fn shrink(width: u32) -> flash::Result<u32> {
///     Ok(width / 2)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResourceName(&'static str);

impl ResourceName {
    /// A name of lower-case letters, digits, `_` and `-`.
    ///
    /// # Panics
    /// At compile time, when the name can't be part of a host name.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        if let Some(problem) = problem(name) {
            panic!("{}", problem);
        }
        Self(name)
    }

    /// The name as text.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.0
    }
}

/// What is wrong with a resource's name, which becomes part of host names, of files and of a start command.
#[must_use]
pub(crate) const fn problem(name: &str) -> Option<&'static str> {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > 63 {
        return Some("a resource's name has 1 to 63 characters");
    }
    if bytes[0] == b'_' || bytes[0] == b'-' {
        return Some("a resource's name starts with a lower-case letter or a digit");
    }
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-') {
            return Some("a resource's name has lower-case letters, digits, `_` and `-` only");
        }
        at += 1;
    }
    None
}
