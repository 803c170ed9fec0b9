//! The document's types, field for field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A whole `flash_manifest.json`.
///
/// ```
/// let manifest = flash::manifest::Manifest::parse(br#"{
///     "version": "1.0", "generated_at": "2026-01-12T10:30:00Z", "project_name": "shop",
///     "function_registry": {"price": "pricing"},
///     "resources": {"pricing": {"resource_type": "ServerlessResource", "handler_file": "handler_pricing",
///         "functions": [{"name": "price", "module": "shop", "is_async": true, "is_class": false}]}},
///     "routes": {}
/// }"#)?;
/// assert_eq!(manifest.resource_of("price"), Some("pricing"));
/// # Ok::<(), flash::manifest::ManifestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the document's shape, `1.0`.
    pub version: String,
    /// RFC 3339 time of the build. Information only; nothing is ordered by it.
    pub generated_at: String,
    /// Name of the application.
    pub project_name: String,
    /// Wire name of a function or class -> name of its resource.
    pub function_registry: BTreeMap<String, String>,
    /// Name of a resource -> what it is and holds.
    pub resources: BTreeMap<String, Resource>,
    /// Name of a resource -> `METHOD /path` -> wire name.
    #[serde(default)]
    pub routes: BTreeMap<String, BTreeMap<String, String>>,
    /// Static calls between functions, as far as the sources show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallEdge>,
    /// What was built, for which machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Build>,
    /// Fields of other versions, kept as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The kind of endpoint a resource becomes. Names are the platform's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ResourceType {
    /// Queue-based: work arrives as jobs or through `/execute`.
    Serverless,
    /// Load-balanced: work arrives as HTTP requests on declared routes.
    LoadBalancer,
    /// A type of another version, kept by name.
    Other(String),
}

impl ResourceType {
    /// The name in the document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Serverless => "ServerlessResource",
            Self::LoadBalancer => "LoadBalancerSlsResource",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for ResourceType {
    fn from(name: String) -> Self {
        match name.as_str() {
            "ServerlessResource" => Self::Serverless,
            "LoadBalancerSlsResource" => Self::LoadBalancer,
            _ => Self::Other(name),
        }
    }
}

impl From<ResourceType> for String {
    fn from(kind: ResourceType) -> Self {
        kind.as_str().to_owned()
    }
}

/// One resource: a named group of functions with one deployment configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// Queue-based or load-balanced.
    pub resource_type: ResourceType,
    /// The archive's entry that starts this endpoint.
    pub handler_file: String,
    /// What the endpoint executes.
    pub functions: Vec<Function>,
    /// Declared configuration in the platform's field names (`workersMin`, `gpuIds`, ..).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// Whether the declared routes need no key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Digest over the names and types of all its functions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_digest: Option<String>,
    /// Digest of the declared configuration; deployment state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_hash: Option<String>,
    /// Where the endpoint answers; deployment state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_url: Option<String>,
    /// `deployed`, `updated` or `failed`; deployment state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Fields of other versions, kept as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A function, or a class with its methods.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Wire name.
    pub name: String,
    /// Rust module path.
    pub module: String,
    /// Whether it is an `async fn` (a class: whether any method is).
    pub is_async: bool,
    /// Whether this is a class.
    pub is_class: bool,
    /// HTTP method of its route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_method: Option<String>,
    /// Path of its route, `/users/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_path: Option<String>,
    /// Arguments in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Argument>,
    /// Type name of the result, `~` when it has no `flash::Type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// Type name of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Digest over names and types of arguments, result and error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_digest: Option<String>,
    /// Longest run time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Whether running it twice is harmless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub idempotent: bool,
    /// A class's methods; wire names are `Class.method`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<Method>,
    /// First line of its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Source file, relative to its package, with forward slashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Package that defines it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Fields of other versions, kept as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A remote method of a class.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Name without the class.
    pub name: String,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// HTTP method of its route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_method: Option<String>,
    /// Path of its route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_path: Option<String>,
    /// Arguments in order, without `self`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Argument>,
    /// Type name of the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// Type name of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Digest over names and types of arguments, result and error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_digest: Option<String>,
    /// Longest run time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Whether running it twice is harmless.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub idempotent: bool,
    /// First line of its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Line of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Fields of other versions, kept as they came.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An argument of a function.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Wire name.
    pub name: String,
    /// Type name resolved by the compiler, or `~` when the type has no `flash::Type`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The type as written in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One function calls another, as the sources show it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallEdge {
    /// Wire name of the caller.
    pub from: String,
    /// Wire name of the callee, or the path as written when `resolved` is false.
    pub to: String,
    /// Whether the path was resolved to exactly one remote function.
    pub resolved: bool,
}

/// What was built, for which machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Version of `flash-build` that wrote the document.
    pub flash_version: String,
    /// Name of the one binary in the archive.
    pub binary: String,
    /// SHA-256 of the binary.
    pub code_digest: String,
    /// Cargo profile.
    pub profile: String,
    /// Operating system of the binary, `linux`.
    pub os: String,
    /// Architecture of the binary, `x86_64`.
    pub arch: String,
    /// C library the binary needs, when it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub libc: Option<Libc>,
}

/// A C library and the oldest version that satisfies the binary.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Libc {
    /// `glibc` or `musl`.
    pub name: String,
    /// Highest symbol version that the binary asks for, `2.34`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
