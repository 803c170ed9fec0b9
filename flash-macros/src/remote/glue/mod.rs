//! What a remote function carries inside its body: record, site, handler, remote leg, and the question where
//! to run.
//!
//! Everything stands in one block of its own, so that neither the glue's names reach the user's body nor the
//! names of the body reach the glue. Bounds on the user's types are stated once each, in the codecs; that is
//! what keeps a type that can't travel at one error.

mod mention;
mod record;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::keys::Keys;
use super::lifetimes::{borrows, replaced};
use super::signature::{Argument, Lend, Model, Output};
use record::Record;
pub(super) use record::doc_line;
pub(crate) use record::place;

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
    /// Where the compiler believes the items that mention the user's types to be. It offers a parameter for an
    /// unknown type behind an item's name; offered at one and the same place, the mistake stays one error.
    pub(super) anchor: Span,
}

impl Glue<'_> {
    /// Everything, ending with the question where to run.
    pub(super) fn items(&self) -> TokenStream {
        let (rt, brought) = runtime(&self.keys.krate);
        let (site, handler, away, ask) = (self.site(&rt), self.handler(&rt), self.away(&rt), self.ask(&rt));
        let (bare, codecs, reply) = (self.bare(), self.codecs(&rt), self.reply(&rt));
        quote! {
            #brought
            use #rt::{NoName as _, Unknown as _};
            #bare
            #codecs
            #reply
            #site
            #handler
            #away
            #ask
        }
    }

    fn codecs(&self, rt: &TokenStream) -> TokenStream {
        let (types, values): (Vec<_>, Vec<_>) = self
            .model
            .arguments
            .iter()
            .map(|argument| match &argument.lend {
                Lend::Owned => {
                    let ty = self.mention(&argument.ty);
                    (quote!(#rt::ArgCodec<#ty, #ty>), bounded("owned", &ty))
                }
                Lend::Reference(ty) => {
                    let ty = self.mention(ty);
                    (quote!(#rt::ArgCodec<#ty, #ty>), bounded("owned", &ty))
                }
                Lend::Slice(element) => {
                    let ty = self.mention(element);
                    (quote!(#rt::ArgCodec<[#ty], #rt::Vec<#ty>>), bounded("slice", &ty))
                }
                Lend::Text(ty) => {
                    let ty = self.mention(ty);
                    (quote!(#rt::ArgCodec<#ty, <#ty as #rt::Text>::Held>), bounded("text", &ty))
                }
            })
            .unzip();
        let codecs = self.anchored("__FLASH_CODECS");
        quote!(const #codecs: (#(#types,)*) = (#(#values,)*);)
    }

    fn reply(&self, rt: &TokenStream) -> TokenStream {
        let (ty, value) = match &self.model.output {
            Output::Result(ok, err) => {
                let (ok, err) = (self.static_ty(ok), self.static_ty(err));
                (quote!(#rt::Result<#ok, #err>), quote!(#rt::fallible::<#ok, #err>()))
            }
            Output::Alias(ty) => {
                let ty = self.mention(ty);
                (ty.to_token_stream(), bounded("aliased", &ty))
            }
            Output::Plain(ty) => {
                let ty = self.plain_ty(ty.as_deref());
                (ty.to_token_stream(), bounded("panicking", &ty))
            }
        };
        let (output, reply) = (self.anchored("__FlashOutput"), self.anchored("__FLASH_REPLY"));
        quote!(type #output = #ty; const #reply: #rt::Reply<__FlashOutput> = #value;)
    }

    fn site(&self, rt: &TokenStream) -> TokenStream {
        let (name, idempotent, timeout) =
            (&self.name, self.keys.idempotent, self.keys.timeout_ms.unwrap_or_default());
        let arguments = self.model.arguments.iter().map(|argument| &argument.wire);
        let Record { constants, resource, record } = self.record(rt);
        quote! {
            #constants
            static __FLASH_SITE: #rt::Site = #rt::Site {
                name: #name,
                resource: #resource,
                arguments: &[#(#arguments),*],
                handler: __flash_handler,
                timeout_ms: #timeout,
                idempotent: #idempotent,
                record: #record,
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
        // The place of "this future cannot be sent between threads".
        let span = self.ident.span();
        let call = quote_spanned!(span=> #callee(#(#receiver,)* #(#lent),*));
        let borrows = self.model.arguments.iter().any(|argument| !matches!(argument.lend, Lend::Owned));
        let there = at(span);
        let run = match (self.is_async, borrows) {
            (true, false) => {
                let boxed = quote_spanned!(span=> #there::Boxed::new(#call));
                quote!(__FLASH_REPLY.run(#boxed))
            }
            (true, true) => {
                let boxed = quote_spanned!(span=> #there::Boxed::new(async move { #call.await }));
                quote!(__FLASH_REPLY.run(#boxed))
            }
            (false, _) => {
                let boxed = quote_spanned!(span=> #there::Boxed::new(move || #call));
                quote!(__FLASH_REPLY.run_blocking(#boxed))
            }
        };
        let after = self.class.map(|_| quote!(.after(&__FLASH_INSTANCE)));
        quote! {
            fn __flash_handler(incoming: &#rt::Incoming) -> #rt::Invocation {
                match #rt::Codecs::decode(&__FLASH_CODECS, incoming, __FLASH_SITE.arguments) {
                    #rt::Ok((#(#held,)*)) => #run #after,
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
                    Lend::Slice(ty) | Lend::Reference(ty) if borrows(ty) => quote!(&#rt::Lent(#ident)),
                    Lend::Owned => quote!(&#rt::Bound(__FLASH_CODECS.#index, &#ident)),
                    _ => quote!(&#rt::Bound(__FLASH_CODECS.#index, #ident)),
                }
            });
        let (output, method) = if self.is_async {
            (quote!(#rt::Called<__FlashOutput>), quote!(call))
        } else {
            (quote!(__FlashOutput), quote!(call_blocking))
        };
        let away = self.anchored("__flash_away");
        quote! {
            #[cold]
            #[inline(never)]
            fn #away(__flash_target: #rt::Arc<#rt::Target>, #(#parameters),*) -> #output {
                __FLASH_SITE.#method(__flash_target, &[#(#bound),*], __FLASH_REPLY)
            }
        }
    }

    fn ask(&self, rt: &TokenStream) -> TokenStream {
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

/// `owned::<T>()` with the errors at `T`.
fn bounded(codec: &str, ty: &Type) -> TokenStream {
    let span = ty.span();
    let (rt, codec) = (at(span), Ident::new(codec, span));
    quote_spanned!(span=> #rt::#codec::<#ty>())
}

/// The name that [`runtime`] brings, at a place of the user's.
pub(super) fn at(span: Span) -> TokenStream {
    quote_spanned!(span=> __flash_rt)
}

/// How generated code names this project's crate, and the line that makes it so. With one import, a crate that
/// isn't there is one error.
pub(crate) fn runtime(krate: &TokenStream) -> (TokenStream, TokenStream) {
    (quote!(__flash_rt), quote!(use #krate::__private1 as __flash_rt;))
}
