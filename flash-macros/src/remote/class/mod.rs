//! An annotated `impl` block: a class.

mod check;
mod constructor;
mod face;
mod visibility;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Visibility};

use super::glue::{doc_line, place, runtime};
use super::item::{Class, Function};
use super::keys::Keys;
use crate::errors::Errors;
use crate::text::{Json, package};
use face::Face;

/// What the attribute adds to the block. With mistakes it is a shell of it, so that uses of the class are no
/// further errors.
pub(super) struct Added {
    pub(super) whole: TokenStream,
    pub(super) shell: TokenStream,
}

/// One class, ready to expand.
struct Model<'a> {
    keys: &'a Keys,
    class: &'a Class,
    ident: Ident,
    /// Wire name.
    name: String,
    /// The type that `remote()` gives.
    face: Ident,
    vis: Visibility,
    methods: Vec<&'a Function>,
}

pub(super) fn expand(keys: &Keys, class: &Class, errors: &mut Errors) -> Option<Added> {
    let ident = check::block(class, errors)?;
    let functions: Vec<&Function> = class.functions().collect();
    let constructors = check::constructors(&functions, &ident, &class.ty, errors);
    let methods: Vec<&Function> =
        functions.iter().copied().filter(|function| function.sig.receiver().is_some()).collect();
    if methods.is_empty() {
        errors.at(&class.ty, "the class has no remote method; add one that takes `&self`");
    }
    check::methods(&methods, errors);
    let model = Model {
        keys,
        class,
        name: keys.name.as_ref().map_or_else(|| ident.to_string(), syn::LitStr::value),
        face: format_ident!("{ident}Remote"),
        vis: visibility::widest(methods.iter().map(|method| &method.vis)),
        ident,
        methods,
    };
    let face = Face { model: &model };
    let methods: Vec<TokenStream> = model.methods.iter().map(|method| face.method(method, errors)).collect();
    let shells: Vec<TokenStream> = model.methods.iter().map(|method| face.shell(method)).collect();
    Some(Added { whole: model.whole(&constructors, &methods), shell: model.shell(&shells) })
}

impl Model<'_> {
    fn whole(&self, constructors: &[&Function], methods: &[TokenStream]) -> TokenStream {
        let (rt, brought) = runtime(&self.keys.krate);
        let (cfgs, ty, face) = (self.cfgs(), &self.class.ty, &self.face);
        let (declared, remote) = (self.declaration(), self.remote());
        let (instance, record) = (self.instance(constructors, &rt), self.record(constructors, &rt));
        let impl_token = &self.class.impl_token;
        quote! {
            #declared
            #(#cfgs)*
            const _: () = {
                #brought
                use #rt::NoName as _;
                #instance
                #remote
                #impl_token #face {
                    #(#methods)*
                }
                // A class that only others call is used all the same.
                const _: fn() -> #face = <#ty>::remote;
                #record
            };
        }
    }

    fn shell(&self, methods: &[TokenStream]) -> TokenStream {
        let (cfgs, face) = (self.cfgs(), &self.face);
        let (declared, impl_token) = (self.declaration(), &self.class.impl_token);
        let taken = self.methods.iter().any(|method| method.sig.ident == "remote");
        let remote = (!taken).then(|| self.remote());
        quote! {
            #declared
            #(#cfgs)*
            const _: () = {
                #remote
                #impl_token #face {
                    #(#methods)*
                }
            };
        }
    }

    fn cfgs(&self) -> Vec<&Attribute> {
        self.class.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect()
    }

    fn declaration(&self) -> TokenStream {
        let (cfgs, vis, face) = (self.cfgs(), &self.vis, &self.face);
        let about = format!(
            "The remote face of [`{}`]: its methods run wherever the manifest puts them.",
            self.ident
        );
        quote! {
            #(#cfgs)*
            #[doc = #about]
            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
            #vis struct #face;
        }
    }

    fn remote(&self) -> TokenStream {
        let (vis, ty, face) = (&self.vis, &self.class.ty, &self.face);
        quote! {
            impl #ty {
                /// The class wherever the manifest puts it; its instance is built once per worker.
                #[must_use]
                #vis const fn remote() -> #face {
                    #face
                }
            }
        }
    }

    /// The instance of this process and how it is built.
    fn instance(&self, constructors: &[&Function], rt: &TokenStream) -> TokenStream {
        let ty = &self.class.ty;
        // Everything at the type: a type that can't be shared is one error, there.
        let span = ty.span();
        let rt_there = quote_spanned!(span=> __flash_rt);
        let held = quote_spanned! {span=>
            <<#ty as #rt_there::SharedByAllCalls>::Shared as #rt_there::BuiltOnAnyThread>::Held
        };
        let construct = constructor::construct(constructors, ty, &self.name, rt);
        quote! {
            static __FLASH_INSTANCE: #held = #rt::instance(|| #construct);
        }
    }

    fn record(&self, constructors: &[&Function], rt: &TokenStream) -> TokenStream {
        let mut head = Json::new();
        head.text("kind", "class");
        head.text("name", &self.name);
        head.text("ident", &self.ident.to_string());
        place(self.ident.span(), &mut head);
        if let Some(constructor) = constructors.first() {
            head.text("constructor", &constructor.sig.ident.to_string());
        }
        if let Some(doc) = doc_line(&self.class.attrs) {
            head.text("doc", &doc);
        }
        let (head, package, resource) = (head.finish(), package(), self.keys.resource_name());
        quote! {
            const _: &[#rt::u8] = #rt::record!(#head, #package, [#resource]);
        }
    }
}
