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

        impl Names for $kind {}
        impl Declares for $kind {}
    )*};
}

kinds!(ServerlessResource, LoadBalancerSlsResource);

/// A constant that names a resource.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a resource",
    label = "`resource` takes a string, or a constant that declares or names a resource",
    note = "the constant is a `flash::ServerlessResource`, a `flash::LoadBalancerSlsResource` or a `flash::ResourceName`"
)]
pub trait Names {}

impl Names for ResourceName {}

/// A constant that declares a resource.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare a resource",
    label = "this constant is neither kind of resource",
    note = "the constant is a `flash::ServerlessResource` or a `flash::LoadBalancerSlsResource`"
)]
pub trait Declares {}

/// Stands by for a constant of another type, so that the compiler reports it in the words above and not as
/// one that lacks a method which nobody has heard of. Never called.
pub trait NoName {
    /// Stands by for the inherent one.
    fn resource_name(&self) -> &'static str;
}

impl<T: Names> NoName for Declared<T> {
    fn resource_name(&self) -> &'static str {
        ""
    }
}

/// As [`NoName`], for declarations.
pub trait NoDeclaration {
    /// Stands by for the inherent one.
    fn declaration(&self) -> Json;
}

impl<T: Declares> NoDeclaration for Declared<T> {
    fn declaration(&self) -> Json {
        Json::new()
    }
}
