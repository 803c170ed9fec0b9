//! Types for nested items, where the function's own lifetimes don't exist.

use proc_macro2::Span;
use syn::visit::Visit;
use syn::visit_mut::{VisitMut, visit_type_mut, visit_type_reference_mut};
use syn::{GenericArgument, Lifetime, PathArguments, PathSegment, Type, TypeReference};

/// The type with every lifetime but `'static` replaced, if so asked, and `Self` by the class.
pub(super) fn replaced(ty: &Type, lifetime: Option<&str>, class: Option<&Type>) -> Type {
    struct Replace<'a> {
        lifetime: Option<&'a str>,
        class: Option<&'a Type>,
    }
    impl VisitMut for Replace<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if let Some(other) = self.lifetime
                && lifetime.ident != "static"
            {
                *lifetime = Lifetime::new(other, lifetime.span());
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
            if reference.lifetime.is_none() && self.lifetime == Some("'static") {
                reference.lifetime = Some(Lifetime::new("'static", Span::mixed_site()));
            }
            visit_type_reference_mut(self, reference);
        }
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let (Type::Path(path), Some(class)) = (&*ty, self.class)
                && path.qself.is_none()
                && path.path.is_ident("Self")
            {
                *ty = class.clone();
                return;
            }
            visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Replace { lifetime, class }.visit_type_mut(&mut ty);
    ty
}

/// Whether values of the type borrow. Of the types that hide their lifetime, `Cow` is the one that is
/// written so.
pub(super) fn borrows(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_path_segment(&mut self, segment: &'ast PathSegment) {
            if segment.ident == "Cow"
                && let PathArguments::AngleBracketed(arguments) = &segment.arguments
            {
                self.0 |= !matches!(arguments.args.first(), Some(GenericArgument::Lifetime(_)));
            }
            syn::visit::visit_path_segment(self, segment);
        }
    }
    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}

/// Takes off the invisible groups around types that come out of a `macro_rules` fragment.
pub(super) fn ungroup(sig: &mut syn::Signature) {
    struct Ungroup;
    impl VisitMut for Ungroup {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            while let Type::Group(group) = ty {
                *ty = (*group.elem).clone();
            }
            visit_type_mut(self, ty);
        }
    }
    Ungroup.visit_signature_mut(sig);
}
