//! The list as constructors that run before `main`.

use super::Site;

/// Which library keeps the list.
pub const BACKEND: &str = "inventory";

/// An element of the list.
pub struct Entry(pub &'static Site);

inventory::collect!(Entry);

/// All remote functions of this process, in no order.
pub fn sites() -> impl Iterator<Item = &'static Site> {
    inventory::iter::<Entry>.into_iter().map(|entry| entry.0)
}

/// Adds a site to the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __flash_register {
    ($site:expr) => {
        $crate::__private1::inventory::submit! { $crate::__private1::Entry(&$site) }
    };
}
