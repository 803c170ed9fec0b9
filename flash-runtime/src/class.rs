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
    /// An instance that this function will build.
    #[must_use]
    pub const fn new(construct: Construct<T>) -> Self {
        Self { cell: OnceCell::const_new(), construct }
    }

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

/// What constructors return.
pub trait Constructed<T> {
    /// The instance, or why there is none.
    ///
    /// # Errors
    /// [`Outcome::Init`].
    fn constructed(self, class: &str) -> Result<T, Error>;
}

impl<T, E: Display> Constructed<T> for Result<T, E> {
    fn constructed(self, class: &str) -> Result<T, Error> {
        self.map_err(|error| Error::of(Outcome::Init, format!("`{class}` could not be constructed: {error}")))
    }
}
