//! What generated code refers to. Not for hands; the name changes with the record format.

pub use core::option::Option::{self, None, Some};
pub use core::primitive::{str, u8, usize};
pub use core::result::Result::{self, Err, Ok};
pub use core::sync::atomic::AtomicU32;
pub use core::{clone::Clone, concat, file, fmt::Debug, marker::Copy, module_path, option_env};
// Under a name that no prelude has: in the user's eyes the path to it is never longer than it need be.
pub use std::boxed::Box as Boxed;
pub use std::sync::Arc;
pub use std::vec::Vec;

#[cfg(feature = "inventory")]
pub use inventory;
#[cfg(not(feature = "inventory"))]
pub use linkme;

pub use crate::argument::{ArgCodec, Bound, Codecs, Incoming, Lent, Text, owned, slice, text};
pub use crate::call::Called;
pub use crate::class::{BuiltOnAnyThread, Construct, SharedByAllCalls, constructed, instance};
pub use crate::record::{record_bytes, record_len};
pub use crate::registry::*;
pub use crate::reply::{Reply, aliased, fallible, panicking};
pub use crate::resource::{Declared, Json, NoDeclaration, NoName};
pub use crate::route::{Target, UNRESOLVED};
pub use crate::start::{block_on_main, serve_if_asked};
pub use crate::types::{Name, Parameter, Probe, ProbeErr, ProbeOk, Type, Unknown};
pub use crate::{__flash_record as record, __flash_register as register};
