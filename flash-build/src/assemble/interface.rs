//! Interface digests: what callers rely on, followed through the graph of types.

use std::collections::{BTreeMap, HashMap};

use flash::manifest::canonical;
use serde_json::{Map, Value, json};

use super::digest::hex_sha256;
use super::inventory::Sited;
use crate::record::{Function, TypeShape};

/// The derived types of a program by their names.
#[derive(Debug, Default)]
pub struct TypeGraph<'a> {
    shapes: HashMap<&'a str, &'a TypeShape>,
}

impl<'a> TypeGraph<'a> {
    /// The graph of the types in the records.
    #[must_use]
    pub fn of(types: &'a [Sited<TypeShape>]) -> Self {
        Self { shapes: types.iter().map(|shape| (shape.item.name.as_str(), &shape.item)).collect() }
    }

    /// The shape of a derived type.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&'a TypeShape> {
        self.shapes.get(name).copied()
    }

    /// Digest over the names and types of arguments, result and error.
    ///
    /// Derived types count by their form, not by their name: moving or renaming a struct changes nothing on the
    /// wire. They are numbered in the order of their first mention, so cycles need no care.
    #[must_use]
    pub fn digest(&self, function: &Function) -> String {
        let mut reached = Reached { graph: self, numbers: HashMap::new(), queue: Vec::new() };
        let args: Vec<Value> = function
            .args
            .iter()
            .map(|argument| {
                let written = text_if_unknown(&argument.type_name, &argument.text);
                json!([argument.name, reached.rewrite(&argument.type_name), written])
            })
            .collect();
        let result = reached.rewrite(&function.result_type);
        let error = reached.rewrite(&function.error_type);
        let unknown = [&function.result_type, &function.error_type].iter().any(|name| name.contains('~'));
        let returns = if unknown { json!(function.returns) } else { Value::Null };
        let mut shapes = Vec::new();
        while let Some(shape) = reached.queue.get(shapes.len()).copied() {
            shapes.push(form(shape, &mut reached));
        }
        let text = canonical(
            &json!({ "args": args, "result": result, "error": error, "returns": returns, "types": shapes }),
        );
        hex_sha256(text.as_bytes())
    }
}

/// Digest of a resource: those of all it executes, by wire name.
#[must_use]
pub fn resource_digest(functions: &BTreeMap<String, String>) -> String {
    hex_sha256(canonical(&json!(functions)).as_bytes())
}

fn text_if_unknown(type_name: &str, text: &str) -> Value {
    if type_name.contains('~') { json!(text) } else { Value::Null }
}

struct Reached<'g, 'a> {
    graph: &'g TypeGraph<'a>,
    numbers: HashMap<String, usize>,
    queue: Vec<&'a TypeShape>,
}

impl Reached<'_, '_> {
    /// A type name with every derived type in it replaced by its number.
    fn rewrite(&mut self, name: &str) -> String {
        let mut out = String::with_capacity(name.len());
        let mut rest = name;
        while let Some(first) = rest.chars().next() {
            let length = path_length(rest);
            if length == 0 {
                out.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            // An instance of a generic type has a record under its whole name, if it has one.
            let whole = length + arguments_length(&rest[length..]);
            let known = [whole, length].into_iter().find(|end| self.graph.shape(&rest[..*end]).is_some());
            let end = known.unwrap_or(length);
            match self.graph.shape(&rest[..end]) {
                Some(shape) => out.push_str(&format!("#{}", self.number(&rest[..end], shape))),
                None => out.push_str(&rest[..end]),
            }
            rest = &rest[end..];
        }
        out
    }
}

impl<'a> Reached<'_, 'a> {
    fn number(&mut self, name: &str, shape: &'a TypeShape) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.queue.len();
        self.queue.push(shape);
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

/// Length of the path at the beginning, `shop::model::User`; a single colon belongs to a map.
fn path_length(text: &str) -> usize {
    let mut end = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let step = if first.is_alphanumeric() || matches!(first, '_' | '#' | '!') {
            first.len_utf8()
        } else if rest.starts_with("::") && end > 0 {
            2
        } else {
            break;
        };
        end += step;
        rest = &text[end..];
    }
    end
}

/// Length of `<A,B>` at the beginning, 0 without.
fn arguments_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return if byte == b'>' { at + 1 } else { 0 };
        }
    }
    0
}

fn form(shape: &TypeShape, reached: &mut Reached<'_, '_>) -> Value {
    let mut types = shape.field_types.iter();
    let mut fields = |fields: &[crate::record::Field], reached: &mut Reached<'_, '_>| -> Vec<Value> {
        fields
            .iter()
            .zip(types.by_ref())
            .filter(|(field, _)| !field.skip)
            .map(|(field, name)| json!([field, reached.rewrite(name)]))
            .collect()
    };
    let mut form = Map::new();
    form.insert("shape".into(), json!(shape.shape));
    form.insert("fields".into(), fields(&shape.fields, reached).into());
    if let Some(variants) = &shape.variants {
        let variants: Vec<Value> = variants
            .iter()
            .map(|variant| json!([variant.name, variant.shape, fields(&variant.fields, reached)]))
            .collect();
        form.insert("variants".into(), variants.into());
    }
    form.insert("tagging".into(), json!([shape.tag, shape.content, shape.untagged, shape.transparent]));
    if shape.opaque {
        // Its own code decides what travels, so the name is all there is to compare.
        form.insert("opaque".into(), json!(shape.name));
    }
    Value::Object(form)
}
