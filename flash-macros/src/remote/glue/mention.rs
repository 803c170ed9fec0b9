//! The user's types, mentioned once more.
//!
//! A type that can't be found is reported wherever it is mentioned, together with advice, and equal reports
//! are shown once. So every mention is made to look like the one in the signature.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use super::Glue;
use crate::remote::lifetimes::replaced;
use crate::remote::signature::{Lend, Output, is_primitive};

impl Glue<'_> {
    /// A name of an item that mentions the user's types.
    pub(super) fn anchored(&self, name: &str) -> Ident {
        Ident::new(name, self.anchor)
    }

    pub(super) fn static_ty(&self, ty: &Type) -> Type {
        replaced(ty, Some("'static"), self.class.map(|(_, ty)| ty))
    }

    /// Other names of the types that the signature mentions bare, as `Job` in `job: Job`. Inside of `<..>` the
    /// compiler would offer a parameter for an unknown `Job`, as it doesn't for the signature; under another
    /// name the mistake is the same in both places and stays one error.
    pub(super) fn bare(&self) -> TokenStream {
        self.mentioned()
            .filter_map(|ty| {
                let (bare, alias) = (bare(ty)?, self.alias(ty)?);
                let alias = Ident::new(&alias.to_string(), self.anchor);
                Some(quote!(type #alias = #bare;))
            })
            .collect()
    }

    /// The types that can be mentioned bare, in the order of the signature.
    fn mentioned(&self) -> impl Iterator<Item = &Type> {
        let arguments = self.model.arguments.iter().map(|argument| match &argument.lend {
            Lend::Owned => &argument.ty,
            Lend::Text(ty) | Lend::Slice(ty) | Lend::Reference(ty) => ty,
        });
        arguments.chain(match &self.model.output {
            Output::Alias(ty) => Some(&**ty),
            Output::Plain(ty) => ty.as_deref(),
            Output::Result(..) => None,
        })
    }

    fn alias(&self, ty: &Type) -> Option<Ident> {
        let bare = bare(ty)?;
        let at = self.mentioned().position(|other| std::ptr::eq(other, ty))?;
        Some(Ident::new(&format!("__FlashType{at}"), bare.span()))
    }

    /// A mentioned type for use inside of `<..>`.
    pub(super) fn mention(&self, ty: &Type) -> Type {
        match self.alias(ty) {
            Some(alias) => syn::parse_quote!(#alias),
            None => self.static_ty(ty),
        }
    }

    /// The type of a function that returns no `Result`.
    pub(super) fn plain_ty(&self, ty: Option<&Type>) -> Type {
        ty.map_or_else(|| syn::parse_quote!(()), |ty| self.mention(ty))
    }
}

/// A type that is one word, unless it is the language's or the class.
fn bare(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
    (ident != "Self" && !is_primitive(ty)).then_some(ident)
}
