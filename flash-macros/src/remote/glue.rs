//! What a remote function carries inside its body: record, site, handler, remote leg, and the question where
//! to run.
//!
//! Everything stands in one block of its own, so that neither the glue's names reach the user's body nor the
//! names of the body reach the glue. Bounds on the user's types are stated once each, in the codecs; that is
//! what keeps a type that can't travel at one error.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Ident, Lit, Meta, Type};

use super::keys::{Keys, Resource};
use super::lifetimes::{borrows, replaced};
use super::signature::{Argument, Lend, Model, Output};
use crate::text::{Json, source};

/// One remote function or method, ready to expand.
pub(super) struct Glue<'a> {
    pub(super) keys: &'a Keys,
    pub(super) model: &'a Model,
    pub(super) ident: &'a Ident,
    /// Wire name.
    pub(super) name: String,
    pub(super) is_async: bool,
    pub(super) doc: Option<String>,
    /// How the handler reaches the function, without arguments: `score` or `<ModelRemote>::predict`.
    pub(super) callee: TokenStream,
    /// The first argument of the callee for a method.
    pub(super) receiver: Option<TokenStream>,
    /// The class and its type.
    pub(super) class: Option<(&'a str, &'a Type)>,
    pub(super) returns: String,
}

impl Glue<'_> {
    /// Everything, ending with the question where to run.
    pub(super) fn items(&self) -> TokenStream {
        let krate = &self.keys.krate;
        let rt = quote!(#krate::__private1);
        let (record, site, handler, away, ask) =
            (self.record(&rt), self.site(&rt), self.handler(&rt), self.away(&rt), self.ask());
        let (codecs, reply) = (self.codecs(&rt), self.reply(&rt));
        quote! {
            use #rt::Unknown as _;
            #record
            #codecs
            #reply
            #site
            #handler
            #away
            #ask
        }
    }

    fn static_ty(&self, ty: &Type) -> Type {
        replaced(ty, Some("'static"), self.class.map(|(_, ty)| ty))
    }

    fn record(&self, rt: &TokenStream) -> TokenStream {
        let head = self.head();
        let resource = match &self.keys.resource {
            None => quote!("mothership"),
            Some(Resource::Name(name)) => quote!(#name),
            Some(Resource::Constant(path)) => quote!((#path).name()),
        };
        let names = self.model.arguments.iter().map(|argument| {
            let ty = match &argument.lend {
                Lend::Owned => self.static_ty(&argument.ty),
                Lend::Text(ty) | Lend::Reference(ty) => self.static_ty(ty),
                Lend::Slice(element) => {
                    let element = self.static_ty(element);
                    return quote!(#rt::Probe::<[#element]>::NAME);
                }
            };
            quote!(#rt::Probe::<#ty>::NAME)
        });
        let (ok, err) = match &self.model.output {
            Output::Result(ok, err) => {
                let (ok, err) = (self.static_ty(ok), self.static_ty(err));
                (quote!(#rt::Probe::<#ok>::NAME), quote!(#rt::Probe::<#err>::NAME))
            }
            Output::Alias(ty) => {
                let (ok, err) = alias_parts(&self.static_ty(ty), rt);
                (quote!(#rt::Probe::<#ok>::NAME), quote!(#rt::Probe::<#err>::NAME))
            }
            Output::Plain(ty) => {
                let ty = ty.as_ref().map_or_else(
                    || quote!(()),
                    |ty| {
                        let ty = self.static_ty(ty);
                        quote!(#ty)
                    },
                );
                (quote!(#rt::Probe::<#ty>::NAME), quote!(#rt::Name::of("!")))
            }
        };
        quote! {
            const __FLASH_RESOURCE: &#rt::str = #resource;
            #rt::record!(__FLASH_RECORD, [#head, __FLASH_RESOURCE], [#(#names,)* #ok, #err]);
        }
    }

    fn head(&self) -> String {
        let mut head = Json::new();
        head.text("kind", "fn");
        head.text("name", &self.name);
        head.text("ident", &self.ident.to_string());
        place(self.ident.span(), &mut head);
        head.raw("is_async", if self.is_async { "true" } else { "false" });
        head.list(
            "args",
            self.model.arguments.iter().map(|argument| {
                let mut entry = Json::new();
                entry.text("name", &argument.wire);
                entry.text("text", &source(quote::ToTokens::to_token_stream(&argument.ty)));
                entry.finish()
            }),
        );
        head.text("returns", &self.returns);
        if let Some(method) = &self.keys.method {
            head.text("method", &method.value());
        }
        if let Some(path) = &self.keys.path {
            head.text("path", &path.value());
        }
        if let Some(timeout) = self.keys.timeout_ms {
            head.raw("timeout_ms", &timeout.to_string());
        }
        head.flag("idempotent", self.keys.idempotent);
        if self.keys.panics.is_some() {
            head.text("on_failure", "panic");
        }
        if let Some(doc) = &self.doc {
            head.text("doc", doc);
        }
        if let Some((class, _)) = self.class {
            head.text("class", class);
        }
        head.finish()
    }

    fn codecs(&self, rt: &TokenStream) -> TokenStream {
        let (types, values): (Vec<_>, Vec<_>) = self
            .model
            .arguments
            .iter()
            .map(|argument| match &argument.lend {
                Lend::Owned => {
                    let ty = self.static_ty(&argument.ty);
                    (quote!(#rt::ArgCodec<#ty, #ty>), bounded(rt, "owned", &ty))
                }
                Lend::Reference(ty) => {
                    let ty = self.static_ty(ty);
                    (quote!(#rt::ArgCodec<#ty, #ty>), bounded(rt, "owned", &ty))
                }
                Lend::Slice(element) => {
                    let ty = self.static_ty(element);
                    (quote!(#rt::ArgCodec<[#ty], #rt::Vec<#ty>>), bounded(rt, "slice", &ty))
                }
                Lend::Text(ty) => {
                    let ty = self.static_ty(ty);
                    (quote!(#rt::ArgCodec<#ty, <#ty as #rt::Text>::Held>), bounded(rt, "text", &ty))
                }
            })
            .unzip();
        let names = self.model.arguments.iter().map(|argument| &argument.wire);
        quote! {
            const __FLASH_ARGUMENTS: &[&#rt::str] = &[#(#names),*];
            const __FLASH_CODECS: (#(#types,)*) = (#(#values,)*);
        }
    }

    fn reply(&self, rt: &TokenStream) -> TokenStream {
        let (ty, value) = match &self.model.output {
            Output::Result(ok, err) => {
                let (ok, err) = (self.static_ty(ok), self.static_ty(err));
                (quote!(#rt::Result<#ok, #err>), quote!(#rt::fallible::<#ok, #err>()))
            }
            Output::Alias(ty) => {
                let ty = self.static_ty(ty);
                let (ok, err) = alias_parts(&ty, rt);
                (quote!(#rt::Result<#ok, #err>), quote!(#rt::fallible::<#ok, #err>()))
            }
            Output::Plain(ty) => {
                let ty = match ty {
                    Some(ty) => {
                        let ty = self.static_ty(ty);
                        quote!(#ty)
                    }
                    None => quote!(()),
                };
                (ty.clone(), quote!(#rt::panicking::<#ty>()))
            }
        };
        quote!(const __FLASH_REPLY: #rt::Reply<#ty> = #value; type __FlashOutput = #ty;)
    }

    fn site(&self, rt: &TokenStream) -> TokenStream {
        let (name, idempotent, timeout) =
            (&self.name, self.keys.idempotent, self.keys.timeout_ms.unwrap_or_default());
        quote! {
            static __FLASH_SITE: #rt::Site = #rt::Site {
                name: #name,
                resource: __FLASH_RESOURCE,
                arguments: __FLASH_ARGUMENTS,
                handler: __flash_handler,
                timeout_ms: #timeout,
                idempotent: #idempotent,
                record: &__FLASH_RECORD,
                slot: #rt::AtomicU32::new(#rt::UNRESOLVED),
            };
            #rt::register!(__FLASH_SITE);
        }
    }

    /// The way in. A borrowing call needs a coroutine that holds what is lent; one without borrows is the
    /// function's own future, which costs less to compile.
    fn handler(&self, rt: &TokenStream) -> TokenStream {
        let held: Vec<Ident> = (0..self.model.arguments.len())
            .map(|index| Ident::new(&format!("__flash_held{index}"), Span::mixed_site()))
            .collect();
        let lent = self.model.arguments.iter().zip(&held).map(|(Argument { lend, .. }, held)| match lend {
            Lend::Owned => quote!(#held),
            _ => quote!(&#held),
        });
        let (callee, receiver) = (&self.callee, self.receiver.iter());
        let call = quote!(#callee(#(#receiver,)* #(#lent),*));
        let borrows = self.model.arguments.iter().any(|argument| !matches!(argument.lend, Lend::Owned));
        // The place of "this future is not `Send`".
        let span = self.ident.span().resolved_at(Span::call_site());
        let run = match (self.is_async, borrows) {
            (true, false) => quote_spanned!(span=> __FLASH_REPLY.run(#rt::Box::pin(#call))),
            (true, true) => {
                quote_spanned!(span=> __FLASH_REPLY.run(#rt::Box::pin(async move { #call.await })))
            }
            (false, _) => quote!(__FLASH_REPLY.run_blocking(#rt::Box::new(move || #call))),
        };
        quote! {
            fn __flash_handler(incoming: &#rt::Incoming) -> #rt::Invocation {
                match #rt::Codecs::decode(&__FLASH_CODECS, incoming, __FLASH_ARGUMENTS) {
                    #rt::Ok((#(#held,)*)) => #run,
                    #rt::Err(bad) => #rt::Invocation::Refused(bad),
                }
            }
        }
    }

    /// The way out. It takes the arguments by value, so that none of them stays in the function's future.
    fn away(&self, rt: &TokenStream) -> TokenStream {
        let class = self.class.map(|(_, ty)| ty);
        let parameters = self.model.arguments.iter().map(|Argument { ident, ty, .. }| {
            let ty = replaced(ty, Some("'_"), class);
            quote!(#ident: #ty)
        });
        let bound =
            self.model.arguments.iter().enumerate().map(|(index, Argument { ident, lend, ty, .. })| {
                let index = syn::Index::from(index);
                match lend {
                    // Its codec is written for `'static`, which this value may not be.
                    Lend::Owned if borrows(ty) => quote!(&#rt::Lent(&#ident)),
                    Lend::Owned => quote!(&#rt::Bound(__FLASH_CODECS.#index, &#ident)),
                    _ => quote!(&#rt::Bound(__FLASH_CODECS.#index, #ident)),
                }
            });
        let (output, method) = if self.is_async {
            (quote!(#rt::Called<__FlashOutput>), quote!(call))
        } else {
            (quote!(__FlashOutput), quote!(call_blocking))
        };
        quote! {
            #[cold]
            #[inline(never)]
            fn __flash_away(__flash_target: #rt::Arc<#rt::Target>, #(#parameters),*) -> #output {
                __FLASH_SITE.#method(__flash_target, &[#(#bound),*], __FLASH_REPLY)
            }
        }
    }

    fn ask(&self) -> TokenStream {
        let rt = {
            let krate = &self.keys.krate;
            quote!(#krate::__private1)
        };
        let arguments = self.model.arguments.iter().map(|argument| &argument.ident);
        let target = Ident::new("target", Span::mixed_site());
        let wait = self.is_async.then(|| quote!(.await));
        quote! {
            if let #rt::Some(#target) = __FLASH_SITE.target() {
                return __flash_away(#target, #(#arguments),*) #wait;
            }
        }
    }
}

/// `owned::<T>()` with the bound's error at `T`.
fn bounded(rt: &TokenStream, codec: &str, ty: &Type) -> TokenStream {
    let codec = Ident::new(codec, Span::call_site());
    quote!(#rt::#codec::<#ty>())
}

/// The types of a `Result` behind an alias, found by the compiler.
fn alias_parts(ty: &Type, rt: &TokenStream) -> (TokenStream, TokenStream) {
    let span = ty.span();
    (quote_spanned!(span=> <#ty as #rt::Fallible>::Ok), quote_spanned!(span=> <#ty as #rt::Fallible>::Err))
}

/// The first paragraph's first line of the documentation.
pub(super) fn doc_line(attrs: &[Attribute]) -> Option<String> {
    attrs.iter().filter(|attr| attr.path().is_ident("doc")).find_map(|attr| {
        let Meta::NameValue(meta) = &attr.meta else { return None };
        let Expr::Lit(literal) = &meta.value else { return None };
        let Lit::Str(text) = &literal.lit else { return None };
        let line = text.value().trim().to_owned();
        (!line.is_empty()).then_some(line)
    })
}

/// Line and column of a name, counted from one.
pub(crate) fn place(span: Span, head: &mut Json) {
    let start = span.unwrap().start();
    head.number("line", start.line());
    head.number("column", start.column());
}
