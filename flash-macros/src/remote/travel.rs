//! What can't leave the process, wherever it hides inside a type.

use quote::ToTokens;
use syn::visit::{Visit, visit_type};
use syn::{Lifetime, Type, TypeReference};

use crate::errors::Errors;

/// Finds what can't travel inside a type.
pub(super) struct Travel<'a> {
    pub(super) errors: &'a mut Errors,
    pub(super) is_method: bool,
    pub(super) place: &'static str,
}

impl<'ast> Visit<'ast> for Travel<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        let place = self.place;
        match ty {
            Type::ImplTrait(_) => self.errors.at(
                ty,
                if place == "argument" {
                    "an `impl Trait` argument is a generic in disguise, and a remote function can't be generic; name the type"
                } else {
                    "a remote function can't return `impl Trait`: the caller must know the type to read it; name the type"
                },
            ),
            Type::TraitObject(object) if place == "result" && is_error(object) => self.errors.at(
                ty,
                "an error behind a trait can't travel: its type is unknown to the other side; write `Result<_, flash::AnyError>`, which takes every error by `?`",
            ),
            Type::TraitObject(_) => {
                self.errors.at(ty, "a trait object can't travel: its type is unknown to the other side; use an enum");
            }
            Type::FnPtr(_) => {
                self.errors.at(ty, "a function pointer can't travel to another process; use an enum of the choices");
            }
            Type::Ptr(_) => self.errors.at(ty, "a raw pointer can't travel to another process; take the value"),
            // A signature without `_` is the language's own rule.
            Type::Infer(_) => self.errors.left_to_compiler(),
            Type::Reference(reference) => {
                let owned = owned_form(&reference.elem);
                self.errors.at(
                    ty,
                    if place == "argument" {
                        format!("a reference inside an argument can't travel; write {owned}")
                    } else {
                        format!("a remote function can't return a reference: the value was made on another endpoint; write {owned}")
                    },
                );
            }
            Type::Path(path) if !self.is_method && path.qself.is_none() && path.path.is_ident("Self") => {
                self.errors.at(ty, "a function of an `impl` block can't be remote on its own; put `#[flash::remote]` on the `impl` block");
            }
            _ => visit_type(self, ty),
        }
    }
}

/// Whether it is a `dyn Error`.
fn is_error(object: &syn::TypeTraitObject) -> bool {
    object.bounds.iter().any(|bound| {
        matches!(bound, syn::TypeParamBound::Trait(bound)
            if bound.path.segments.last().is_some_and(|segment| segment.ident == "Error"))
    })
}

fn owned_form(borrowed: &Type) -> String {
    match borrowed {
        Type::Slice(slice) => format!("`Vec<{}>`", crate::text::source(slice.elem.to_token_stream())),
        Type::Path(path) if path.path.is_ident("str") => "`String`".to_owned(),
        other => format!("`{}`", crate::text::source(other.to_token_stream())),
    }
}

/// A result outlives the call, so it can't name a lifetime of the arguments.
pub(super) fn reject_borrowed_result(ty: &Type, errors: &mut Errors) {
    struct Lifetimes<'a>(&'a mut Errors);
    impl<'ast> Visit<'ast> for Lifetimes<'_> {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            if lifetime.ident != "static" {
                self.0.at(lifetime, "a remote function can't return what it borrowed: the value was made on another endpoint; return an owned type");
            }
        }
        // References have an error of their own.
        fn visit_type_reference(&mut self, _: &'ast TypeReference) {}
    }
    Lifetimes(errors).visit_type(ty);
}
