//! The methods of the remote face.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, FnArg, LitStr, Meta, ReturnType, Signature, parse_quote};

use super::super::function::{check_route, plain_parameters, return_text};
use super::super::glue::{Glue, doc_line, runtime};
use super::super::item::{Function, is_keys};
use super::super::keys::{Keys, Place};
use super::super::lifetimes::replaced;
use super::super::signature::Model as Travelling;
use super::Model;
use crate::errors::Errors;

pub(super) struct Face<'a> {
    pub(super) model: &'a Model<'a>,
}

impl Face<'_> {
    /// The method that runs wherever the manifest puts it.
    pub(super) fn method(&self, function: &Function, errors: &mut Errors) -> TokenStream {
        let Model { class, face, .. } = self.model;
        let Function { attrs, vis, sig, .. } = function;
        let keys = self.keys(attrs, errors);
        let model = Travelling::of(sig, &keys, true, errors);
        check_route(&keys, &model, errors);
        let (ident, ty) = (&sig.ident, &class.ty);
        let wire = syn::ext::IdentExt::unraw(ident);
        let glue = Glue {
            keys: &keys,
            model: &model,
            ident,
            name: format!("{}.{wire}", self.model.name),
            is_async: sig.asyncness.is_some(),
            doc: doc_line(attrs),
            callee: quote!(<#face>::#ident),
            receiver: Some(quote!(#face)),
            class: Some((&self.model.name, ty)),
            anchor: class.impl_token.span,
            returns: return_text(sig),
        };
        let glue = glue.items();
        let kept = self.kept(function);
        let sig = self.signature(&plain_parameters(sig, &model));
        let arguments = model.arguments.iter().map(|argument| &argument.ident);
        let (rt, _) = runtime(&keys.krate);
        let instance = Ident::new("instance", Span::mixed_site());
        let error = Ident::new("error", Span::mixed_site());
        let (get, wait) = if sig.asyncness.is_some() {
            (quote!(get().await), quote!(.await))
        } else {
            (quote!(get_blocking()), quote!())
        };
        quote! {
            #kept
            #vis #sig {
                #glue
                match __FLASH_INSTANCE.#get {
                    #rt::Ok(#instance) => <#ty>::#ident(#instance, #(#arguments),*) #wait,
                    #rt::Err(#error) => __FLASH_REPLY.fail(#error),
                }
            }
        }
    }

    /// The method's signature with a body that is never run.
    pub(super) fn shell(&self, function: &Function) -> TokenStream {
        let (kept, vis) = (self.kept(function), &function.vis);
        let mut sig = self.signature(&function.sig);
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.clear();
                *typed.pat = parse_quote!(_);
            }
        }
        quote!(#kept #vis #sig { loop {} })
    }

    fn keys(&self, attrs: &[Attribute], errors: &mut Errors) -> Keys {
        let mut keys = Keys::of_method(self.model.keys);
        for attr in attrs.iter().filter(|attr| is_keys(attr)) {
            match &attr.meta {
                Meta::List(list) => keys.extend(list.tokens.clone(), Place::Method, errors),
                _ => errors.at(attr, "the keys of a method stand in parentheses, as in `#[flash(method = \"POST\", path = \"/predict\")]`"),
            }
        }
        keys
    }

    /// The attributes that the face's method shares with the user's, and documentation in any case.
    fn kept(&self, function: &Function) -> TokenStream {
        let kept = function.attrs.iter().filter(|attr| {
            ["doc", "cfg", "deprecated", "must_use"].iter().any(|name| attr.path().is_ident(name))
        });
        let (class, method) = (&self.model.ident, &function.sig.ident);
        let documented = function.attrs.iter().any(|attr| attr.path().is_ident("doc"));
        let about = (!documented).then(|| {
            let text = format!("[`{class}::{method}`], wherever the manifest puts it.");
            let text = LitStr::new(&text, Span::call_site());
            quote!(#[doc = #text])
        });
        // The face calls the user's method, which it has no other way to do.
        let deprecated = function.attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
        let calls_deprecated = deprecated.then(|| quote!(#[allow(deprecated)]));
        quote!(#about #(#kept)* #calls_deprecated)
    }

    /// The signature with the class for `Self`.
    fn signature(&self, sig: &Signature) -> Signature {
        let ty = &self.model.class.ty;
        let mut sig = sig.clone();
        // A call may leave the process, whatever the method itself could do.
        sig.constness = None;
        // The face is nothing but a name; by value, a call's future doesn't borrow it.
        if let Some(FnArg::Receiver(receiver)) = sig.inputs.first_mut() {
            *receiver = parse_quote!(self);
        }
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input {
                *typed.ty = replaced(&typed.ty, None, Some(ty));
            }
        }
        if let ReturnType::Type(_, output) = &mut sig.output {
            **output = replaced(output, None, Some(ty));
        }
        sig
    }
}
