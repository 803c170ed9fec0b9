//! One text for one meaning: what digests are computed over.

use std::fmt::Write;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Function, Manifest, Method, Resource};

/// JSON in the form that Python's `json.dumps(value, sort_keys=True)` writes: keys sorted, `, ` and `: ` between, all
/// but printable ASCII escaped, floats as Python shows them. The State Manager's other clients hash this form, so equal
/// documents have equal digests whoever computes them.
///
/// ```
/// let value = serde_json::json!({"b": [1, 2.5, null], "a": "x\n\u{e9}"});
/// assert_eq!(flash::manifest::canonical(&value), r#"{"a": "x\n\u00e9", "b": [1, 2.5, null]}"#);
/// ```
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

/// `serde_json` keeps keys as they come when any crate of the build wants that, so its order isn't relied on.
fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<(&String, &Value)> = object.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write_string(text, key);
                text.push_str(": ");
                write_value(text, value);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                write_value(text, item);
            }
            text.push(']');
        }
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => write_float(text, float),
            // Writing to a `String` can't fail.
            None => drop(write!(text, "{number}")),
        },
        Value::Null | Value::Bool(_) => drop(write!(text, "{value}")),
        Value::String(string) => write_string(text, string),
    }
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

/// The shortest digits that read back the same, as in Rust; the exponent shows below 1e-4 and from 1e16 on.
fn write_float(text: &mut String, float: f64) {
    let shortest = format!("{float:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let _ = write!(text, "{float:?}");
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(text, "{digits}e{sign}{:02}", exponent.abs());
    }
}

impl Manifest {
    /// The document as it is written to a file: indented, objects sorted, a line feed at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::pretty(&mut bytes);
        // No map with other keys than text, and no writer that could fail.
        let _ = self.serialize(&mut serializer);
        bytes.push(b'\n');
        String::from_utf8(bytes).unwrap_or_default()
    }
}

impl Resource {
    /// What is declared of a resource, as the text under `config_hash`: type, configuration and functions without
    /// their types. Nothing that is derived from it and nothing that a deployment adds.
    #[must_use]
    pub fn declared(&self) -> String {
        let mut functions: Vec<&Function> = self.functions.iter().collect();
        functions.sort_unstable_by_key(|function| &function.name);
        let functions: Vec<Value> = functions.into_iter().map(function).collect();
        canonical(&json!({
            "resource_type": self.resource_type,
            "public": self.public,
            "config": self.config,
            "functions": functions,
        }))
    }
}

fn function(function: &Function) -> Value {
    let mut methods: Vec<&Method> = function.methods.iter().collect();
    methods.sort_unstable_by_key(|method| &method.name);
    let methods: Vec<Value> = methods.into_iter().map(method).collect();
    let mut entry = Map::from_iter([
        ("name".to_owned(), json!(function.name)),
        ("module".to_owned(), json!(function.module)),
        ("is_async".to_owned(), json!(function.is_async)),
        ("is_class".to_owned(), json!(function.is_class)),
        ("idempotent".to_owned(), json!(function.idempotent)),
    ]);
    let route = (&function.http_method, &function.http_path);
    optional(&mut entry, route, function.timeout_ms);
    if function.is_class {
        entry.insert("methods".to_owned(), Value::Array(methods));
    }
    Value::Object(entry)
}

fn method(method: &Method) -> Value {
    let mut entry = Map::from_iter([
        ("name".to_owned(), json!(method.name)),
        ("is_async".to_owned(), json!(method.is_async)),
        ("idempotent".to_owned(), json!(method.idempotent)),
    ]);
    optional(&mut entry, (&method.http_method, &method.http_path), method.timeout_ms);
    Value::Object(entry)
}

fn optional(
    entry: &mut Map<String, Value>,
    route: (&Option<String>, &Option<String>),
    timeout_ms: Option<u64>,
) {
    if let (Some(method), Some(path)) = route {
        entry.insert("http_method".to_owned(), json!(method));
        entry.insert("http_path".to_owned(), json!(path));
    }
    if let Some(timeout) = timeout_ms {
        entry.insert("timeout_ms".to_owned(), json!(timeout));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::manifest::ResourceType;

    fn resource() -> Resource {
        Resource {
            resource_type: ResourceType::Serverless,
            handler_file: "handler_a".into(),
            functions: vec![Function { name: "b".into(), ..Function::default() }, Function::default()],
            config: Map::new(),
            public: false,
            interface_digest: None,
            config_hash: None,
            endpoint_url: None,
            status: None,
            extra: Map::new(),
        }
    }

    #[test]
    fn state_and_derived_fields_leave_the_declaration_alone() {
        let plain = resource().declared();
        let mut other = resource();
        other.functions.reverse();
        other.interface_digest = Some("x".into());
        other.config_hash = Some("x".into());
        other.endpoint_url = Some("x".into());
        other.functions[0].doc = Some("x".into());
        other.functions[0].line = Some(3);
        assert_eq!(plain, other.declared());
        other.config.insert("workersMax".into(), json!(2));
        assert_ne!(plain, other.declared());
    }

    #[test]
    fn as_python_writes_it() {
        let value = json!([
            1e-5, 0.0001, 1.5e-7, 1e15, 1e16, 1.25e22, 1e300, -0.0, 2.0, 0.1, 123456789.125, 5e-324, 1e100, -1e-10,
            u64::MAX, i64::MIN, 0, "\u{7f}\u{8}\u{c}\u{1}\"\\/ \u{1f600}~", {"\u{e9}": 1, "z": 2, "Z": 3}, [], {}, true,
        ]);
        // Printed by Python 3.11.
        let expected = r#"[1e-05, 0.0001, 1.5e-07, 1000000000000000.0, 1e+16, 1.25e+22, 1e+300, -0.0, 2.0, 0.1, 123456789.125, 5e-324, 1e+100, -1e-10, 18446744073709551615, -9223372036854775808, 0, "\u007f\b\f\u0001\"\\/ \ud83d\ude00~", {"Z": 3, "z": 2, "\u00e9": 1}, [], {}, true]"#;
        assert_eq!(canonical(&value), expected);
    }

    #[test]
    fn written_document_is_read_back() {
        let text = r#"{"version":"1.0","generated_at":"","project_name":"p","function_registry":{},"resources":{},"future":1}"#;
        let manifest = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(Manifest::parse(manifest.to_json().as_bytes()).unwrap(), manifest);
        assert!(manifest.to_json().contains("\"future\": 1"));
    }
}
