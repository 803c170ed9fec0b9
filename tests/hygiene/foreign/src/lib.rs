//! An attribute of someone else's, as `tracing::instrument` is one.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Puts a statement in front of the body.
#[proc_macro_attribute]
pub fn counted(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut()
        && body.delimiter() == Delimiter::Brace
    {
        let mut inner: TokenStream = "::core::hint::black_box(1_u8);".parse().unwrap_or_default();
        inner.extend(body.stream());
        *body = Group::new(Delimiter::Brace, inner);
    }
    tokens.into_iter().collect()
}
