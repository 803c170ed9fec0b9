//! Arguments as data: one codec per type, tuples of them per function.
//!
//! A function's arguments are a tuple of codecs and a list of names, so the code that splits a request, finds
//! unknown names and reports every bad argument at once is compiled once and not per function.

mod codec;
mod fill;
mod incoming;
mod outgoing;
mod tuple;

pub use codec::{ArgCodec, Argument, Text, owned, slice, text};
pub use incoming::{BadArgument, BadArguments, Incoming, Slot};
pub use outgoing::{Bound, Encode, Lent, Outgoing};
pub use tuple::Codecs;
