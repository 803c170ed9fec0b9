//! Whether a route can carry the arguments of its function.

use super::Problem;
use super::routes::parameters;
use crate::assemble::{Inventory, Sited, TypeGraph};
use crate::record::{Argument, Function, Shape, TypeShape};

/// What a path segment or a query parameter can hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carried {
    /// One value.
    Scalar,
    /// Several values, or none.
    Several,
    /// Only a body holds it.
    Body,
    /// The type isn't known.
    Unknown,
}

pub(super) fn check(inventory: &Inventory) -> Vec<Problem> {
    let graph = TypeGraph::of(&inventory.types);
    let routed = inventory.functions.iter().filter_map(|function| {
        let (method, path) = (function.item.method.as_deref()?, function.item.path.as_deref()?);
        Some((function, method, parameters(path).ok()?))
    });
    routed.flat_map(|(function, method, in_path)| of_function(function, method, &in_path, &graph)).collect()
}

fn of_function(
    function: &Sited<Function>,
    method: &str,
    in_path: &[&str],
    graph: &TypeGraph<'_>,
) -> Vec<Problem> {
    let without_body = matches!(method, "GET" | "DELETE");
    let judge = |argument: &Argument| {
        let carried = carried(&argument.type_name, graph);
        let Argument { name, text, .. } = argument;
        let of = &function.item.name;
        let problem = if in_path.contains(&name.as_str()) {
            match carried {
                Carried::Several | Carried::Body => Problem::error(
                    "path-type",
                    format!("argument `{name}: {text}` of `{of}` can't stand in a path, which holds a single value"),
                )
                .help(format!("take `{{{name}}}` out of the path, or give the argument a number or a text as its type")),
                Carried::Scalar | Carried::Unknown => return None,
            }
        } else if without_body {
            match carried {
                Carried::Body => Problem::error(
                    "no-body",
                    format!("argument `{name}: {text}` of `{of}` needs a body, and {method} has none"),
                )
                .help("use `method = \"POST\"`"),
                Carried::Unknown => Problem::warning(
                    "unknown-type",
                    format!("whether argument `{name}: {text}` of `{of}` fits into the query of a {method} can't be seen"),
                )
                .help("derive `flash::Type` for it, or use `method = \"POST\"`"),
                Carried::Scalar | Carried::Several => return None,
            }
        } else {
            return None;
        };
        Some(problem.at(&function.located.place))
    };
    function.item.args.iter().filter_map(judge).collect()
}

/// Types nest no deeper than this in what a path or a query holds.
const MAX_DEPTH: usize = 16;

fn carried(type_name: &str, graph: &TypeGraph<'_>) -> Carried {
    carried_within(type_name, graph, MAX_DEPTH)
}

fn carried_within(type_name: &str, graph: &TypeGraph<'_>, depth: usize) -> Carried {
    let Some(depth) = depth.checked_sub(1) else { return Carried::Unknown };
    if let Some(inner) = type_name.strip_prefix('?') {
        return several(carried_within(inner, graph, depth));
    }
    if let Some(inner) = type_name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let element = inner.rsplit_once(';').map_or(inner, |(element, _)| element);
        return match carried_within(element, graph, depth) {
            // A list of lists has no form in a query.
            Carried::Several if !element.starts_with('?') => Carried::Body,
            other => several(other),
        };
    }
    match type_name {
        // Any JSON value may be a number or a text.
        "bool" | "char" | "str" | "f32" | "f64" | "json" => return Carried::Scalar,
        // Nothing but its own absence could be sent.
        "()" => return Carried::Several,
        "bytes" | "blob" => return Carried::Body,
        unknown if unknown.contains('~') => return Carried::Unknown,
        compound if compound.starts_with(['{', '(']) => return Carried::Body,
        _ => {}
    }
    // `u8!0` is a number other than zero.
    let number = type_name.strip_suffix("!0").unwrap_or(type_name);
    let digits = number.strip_prefix(['u', 'i']).unwrap_or_default();
    if matches!(digits, "8" | "16" | "32" | "64" | "128" | "size") {
        return Carried::Scalar;
    }
    match graph.form_of(type_name) {
        Some((shape, types)) => derived(shape, &types, graph, depth),
        None if type_name.starts_with("std::") => Carried::Body,
        None => Carried::Unknown,
    }
}

fn several(inner: Carried) -> Carried {
    if inner == Carried::Scalar { Carried::Several } else { inner }
}

/// What a derived type is on the wire: its only field, a word, or an object.
fn derived(shape: &TypeShape, types: &[String], graph: &TypeGraph<'_>, depth: usize) -> Carried {
    let Some(variants) = &shape.variants else {
        let mut fields = shape.fields.iter().zip(types).filter(|(field, _)| !field.skip);
        return match (fields.next(), fields.next()) {
            _ if shape.opaque => Carried::Unknown,
            (Some((field, _)), None) if field.opaque => Carried::Unknown,
            (Some((_, only)), None) if shape.transparent || shape.shape == Shape::Newtype => {
                carried_within(only, graph, depth)
            }
            _ => Carried::Body,
        };
    };
    if shape.opaque || shape.untagged {
        return Carried::Unknown;
    }
    // An enum without data is a word on the wire.
    let words = shape.tag.is_none() && variants.iter().all(|variant| variant.shape == Shape::Unit);
    if words { Carried::Scalar } else { Carried::Body }
}
