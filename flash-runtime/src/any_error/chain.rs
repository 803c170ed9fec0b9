//! An error and its causes as links, for those who want a `std::error::Error`.

use std::error::Error as StdError;
use std::fmt;

use super::{AnyError, Inner};

/// What a standard error is boxed as where anybody may have it.
type Boxed = Box<dyn StdError + Send + Sync>;

/// A text and the link below it.
struct Link {
    text: String,
    cause: Option<Boxed>,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// As [`AnyError`] is shown, since this is what a `main` that returns the error prints.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        let mut next = self.source();
        while let Some(cause) = next {
            write!(f, "\n  caused by: {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

impl StdError for Link {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

/// The failed call inside stays the [`flash::Error`](crate::Error) it was, so that `downcast_ref` finds it.
fn linked(error: AnyError) -> Boxed {
    let Inner { message, causes, call } = *error.0;
    let mut texts: Vec<String> = std::iter::once(message).chain(causes).collect();
    let mut below: Option<Boxed> = None;
    if let Some(call) = call {
        if texts.last().is_some_and(|last| *last == call.to_string()) {
            texts.pop();
        }
        below = Some(Box::new(call));
    }
    for text in texts.into_iter().rev() {
        below = Some(Box::new(Link { text, cause: below }));
    }
    below.unwrap_or_else(|| Box::new(Link { text: String::new(), cause: None }))
}

impl From<AnyError> for Box<dyn StdError + Send + Sync> {
    fn from(error: AnyError) -> Self {
        linked(error)
    }
}

impl From<AnyError> for Box<dyn StdError + Send> {
    fn from(error: AnyError) -> Self {
        linked(error)
    }
}

impl From<AnyError> for Box<dyn StdError> {
    fn from(error: AnyError) -> Self {
        linked(error)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as StdError;

    use super::{AnyError, Link};
    use crate::{Error, Outcome};

    fn read() -> Result<(), AnyError> {
        let disk = Box::new(Link { text: "disk on fire".to_owned(), cause: None });
        Err(Link { text: "no config".to_owned(), cause: Some(disk) })?
    }

    #[test]
    fn question_mark_takes_it_into_every_box() {
        fn plain() -> Result<(), Box<dyn StdError>> {
            Ok(read()?)
        }
        fn sent() -> Result<(), Box<dyn StdError + Send>> {
            Ok(read()?)
        }
        fn shared() -> Result<(), Box<dyn StdError + Send + Sync>> {
            Ok(read()?)
        }
        fn any() -> anyhow::Result<()> {
            read().map_err(|error| anyhow::Error::from_boxed(error.into()))
        }
        let whole = "no config\n  caused by: disk on fire";
        for (text, debug, cause) in [
            plain()
                .map_err(|e| (e.to_string(), format!("{e:?}"), e.source().unwrap().to_string()))
                .unwrap_err(),
            sent()
                .map_err(|e| (e.to_string(), format!("{e:?}"), e.source().unwrap().to_string()))
                .unwrap_err(),
            shared()
                .map_err(|e| (e.to_string(), format!("{e:?}"), e.source().unwrap().to_string()))
                .unwrap_err(),
        ] {
            assert_eq!((text.as_str(), debug.as_str(), cause.as_str()), ("no config", whole, "disk on fire"));
        }
        assert_eq!(format!("{:#}", any().unwrap_err()), "no config: disk on fire");
    }

    #[test]
    fn a_failed_call_inside_is_still_found() {
        let call = Error::of(Outcome::NotSent, "connection refused").in_function("f");
        let alone: Box<dyn StdError + Send + Sync> = AnyError::from(call.clone()).into();
        assert_eq!(alone.downcast_ref(), Some(&call));

        let outer = Link { text: "no price".to_owned(), cause: Some(Box::new(call.clone())) };
        let wrapped: Box<dyn StdError> = AnyError::from(outer).into();
        assert_eq!(wrapped.to_string(), "no price");
        assert_eq!(wrapped.source().unwrap().downcast_ref(), Some(&call));
    }
}
