//! The constants that the macros are given, and words for those that are no resources.

use super::{Json, LoadBalancerSlsResource, ResourceName, ServerlessResource};

/// A constant that an attribute names.
#[derive(Debug, Clone, Copy)]
pub struct Declared<T>(pub T);

impl Declared<ResourceName> {
    /// The resource's name.
    #[must_use]
    pub const fn resource_name(&self) -> &'static str {
        self.0.name()
    }
}

impl Declared<&'static str> {
    /// The text, when a resource can be called so.
    #[must_use]
    #[track_caller]
    pub const fn resource_name(&self) -> &'static str {
        ResourceName::new(self.0).name()
    }
}

macro_rules! kinds {
    ($($kind:ident),*) => {$(
        impl Declared<$kind> {
            /// The resource's name.
            #[must_use]
            pub const fn resource_name(&self) -> &'static str {
                self.0.name()
            }

            /// The declaration.
            #[must_use]
            pub const fn declaration(&self) -> Json {
                self.0.to_json()
            }
        }

        impl Names<$kind> for Declared<$kind> {}
        impl Declares<$kind> for Declared<$kind> {}
    )*};
}

kinds!(ServerlessResource, LoadBalancerSlsResource);

/// A constant that names a resource.
#[diagnostic::on_unimplemented(
    message = "`{T}` does not name a resource",
    label = "`resource` takes a string, or a constant that declares or names a resource",
    note = "the constant is a `flash::ServerlessResource`, a `flash::LoadBalancerSlsResource`, a `flash::ResourceName` or a `&str`"
)]
pub trait Names<T> {}

impl Names<ResourceName> for Declared<ResourceName> {}

/// A constant that declares a resource.
#[diagnostic::on_unimplemented(
    message = "`{T}` does not declare a resource",
    label = "this constant is neither kind of resource",
    note = "the constant is a `flash::ServerlessResource` or a `flash::LoadBalancerSlsResource`"
)]
pub trait Declares<T> {}

/// Stands by for a constant of another type, so that the compiler reports it in the words above and not as
/// one that lacks a method which nobody has heard of. Never called.
pub trait NoName {
    /// Stands by for the inherent one.
    fn resource_name(&self) -> &'static str;
}

impl<T> NoName for Declared<T>
where
    Self: Names<T>,
{
    fn resource_name(&self) -> &'static str {
        ""
    }
}

/// As [`NoName`], for declarations.
pub trait NoDeclaration {
    /// Stands by for the inherent one.
    fn declaration(&self) -> Json;
}

impl<T> NoDeclaration for Declared<T>
where
    Self: Declares<T>,
{
    fn declaration(&self) -> Json {
        Json::new()
    }
}
