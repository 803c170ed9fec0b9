//! How one argument's type leaves and enters a request.

use std::any::{Any, TypeId};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Outgoing, Slot};
use crate::Blob;

/// A type that can be an argument: serde in both directions, and without borrows. `Send` is not asked for here:
/// the function's future must be `Send` anyway, and one mistake is to be one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a remote function",
    label = "this type can't travel to another endpoint",
    note = "an argument implements `serde::Serialize` and `serde::Deserialize`, and borrows nothing; if the type is yours, add `#[derive(serde::Serialize, serde::Deserialize)]`"
)]
pub trait Argument: Serialize + DeserializeOwned + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> Argument for T {}

/// The two directions of one argument; `H` is what the callee holds while it lends `T` to the body.
pub struct ArgCodec<T: ?Sized, H> {
    pub(super) encode: fn(&T, &str, &mut Outgoing),
    pub(super) decode: fn(Slot<'_>) -> Result<H, String>,
    pub(super) is_raw: fn() -> bool,
}

impl<T: ?Sized, H> Clone for ArgCodec<T, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, H> Copy for ArgCodec<T, H> {}

/// Codec of an argument taken by value, or by reference to a sized type.
#[must_use]
pub const fn owned<T: Argument>() -> ArgCodec<T, T> {
    ArgCodec { encode: encode_owned::<T>, decode: decode_owned::<T>, is_raw: is_raw::<T> }
}

/// Codec of `&[T]`.
#[must_use]
pub const fn slice<T: Argument>() -> ArgCodec<[T], Vec<T>> {
    ArgCodec {
        encode: |value, name, out| out.json(name, value),
        decode: |slot| slot.value(),
        is_raw: || false,
    }
}

/// A borrowed type that is text on the wire: `str` and `Path`.
pub trait Text: 'static {
    /// What the callee holds.
    type Held: DeserializeOwned;
    /// Adds the argument to a request.
    fn put(&self, name: &str, out: &mut Outgoing);
}

impl Text for str {
    type Held = String;
    fn put(&self, name: &str, out: &mut Outgoing) {
        out.json(name, self);
    }
}

impl Text for Path {
    type Held = PathBuf;
    fn put(&self, name: &str, out: &mut Outgoing) {
        out.json(name, self);
    }
}

/// Codec of `&str` and `&Path`.
#[must_use]
pub const fn text<T: Text + ?Sized>() -> ArgCodec<T, T::Held> {
    ArgCodec { encode: T::put, decode: |slot| slot.value(), is_raw: || false }
}

fn is_raw<T: 'static>() -> bool {
    let id = TypeId::of::<T>();
    id == TypeId::of::<Bytes>() || id == TypeId::of::<Blob>()
}

fn encode_owned<T: Argument>(value: &T, name: &str, out: &mut Outgoing) {
    let any: &dyn Any = value;
    let raw = any
        .downcast_ref::<Bytes>()
        .map(|bytes| Blob::from(bytes.clone()))
        .or_else(|| any.downcast_ref::<Blob>().cloned());
    // Only one argument can be the raw body; a second one travels inside the JSON, as does one whose type
    // no header can carry.
    match raw {
        Some(blob) if out.takes_raw() && fits_a_header(&blob.content_type) => out.raw(blob),
        _ => out.json(name, value),
    }
}

fn fits_a_header(content_type: &str) -> bool {
    content_type.trim() == content_type && content_type.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn decode_owned<T: Argument>(slot: Slot<'_>) -> Result<T, String> {
    match slot {
        Slot::Raw(blob) => {
            let mut bytes = Some(blob.bytes.clone());
            let mut blob = Some(blob.clone());
            let taken = take::<T, Bytes>(&mut bytes).or_else(|| take::<T, Blob>(&mut blob));
            taken.ok_or_else(|| "does not take a raw body".to_owned())
        }
        other => other.value(),
    }
}

/// `value` as a `T`, when `T` is `V`.
fn take<T: 'static, V: 'static>(value: &mut Option<V>) -> Option<T> {
    (value as &mut dyn Any).downcast_mut::<Option<T>>().and_then(Option::take)
}
