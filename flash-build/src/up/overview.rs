//! What `up` shows once the program answers: endpoints, functions, routes, and a call to paste.

use std::collections::BTreeMap;
use std::path::Path;

use flash::manifest::{Argument, Manifest};

use crate::cli::{Table, quoted};

/// A function as callers of this session see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// Its resource.
    pub endpoint: String,
    /// Its wire name.
    pub function: String,
    /// `POST /count`, as it is reached through the door; empty without a route.
    pub route: String,
    /// `text: str`.
    pub arguments: String,
}

/// All functions, by endpoint and in the manifest's order.
#[must_use]
pub fn rows(manifest: &Manifest) -> Vec<Row> {
    let mut rows = Vec::new();
    for (endpoint, resource) in &manifest.resources {
        for (function, entry, method) in resource.callables() {
            let (args, verb, path) = match method {
                Some(method) => (&method.args, &method.http_method, &method.http_path),
                None => (&entry.args, &entry.http_method, &entry.http_path),
            };
            let route = match (verb, path) {
                (Some(verb), Some(path)) => route(manifest, endpoint, verb, path),
                _ => String::new(),
            };
            let arguments = args.iter().map(described).collect::<Vec<_>>().join(", ");
            rows.push(Row { endpoint: endpoint.clone(), function, route, arguments });
        }
    }
    rows
}

/// Behind one port a route is bare where no other resource has it.
fn route(manifest: &Manifest, endpoint: &str, verb: &str, path: &str) -> String {
    let key = format!("{verb} {path}");
    let alone = manifest.routes.iter().all(|(other, routes)| other == endpoint || !routes.contains_key(&key));
    if alone { key } else { format!("{verb} /{endpoint}{path}") }
}

fn described(argument: &Argument) -> String {
    let kind = match (argument.type_name.as_str(), &argument.text) {
        ("~", Some(text)) => text,
        (name, _) => name,
    };
    format!("{}: {kind}", argument.name)
}

/// The rows as a table; an endpoint is named once.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut table = Table::new(["endpoint", "function", "arguments", "route"]);
    let mut last = "";
    for Row { endpoint, function, route, arguments } in rows {
        let shown = if endpoint == last { String::new() } else { endpoint.clone() };
        last = endpoint;
        table.row([shown, function.clone(), arguments.clone(), route.clone()]);
    }
    table.render(2)
}

/// A call that can be pasted into a shell, of the first function whose arguments can be made up.
#[must_use]
pub fn curl(manifest: &Manifest, url: &str, key_file: &Path) -> Option<String> {
    let (function, body) = manifest.resources.values().flat_map(|resource| resource.callables()).find_map(
        |(name, entry, method)| Some((name, example(method.map_or(&entry.args, |method| &method.args))?)),
    )?;
    let key_file = key_file.display().to_string();
    Some(format!(
        "curl {url}/execute/{function} -H \"Authorization: Bearer $(cat {})\" -H 'content-type: application/json' -d {}",
        quoted(&key_file),
        quoted(&body)
    ))
}

/// Arguments that the function would take, if its types say enough.
fn example(args: &[Argument]) -> Option<String> {
    let values: Option<BTreeMap<usize, (String, String)>> = args
        .iter()
        .enumerate()
        .map(|(index, argument)| Some((index, (argument.name.clone(), value(&argument.type_name)?))))
        .collect();
    let fields: Vec<_> = values?.into_values().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    Some(format!("{{{}}}", fields.join(",")))
}

fn value(type_name: &str) -> Option<String> {
    let inner =
        |open: char, close: char| type_name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    Some(match type_name {
        "str" => "\"hello world\"".to_owned(),
        "char" => "\"a\"".to_owned(),
        "bool" => "true".to_owned(),
        "f32" | "f64" => "1.5".to_owned(),
        "()" => "null".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            "1".to_owned()
        }
        optional if optional.starts_with('?') => "null".to_owned(),
        map if map.starts_with('{') => "{}".to_owned(),
        _ => match inner('[', ']') {
            Some(item) if !item.contains(';') => format!("[{}]", value(item)?),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn manifest() -> Manifest {
        Manifest::parse(
            br#"{"version":"1.0","generated_at":"2026-01-12T10:30:00Z","project_name":"shop",
            "function_registry":{"look":"a","tokenize":"a","count":"b"},
            "resources":{
              "a":{"resource_type":"ServerlessResource","handler_file":"handler_a","functions":[
                {"name":"look","module":"s","is_async":true,"is_class":false,
                 "args":[{"name":"at","type":"~","text":"Picture"}]},
                {"name":"tokenize","module":"s","is_async":true,"is_class":false,"http_method":"POST","http_path":"/x",
                 "args":[{"name":"text","type":"str"},{"name":"n","type":"[u8]"}]}]},
              "b":{"resource_type":"LoadBalancerSlsResource","handler_file":"handler_b","functions":[
                {"name":"count","module":"s","is_async":true,"is_class":false,"http_method":"POST","http_path":"/x"}]}},
            "routes":{"a":{"POST /x":"tokenize"},"b":{"POST /x":"count"}}}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_table_has_a_line_per_function() {
        let expected = "  endpoint  function  arguments           route\n  \
             a         look      at: Picture\n  \
             \x20         tokenize  text: str, n: [u8]  POST /a/x\n  \
             b         count                         POST /b/x\n";
        let text = anstream::adapter::strip_str(&table(&rows(&manifest()))).to_string();
        assert_eq!(text, expected);
    }

    #[test]
    fn a_route_of_its_own_is_bare() {
        let mut manifest = manifest();
        manifest.routes.remove("a");
        assert_eq!(rows(&manifest)[2].route, "POST /x");
    }

    #[test]
    fn the_call_to_paste_has_arguments_that_fit() {
        let text = curl(&manifest(), "http://127.0.0.1:1", Path::new(".flash/up.key")).unwrap();
        assert!(text.starts_with("curl http://127.0.0.1:1/execute/tokenize "), "{text}");
        assert!(text.contains("$(cat .flash/up.key)"), "{text}");
        assert!(text.ends_with("-d '{\"text\":\"hello world\",\"n\":[1]}'"), "{text}");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
