//! The macros of `flash-runtime`, which re-exports and documents them.

mod entry;
mod errors;
mod remote;
mod resource;
mod text;
mod type_derive;

use proc_macro::TokenStream;

/// Makes a function, or the methods of an `impl` block, callable wherever the manifest puts them.
///
/// See the documentation of `flash::remote`.
#[proc_macro_attribute]
pub fn remote(keys: TokenStream, item: TokenStream) -> TokenStream {
    remote::expand(keys.into(), &item.into()).into()
}

/// Makes a program serve when its role says so, and run as it is otherwise.
///
/// See the documentation of `flash::main`.
#[proc_macro_attribute]
pub fn main(keys: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(keys.into(), &item.into()).into()
}

/// Declares a resource.
///
/// See the documentation of `flash::resource`.
#[proc_macro_attribute]
pub fn resource(keys: TokenStream, item: TokenStream) -> TokenStream {
    resource::expand(keys.into(), &item.into()).into()
}

/// Lets a type name itself, and record its fields, for the interface digest.
///
/// See the documentation of `flash::Type`.
#[proc_macro_derive(Type, attributes(flash, serde))]
pub fn derive_type(item: TokenStream) -> TokenStream {
    type_derive::expand(item.into()).into()
}
