//! The slot, and the one load on the way to a body.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Target, forced, table};
use crate::registry::Site;

/// Nobody asked yet: read the environment and the manifest first.
pub const UNRESOLVED: u32 = 0;
/// The body runs in this process.
pub(crate) const HERE: u32 = 1;

impl Site {
    /// The endpoint that must be called, or `None` when the body runs here.
    #[inline(always)]
    #[must_use]
    pub fn target(&'static self) -> Option<Arc<Target>> {
        if self.slot.load(Ordering::Relaxed) == HERE { None } else { self.away() }
    }

    #[cold]
    #[inline(never)]
    fn away(&'static self) -> Option<Arc<Target>> {
        if forced::take(self) {
            return None;
        }
        table::resolve(self)
    }
}
