//! `#[flash::remote]`: parse, model, expand.

mod class;
mod function;
mod glue;
mod item;
pub(crate) mod keys;
mod lifetimes;
mod route;
mod signature;

pub(crate) use glue::place;
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
        Ok(Item::Class(class)) => {
            let expanded = class::expand(&keys, &class, &mut errors);
            if let Some(errors) = errors.into_tokens() {
                let plain = class.without_keys();
                return quote!(#plain #errors);
            }
            return expanded;
        }
        Err(error) => {
            errors.push(error);
            None
        }
    };
    match (expanded, errors.into_tokens()) {
        (Some(expanded), None) => expanded,
        (_, errors) => quote!(#item #errors),
    }
}

/// The type as it stands in a static, with `Self` written out.
pub(crate) fn static_type(ty: &syn::Type, this: &syn::Type) -> syn::Type {
    lifetimes::replaced(ty, Some("'static"), Some(this))
}
