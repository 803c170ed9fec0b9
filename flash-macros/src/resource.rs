//! `#[flash::resource]`: a constant that declares a resource.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemConst;

use crate::entry::crate_key;
use crate::errors::Errors;
use crate::remote::place;
use crate::text::Json;

pub(crate) fn expand(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let krate = crate_key(keys, &mut errors);
    let declared = match syn::parse2::<ItemConst>(item.clone()) {
        Ok(declared) => declared,
        Err(error) => {
            errors.at_span(
                error.span(),
                "`#[flash::resource]` goes on a constant, as in `const GPU: flash::ServerlessResource = flash::ServerlessResource::new(\"gpu\");`",
            );
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
    };
    if declared.ident == "_" {
        errors.at(&declared.ident, "the resource needs a name that functions can refer to");
    }
    if let Some(errors) = errors.into_tokens() {
        return quote!(#item #errors);
    }
    let rt = quote!(#krate::__private1);
    let ident = &declared.ident;
    let cfgs = declared.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let mut head = Json::new();
    head.text("kind", "resource");
    head.text("ident", &ident.to_string());
    place(ident.span(), &mut head);
    let head = head.finish();
    quote! {
        #declared
        #(#cfgs)*
        const _: () = {
            const __FLASH_DECLARATION: #rt::Json = #ident.to_json();
            #rt::record!(__FLASH_RECORD, [#head, __FLASH_DECLARATION.as_str()], []);
        };
    }
}
