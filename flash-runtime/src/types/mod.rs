//! Types as they travel: every type that can name itself does so in a constant.
//!
//! The names, with the records of `#[derive(flash::Type)]`, are a graph of types inside the binary, from
//! which `cargo flash` computes whether two builds understand each other. A type without [`Type`] travels
//! just as well; its changes only can't be seen.

mod library;
mod name;
mod probe;

pub use name::Name;
pub use probe::{Parameter, Probe, ProbeErr, ProbeOk, Unknown};

/// A type that knows its name on the wire. Implemented by `#[derive(flash::Type)]`.
///
/// ```
/// use flash::Type;
///
/// #[derive(serde::Serialize, serde::Deserialize, flash::Type)]
/// struct User { id: u64, tags: Vec<String> }
///
/// assert!(User::NAME.as_str().ends_with("::User"));
/// assert_eq!(<Vec<Option<u32>>>::NAME.as_str(), "[?u32]");
/// ```
pub trait Type {
    /// The name; see the table in `docs/records.md`.
    const NAME: Name;
}
