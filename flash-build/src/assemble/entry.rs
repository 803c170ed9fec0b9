//! Functions and classes as the manifest lists them.

use std::collections::BTreeMap;

use flash::manifest::{self, Method};

use super::interface::TypeGraph;
use super::inventory::{Inventory, Sited};
use crate::record::{Class, Function};

/// The name of the resource that everything belongs to which names none.
pub const MOTHERSHIP: &str = "mothership";

/// Resource -> its entries by name. Of two things of one name the first counts; the check reports both.
pub(super) fn entries(
    inventory: &Inventory,
    graph: &TypeGraph<'_>,
) -> BTreeMap<String, Vec<manifest::Function>> {
    let mut found: BTreeMap<String, Vec<manifest::Function>> = BTreeMap::new();
    let mut names = std::collections::BTreeSet::new();
    for class in &inventory.classes {
        if names.insert(class.item.name.as_str()) {
            found.entry(class.item.resource.clone()).or_default().push(of_class(class, inventory, graph));
        }
    }
    for function in inventory.functions.iter().filter(|function| function.item.class.is_none()) {
        if names.insert(function.item.name.as_str()) {
            found.entry(function.item.resource.clone()).or_default().push(of_function(function, graph));
        }
    }
    for functions in found.values_mut() {
        functions.sort_by(|a, b| a.name.cmp(&b.name));
    }
    found
}

fn of_function(sited: &Sited<Function>, graph: &TypeGraph<'_>) -> manifest::Function {
    let function = &sited.item;
    manifest::Function {
        name: function.name.clone(),
        module: sited.module.clone(),
        is_async: function.is_async,
        is_class: false,
        http_method: function.method.clone(),
        http_path: function.path.clone(),
        args: arguments(function),
        returns: Some(function.result_type.clone()),
        error: Some(function.error_type.clone()),
        interface_digest: Some(graph.digest(function)),
        timeout_ms: function.timeout_ms,
        idempotent: function.idempotent,
        doc: first_line(function.doc.as_deref()),
        file: Some(sited.located.in_package.clone()),
        line: Some(function.line),
        package: Some(sited.package.clone()),
        ..manifest::Function::default()
    }
}

fn of_class(sited: &Sited<Class>, inventory: &Inventory, graph: &TypeGraph<'_>) -> manifest::Function {
    let class = &sited.item;
    let mut methods: Vec<Method> = Vec::new();
    for method in inventory.methods(&class.name) {
        let name = method_name(&method.item.name);
        if methods.iter().all(|known| known.name != name) {
            methods.push(of_method(&method.item, name, graph));
        }
    }
    methods.sort_by(|a, b| a.name.cmp(&b.name));
    manifest::Function {
        name: class.name.clone(),
        module: sited.module.clone(),
        is_async: methods.iter().any(|method| method.is_async),
        is_class: true,
        methods,
        doc: first_line(class.doc.as_deref()),
        file: Some(sited.located.in_package.clone()),
        line: Some(class.line),
        package: Some(sited.package.clone()),
        ..manifest::Function::default()
    }
}

fn of_method(function: &Function, name: &str, graph: &TypeGraph<'_>) -> Method {
    Method {
        name: name.to_owned(),
        is_async: function.is_async,
        http_method: function.method.clone(),
        http_path: function.path.clone(),
        args: arguments(function),
        returns: Some(function.result_type.clone()),
        error: Some(function.error_type.clone()),
        interface_digest: Some(graph.digest(function)),
        timeout_ms: function.timeout_ms,
        idempotent: function.idempotent,
        doc: first_line(function.doc.as_deref()),
        line: Some(function.line),
        ..Method::default()
    }
}

/// `predict` of `Model.predict`.
fn method_name(wire: &str) -> &str {
    wire.rsplit_once('.').map_or(wire, |(_, method)| method)
}

fn arguments(function: &Function) -> Vec<manifest::Argument> {
    let argument = |argument: &crate::record::Argument| manifest::Argument {
        name: argument.name.clone(),
        type_name: argument.type_name.clone(),
        text: Some(argument.text.clone()),
    };
    function.args.iter().map(argument).collect()
}

fn first_line(doc: Option<&str>) -> Option<String> {
    doc?.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}
