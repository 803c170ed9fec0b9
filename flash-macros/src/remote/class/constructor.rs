//! How the instance is built.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Ident, ReturnType, Type};

use super::super::glue::at;
use super::super::item::Function;
use super::super::lifetimes::replaced;

/// A pinned future of the instance. Of several constructors `cfg` leaves one.
pub(super) fn construct(constructors: &[&Function], ty: &Type, name: &str, rt: &TokenStream) -> TokenStream {
    let span = constructors.first().map_or_else(Span::call_site, |function| function.sig.ident.span());
    let made = Ident::new("made", Span::mixed_site());
    let calls = constructors.iter().map(|function| {
        let cfgs: Vec<&Attribute> =
            function.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
        let new = &function.sig.ident;
        let wait = function.sig.asyncness.is_some().then(|| quote!(.await));
        let output = match &function.sig.output {
            ReturnType::Type(_, output) => replaced(output, None, Some(ty)),
            ReturnType::Default => ty.clone(),
        };
        quote!(#(#cfgs)* let #made = #rt::constructed::<#output, #ty>(<#ty>::#new() #wait, #name);)
    });
    // The place of "this future cannot be sent between threads".
    let rt = at(span);
    quote_spanned!(span=> #rt::Boxed::pin(async { #(#calls)* #made }))
}
