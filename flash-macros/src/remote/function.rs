//! A free function.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, ReturnType, Signature, parse_quote};

use super::glue::{Glue, doc_line};
use super::item::{Function, is_remote};
use super::keys::Keys;
use super::route::{check_method, check_path};
use super::signature::Model;
use crate::errors::Errors;
use crate::text::source;

pub(super) fn expand(keys: &Keys, function: &Function, errors: &mut Errors) -> TokenStream {
    let Function { attrs, vis, sig, body } = function;
    for attr in attrs.iter().filter(|attr| is_remote(attr)) {
        errors.at(attr, "`#[flash::remote]` is given twice; put all keys into one");
    }
    let model = Model::of(sig, keys, false, errors);
    check_route(keys, &model, errors);
    let ident = &sig.ident;
    let wire = syn::ext::IdentExt::unraw(ident).to_string();
    let glue = Glue {
        keys,
        model: &model,
        ident,
        name: keys.name.as_ref().map_or(wire, syn::LitStr::value),
        is_async: sig.asyncness.is_some(),
        doc: doc_line(attrs),
        callee: quote!(#ident),
        receiver: None,
        class: None,
        anchor: ident.span(),
        returns: return_text(sig),
    };
    let glue = glue.items();
    let sig = plain_parameters(sig, &model);
    // Its braces are the function's no more; with the user's own span they would be linted as unneeded.
    let mut block = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, body.stream());
    block.set_span(body.span().resolved_at(proc_macro2::Span::mixed_site()));
    let patterns = rebinding(&model);
    quote! {
        #(#attrs)*
        #vis #sig {
            {
                #glue
            }
            #patterns
            #block
        }
    }
}

pub(super) fn check_route(keys: &Keys, model: &Model, errors: &mut Errors) {
    match (&keys.method, &keys.path) {
        (Some(method), None) => {
            errors.at(method, "`method` needs a `path`, as in `path = \"/api/process\"`");
        }
        (None, Some(path)) => errors.at(path, "`path` needs a `method`, as in `method = \"POST\"`"),
        _ => {}
    }
    if let Some(method) = &keys.method {
        check_method(method, errors);
    }
    if let Some(path) = &keys.path {
        check_path(path, &model.wire_names(), errors);
    }
}

pub(super) fn return_text(sig: &Signature) -> String {
    match &sig.output {
        ReturnType::Default => "()".to_owned(),
        ReturnType::Type(_, ty) => source(ty.to_token_stream()),
    }
}

/// The signature with a plain name for every parameter.
pub(super) fn plain_parameters(sig: &Signature, model: &Model) -> Signature {
    let mut sig = sig.clone();
    let typed = sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    for (typed, argument) in typed.zip(&model.arguments) {
        if argument.pattern.is_some() {
            let ident = &argument.ident;
            *typed.pat = parse_quote!(#ident);
            typed.attrs.clear();
        }
    }
    sig
}

/// `let` statements that give the user's patterns their values.
fn rebinding(model: &Model) -> TokenStream {
    model
        .arguments
        .iter()
        .filter_map(|argument| {
            let (pattern, ident, attrs) = (argument.pattern.as_ref()?, &argument.ident, &argument.attrs);
            Some(quote!(#(#attrs)* let #pattern = #ident;))
        })
        .collect()
}
