//! What the attribute can stand on. Bodies stay token groups: a half-typed body must not break the item for
//! an editor, and parsing it would cost time.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, discouraged::Speculative};
use syn::{Attribute, Generics, ImplItem, Signature, Token, Type, Visibility, braced};

pub(super) enum Item {
    Function(Box<Function>),
    Class(Box<Class>),
    /// Nothing that the language knows, and it says so itself.
    Impossible,
}

pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) body: Group,
}

pub(super) struct Class {
    pub(super) attrs: Vec<Attribute>,
    pub(super) impl_token: Token![impl],
    pub(super) generics: Generics,
    /// The trait of `impl Trait for Type`, which is a mistake.
    pub(super) of_trait: Option<TokenStream>,
    pub(super) ty: Type,
    pub(super) items: Vec<Member>,
}

pub(super) enum Member {
    Function(Box<Function>),
    Other(Box<ImplItem>),
}

const WRONG_ITEM: &str = "`#[flash::remote]` goes on a function (`async fn` or `fn`) or on an `impl` block";

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        if ahead.peek(Token![unsafe]) && ahead.peek2(Token![impl]) {
            input.parse::<TokenStream>()?;
            return Ok(Self::Impossible);
        }
        if ahead.peek(Token![impl]) {
            return input.parse().map(|class| Self::Class(Box::new(class)));
        }
        let vis: Visibility = ahead.parse()?;
        let item = ["struct", "enum", "union", "trait", "mod", "type", "static", "use", "macro_rules"];
        if let Ok(word) = ahead.fork().call(<syn::Ident as syn::ext::IdentExt>::parse_any)
            && item.contains(&word.to_string().as_str())
        {
            return Err(syn::Error::new(word.span(), WRONG_ITEM));
        }
        if ahead.peek(Token![const]) && !ahead.peek2(Token![fn]) && !ahead.peek2(Token![async]) {
            return Err(ahead.error(WRONG_ITEM));
        }
        drop(vis);
        input.parse().map(|function| Self::Function(Box::new(function)))
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let mut sig = input.parse()?;
        super::lifetimes::ungroup(&mut sig);
        let body = match input.parse()? {
            TokenTree::Group(group) => group,
            other => {
                return Err(syn::Error::new(
                    other.span(),
                    "a remote function needs a body; a trait's functions can't be remote, the `impl` block of a type can",
                ));
            }
        };
        Ok(Self { attrs, vis, sig, body })
    }
}

impl Parse for Class {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let mut ty: Type = input.parse()?;
        let mut of_trait = None;
        if let Some(for_token) = input.parse::<Option<Token![for]>>()? {
            of_trait = Some(quote!(#ty #for_token));
            ty = input.parse()?;
        }
        generics.where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            let ahead = content.fork();
            if let Ok(function) = ahead.parse::<Function>() {
                content.advance_to(&ahead);
                items.push(Member::Function(Box::new(function)));
            } else {
                items.push(Member::Other(Box::new(content.parse()?)));
            }
        }
        Ok(Self { attrs, impl_token, generics, of_trait, ty, items })
    }
}

/// Whether an attribute stays on the emitted method.
fn stays(attr: &Attribute) -> bool {
    !is_keys(attr) && !is_conditional_keys(attr) && !is_remote(attr)
}

impl Class {
    pub(super) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.items.iter().filter_map(|member| match member {
            Member::Function(function) => Some(&**function),
            Member::Other(_) => None,
        })
    }

    /// The block as the user wrote it, without the keys of methods, which only this macro understands.
    pub(super) fn without_keys(&self) -> TokenStream {
        let Self { attrs, impl_token, generics, of_trait, ty, items } = self;
        let (where_clause, items) = (&generics.where_clause, items.iter().map(Member::without_keys));
        let attrs = attrs.iter().filter(|attr| !is_remote(attr));
        quote!(#(#attrs)* #impl_token #generics #of_trait #ty #where_clause { #(#items)* })
    }
}

impl Member {
    fn without_keys(&self) -> TokenStream {
        match self {
            Self::Function(function) => {
                let Function { attrs, vis, sig, body } = &**function;
                let attrs = attrs.iter().filter(|attr| stays(attr));
                quote!(#(#attrs)* #vis #sig #body)
            }
            Self::Other(item) => item.to_token_stream(),
        }
    }
}

/// Whether this is our own attribute, as far as its path tells: `#[flash::remote]` or an imported `#[remote]`.
pub(super) fn is_remote(attr: &Attribute) -> bool {
    let segments: Vec<String> =
        attr.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    match &segments[..] {
        [name] => name == "remote",
        [krate, name] => krate == "flash" && name == "remote",
        _ => false,
    }
}

/// Whether this is `#[cfg_attr(.., flash(..))]`, which the compiler would look at after this macro.
pub(super) fn is_conditional_keys(attr: &Attribute) -> bool {
    let syn::Meta::List(list) = &attr.meta else { return false };
    let mut tokens = list.tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Ident(ident) if ident == "flash")
            && matches!(tokens.peek(), Some(TokenTree::Group(_)))
        {
            return attr.path().is_ident("cfg_attr");
        }
    }
    false
}

/// Whether this is `#[flash(..)]`, the keys of a method.
pub(super) fn is_keys(attr: &Attribute) -> bool {
    attr.path().is_ident("flash")
}

#[cfg(test)]
mod tests {
    use syn::{Attribute, parse_quote};

    use super::{is_conditional_keys, is_remote};

    #[test]
    fn attributes_of_ours() {
        let ours: [Attribute; 3] = [
            parse_quote!(#[remote]),
            parse_quote!(#[flash::remote]),
            parse_quote!(#[flash::remote(name = "x")]),
        ];
        assert!(ours.iter().all(is_remote));
        let others: [Attribute; 3] =
            [parse_quote!(#[remoc::remote]), parse_quote!(#[flash]), parse_quote!(#[a::flash::remote])];
        assert!(!others.iter().any(is_remote));
    }

    #[test]
    fn conditional_keys() {
        assert!(is_conditional_keys(&parse_quote!(#[cfg_attr(unix, doc = "x", flash(timeout = "1s"))])));
        assert!(!is_conditional_keys(&parse_quote!(#[cfg_attr(feature = "flash", doc = "flash")])));
        assert!(!is_conditional_keys(&parse_quote!(#[other(flash(x))])));
    }
}
