//! An annotated `impl` block: a class.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, ReturnType, Type};

use super::function::{check_route, plain_parameters, return_text};
use super::glue::{Glue, doc_line, place};
use super::item::{Class, Function, Member, is_keys};
use super::keys::{Keys, Place, Resource};
use super::lifetimes::replaced;
use super::signature::Model;
use crate::errors::Errors;
use crate::text::Json;

pub(super) fn expand(keys: &Keys, class: &Class, errors: &mut Errors) -> TokenStream {
    check_block(class, errors);
    let ident = class_ident(&class.ty, errors);
    let name = keys.name.as_ref().map_or_else(|| ident.to_string(), syn::LitStr::value);
    let functions: Vec<&Function> = class
        .items
        .iter()
        .filter_map(|member| match member {
            Member::Function(function) => Some(&**function),
            Member::Other(_) => None,
        })
        .collect();
    let constructor = find_constructor(&functions, class, &ident, errors);
    let face = format_ident!("{ident}Remote", span = ident.span());
    let methods: Vec<TokenStream> = functions
        .iter()
        .filter(|function| function.sig.receiver().is_some())
        .map(|function| method(keys, class, function, &name, &face, errors))
        .collect();
    if methods.is_empty() && constructor.is_some() {
        errors.at(&class.ty, "the class has no remote method; add one that takes `&self`");
    }
    let Some(constructor) = constructor else { return TokenStream::new() };

    let krate = &keys.krate;
    let rt = quote!(#krate::__private1);
    let plain = class.without_keys();
    let ty = &class.ty;
    let cfgs: Vec<_> = class.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    let instance = instance(&rt, ty, constructor, &name);
    let record = record(keys, class, constructor, &ident, &name, &rt);
    let about = format!("The remote face of [`{ident}`]: its methods run wherever the manifest puts them.");
    quote! {
        #plain

        #(#cfgs)*
        #[doc = #about]
        #[derive(#rt::Clone, #rt::Copy, #rt::Debug)]
        #[allow(unreachable_pub, dead_code, reason = "as visible as the class itself")]
        pub struct #face;

        #(#cfgs)*
        #[allow(dead_code, reason = "a class that only others call is used all the same")]
        impl #ty {
            /// The class wherever the manifest puts it; its instance is built once per worker.
            pub fn remote() -> #face {
                #record
                #face
            }

            #instance
        }

        #(#cfgs)*
        #[allow(dead_code, clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "the face mirrors the class")]
        impl #face {
            #(#methods)*
        }
    }
}

fn check_block(class: &Class, errors: &mut Errors) {
    if let Some(of_trait) = &class.of_trait {
        errors.at(of_trait, "a trait's `impl` can't be a class; annotate an `impl` block of the type itself");
    }
    for parameter in &class.generics.params {
        errors.at(
            parameter,
            "a class can't be generic: every instantiation would need a name of its own; write one class per type",
        );
    }
    if let Some(clause) = &class.generics.where_clause {
        errors.at(clause, "a class can't have a `where` clause: it isn't generic; remove it");
    }
    for member in &class.items {
        if let Member::Other(item) = member {
            errors.at(item, "an annotated `impl` block holds one constructor and remote methods; move this to a plain `impl` block");
        }
    }
}

fn class_ident(ty: &Type, errors: &mut Errors) -> Ident {
    if let Type::Path(path) = ty
        && path.qself.is_none()
        && let Some(segment) = path.path.segments.last()
    {
        if !segment.arguments.is_empty() {
            errors.at(&segment.arguments, "a class can't be generic; wrap this type in a struct of your own");
        }
        return segment.ident.clone();
    }
    errors.at(ty, "a class is a struct or enum of this crate");
    Ident::new("Class", ty.span())
}

/// The one function without `self`.
fn find_constructor<'a>(
    functions: &[&'a Function],
    class: &Class,
    ident: &Ident,
    errors: &mut Errors,
) -> Option<&'a Function> {
    let mut found: Option<&Function> = None;
    for function in functions.iter().filter(|function| function.sig.receiver().is_none()) {
        let sig = &function.sig;
        if !makes_self(&sig.output, ident) {
            errors.at(
                &sig.ident,
                "a function without `&self` can't be remote here; move it to a plain `impl` block, or annotate a free function",
            );
        } else if found.is_some() {
            errors.at(&sig.ident, "the class has two constructors; move this one to a plain `impl` block");
        } else {
            if let Some(input) = sig.inputs.first() {
                errors.at(input, "the constructor takes no arguments: every worker runs it on its own; read what it needs from the environment");
            }
            for attr in function.attrs.iter().filter(|attr| is_keys(attr)) {
                errors.at(attr, "the constructor takes no keys; it is not called remotely");
            }
            found = Some(function);
        }
    }
    if found.is_none() {
        errors.at(
            &class.ty,
            format_args!("the class needs a constructor that each worker runs once; add `fn new() -> Self` or `async fn new() -> flash::Result<Self>` to this block (`{ident}` is built on the worker, not sent to it)"),
        );
    }
    found
}

fn makes_self(output: &ReturnType, ident: &Ident) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    let mut found = false;
    for token in flatten(ty.to_token_stream()) {
        found |= token == "Self" || *ident == token;
    }
    found
}

fn flatten(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            proc_macro2::TokenTree::Group(group) => flatten(group.stream()),
            other => vec![other.to_string()],
        })
        .collect()
}

/// The instance of this process and how it is built.
fn instance(rt: &TokenStream, ty: &Type, constructor: &Function, name: &str) -> TokenStream {
    let new = &constructor.sig.ident;
    let wait = constructor.sig.asyncness.is_some().then(|| quote!(.await));
    let call = quote!(<#ty>::#new() #wait);
    let is_plain = matches!(&constructor.sig.output, ReturnType::Type(_, output)
        if matches!(&**output, Type::Path(path) if path.path.is_ident("Self") || **output == *ty));
    let construct = if is_plain {
        quote!(#rt::Ok(#call))
    } else {
        let span = constructor.sig.output.span();
        quote_spanned!(span=> #rt::Constructed::<#ty>::constructed(#call, #name))
    };
    let span = ty.span();
    let held = quote_spanned!(span=> #rt::Instance<#ty>);
    quote! {
        #[doc(hidden)]
        fn __flash_instance() -> &'static #held {
            static INSTANCE: #held = <#held>::new(|| #rt::Box::pin(async { #construct }));
            &INSTANCE
        }
    }
}

fn record(
    keys: &Keys,
    class: &Class,
    constructor: &Function,
    ident: &Ident,
    name: &str,
    rt: &TokenStream,
) -> TokenStream {
    let mut head = Json::new();
    head.text("kind", "class");
    head.text("name", name);
    head.text("ident", &ident.to_string());
    place(ident.span(), &mut head);
    head.text("constructor", &constructor.sig.ident.to_string());
    if let Some(doc) = doc_line(&class.attrs) {
        head.text("doc", &doc);
    }
    let head = head.finish();
    let resource = match &keys.resource {
        None => quote!("mothership"),
        Some(Resource::Name(name)) => quote!(#name),
        Some(Resource::Constant(path)) => quote!((#path).name()),
    };
    quote! {
        const _: () = {
            #rt::record!(__FLASH_RECORD, [#head, #resource], []);
        };
    }
}

fn method(
    class_keys: &Keys,
    class: &Class,
    function: &Function,
    class_name: &str,
    face: &Ident,
    errors: &mut Errors,
) -> TokenStream {
    let Function { attrs, vis, sig, .. } = function;
    let mut keys = Keys {
        krate: class_keys.krate.clone(),
        resource: match &class_keys.resource {
            None => None,
            Some(Resource::Name(name)) => Some(Resource::Name(name.clone())),
            Some(Resource::Constant(path)) => Some(Resource::Constant(path.clone())),
        },
        ..Keys::default()
    };
    for attr in attrs.iter().filter(|attr| is_keys(attr)) {
        match &attr.meta {
            syn::Meta::List(list) => keys.extend(list.tokens.clone(), Place::Method, errors),
            _ => errors.at(attr, "the keys of a method stand in parentheses, as in `#[flash(method = \"POST\", path = \"/predict\")]`"),
        }
    }
    let model = Model::of(sig, &keys, true, errors);
    check_route(&keys, &model, errors);
    let (ident, ty) = (&sig.ident, &class.ty);
    let wire = syn::ext::IdentExt::unraw(ident);
    let glue = Glue {
        keys: &keys,
        model: &model,
        ident,
        name: format!("{class_name}.{wire}"),
        is_async: sig.asyncness.is_some(),
        doc: doc_line(attrs),
        callee: quote!(<#face>::#ident),
        receiver: Some(quote!(&#face)),
        class: Some((class_name, ty)),
        returns: return_text(sig),
    };
    let glue = glue.items();
    let mut sig = plain_parameters(sig, &model);
    for input in &mut sig.inputs {
        if let syn::FnArg::Typed(typed) = input {
            *typed.ty = replaced(&typed.ty, None, Some(ty));
        }
    }
    if let ReturnType::Type(_, output) = &mut sig.output {
        **output = replaced(output, None, Some(ty));
    }
    let arguments = model.arguments.iter().map(|argument| &argument.ident);
    let rt = {
        let krate = &keys.krate;
        quote!(#krate::__private1)
    };
    let instance = Ident::new("instance", Span::mixed_site());
    let error = Ident::new("error", Span::mixed_site());
    let (get, wait) = if sig.asyncness.is_some() {
        (quote!(get().await), quote!(.await))
    } else {
        (quote!(get_blocking()), quote!())
    };
    let kept = attrs.iter().filter(|attr| {
        ["doc", "cfg", "deprecated", "must_use"].iter().any(|name| attr.path().is_ident(name))
    });
    quote! {
        #(#kept)*
        #vis #sig {
            #glue
            match <#ty>::__flash_instance().#get {
                #rt::Ok(#instance) => <#ty>::#ident(#instance, #(#arguments),*) #wait,
                #rt::Err(#error) => __FLASH_REPLY.fail(#error),
            }
        }
    }
}
