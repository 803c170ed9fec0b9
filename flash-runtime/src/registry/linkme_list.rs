//! The list as a linker section.

use super::Site;

/// Which library keeps the list.
pub const BACKEND: &str = "linkme";

// The name carries the format's version: two versions of this crate in one program must not read each
// other's entries.
/// All remote functions of this process.
#[linkme::distributed_slice]
pub static FLASH_SITES_1: [&'static Site];

/// All remote functions of this process, in link order.
pub fn sites() -> impl Iterator<Item = &'static Site> {
    FLASH_SITES_1.iter().copied()
}

/// Adds a site to the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __flash_register {
    ($site:expr) => {
        #[$crate::__private1::linkme::distributed_slice($crate::__private1::FLASH_SITES_1)]
        #[linkme(crate = $crate::__private1::linkme)]
        static __FLASH_ENTRY: &$crate::__private1::Site = &$site;
    };
}
