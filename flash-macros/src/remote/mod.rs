//! `#[flash::remote]`: parse, model, expand.

mod class;
mod function;
mod glue;
mod item;
pub(crate) mod keys;
mod lifetimes;
mod route;
mod signature;
mod travel;

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

#[cfg(test)]
mod tests {
    use proc_macro2::{TokenStream, TokenTree};

    use super::expand;

    const ITEMS: [&str; 4] = [
        "/// Doc.\n #[must_use] pub(crate) async fn f<'a>((a, b): (u8, &'a str), list: &[Job]) -> flash::Result<u8> { Ok(1) }",
        "#[cfg(all())] impl crate::a::Model { async fn new() -> flash::Result<Self> { Ok(Self) } \
         #[flash(method = \"GET\", path = \"/{n}\")] pub fn go(&self, n: u8) -> Result<Self, E> { Ok(n) } }",
        "impl<T> Trait for Model<T> where T: Copy { const A: u8 = 1; fn f(self: Box<Self>) {} }",
        "unsafe extern \"C\" fn f(_: impl Copy, ...) -> !;",
    ];

    /// An editor asks for the expansion of whatever is there while a person types.
    #[test]
    fn half_an_item_is_never_a_panic() {
        let keys = ["", "resource = \"api\", timeout", "crate = fl, resource = a::B"];
        for item in ITEMS {
            let tokens: Vec<TokenTree> = item.parse::<TokenStream>().unwrap().into_iter().collect();
            for end in 0..=tokens.len() {
                for keys in keys {
                    let half: TokenStream = tokens.iter().take(end).cloned().collect();
                    drop(expand(keys.parse().unwrap(), &half));
                }
            }
        }
    }

    #[test]
    fn the_item_stays_when_it_is_wrong() {
        let item: TokenStream = "async fn f(n: u8) -> u8 { n }".parse().unwrap();
        let expanded = expand(TokenStream::new(), &item).to_string();
        assert!(expanded.starts_with(&item.to_string()) && expanded.contains("compile_error"), "{expanded}");
    }
}
