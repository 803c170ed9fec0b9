//! What the compiler says of `?` on another error where `flash::Error` is returned.

use crate::Error;

/// An error that becomes a [`flash::Error`](Error). None does: the trait is here for what the compiler says of it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `{Self}` can't become a `flash::Error`",
    label = "`flash::Error` doesn't take this error; return `Result<_, flash::AnyError>`, which takes every error by `?`",
    note = "or return an error of your own, or a message: `.map_err(|error| flash::Error::new(error.to_string()))`"
)]
pub trait BecomesFlashError {
    /// The error.
    fn into_flash_error(self) -> Error;
}

impl<E: BecomesFlashError> From<E> for Error {
    fn from(error: E) -> Self {
        error.into_flash_error()
    }
}
