//! The one instance of a class in this process.

use std::fmt::Display;
use std::pin::Pin;

use tokio::sync::OnceCell;

use crate::call::block_on;
use crate::{Error, Outcome};

/// Builds an instance; sync and async, fallible and infallible constructors all come down to this.
pub type Construct<T> = fn() -> Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Built at the first call, shared by all. A construction that fails is tried again by the next call.
pub struct Instance<T: 'static> {
    cell: OnceCell<T>,
    construct: Construct<T>,
}

impl<T: Send + Sync + 'static> Instance<T> {
    /// The instance.
    ///
    /// # Errors
    /// [`Outcome::Init`] when the constructor fails.
    pub async fn get(&'static self) -> Result<&'static T, Error> {
        self.cell.get_or_try_init(self.construct).await
    }

    /// The instance, for a method that isn't `async`.
    ///
    /// # Errors
    /// As [`get`](Self::get), and [`Outcome::WouldDeadlock`] inside a single-threaded runtime.
    pub fn get_blocking(&'static self) -> Result<&'static T, Error> {
        match self.cell.get() {
            Some(instance) => Ok(instance),
            None => block_on(Box::pin(self.get())).unwrap_or_else(Err),
        }
    }
}

/// A type that all calls of a worker can share. A class names what it keeps through this trait and the next:
/// when one doesn't hold, what is kept has no type, and the compiler has nothing further to complain about.
pub trait SharedByAllCalls {
    /// The type itself.
    type Shared;
}

impl<T: Sync> SharedByAllCalls for T {
    type Shared = T;
}

/// A type that one thread can build for another.
pub trait BuiltOnAnyThread {
    /// What a program keeps of it.
    type Held;
}

impl<T: Send + 'static> BuiltOnAnyThread for T {
    type Held = Instance<T>;
}

/// The instance that this function will build.
#[must_use]
pub const fn instance<T: 'static>(construct: Construct<T>) -> Instance<T> {
    Instance { cell: OnceCell::const_new(), construct }
}

/// What constructors return: the instance, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a class's constructor",
    label = "write `Self` or `Result<Self, E>`"
)]
pub trait Constructed<T> {
    /// The instance, or why there is none.
    ///
    /// # Errors
    /// [`Outcome::Init`].
    fn constructed(self, class: &str) -> Result<T, Error>;
}

#[diagnostic::do_not_recommend]
impl<T> Constructed<T> for T {
    fn constructed(self, _: &str) -> Result<T, Error> {
        Ok(self)
    }
}

impl<T, E: Reason> Constructed<T> for Result<T, E> {
    fn constructed(self, class: &str) -> Result<T, Error> {
        self.map_err(|error| Error::of(Outcome::Init, format!("`{class}` could not be constructed: {error}")))
    }
}

/// Why a constructor failed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a class's constructor",
    label = "this error can't say why there is no instance",
    note = "it implements `std::fmt::Display`: callers are told the reason as text"
)]
pub trait Reason: Display {}

#[diagnostic::do_not_recommend]
impl<E: Display> Reason for E {}

/// The instance, or why there is none.
///
/// # Errors
/// [`Outcome::Init`].
pub fn constructed<C: Constructed<T>, T>(made: C, class: &str) -> Result<T, Error> {
    made.constructed(class)
}
