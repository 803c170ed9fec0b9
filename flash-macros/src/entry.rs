//! `#[flash::main]`.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Path, Signature, Token, Visibility};

use crate::errors::Errors;
use crate::remote::place;
use crate::text::Json;

struct Main {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
    body: Group,
}

impl Parse for Main {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let wrong = |span| syn::Error::new(span, "`#[flash::main]` goes on `fn main`");
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let span = input.span();
        let sig = input.parse().map_err(|_| wrong(span))?;
        match input.parse()? {
            TokenTree::Group(body) => Ok(Self { attrs, vis, sig, body }),
            other => Err(wrong(other.span())),
        }
    }
}

/// The file that the build script leaves for this package; absent when there is no build script.
pub(crate) fn build_file() -> Option<String> {
    let path = std::path::Path::new(&std::env::var_os("OUT_DIR")?).join("flash.rs");
    path.is_file().then(|| path.to_string_lossy().into_owned())
}

pub(crate) fn expand(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let krate = crate_key(keys, &mut errors);
    let main = match syn::parse2::<Main>(item.clone()) {
        Ok(main) => main,
        Err(error) => {
            errors.push(error);
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
    };
    let sig = &main.sig;
    if sig.ident != "main" {
        errors
            .at(&sig.ident, "`#[flash::main]` goes on `fn main`; a remote function takes `#[flash::remote]`");
    }
    if let Some(input) = sig.inputs.first() {
        errors.at(input, "`main` takes no arguments; read them from `std::env::args`");
    }
    if let Some(parameter) = sig.generics.params.first() {
        errors.at(parameter, "`main` can't be generic");
    }
    for attr in &main.attrs {
        let last = attr.path().segments.last().map(|segment| segment.ident.to_string());
        if last.as_deref() == Some("main") && attr.path().segments.len() == 2 {
            errors.at(attr, "`#[flash::main]` starts the runtime itself; remove the other `main` attribute");
        }
    }
    if let Some(errors) = errors.into_tokens() {
        return quote!(#item #errors);
    }
    let Main { attrs, vis, sig, body } = main;
    let rt = quote!(#krate::__private1);
    let mut head = Json::new();
    head.text("kind", "main");
    place(sig.ident.span(), &mut head);
    let head = head.finish();
    let run = if sig.asyncness.is_some() { quote!(#rt::block_on_main(main())) } else { quote!(main()) };
    let mut outer = sig.clone();
    outer.asyncness = None;
    // The user's `main` keeps its name inside, so that backtraces and spans show it.
    let included = build_file().map(|_| {
        quote! {
            #[doc(hidden)]
            #[allow(unused, unreachable_pub, missing_docs, clippy::all, clippy::pedantic)]
            mod __flash_build {
                include!(concat!(env!("OUT_DIR"), "/flash.rs"));
            }
        }
    });
    quote! {
        #(#attrs)*
        #vis #outer {
            const _: () = {
                #rt::record!(__FLASH_RECORD, [#head], []);
            };
            #[allow(clippy::unused_async)]
            #sig #body
            #rt::serve_if_asked();
            #run
        }
        #included
    }
}

/// The one key of macros that stand alone: `crate = path`.
pub(crate) fn crate_key(keys: TokenStream, errors: &mut Errors) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> syn::Result<Option<Path>> {
        if input.is_empty() {
            return Ok(None);
        }
        input.parse::<Token![crate]>().map_err(|error| {
            syn::Error::new(error.span(), "the only key is `crate`, as in `crate = my_flash`")
        })?;
        input.parse::<Token![=]>()?;
        let path = input.call(Path::parse_mod_style)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Some(path))
    };
    match parse.parse2(keys) {
        Ok(Some(path)) => quote!(#path),
        Ok(None) => quote!(::flash),
        Err(error) => {
            errors.push(error);
            quote!(::flash)
        }
    }
}
