//! What an annotated block may hold.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Ident, ReturnType, Type};

use super::super::item::{Class, Function, Member, is_conditional_keys, is_keys, is_remote};
use crate::errors::Errors;

/// The class's name, unless the block is none that methods could be added to.
pub(super) fn block(class: &Class, errors: &mut Errors) -> Option<Ident> {
    for attr in class.attrs.iter().filter(|attr| is_remote(attr)) {
        errors.at(attr, "`#[flash::remote]` is given twice; put all keys into one");
    }
    for attr in
        class.functions().flat_map(|function| &function.attrs).filter(|attr| is_conditional_keys(attr))
    {
        errors.at(
            attr,
            "the keys of a method can't depend on `cfg_attr`; put `#[cfg(..)]` on two methods instead",
        );
    }
    if let Some(of_trait) = &class.of_trait {
        errors.at(of_trait, "a trait's `impl` can't be a class; annotate an `impl` block of the type itself");
        return None;
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
    let ident = ident(&class.ty, class.generics.params.is_empty(), errors)?;
    (class.generics.params.is_empty() && class.generics.where_clause.is_none()).then_some(ident)
}

fn ident(ty: &Type, concrete: bool, errors: &mut Errors) -> Option<Ident> {
    let Type::Path(path) = ty else {
        // Only a type with a name can have methods, as the compiler says.
        errors.left_to_compiler();
        return None;
    };
    let segment = path.path.segments.last().filter(|_| path.qself.is_none())?;
    if segment.arguments.is_empty() {
        return Some(segment.ident.clone());
    }
    if concrete {
        errors.at(&segment.arguments, "a class can't be generic; wrap this type in a struct of your own");
    }
    None
}

/// The functions without `self`. More than one is right only when `cfg` chooses between them.
pub(super) fn constructors<'a>(
    functions: &[&'a Function],
    ident: &Ident,
    ty: &Type,
    errors: &mut Errors,
) -> Vec<&'a Function> {
    let mut found: Vec<&Function> = Vec::new();
    let mut named_new = None;
    for function in functions.iter().filter(|function| function.sig.receiver().is_none()) {
        let sig = &function.sig;
        if !makes_self(&sig.output, ident) {
            if sig.ident == "new" {
                named_new = Some(sig);
            }
            errors.at(
                &sig.ident,
                "a function without `&self` can't be remote here; move it to a plain `impl` block, or annotate a free function",
            );
            continue;
        }
        if !found.is_empty() && !are_chosen(&found, function) {
            errors.at(&sig.ident, "the class has two constructors; move this one to a plain `impl` block");
            continue;
        }
        if !sig.inputs.is_empty() {
            errors.at(&sig.inputs, "the constructor takes no arguments: every worker runs it on its own; read what it needs from the environment");
        }
        if !sig.generics.params.is_empty() {
            errors.at(
                &sig.generics,
                "the constructor can't be generic: nobody chooses the type when a worker runs it",
            );
        }
        for attr in function.attrs.iter().filter(|attr| is_keys(attr)) {
            errors.at(attr, "the constructor takes no keys; it is not called remotely");
        }
        found.push(function);
    }
    if found.is_empty() && named_new.is_none() {
        errors.at(
            ty,
            "the class needs a constructor that each worker runs once; add `fn new() -> Self` or `async fn new() -> flash::Result<Self>` to this block",
        );
    }
    found
}

/// Whether `cfg` decides which of the constructors there is.
fn are_chosen(found: &[&Function], next: &Function) -> bool {
    let chosen = |function: &Function| function.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
    chosen(next) && found.iter().all(|other| chosen(other))
}

/// Names and attributes of methods that would meet those of the macro.
pub(super) fn methods(methods: &[&Function], errors: &mut Errors) {
    for method in methods {
        if method.sig.ident == "remote" {
            errors.at(
                &method.sig.ident,
                "`remote` is how callers reach the class; give the method another name",
            );
        }
        for attr in method.attrs.iter().filter(|attr| is_remote(attr)) {
            errors.at(
                attr,
                "the `impl` block is annotated already; the keys of a method stand in `#[flash(..)]`, as in `#[flash(timeout = \"30s\")]`",
            );
        }
    }
}

fn makes_self(output: &ReturnType, ident: &Ident) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    mentions(ty.to_token_stream(), ident)
}

fn mentions(tokens: TokenStream, class: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), class),
        TokenTree::Ident(ident) => ident == "Self" || ident == *class,
        _ => false,
    })
}
