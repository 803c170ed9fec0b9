//! Asking a type for its name when it may have none.

use std::marker::PhantomData;

use super::{Name, Type};

/// `Probe::<T>::NAME` is the name of `T`, or [`Name::UNKNOWN`] when `T` isn't [`Type`].
///
/// It works because an inherent constant is preferred over a trait's, so [`Unknown`] must be in scope
/// and `T` must be concrete.
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: Type + ?Sized> Probe<T> {
    /// The name of `T`.
    pub const NAME: Name = T::NAME;
}

/// The fallback of [`Probe`].
pub trait Unknown {
    /// [`Name::UNKNOWN`].
    const NAME: Name = Name::UNKNOWN;
}

impl<T: ?Sized> Unknown for Probe<T> {}

/// Stands for a type's parameter in its record: `$0`, `$1`, ..
pub struct Parameter<const INDEX: usize>;

impl<const INDEX: usize> Type for Parameter<INDEX> {
    const NAME: Name = Name::of("$").number(INDEX);
}

#[cfg(test)]
mod tests {
    use super::{Probe, Unknown as _};

    #[test]
    fn known_and_unknown() {
        struct Opaque;
        assert_eq!(Probe::<[u8]>::NAME.as_str(), "[u8]");
        assert_eq!(Probe::<Opaque>::NAME.as_str(), "~");
        let _ = Opaque;
    }
}
