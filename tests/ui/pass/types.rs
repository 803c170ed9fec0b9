//! Shapes, parameters and serde's attributes.

#![deny(warnings)]
#![allow(dead_code)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::marker::PhantomData;

use flash::Type;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Type)]
struct Unit;

#[derive(Serialize, Deserialize, Type)]
struct Empty {}

#[derive(Serialize, Deserialize, Type)]
struct Newtype(u64);

#[derive(Serialize, Deserialize, Type)]
struct Tuple(u64, String, Newtype);

#[derive(Serialize, Deserialize, Type)]
struct r#Struct {
    r#type: Tuple,
    list: Vec<Option<Newtype>>,
    array: [u8; 2 + 1],
}

#[derive(Serialize, Deserialize, Type)]
enum Enum {
    Unit,
    Newtype(Newtype),
    Tuple(u8, u16),
    Struct { id: u8, r#match: String },
}

#[derive(Serialize, Deserialize, Type)]
enum Numbered {
    One = 1,
    Two = 2,
}

#[derive(Type)]
enum Never {}

// Types that contain themselves, and each other.
#[derive(Serialize, Deserialize, Type)]
struct Tree {
    value: u8,
    children: Vec<Self>,
    parent: Option<Box<Tree>>,
    forest: Box<Option<Forest>>,
}

#[derive(Serialize, Deserialize, Type)]
struct Forest(HashMap<String, Tree>);

// Parameters of all kinds.
#[derive(Serialize, Deserialize, Type)]
struct Page<T> {
    items: Vec<T>,
    next: Option<Box<Page<T>>>,
}

#[derive(Serialize, Deserialize, Type)]
struct Two<A, B = u8>
where
    A: Clone,
{
    a: A,
    b: B,
}

#[derive(Serialize, Deserialize, Type)]
struct Bound<T: Clone + Default> {
    value: T,
}

#[derive(Serialize, Deserialize, Type)]
struct Text<'a> {
    text: Cow<'a, str>,
    list: Vec<Cow<'a, str>>,
}

#[derive(Serialize, Type)]
struct Both<'a, 'b: 'a, T: ?Sized + 'a> {
    a: &'a T,
    b: &'b str,
}

#[derive(Type)]
struct Array<T, const N: usize> {
    values: [T; N],
}

#[derive(Type)]
struct Counted<const N: usize = 3, const B: bool = true>;

#[derive(Serialize, Deserialize, Type)]
struct Phantom<T>(PhantomData<T>, T);

#[derive(Serialize, Deserialize, Type)]
enum Either<L, R> {
    Left(L),
    Right { right: R },
}

#[derive(Type)]
struct Associated<T: Iterator<Item = u8>> {
    item: T::Item,
    iterator: T,
}

// A type that has no name, in a field and as a parameter.
#[derive(Serialize, Deserialize, Clone)]
struct Opaque;

#[derive(Serialize, Deserialize, Type)]
struct Holder {
    opaque: Opaque,
    page: Page<Opaque>,
}

// serde's attributes, in all their forms.
#[derive(Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default, rename = "Renamed")]
#[derive(Default)]
struct Attributed {
    user_id: u64,
    #[serde(rename = "other", alias = "third", alias = "fourth")]
    renamed: u8,
    #[serde(rename(serialize = "out", deserialize = "in"))]
    both_ways: u8,
    #[serde(skip)]
    skipped: Option<PhantomData<fn()>>,
    #[serde(skip_serializing)]
    half: u8,
    #[serde(skip_deserializing)]
    other_half: u8,
    #[serde(default = "seven", skip_serializing_if = "is_seven")]
    seven: u8,
    #[serde(with = "as_text")]
    with: u8,
    #[serde(serialize_with = "as_text::serialize", deserialize_with = "as_text::deserialize")]
    with_both: u8,
}

#[derive(Serialize, Deserialize, Type)]
#[serde(rename_all(serialize = "UPPERCASE", deserialize = "kebab-case"), expecting = "a thing")]
struct Directions {
    some_field: u8,
}

#[derive(Serialize, Deserialize, Type)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

#[derive(Serialize, Deserialize, Type)]
#[serde(transparent)]
struct Transparent {
    inner: u8,
}

#[derive(Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Tagged {
    FirstOne { some_field: u8 },
    #[serde(rename = "2", rename_all = "UPPERCASE")]
    SecondOne { some_field: u8 },
    #[serde(skip)]
    Third,
    #[serde(other)]
    Rest,
}

#[derive(Serialize, Deserialize, Type)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A(u8),
    B(u8, u8),
}

#[derive(Serialize, Deserialize, Type)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Text(String),
}

#[derive(Serialize, Deserialize, Type)]
#[serde(bound = "T: Serialize + serde::de::DeserializeOwned")]
struct Bounded<T> {
    #[serde(bound(serialize = "T: Serialize", deserialize = "T: serde::de::DeserializeOwned"))]
    value: T,
}

#[derive(Serialize, Deserialize, Type, Clone)]
#[serde(from = "u8", into = "u8")]
struct Converted(u8);

impl From<u8> for Converted {
    fn from(n: u8) -> Self {
        Self(n)
    }
}

impl From<Converted> for u8 {
    fn from(converted: Converted) -> Self {
        converted.0
    }
}

#[derive(Serialize, Deserialize, Type)]
#[serde(crate = "serde")]
#[flash(crate = ::flash)]
struct Crates;

const fn seven() -> u8 {
    7
}

#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_seven(n: &u8) -> bool {
    *n == 7
}

mod as_text {
    pub(super) fn serialize<S: serde::Serializer>(n: &u8, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(n)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(input: D) -> Result<u8, D::Error> {
        let text: String = serde::Deserialize::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[flash::remote]
async fn carry(page: Page<Either<Newtype, Tree>>, text: Text<'_>, opaque: Page<Opaque>) -> flash::Result<Flat> {
    let _ = (page, opaque);
    Ok(Flat { id: text.text.len() as u8, rest: HashMap::new() })
}

fn inside_a_function() -> &'static str {
    #[derive(Type)]
    struct Local<T>(T);
    const NAME: flash::types::Name = <Local<u8>>::NAME;
    NAME.as_str()
}

fn main() {
    const NAMES: [flash::types::Name; 6] = [
        <Page<u8>>::NAME,
        <Two<String>>::NAME,
        <Either<Newtype, Vec<Enum>>>::NAME,
        <Text<'static>>::NAME,
        <r#Struct>::NAME,
        <Both<'static, 'static, str>>::NAME,
    ];
    let module = module_path!();
    assert_eq!(NAMES[0].as_str(), format!("{module}::Page<u8>"));
    assert_eq!(NAMES[1].as_str(), format!("{module}::Two<str,u8>"));
    assert_eq!(NAMES[2].as_str(), format!("{module}::Either<{module}::Newtype,[{module}::Enum]>"));
    assert_eq!(NAMES[3].as_str(), format!("{module}::Text"));
    assert_eq!(NAMES[4].as_str(), format!("{module}::Struct"));
    assert_eq!(NAMES[5].as_str(), format!("{module}::Both<str>"));
    assert_eq!(inside_a_function(), format!("{module}::Local<u8>"));
    let site = flash::registry::find("carry").unwrap();
    let record = String::from_utf8_lossy(site.record);
    assert!(record.ends_with(&format!(
        "\u{1e}{module}::Page<{module}::Either<{module}::Newtype,{module}::Tree>>\u{1e}{module}::Text\u{1e}~\u{1e}\
         {module}::Flat\u{1e}flash::Error"
    )), "{record}");
}
