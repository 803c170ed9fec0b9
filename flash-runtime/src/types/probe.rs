//! Asking a type for its name when it may have none.

use std::marker::PhantomData;

use super::{Name, Type};

/// `Probe::<T>::NAME` is the name of `T`, or [`Name::UNKNOWN`] when `T` isn't [`Type`].
///
/// It works because an inherent constant is preferred over a trait's, so [`Unknown`] must be in scope
/// and `T` must be concrete. It is the text alone, so that a record's constants don't copy whole [`Name`]s.
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: Type + ?Sized> Probe<T> {
    const KEPT: &'static Name = &T::NAME;
    /// The name of `T`.
    pub const NAME: &'static str = Self::KEPT.as_str();
}

/// As [`Probe`], for the value of a `Result` behind an alias.
pub struct ProbeOk<R>(PhantomData<R>);

impl<T: Type, E> ProbeOk<Result<T, E>> {
    const KEPT: &'static Name = &T::NAME;
    /// The name of `T`.
    pub const NAME: &'static str = Self::KEPT.as_str();
}

/// As [`Probe`], for the error of a `Result` behind an alias.
pub struct ProbeErr<R>(PhantomData<R>);

impl<T, E: Type> ProbeErr<Result<T, E>> {
    const KEPT: &'static Name = &E::NAME;
    /// The name of `E`.
    pub const NAME: &'static str = Self::KEPT.as_str();
}

/// The fallback of [`Probe`], [`ProbeOk`] and [`ProbeErr`].
pub trait Unknown {
    /// The text of [`Name::UNKNOWN`].
    const NAME: &'static str = "~";
}

impl<T: ?Sized> Unknown for Probe<T> {}
impl<R> Unknown for ProbeOk<R> {}
impl<R> Unknown for ProbeErr<R> {}

/// Stands for a type's parameter in its record: `$0`, `$1`, ..
pub struct Parameter<const INDEX: usize>;

impl<const INDEX: usize> Type for Parameter<INDEX> {
    const NAME: Name = Name::of("$").number(INDEX);
}

#[cfg(test)]
mod tests {
    use super::{Probe, ProbeErr, ProbeOk, Unknown as _};

    #[test]
    fn known_and_unknown() {
        struct Opaque;
        assert_eq!(Probe::<[u8]>::NAME, "[u8]");
        assert_eq!(Probe::<Opaque>::NAME, "~");
        let _ = Opaque;
        assert_eq!(ProbeOk::<Result<u8, Opaque>>::NAME, "u8");
        assert_eq!(ProbeErr::<Result<u8, Opaque>>::NAME, "~");
        assert_eq!(ProbeOk::<u8>::NAME, "~");
    }
}
