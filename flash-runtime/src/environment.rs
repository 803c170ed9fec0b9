//! What a process takes over from whoever started it: keys, and a listening socket.
//!
//! The standard library can take neither safely, so this is the one file of the crate with `unsafe`.
#![expect(unsafe_code, reason = "changing the environment and adopting a descriptor are unsafe in std")]

use std::io;
use std::net::TcpListener;

/// Variables that must not reach user code or the processes it starts.
const KEYS: [&str; 2] = ["FLASH_API_KEY", "RUNPOD_API_KEY"];

/// Takes the keys out of the environment. Call it first thing in `main`, once the settings are read.
///
/// Returns whether it could: where a thread runs already, the environment stays as it is.
pub(crate) fn forget_keys() -> bool {
    if other_threads() {
        return false;
    }
    for key in KEYS {
        // SAFETY: this thread is the only one, so nobody reads the environment at the same time.
        unsafe { std::env::remove_var(key) };
    }
    true
}

/// Whether threads besides this one are known to run. Only Linux can tell; elsewhere the callers' place at
/// the start of `main` has to do.
fn other_threads() -> bool {
    cfg!(target_os = "linux") && std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() > 1)
}

/// The listening socket with this descriptor, inherited from the parent process.
#[cfg(unix)]
pub(crate) fn inherited_listener(descriptor: i32) -> io::Result<TcpListener> {
    use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd};

    if descriptor < 3 {
        return Err(io::Error::other("it is one of the standard streams"));
    }
    // SAFETY: the descriptor isn't -1, and is borrowed only for a duplication, which fails when it isn't open.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    // The duplicate, unlike the original, isn't passed on to processes that user code starts.
    let listener = TcpListener::from(borrowed.try_clone_to_owned()?);
    listener.local_addr()?;
    // SAFETY: it is open, as its duplication shows, and whoever started this process gave it to us by number,
    // so nothing else in here owns it.
    drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
    Ok(listener)
}

/// Descriptors are inherited on Unix only.
#[cfg(not(unix))]
pub(crate) fn inherited_listener(_descriptor: i32) -> io::Result<TcpListener> {
    Err(io::Error::other("listening sockets are inherited on Unix only"))
}
