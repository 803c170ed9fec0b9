//! Calls from where there is no runtime to wait on.

use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::mpsc;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;

use crate::{Error, Outcome};

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

static OWN: OnceLock<Result<Handle, String>> = OnceLock::new();

/// The handle of a runtime on a thread of its own, for calls that have none. No user code runs on it.
fn own_runtime() -> Result<&'static Handle, Error> {
    OWN.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("flash-io".to_owned())
            .spawn(move || runtime.block_on(std::future::pending::<()>()))
            .map_err(|error| error.to_string())?;
        Ok(handle)
    })
    .as_ref()
    .map_err(|why| Error::of(Outcome::NotSent, format!("can't start a runtime for the call: {why}")))
}

/// Waits for a future on the current thread, while our own runtime drives it.
///
/// # Errors
/// [`Outcome::WouldDeadlock`] inside a single-threaded runtime, which would stand still meanwhile.
pub(crate) fn block_on<T: Send + 'static>(future: Boxed<T>) -> Result<T, Error> {
    let wait = move || {
        let (sender, receiver) = mpsc::sync_channel(1);
        own_runtime()?.spawn(async move {
            // The receiver waits below and can't be gone.
            let _ = sender.send(future.await);
        });
        receiver.recv().map_err(|_| Error::of(Outcome::Panicked, "the call's task panicked"))
    };
    match Handle::try_current() {
        // Entered by a thread that builds a class; ours goes on.
        Ok(handle) if is_own(&handle) => wait(),
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::CurrentThread => Err(Error::of(
            Outcome::WouldDeadlock,
            "a blocking remote function was called inside a single-threaded runtime; make the function `async`, or call it from `spawn_blocking` of a multi-threaded runtime",
        )),
        Ok(_) => tokio::task::block_in_place(wait),
        Err(_) => wait(),
    }
}

fn is_own(handle: &Handle) -> bool {
    matches!(OWN.get(), Some(Ok(own)) if own.id() == handle.id())
}

/// The future itself where a tokio runtime polls it, else one that our own runtime drives.
pub(super) fn on_a_runtime<T: Send + 'static>(future: Boxed<Result<T, Error>>) -> Boxed<Result<T, Error>> {
    if Handle::try_current().is_ok() {
        return future;
    }
    let (sender, receiver) = oneshot::channel();
    match own_runtime() {
        Ok(runtime) => {
            let task = runtime.spawn(async move {
                let _ = sender.send(future.await);
            });
            // Dropping the caller's future must give the call up here, too.
            let abort = AbortOnDrop(task.abort_handle());
            Box::pin(async move {
                let _abort = abort;
                receiver
                    .await
                    .unwrap_or_else(|_| Err(Error::of(Outcome::Panicked, "the call's task panicked")))
            })
        }
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
