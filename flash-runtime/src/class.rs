//! The one instance of a class in this process.

use std::fmt::Display;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::OnceLock;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, oneshot};

use crate::call::block_on;
use crate::unwind::caught;
use crate::{Error, Outcome};

/// Builds an instance; sync and async, fallible and infallible constructors all come down to this.
pub type Construct<T> = fn() -> Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Built at the first call, shared by all. A construction that fails is tried again by the next call.
///
/// It takes a thread of its own: a call's deadline and a caller who goes must not end what all calls wait
/// for, and a constructor that computes for a minute must not keep a runtime from its other tasks.
pub struct Instance<T: 'static> {
    made: OnceLock<T>,
    /// Whose turn it is to build.
    turn: Mutex<()>,
    construct: Construct<T>,
}

impl<T: Send + Sync + 'static> Instance<T> {
    /// The instance.
    ///
    /// # Errors
    /// [`Outcome::Init`] when the constructor fails.
    pub async fn get(&'static self) -> Result<&'static T, Error> {
        match self.made.get() {
            Some(made) => Ok(made),
            None => Box::pin(self.make(Handle::try_current().ok())).await,
        }
    }

    /// The instance, for a method that isn't `async`.
    ///
    /// # Errors
    /// As [`get`](Self::get), and [`Outcome::WouldDeadlock`] inside a single-threaded runtime.
    pub fn get_blocking(&'static self) -> Result<&'static T, Error> {
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let runtime = Handle::try_current().ok();
        block_on(Box::pin(async move { self.make(runtime.or_else(|| Handle::try_current().ok())).await }))
            .unwrap_or_else(Err)
    }

    /// Builds the instance with this runtime; without one, in the call itself.
    async fn make(&'static self, runtime: Option<Handle>) -> Result<&'static T, Error> {
        let turn = self.turn.lock().await;
        if let Some(made) = self.made.get() {
            return Ok(made);
        }
        let Some(runtime) = runtime else {
            return (self.construct)().await.map(|made| self.made.get_or_init(|| made));
        };
        let (sender, receiver) = oneshot::channel();
        std::thread::Builder::new()
            .name("flash-init".to_owned())
            .spawn(move || {
                let built = caught(|| runtime.block_on((self.construct)()));
                let kept = built.map(|built| built.map(|made| self.made.get_or_init(|| made)));
                drop(turn);
                // Whoever asked may be gone; the next one finds what was made.
                let _ = sender.send(kept);
            })
            .map_err(|why| Error::of(Outcome::Init, format!("there is no thread to build on: {why}")))?;
        match receiver.await {
            Ok(Ok(kept)) => kept,
            Ok(Err(payload)) => resume_unwind(payload),
            Err(_) => Err(Error::of(Outcome::Init, "the construction was given up")),
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
    Instance { made: OnceLock::new(), turn: Mutex::const_new(()), construct }
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
