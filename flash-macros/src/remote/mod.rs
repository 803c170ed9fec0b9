//! `#[flash::remote]`: parse, model, expand.

mod class;
mod function;
mod glue;
mod item;
pub(crate) mod keys;
mod lifetimes;
mod route;
mod signature;

pub(crate) use glue::{place, runtime};
use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use item::Item;
use keys::{Keys, Place};

/// The item with its glue; on mistakes the item as it was, with the errors beside it, so that the rest of
/// the program still resolves its name.
pub(crate) fn expand(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = syn::parse2::<Item>(item.clone());
    let place = match &parsed {
        Ok(Item::Class(_)) => Place::Class,
        _ => Place::Function,
    };
    let keys = Keys::parse(keys, place, &mut errors);
    let expanded = match parsed {
        Ok(Item::Function(function)) => function::expand(&keys, &function, &mut errors),
        Ok(Item::Class(class)) => return expand_class(&keys, &class, errors),
        Ok(Item::Impossible) => {
            errors.left_to_compiler();
            TokenStream::new()
        }
        Err(error) => {
            errors.push(error);
            TokenStream::new()
        }
    };
    match errors.into_tokens() {
        None => expanded,
        Some(errors) => {
            let item = crate::entry::as_plain_main(item).unwrap_or_else(|| item.clone());
            quote!(#item #errors)
        }
    }
}

fn expand_class(keys: &Keys, class: &item::Class, mut errors: Errors) -> TokenStream {
    let added = class::expand(keys, class, &mut errors);
    let errors = errors.into_tokens();
    let added = match (&errors, added) {
        (None, Some(added)) => added.whole,
        (Some(_), Some(added)) => added.shell,
        (_, None) => TokenStream::new(),
    };
    let plain = class.without_keys();
    quote!(#plain #added #errors)
}

/// The type as it stands in a static, with `Self` written out.
pub(crate) fn static_type(ty: &syn::Type, this: &syn::Type) -> syn::Type {
    lifetimes::replaced(ty, Some("'static"), Some(this))
}
