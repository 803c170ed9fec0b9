//! Names of the standard library's types, and of the crates behind features.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use super::{Name, Type};

macro_rules! named {
    ($($type:ty => $name:literal),* $(,)?) => {
        $(impl Type for $type { const NAME: Name = Name::of($name); })*
    };
}

named! {
    bool => "bool", char => "char", () => "()",
    u8 => "u8", u16 => "u16", u32 => "u32", u64 => "u64", u128 => "u128", usize => "usize",
    i8 => "i8", i16 => "i16", i32 => "i32", i64 => "i64", i128 => "i128", isize => "isize",
    f32 => "f32", f64 => "f64",
    str => "str", String => "str", std::path::Path => "str", std::path::PathBuf => "str",
    std::net::IpAddr => "str", std::net::Ipv4Addr => "str", std::net::Ipv6Addr => "str",
    std::net::SocketAddr => "str",
    std::time::Duration => "std::time::Duration", std::time::SystemTime => "std::time::SystemTime",
    std::num::NonZeroU8 => "u8!0", std::num::NonZeroU16 => "u16!0", std::num::NonZeroU32 => "u32!0",
    std::num::NonZeroU64 => "u64!0", std::num::NonZeroUsize => "usize!0",
    std::num::NonZeroI32 => "i32!0", std::num::NonZeroI64 => "i64!0",
    bytes::Bytes => "bytes",
    serde_json::Value => "json",
    crate::Blob => "blob", crate::Error => "flash::Error", crate::AnyError => "flash::AnyError",
}

macro_rules! transparent {
    ($($($path:ident)::+),*) => {
        $(impl<T: Type + ?Sized> Type for $($path)::+<T> { const NAME: Name = T::NAME; })*
    };
}

transparent!(Box, Rc, Arc);

impl<T: Type + ?Sized> Type for &T {
    const NAME: Name = T::NAME;
}

impl<T: Type + ToOwned + ?Sized> Type for Cow<'_, T> {
    const NAME: Name = T::NAME;
}

macro_rules! lists {
    ($($list:ident),*) => {
        $(impl<T: Type> Type for $list<T> { const NAME: Name = <[T]>::NAME; })*
    };
}

lists!(Vec, VecDeque, LinkedList, BinaryHeap, BTreeSet);

impl<T: Type, S> Type for HashSet<T, S> {
    const NAME: Name = <[T]>::NAME;
}

impl<T: Type> Type for [T] {
    const NAME: Name = Name::of("[").name(&T::NAME).str("]");
}

impl<T: Type, const N: usize> Type for [T; N] {
    const NAME: Name = Name::of("[").name(&T::NAME).str(";").number(N).str("]");
}

impl<T: Type> Type for Option<T> {
    const NAME: Name = Name::of("?").name(&T::NAME);
}

impl<T: Type, E: Type> Type for Result<T, E> {
    const NAME: Name = Name::of("Result<").name(&T::NAME).str(",").name(&E::NAME).str(">");
}

impl<K: Type, V: Type, S> Type for HashMap<K, V, S> {
    const NAME: Name = Name::of("{").name(&K::NAME).str(":").name(&V::NAME).str("}");
}

impl<K: Type, V: Type> Type for BTreeMap<K, V> {
    const NAME: Name = Name::of("{").name(&K::NAME).str(":").name(&V::NAME).str("}");
}

macro_rules! tuples {
    ($(($first:ident $($rest:ident)*))*) => {
        $(impl<$first: Type, $($rest: Type),*> Type for ($first, $($rest,)*) {
            const NAME: Name = Name::of("(").name(&$first::NAME)$(.str(",").name(&$rest::NAME))*.str(")");
        })*
    };
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Type;

    #[test]
    fn compound_names() {
        assert_eq!(<HashMap<String, Vec<(u8, Option<char>)>>>::NAME.as_str(), "{str:[(u8,?char)]}");
        assert_eq!(<Box<[f32; 3]>>::NAME.as_str(), "[f32;3]");
    }
}
