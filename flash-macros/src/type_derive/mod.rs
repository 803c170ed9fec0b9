//! `#[derive(flash::Type)]`: the type's name, and a record of what it looks like on the wire.

mod case;
mod serde_keys;
mod shape;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, GenericParam, Ident, Type};

use crate::errors::Errors;
use crate::remote::{place, runtime};
use crate::text::{Json, package};
use serde_keys::Container;
use shape::Shape;

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut errors = Errors::default();
    let container = Container::read(&input.attrs, &mut errors);
    let shape = match &input.data {
        Data::Struct(data) => Shape::of_struct(&data.fields, &container, &mut errors),
        Data::Enum(data) => Shape::of_enum(&data.variants, &container, &mut errors),
        Data::Union(data) => {
            errors
                .at(data.union_token, "a union can't travel: nobody knows which field is meant; use an enum");
            Shape::default()
        }
    };
    let (rt, brought) = runtime(&container.krate);
    let named = named(&input, &rt);
    // With mistakes the type still has a name, so that what asks for one is no further error.
    let record = errors.into_tokens().unwrap_or_else(|| record(&input, &container, &shape, &rt));
    quote! {
        const _: () = {
            #brought
            #named
            #record
        };
    }
}

/// The implementation; it doesn't look at fields, so types may contain themselves.
fn named(input: &DeriveInput, rt: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let text = ident.unraw().to_string();
    let mut generics = input.generics.clone();
    let parameters: Vec<Ident> = generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(#rt::Type));
        parameter.default = None;
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let arguments = parameters.iter().enumerate().map(|(index, parameter)| {
        let separator = if index == 0 { "<" } else { "," };
        quote!(.str(#separator).name(&<#parameter as #rt::Type>::NAME))
    });
    let close = (!parameters.is_empty()).then(|| quote!(.str(">")));
    quote! {
        #[automatically_derived]
        impl #impl_generics #rt::Type for #ident #ty_generics #where_clause {
            const NAME: #rt::Name =
                #rt::Name::of(#rt::concat!(#rt::module_path!(), "::", #text)) #(#arguments)* #close;
        }
    }
}

fn record(input: &DeriveInput, container: &Container, shape: &Shape, rt: &TokenStream) -> TokenStream {
    let mut head = Json::new();
    head.text("kind", "type");
    head.text("ident", &input.ident.to_string());
    place(input.ident.span(), &mut head);
    container.write(&mut head);
    shape.write(&mut head);
    // A static can't depend on parameters; markers stand for them. With bounds the markers might not fit.
    let can_mark = input.generics.params.iter().all(|parameter| match parameter {
        GenericParam::Type(ty) => ty.bounds.is_empty(),
        GenericParam::Lifetime(_) => true,
        GenericParam::Const(_) => false,
    }) && input.generics.where_clause.is_none();
    head.flag("opaque", !can_mark || container.opaque);
    let (head, package) = (head.finish(), package());
    let own = format!("::{}", input.ident.unraw());
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    let markers = (0..parameters.len()).map(|index| quote!(#rt::Parameter<#index>));
    let arguments = input.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(ty) => {
            let ident = &ty.ident;
            Some(quote!(#ident))
        }
        GenericParam::Lifetime(_) => Some(quote!('static)),
        GenericParam::Const(_) => None,
    });
    let ident = &input.ident;
    let this: Type = syn::parse_quote!(#ident<#(#arguments),*>);
    let names = shape.types.iter().filter(|_| can_mark).map(|ty| {
        let ty = crate::remote::static_type(ty, &this);
        let span = syn::spanned::Spanned::span(&ty).resolved_at(Span::call_site());
        probe(&ty, span, rt)
    });
    let own = {
        let suffix = if parameters.is_empty() {
            String::new()
        } else {
            let marks: Vec<String> = (0..parameters.len()).map(|index| format!("${index}")).collect();
            format!("<{}>", marks.join(","))
        };
        format!("{own}{suffix}")
    };
    quote! {
        const _: () = {
            use #rt::Unknown as _;
            #(type #parameters = #markers;)*
            const _: &[#rt::u8] = #rt::record!(
                #head,
                #package,
                [#rt::concat!(#rt::module_path!(), #own) #(, #names)*]
            );
        };
    }
}

fn probe(ty: &Type, span: Span, rt: &TokenStream) -> TokenStream {
    quote_spanned!(span=> #rt::Probe::<#ty>::NAME)
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::expand;

    /// The head of the type's record, which is the first string that starts an object.
    fn head(item: &str) -> String {
        let expanded = expand(item.parse().unwrap());
        let text = find(expanded).unwrap_or_else(|| panic!("no record of {item}"));
        syn::parse_str::<syn::LitStr>(&text).unwrap().value()
    }

    fn find(tokens: TokenStream) -> Option<String> {
        tokens.into_iter().find_map(|token| match token {
            proc_macro2::TokenTree::Group(group) => find(group.stream()),
            proc_macro2::TokenTree::Literal(literal) => {
                Some(literal.to_string()).filter(|text| text.starts_with("\"{"))
            }
            _ => None,
        })
    }

    #[test]
    fn the_record_follows_the_wire() {
        let cases = [
            (
                "#[serde(rename_all = \"camelCase\", default)] struct r#Job { user_id: u8, #[serde(rename = \"x\", flatten)] y: u8, #[serde(skip)] z: u8 }",
                r#"{"kind":"type","ident":"r#Job","shape":"struct","fields":[{"name":"userId","default":true},{"name":"x","flatten":true,"default":true}]}"#,
            ),
            (
                "struct Pair(u8, #[serde(with = \"m\")] u8);",
                r#"{"kind":"type","ident":"Pair","shape":"tuple","fields":[{"name":"0"},{"name":"1","opaque":true}]}"#,
            ),
            (
                "#[serde(tag = \"t\", content = \"c\", rename_all = \"snake_case\")] enum E { OneTwo, #[serde(rename = \"3\")] B { r#in: u8 }, #[serde(skip)] C }",
                r#"{"kind":"type","ident":"E","tag":"t","content":"c","shape":"enum","variants":[{"name":"one_two","shape":"unit","fields":[]},{"name":"3","shape":"struct","fields":[{"name":"in"}]}]}"#,
            ),
            (
                "#[serde(transparent)] struct N(u8);",
                r#"{"kind":"type","ident":"N","transparent":true,"shape":"newtype","fields":[{"name":"0"}]}"#,
            ),
            (
                "#[serde(rename_all = 7)] struct Unreadable;",
                r#"{"kind":"type","ident":"Unreadable","shape":"unit","fields":[],"opaque":true}"#,
            ),
            (
                "struct Both { #[serde(rename(serialize = \"a\", deserialize = \"b\"))] x: u8 }",
                r#"{"kind":"type","ident":"Both","shape":"struct","fields":[{"name":"a|b"}]}"#,
            ),
            (
                "struct Bound<T: Copy>(T);",
                r#"{"kind":"type","ident":"Bound","shape":"newtype","fields":[{"name":"0"}],"opaque":true}"#,
            ),
        ];
        for (item, expected) in cases {
            assert_eq!(head(item), expected, "{item}");
        }
    }
}
