//! `#[flash::main]`.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Path, Signature, Token, Visibility};

use crate::errors::Errors;
use crate::remote::{place, runtime};
use crate::text::{Json, package};

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

/// What the build script left for this package; nothing when there is no build script.
///
/// The text is read here and not by `include!`: tokens of a macro are not the user's code, so no lint of the
/// user's looks at them, and nothing has to be allowed that the user may have forbidden. Cargo runs this macro
/// again whenever the build script ran.
fn generated() -> syn::Result<Option<TokenStream>> {
    let Some(directory) = std::env::var_os("OUT_DIR") else { return Ok(None) };
    let path = std::path::Path::new(&directory).join("flash.rs");
    let wrong = |why: &dyn std::fmt::Display| {
        syn::Error::new(Span::call_site(), format!("{} can't be used: {why}", path.display()))
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => text.parse().map(Some).map_err(|why| wrong(&why)),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(wrong(&why)),
    }
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
    check(&main, &mut errors);
    let generated = generated().unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    if let Some(errors) = errors.into_tokens() {
        let main = as_plain_main(item).unwrap_or_else(|| item.clone());
        return quote!(#main #errors);
    }
    let Main { attrs, vis, sig, body } = main;
    let (rt, brought) = runtime(&krate);
    let mut head = Json::new();
    head.text("kind", "main");
    place(sig.ident.span(), &mut head);
    let head = head.finish();
    let run = if sig.asyncness.is_some() { quote!(#rt::block_on_main(main())) } else { quote!(main()) };
    let mut outer = sig.clone();
    outer.asyncness = None;
    let generated = generated.map(|generated| {
        quote! {
            #[doc(hidden)]
            mod __flash_build {
                #generated
            }
        }
    });
    let package = package();
    // The user's `main` keeps its name inside, so that backtraces and spans show it.
    quote! {
        #(#attrs)*
        #vis #outer {
            #sig #body
            #brought
            const _: &[#rt::u8] = #rt::record!(#head, #package, []);
            #rt::serve_if_asked();
            #run
        }
        #generated
    }
}

fn check(main: &Main, errors: &mut Errors) {
    let sig = &main.sig;
    if sig.ident != "main" {
        errors
            .at(&sig.ident, "`#[flash::main]` goes on `fn main`; a remote function takes `#[flash::remote]`");
    }
    for (token, word) in [
        (sig.constness.as_ref().map(ToTokens::to_token_stream), "const"),
        (Some(sig.safety.to_token_stream()).filter(|token| token.to_string() == "unsafe"), "unsafe"),
        (sig.abi.as_ref().map(ToTokens::to_token_stream), "extern"),
    ] {
        if let Some(token) = token {
            errors.at(token, format_args!("`main` can't be `{word}`; remove it"));
        }
    }
    if !sig.inputs.is_empty() {
        errors.at(&sig.inputs, "`main` takes no arguments; read them from `std::env::args`");
    }
    if !sig.generics.params.is_empty() {
        errors.at(&sig.generics, "`main` can't be generic; remove the parameters");
    }
    for attr in main.attrs.iter().filter(|attr| is_main(attr)) {
        errors.at(attr, "`#[flash::main]` starts the runtime itself; remove the other `main` attribute");
    }
}

/// Whether an attribute makes a `main`: ours again, or that of a runtime.
fn is_main(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == "main")
}

/// An annotated `main` that can't be expanded, as one that the compiler has no further objections to: its body
/// is still checked, but it is neither `async` nor anything else that only an expansion would take off.
pub(crate) fn as_plain_main(item: &TokenStream) -> Option<TokenStream> {
    let Main { attrs, vis, mut sig, body } = syn::parse2(item.clone()).ok()?;
    if sig.ident != "main" {
        return None;
    }
    sig.ident = Ident::new("__flash_main", sig.ident.span().resolved_at(Span::call_site()));
    let attrs = attrs.iter().filter(|attr| !is_main(attr));
    let main = Ident::new("main", Span::call_site());
    Some(quote! {
        #(#attrs)*
        #vis fn #main() {
            #sig #body
        }
    })
}

/// The one key of macros that stand alone: `crate = path`.
pub(crate) fn crate_key(keys: TokenStream, errors: &mut Errors) -> TokenStream {
    let parse = |input: ParseStream<'_>| -> syn::Result<Option<Path>> {
        if input.is_empty() {
            return Ok(None);
        }
        let only = |error: syn::Error| {
            syn::Error::new(error.span(), "the only key is `crate`, as in `crate = my_flash`")
        };
        input.parse::<Token![crate]>().map_err(only)?;
        input.parse::<Token![=]>().map_err(only)?;
        let path = input.call(Path::parse_mod_style).map_err(|error| {
            syn::Error::new(error.span(), "`crate` takes a path, as in `crate = my_flash`")
        })?;
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() { Ok(Some(path)) } else { Err(only(input.error(""))) }
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

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::{as_plain_main, expand};

    fn tokens(text: &str) -> TokenStream {
        text.parse().unwrap()
    }

    #[test]
    fn a_wrong_main_is_still_a_main() {
        let plain = as_plain_main(&tokens("#[tokio::main] #[x] pub async fn main(a: u8) { b }")).unwrap();
        let expected = tokens("#[x] pub fn main() { async fn __flash_main(a: u8) { b } }");
        assert_eq!(plain.to_string(), expected.to_string());
        assert!(as_plain_main(&tokens("async fn other() {}")).is_none());
        assert!(as_plain_main(&tokens("struct Main;")).is_none());
    }

    #[test]
    fn half_a_main_is_never_a_panic() {
        let whole: Vec<_> =
            tokens("/// Doc.\n pub async fn main() -> Result<(), E> { x }").into_iter().collect();
        for end in 0..=whole.len() {
            for keys in ["", "crate = fl", "crate =", "x"] {
                drop(expand(tokens(keys), &whole.iter().take(end).cloned().collect()));
            }
        }
    }
}
