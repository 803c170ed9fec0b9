//! Interface digests: what callers rely on, followed through the graph of types.

use std::collections::{BTreeMap, HashMap};

use flash::manifest::canonical;
use serde_json::{Map, Value, json};

use super::digest::hex_sha256;
use super::inventory::Sited;
use crate::record::{Field, Function, TypeShape, Variant};

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

    /// The shape of a derived type in use, and the types of its fields with its parameters filled in.
    #[must_use]
    pub fn form_of(&self, name: &str) -> Option<(&'a TypeShape, Vec<String>)> {
        let path = path_length(name);
        let instance = self.instance(&name[..path], &name[path..])?;
        let types = instance.shape.field_types.iter().map(|field| instance.fill(field)).collect();
        Some((instance.shape, types))
    }

    /// The use of a derived type: `path` and `<..>` as they stand in a name. A generic type has one record, in which
    /// `$0`, `$1`, .. stand for its parameters.
    fn instance(&self, path: &str, written: &str) -> Option<Instance<'a>> {
        if let Some(shape) = self.shape(&format!("{path}{written}")) {
            return Some(Instance { shape, arguments: Vec::new() });
        }
        let arguments = arguments(written);
        let marks: Vec<String> = (0..arguments.len()).map(|index| format!("${index}")).collect();
        let shape = self.shape(&format!("{path}<{}>", marks.join(",")))?;
        Some(Instance { shape, arguments })
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
        while let Some(instance) = reached.queue.get(shapes.len()).cloned() {
            shapes.push(form(&instance, &mut reached));
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

/// A type in use: its shape, and what its parameters stand for.
#[derive(Clone)]
struct Instance<'a> {
    shape: &'a TypeShape,
    arguments: Vec<String>,
}

struct Reached<'g, 'a> {
    graph: &'g TypeGraph<'a>,
    numbers: HashMap<String, usize>,
    queue: Vec<Instance<'a>>,
}

impl<'a> Reached<'_, 'a> {
    /// A type name with every derived type in it replaced by its number.
    fn rewrite(&mut self, name: &str) -> String {
        let mut out = String::with_capacity(name.len());
        let mut rest = name;
        while let Some(first) = rest.chars().next() {
            let path = path_length(rest);
            if path == 0 {
                out.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let whole = path + arguments_length(&rest[path..]);
            if let Some(instance) = self.graph.instance(&rest[..path], &rest[path..whole]) {
                match self.number(&rest[..whole], instance) {
                    Some(number) => out.push_str(&format!("#{number}")),
                    None => out.push_str(&rest[..whole]),
                }
                rest = &rest[whole..];
            } else {
                out.push_str(&rest[..path]);
                rest = &rest[path..];
            }
        }
        out
    }

    fn number(&mut self, name: &str, instance: Instance<'a>) -> Option<usize> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        // A type that contains itself with ever larger parameters has no end.
        if self.queue.len() >= MAX_TYPES || name.len() > MAX_NAME {
            return None;
        }
        let number = self.queue.len();
        self.queue.push(instance);
        self.numbers.insert(name.to_owned(), number);
        Some(number)
    }
}

/// More types than any interface has.
const MAX_TYPES: usize = 4096;
/// Longer than the compiler's side writes a name.
const MAX_NAME: usize = 4096;

impl Instance<'_> {
    /// A field's type with `$0`, `$1`, .. replaced.
    fn fill(&self, name: &str) -> String {
        let mut out = String::with_capacity(name.len());
        let mut parts = name.split('$');
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let argument = part[..digits].parse().ok().and_then(|index: usize| self.arguments.get(index));
            out.push_str(argument.map_or("~", String::as_str));
            out.push_str(&part[digits..]);
            if out.len() > MAX_NAME {
                break;
            }
        }
        out
    }
}

/// `A` and `[B]` of `<A,[B]>`.
fn arguments(text: &str) -> Vec<String> {
    let Some(inner) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return Vec::new();
    };
    let mut found = vec![String::new()];
    let mut depth = 0_usize;
    for c in inner.chars() {
        match c {
            '<' | '(' | '[' | '{' => depth += 1,
            '>' | ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found
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

fn form(instance: &Instance<'_>, reached: &mut Reached<'_, '_>) -> Value {
    let shape = instance.shape;
    let mut types = shape.field_types.iter();
    let mut fields = |fields: &[Field], reached: &mut Reached<'_, '_>| -> Vec<Value> {
        fields
            .iter()
            .zip(types.by_ref())
            .filter(|(field, _)| !field.skip)
            .map(|(field, name)| json!([field, reached.rewrite(&instance.fill(name))]))
            .collect()
    };
    let mut form = Map::new();
    form.insert("shape".into(), json!(shape.shape));
    form.insert("fields".into(), fields(&shape.fields, reached).into());
    if let Some(variants) = &shape.variants {
        let variant = |variant: &Variant| {
            json!([variant.name, variant.shape, variant.opaque, fields(&variant.fields, reached)])
        };
        form.insert("variants".into(), variants.iter().map(variant).collect());
    }
    form.insert("tagging".into(), json!([shape.tag, shape.content, shape.untagged, shape.transparent]));
    if shape.opaque {
        // Its own code decides what travels, so the name is all there is to compare.
        form.insert("opaque".into(), json!([shape.name, instance.arguments]));
    }
    Value::Object(form)
}
