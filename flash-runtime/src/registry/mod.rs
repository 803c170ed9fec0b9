//! The link-time list of this process's remote functions.
//!
//! It knows names and entry points; where a function runs is the route's business. The list is linkme's
//! where that works, and inventory's elsewhere or when the feature of that name asks for it: both keep
//! every entry of every crate the compiler loaded, linkme needs no life before `main`, inventory works on
//! every target.

mod handler;
#[cfg(any(
    feature = "inventory",
    not(any(
        target_os = "linux",
        target_os = "macos",
        target_os = "freebsd",
        all(windows, target_env = "msvc")
    ))
))]
#[path = "inventory_list.rs"]
mod list;
#[cfg(not(any(
    feature = "inventory",
    not(any(
        target_os = "linux",
        target_os = "macos",
        target_os = "freebsd",
        all(windows, target_env = "msvc")
    ))
)))]
#[path = "linkme_list.rs"]
mod list;
mod lookup;
mod site;

pub(crate) use handler::panic_text;
pub use handler::{Handler, Invocation};
pub use list::*;
pub use lookup::{Duplicate, duplicates, find};
pub use site::Site;
