//! One key with its value.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token};

use super::message::{needs_value, snippet};
use crate::errors::Errors;

pub(super) struct Entry {
    pub(super) key: Ident,
    pub(super) value: Option<Expr>,
}

impl Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword, and a key here.
        let key = input.call(Ident::parse_any).map_err(|error| {
            let message = match input.fork().parse::<LitStr>() {
                Ok(text) => format!("write the key as well: `resource = {}`", text.token()),
                Err(_) => "expected a key, as in `resource = \"endpoint_1\"`".to_owned(),
            };
            syn::Error::new(error.span(), message)
        })?;
        let value = if input.peek(Token![=]) {
            let equals: Token![=] = input.parse()?;
            if input.is_empty() || input.peek(Token![,]) {
                return Err(syn::Error::new(equals.span, needs_value(&key.to_string())));
            }
            Some(input.parse()?)
        } else if input.is_empty() || input.peek(Token![,]) {
            None
        } else {
            let name = key.to_string();
            return Err(syn::Error::new(
                input.span(),
                format!("a key and its value are joined by `=`, as in `{}`", snippet(&name)),
            ));
        };
        Ok(Self { key, value })
    }

    /// All entries that can be read; a broken one doesn't hide the mistakes of the others.
    pub(super) fn parse_all(tokens: TokenStream, errors: &mut Errors) -> Vec<Self> {
        let parse = |input: ParseStream<'_>| {
            let mut entries = Vec::new();
            while !input.is_empty() {
                match Self::parse(input) {
                    Ok(entry) => entries.push(entry),
                    Err(error) => {
                        errors.push(error);
                        while !input.is_empty() && !input.peek(Token![,]) {
                            input.parse::<TokenTree>()?;
                        }
                    }
                }
                if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                    errors.at_span(input.span(), "two keys are separated by `,`");
                }
            }
            Ok(entries)
        };
        parse.parse2(tokens).unwrap_or_default()
    }
}
