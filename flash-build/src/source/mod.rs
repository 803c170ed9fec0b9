//! What the sources say: annotated items, calls between them, and whether all of them are in the binary.
//!
//! The records in the binary are the truth about what runs. The sources are read to notice what is missing from it,
//! because a package that nobody names in code isn't linked and loses its functions silently, and to see which remote
//! function calls which.

mod annotated;
mod body;
mod calls;
mod check;
mod condition;
mod files;
mod finding;
mod graph;
mod link;
mod orphan;
mod parse;
mod platform;
mod resolve;
mod scan;
mod syntax;
mod tree;

use std::fmt;

use cargo_metadata::{Message, Metadata, PackageId};
use flash::manifest::CallEdge;

pub use check::cross_check;
pub use finding::{Finding, FindingKind, Severity};
pub use platform::Platform;
pub use scan::scan;

/// What there is to know about the build whose sources are read.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `cargo metadata` of the workspace, with its dependency graph.
    pub metadata: &'a Metadata,
    /// The program's package.
    pub package: &'a PackageId,
    /// Name of the program's binary target, or of its example.
    pub binary: &'a str,
    /// Cargo's messages of the build. They carry each package's actual features; without any `compiler-artifact`
    /// among them the features of `metadata` are taken.
    pub messages: &'a [Message],
    /// What the compiler sets for the platform.
    pub platform: &'a Platform,
}

/// A place in the sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File with forward slashes, relative to the workspace when it is inside.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A remote function, or a remote method of a class, in the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFunction {
    /// Wire name, `Class.method` for methods.
    pub name: String,
    /// Name in the source.
    pub ident: String,
    /// Wire name of its class.
    pub class: Option<String>,
    /// Module path as `module_path!()` gives it.
    pub module: String,
    /// Package that defines it.
    pub package: String,
    /// Where its name stands.
    pub place: Place,
    /// The condition that keeps it out of this build, as written; `None` when it is compiled in.
    pub compiled_out: Option<String>,
    /// A condition that seems to hold, where flags that can't be seen may decide otherwise.
    pub condition: Option<String>,
    /// Which crate it is in: a program and the library of its package may share a name.
    krate: usize,
}

/// A call from one remote function to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenCall {
    /// The edge as the manifest holds it.
    pub edge: CallEdge,
    /// Where the call stands; inside a plain function when the edge goes through one.
    pub place: Place,
}

/// `fn main` of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramMain {
    /// Whether it carries `#[flash::main]`, so that the program serves when its role says so.
    pub annotated: bool,
    /// How the program's package calls the SDK in code, `flash` unless renamed; `None` without a direct dependency.
    pub sdk_name: Option<String>,
    /// Where `fn main` stands; the first line of the root file when it isn't written there.
    pub place: Place,
}

/// A function in the binary, as its record says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedFunction {
    /// Wire name, `Class.method` for methods; a class may be listed by its own name too.
    pub name: String,
    /// Module path.
    pub module: String,
    /// Package name.
    pub package: String,
    /// Source file as the record gives it.
    pub file: String,
    /// Line of its name.
    pub line: u32,
}

/// What the sources of a program hold.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// Remote functions and methods, by package, file and line.
    pub functions: Vec<SeenFunction>,
    /// Calls between remote functions, each edge once per place.
    pub calls: Vec<SeenCall>,
    /// `fn main` of the program.
    pub main: Option<ProgramMain>,
    /// What is wrong in the sources alone: two versions of the SDK, orphans, files that can't be read.
    pub findings: Vec<Finding>,
    crates: Vec<check::SeenCrate>,
}

impl Scan {
    /// The edges for the manifest, each once.
    #[must_use]
    pub fn edges(&self) -> Vec<CallEdge> {
        let mut edges: Vec<CallEdge> = self.calls.iter().map(|call| call.edge.clone()).collect();
        edges.sort();
        edges.dedup();
        edges
    }
}
