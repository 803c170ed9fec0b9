//! What a document may cost.
//!
//! The library's checks walk into brackets, and into a fragment at every use of it, before they know what it costs. Both are
//! bounded here first, so that no document ends the process or occupies it.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet};
use serde_json::Value;

const MAX_QUERY_BYTES: usize = 256 * 1024;
const MAX_NESTING: usize = 64;
const MAX_FRAGMENTS: usize = 64;
/// Fields after all fragments are put in place.
const MAX_FIELDS: usize = 5000;
/// A value takes fifty times its bytes in memory; a manifest with a thousand functions has some ten thousand.
pub(super) const MAX_VALUES: usize = 500_000;

/// Values in a JSON document, or a few more: what stands between commas, outside of texts.
pub(super) fn values(json: &[u8]) -> usize {
    let (mut count, mut inside, mut escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b',' if !inside => count += 1,
            _ => {}
        }
    }
    count
}

/// Checks what can be seen without parsing.
pub(super) fn text(query: &str, variables: &Value) -> Result<(), String> {
    if query.len() > MAX_QUERY_BYTES {
        return Err(format!(
            "the query has {} bytes, more than the limit of {MAX_QUERY_BYTES}; send large values as variables",
            query.len()
        ));
    }
    if nesting(query) > MAX_NESTING {
        return Err(format!("the query is nested more than {MAX_NESTING} levels deep"));
    }
    // PostgreSQL can't store it, and no name or value of ours has one.
    if query.contains('\0') || query.contains("\\u0000") || has_nul(variables) {
        return Err("the request has a NUL character in a text".into());
    }
    Ok(())
}

/// Checks what a parsed document amounts to.
pub(super) fn size(document: &ExecutableDocument) -> Result<(), String> {
    if document.fragments.len() > MAX_FRAGMENTS {
        return Err(format!("the query has more than {MAX_FRAGMENTS} fragments"));
    }
    let mut sizes = Sizes { fragments: &document.fragments, known: HashMap::new(), open: Vec::new() };
    for (_, operation) in document.operations.iter() {
        if sizes.of(&operation.node.selection_set.node)? > MAX_FIELDS {
            return Err(format!("the query has more than {MAX_FIELDS} fields"));
        }
    }
    // Fragments that nobody uses are walked by the library's checks all the same.
    for name in document.fragments.keys() {
        if sizes.of_fragment(name)? > MAX_FIELDS {
            return Err(format!("the query has more than {MAX_FIELDS} fields"));
        }
    }
    Ok(())
}

/// The number of fields of every fragment, computed once: put in place naively, thirty fragments that each use the next
/// one twice are a billion fields.
struct Sizes<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<&'a str, usize>,
    open: Vec<&'a str>,
}

impl<'a> Sizes<'a> {
    fn of(&mut self, set: &'a SelectionSet) -> Result<usize, String> {
        let mut total = 0_usize;
        for selection in &set.items {
            let size = match &selection.node {
                Selection::Field(field) => 1 + self.of(&field.node.selection_set.node)?,
                Selection::InlineFragment(inline) => 1 + self.of(&inline.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => 1 + self.of_fragment(&spread.node.fragment_name.node)?,
            };
            total = total.saturating_add(size);
        }
        Ok(total)
    }

    fn of_fragment(&mut self, name: &str) -> Result<usize, String> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        // An unknown one is the library's to report.
        let Some((name, fragment)) = self.fragments.get_key_value(name) else { return Ok(0) };
        if self.open.contains(&name.as_str()) {
            return Err(format!("fragment `{name}` includes itself"));
        }
        self.open.push(name);
        let size = self.of(&fragment.node.selection_set.node)?.min(usize::MAX / 2);
        self.open.pop();
        self.known.insert(name, size);
        Ok(size)
    }
}

/// The deepest nesting of brackets outside of texts and comments.
fn nesting(query: &str) -> usize {
    let bytes = query.as_bytes();
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => {
                at +=
                    bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
            }
            b'"' => at = end_of_text(bytes, at),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// The last byte of the text that begins here; the end of the query when it is never closed.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let block = bytes[start..].starts_with(b"\"\"\"");
    let mut at = start + if block { 3 } else { 1 };
    while at < bytes.len() {
        let rest = &bytes[at..];
        if block && rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if block && rest.starts_with(b"\"\"\"") {
            return at + 2;
        } else if !block && rest[0] == b'\\' {
            at += 2;
        } else if !block && matches!(rest[0], b'"' | b'\n' | b'\r') {
            return at;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// The body's own parser bounds the depth of this.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(object) => object.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_count_outside_of_texts_only() {
        assert_eq!(values(br#"{"a": [0, 1, 2], "b": "x, y\", z", "c": {}}"#), 5);
        assert_eq!(values(b""), 1);
    }

    #[test]
    fn brackets_count_outside_of_texts_only() {
        assert_eq!(nesting("{a(b: [[1]]) {c}}"), 4);
        assert_eq!(nesting(r#"{a(b: "[[[[\"[[") }"#), 2);
        assert_eq!(nesting("{a(b: \"\"\"[[ \\\"\"\" [[\"\"\") # [[[[\n {c}}"), 2);
        assert_eq!(nesting("\"[[[["), 0);
        assert_eq!(nesting("\"\"\"[[[["), 0);
        assert_eq!(nesting("]]]{"), 1);
        // A text can't go over a line's end, so what follows counts.
        assert_eq!(nesting("\"\n[[["), 3);
    }

    fn checked(query: &str) -> Result<(), String> {
        text(query, &Value::Null)?;
        size(&async_graphql::parser::parse_query(query).map_err(|error| error.to_string())?)
    }

    #[test]
    fn fragments_can_not_multiply() {
        let bomb: String =
            (0..30).map(|n| format!("fragment f{n} on Query {{ ...f{0} ...f{0} }} ", n + 1)).collect();
        let error = checked(&format!("{{ ...f0 }} {bomb} fragment f30 on Query {{ a b c d e }}"));
        assert!(error.as_ref().is_err_and(|text| text.contains("more than 5000 fields")), "{error:?}");
        let error = checked("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }");
        assert!(error.as_ref().is_err_and(|text| text.contains("includes itself")), "{error:?}");
        let many: String = (0..65).map(|n| format!("fragment f{n} on Query {{ a }} ")).collect();
        assert!(checked(&format!("{{ a }} {many}")).is_err());
        assert_eq!(checked("{ ...a } fragment a on Query { b { c } }"), Ok(()));
    }

    #[test]
    fn nesting_is_refused_before_the_parser_sees_it() {
        for query in [format!("{{a(b: {})}}", "[".repeat(100_000)), "{a".repeat(100_000), "[".repeat(200_000)]
        {
            assert!(checked(&query).is_err_and(|text| text.contains("64 levels")));
        }
        assert!(checked(&format!("{{{}}}", "a ".repeat(200_000))).is_err_and(|text| text.contains("bytes")));
        assert!(checked("{a(b: \"\\u0000\")}").is_err_and(|text| text.contains("NUL")));
    }
}
