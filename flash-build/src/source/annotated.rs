//! Which items carry `#[flash::remote]`, and whether `main` carries `#[flash::main]`.

use std::collections::HashMap;

use super::condition::{first_false, first_unsure};
use super::resolve::{Entity, Resolver, Want};
use super::syntax::Attribute;
use super::tree::{FunctionId, ModuleId};

/// The annotated items of all crates.
#[derive(Debug, Default)]
pub(super) struct Annotated {
    /// Wire names of remote functions and methods.
    pub(super) functions: HashMap<FunctionId, Remote>,
    /// Wire names of classes, by `impl` block.
    pub(super) classes: HashMap<usize, String>,
}

#[derive(Debug, Clone)]
pub(super) struct Remote {
    pub(super) name: String,
    pub(super) class: Option<String>,
    /// The condition that keeps the item or its attribute out of this build.
    pub(super) blocked: Option<String>,
    /// The condition of the attribute that seems to hold.
    pub(super) unsure: Option<String>,
}

/// An attribute that is the SDK's, and the condition that keeps it out.
fn find<'t>(
    resolver: &mut Resolver<'_>,
    scope: ModuleId,
    attributes: &'t [Attribute],
    wanted: &str,
) -> Option<(&'t Attribute, Option<String>)> {
    let krate = resolver.tree.modules[scope].krate;
    let mut out = None;
    for attribute in attributes {
        match resolver.resolve(scope, &attribute.path, Want::Macro) {
            Some(Entity::SdkItem(name)) if name == wanted => {
                match first_false(&attribute.conditions, &resolver.graph.crates[krate].sets) {
                    None => return Some((attribute, None)),
                    Some(condition) => out = Some((attribute, Some(condition.text().to_owned()))),
                }
            }
            _ => {}
        }
    }
    out
}

fn unsure(attribute: &Attribute) -> Option<String> {
    first_unsure(&attribute.conditions).map(|condition| condition.text().to_owned())
}

pub(super) fn is_main(resolver: &mut Resolver<'_>, function: FunctionId) -> bool {
    let (scope, item) =
        (resolver.tree.functions[function].module, resolver.tree.functions[function].item.clone());
    match &*item {
        super::syntax::Item::Function(syntax) => {
            find(resolver, scope, &syntax.attributes, "main").is_some_and(|(_, blocked)| blocked.is_none())
        }
        _ => false,
    }
}

pub(super) fn annotated(resolver: &mut Resolver<'_>) -> Annotated {
    let mut found = Annotated::default();
    let mut functions = 0;
    let mut blocks = 0;
    // Looking names up may parse further files, which add to the end.
    while functions < resolver.tree.functions.len() || blocks < resolver.tree.implementations.len() {
        while functions < resolver.tree.functions.len() {
            free(resolver, functions, &mut found);
            functions += 1;
        }
        while blocks < resolver.tree.implementations.len() {
            class(resolver, blocks, &mut found);
            blocks += 1;
        }
    }
    found
}

fn free(resolver: &mut Resolver<'_>, id: FunctionId, found: &mut Annotated) {
    let function = &resolver.tree.functions[id];
    let (scope, item, blocked) = (function.module, function.item.clone(), function.blocked.clone());
    let super::syntax::Item::Function(syntax) = &*item else {
        return;
    };
    let Some((attribute, off)) = find(resolver, scope, &syntax.attributes, "remote") else {
        return;
    };
    let name = attribute.name.clone().unwrap_or_else(|| syntax.name.clone());
    let unsure = unsure(attribute);
    found.functions.insert(id, Remote { name, class: None, blocked: blocked.or(off), unsure });
}

fn class(resolver: &mut Resolver<'_>, block: usize, found: &mut Annotated) {
    let implementation = &resolver.tree.implementations[block];
    let (scope, item) = (implementation.module, implementation.item.clone());
    let (blocked, methods) = (implementation.blocked.clone(), implementation.methods.clone());
    let super::syntax::Item::Impl(syntax) = &*item else {
        return;
    };
    if syntax.of_trait {
        return;
    }
    let Some((attribute, off)) = find(resolver, scope, &syntax.attributes, "remote") else {
        return;
    };
    let class = attribute.name.clone().unwrap_or_else(|| syntax.target.last().to_owned());
    let unsure = unsure(attribute);
    let off = blocked.or(off);
    if off.is_none() {
        found.classes.insert(block, class.clone());
    }
    for (id, method) in methods.iter().zip(&syntax.methods) {
        if !method.by_ref_self {
            continue;
        }
        // A method's own keys stand in a second attribute, which the outer one consumes.
        let own = method.attributes.iter().find(|attribute| attribute.path.last() == "remote");
        let name = own.and_then(|own| own.name.as_ref()).unwrap_or(&method.name);
        let blocked = off.clone().or_else(|| resolver.tree.functions[*id].blocked.clone());
        let remote = Remote {
            name: format!("{class}.{name}"),
            class: Some(class.clone()),
            blocked,
            unsure: unsure.clone(),
        };
        found.functions.insert(*id, remote);
    }
}
