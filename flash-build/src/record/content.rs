//! What records say.

use serde::{Deserialize, Serialize};

/// A record: where it comes from and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where in the section it begins.
    pub offset: usize,
    /// Where in the sources it comes from.
    pub origin: Origin,
    /// What it says.
    pub item: Item,
}

/// Where in the sources a record comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Module path.
    pub module: String,
    /// Source file as the compiler was given it.
    pub file: String,
    /// Package name.
    pub package: String,
    /// Package version.
    pub version: String,
}

/// The kinds of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A remote function or method.
    Function(Function),
    /// A class; its methods are functions of their own.
    Class(Class),
    /// A derived type.
    Type(TypeShape),
    /// A resource declared in code.
    Resource(ResourceDeclaration),
    /// `#[flash::main]`.
    Main(MainFunction),
}

/// A remote function or method.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Function {
    /// Wire name, `Class.method` for methods.
    pub name: String,
    /// Name in the source.
    pub ident: String,
    /// Line of the name.
    pub line: u32,
    /// Column of the name.
    pub column: u32,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// Arguments in order, without `self`.
    pub args: Vec<Argument>,
    /// The return type as written.
    pub returns: String,
    /// HTTP method of its route, as written.
    #[serde(default)]
    pub method: Option<String>,
    /// Path of its route, as written.
    #[serde(default)]
    pub path: Option<String>,
    /// Longest run time in milliseconds.
    #[serde(default)]
    pub timeout_ms: Option<u64>,
    /// Whether running it twice is harmless.
    #[serde(default)]
    pub idempotent: bool,
    /// What a failed call does when the function has no `Result`.
    #[serde(default)]
    pub on_failure: Option<String>,
    /// Its documentation.
    #[serde(default)]
    pub doc: Option<String>,
    /// Wire name of its class.
    #[serde(default)]
    pub class: Option<String>,
    /// Resource it is assigned to.
    #[serde(skip)]
    pub resource: String,
    /// Type name of the result.
    #[serde(skip)]
    pub result_type: String,
    /// Type name of the error.
    #[serde(skip)]
    pub error_type: String,
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Argument {
    /// Wire name.
    pub name: String,
    /// The type as written.
    pub text: String,
    /// Type name resolved by the compiler.
    #[serde(skip)]
    pub type_name: String,
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Class {
    /// Wire name.
    pub name: String,
    /// Name in the source.
    pub ident: String,
    /// Line of the name.
    pub line: u32,
    /// Column of the name.
    pub column: u32,
    /// Name of its constructor.
    pub constructor: String,
    /// Its documentation.
    #[serde(default)]
    pub doc: Option<String>,
    /// Resource it is assigned to.
    #[serde(skip)]
    pub resource: String,
}

/// A type with `#[derive(flash::Type)]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TypeShape {
    /// Name in the source.
    pub ident: String,
    /// Line of the name.
    pub line: u32,
    /// Form of a struct, or `enum`.
    #[serde(default)]
    pub shape: Shape,
    /// Fields of a struct.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Variants of an enum.
    #[serde(default)]
    pub variants: Option<Vec<Variant>>,
    /// serde's `tag`.
    #[serde(default)]
    pub tag: Option<String>,
    /// serde's `content`.
    #[serde(default)]
    pub content: Option<String>,
    /// serde's `untagged`.
    #[serde(default)]
    pub untagged: bool,
    /// serde's `transparent`.
    #[serde(default)]
    pub transparent: bool,
    /// Whether its form on the wire can't be seen, as with `serialize_with`.
    #[serde(default)]
    pub opaque: bool,
    /// The type's name in the type graph.
    #[serde(skip)]
    pub name: String,
    /// Type names of the fields in order, of all variants in order.
    #[serde(skip)]
    pub field_types: Vec<String>,
}

/// Form of a struct or variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Named fields.
    Struct,
    /// Several fields without names.
    Tuple,
    /// One field without a name.
    Newtype,
    /// No fields.
    Unit,
    /// An enum as a whole.
    #[default]
    Enum,
}

/// A field of a struct or variant; in its serialised form it is part of a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name on the wire; a number or empty in tuples.
    #[serde(default)]
    pub name: String,
    /// Whether its own fields stand in its place.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flatten: bool,
    /// Whether it may be absent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub default: bool,
    /// Whether it doesn't travel.
    #[serde(default, skip_serializing_if = "is_false")]
    pub skip: bool,
    /// Whether its form on the wire can't be seen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub opaque: bool,
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Variant {
    /// Name on the wire.
    pub name: String,
    /// Form of the variant.
    pub shape: Shape,
    /// Its fields.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Whether its form on the wire can't be seen.
    #[serde(default)]
    pub opaque: bool,
}

/// A resource declared in code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResourceDeclaration {
    /// Name of the constant.
    pub ident: String,
    /// Line of the name.
    pub line: u32,
    /// Column of the name.
    pub column: u32,
    /// What is declared.
    #[serde(skip)]
    pub declared: Declared,
}

/// The declaration itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Declared {
    /// Name of the resource.
    pub name: String,
    /// Type in the manifest's words.
    pub resource_type: String,
    /// Whether declared routes need no key.
    #[serde(default)]
    pub public: Option<bool>,
    /// Configuration in the platform's field names.
    #[serde(default)]
    pub config: serde_json::Map<String, serde_json::Value>,
}

/// `#[flash::main]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MainFunction {
    /// Line of the name.
    pub line: u32,
    /// Column of the name.
    pub column: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if wants a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
