//! What is kept of a source file: names, conditions, attributes and calls, free of the parser's types so that files can
//! be read on several threads.

use std::sync::Arc;

use super::condition::Condition;

/// A source file, or a module written inline.
#[derive(Debug, Default)]
pub(super) struct File {
    /// `#![cfg(..)]` at its head.
    pub(super) conditions: Vec<Condition>,
    pub(super) items: Vec<Arc<Item>>,
}

#[derive(Debug)]
pub(super) enum Item {
    Module(Module),
    Use(Use),
    Function(Function),
    Impl(Impl),
    Type(Type),
    /// `include!("..")`.
    Include(String),
    /// `mod x;` inside a macro call such as `cfg_if!`, where conditions aren't known.
    MacroModule(String),
}

impl Item {
    /// Its own conditions, where it has a place for them.
    pub(super) fn conditions(&mut self) -> Option<&mut Vec<Condition>> {
        match self {
            Self::Module(item) => Some(&mut item.conditions),
            Self::Use(item) => Some(&mut item.conditions),
            Self::Function(item) => Some(&mut item.conditions),
            Self::Impl(item) => Some(&mut item.conditions),
            Self::Type(_) | Self::Include(_) | Self::MacroModule(_) => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) conditions: Vec<Condition>,
    /// `#[path = ".."]`, each with the conditions of its `cfg_attr`.
    pub(super) paths: Vec<(String, Vec<Condition>)>,
    /// `None` for `mod x;`.
    pub(super) inline: Option<Vec<Arc<Item>>>,
}

/// One leaf of a `use` tree, or an `extern crate`.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) path: Path,
    /// The name it is known by here; `None` for a glob.
    pub(super) name: Option<String>,
    pub(super) conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Path {
    /// Begins with `::`.
    pub(super) absolute: bool,
    pub(super) segments: Vec<String>,
}

impl Path {
    pub(super) fn last(&self) -> &str {
        self.segments.last().map_or("", String::as_str)
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.absolute {
            f.write_str("::")?;
        }
        f.write_str(&self.segments.join("::"))
    }
}

#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: u32,
    /// Takes `&self`.
    pub(super) by_ref_self: bool,
    pub(super) conditions: Vec<Condition>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) calls: Vec<Call>,
    /// Items written inside the body.
    pub(super) items: Vec<Arc<Item>>,
}

#[derive(Debug)]
pub(super) struct Impl {
    /// The type, without its generic arguments; empty for types that have no path.
    pub(super) target: Path,
    /// Implements a trait.
    pub(super) of_trait: bool,
    pub(super) conditions: Vec<Condition>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) methods: Vec<Function>,
}

/// A struct, enum, union or alias.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) name: String,
    pub(super) alias: Option<Path>,
}

/// An attribute that the language doesn't know by itself.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) path: Path,
    /// Value of its key `name`.
    pub(super) name: Option<String>,
    /// The conditions of its `cfg_attr`.
    pub(super) conditions: Vec<Condition>,
}

/// A mention of something that can be called.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) path: Path,
    pub(super) kind: CallKind,
    pub(super) line: u32,
}

#[derive(Debug)]
pub(super) enum CallKind {
    /// `path(..)`, or `path` handed on as a value.
    Path,
    /// `path::remote().method(..)`.
    Remote(String),
    /// `self.method(..)`.
    OnSelf(String),
}
