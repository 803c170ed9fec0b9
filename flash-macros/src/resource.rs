//! `#[flash::resource]`: a constant that declares a resource.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, ItemConst, Token, Visibility};

use crate::entry::crate_key;
use crate::errors::Errors;
use crate::remote::{place, runtime};
use crate::text::{Json, package};

pub(crate) fn expand(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let krate = crate_key(keys, &mut errors);
    let declared = match syn::parse2::<ItemConst>(item.clone()) {
        Ok(declared) => declared,
        Err(_) if is_const(item) => {
            // Something that the compiler knows better how to say.
            errors.left_to_compiler();
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
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
        errors
            .at(&declared.ident, "the resource needs a name that functions can refer to, as in `const GPU`");
    }
    if let Some(errors) = errors.into_tokens() {
        return quote!(#item #errors);
    }
    let (rt, brought) = runtime(&krate);
    let ident = &declared.ident;
    let cfgs = declared.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let mut head = Json::new();
    head.text("kind", "resource");
    head.text("ident", &ident.to_string());
    place(ident.span(), &mut head);
    let (head, package) = (head.finish(), package());
    // At the name, where a constant of another type is reported.
    let span = ident.span();
    let written = quote_spanned!(span=> .declaration());
    quote! {
        #declared
        #(#cfgs)*
        const _: () = {
            #brought
            use #rt::NoDeclaration as _;
            const __FLASH_DECLARATION: #rt::Json = #rt::Declared(#ident)#written;
            const _: &[#rt::u8] = #rt::record!(#head, #package, [__FLASH_DECLARATION.as_str()]);
        };
    }
}

/// Whether it is a constant, if only in its first words.
fn is_const(item: &TokenStream) -> bool {
    let parse = |input: syn::parse::ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let is = input.peek(Token![const]) && !input.peek2(Token![fn]);
        input.parse::<TokenStream>()?;
        Ok(is)
    };
    syn::parse::Parser::parse2(parse, item.clone()).unwrap_or_default()
}
