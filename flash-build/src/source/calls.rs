//! Which remote function calls which, directly or through plain functions.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use flash::manifest::CallEdge;

use super::annotated::Annotated;
use super::body::REMOTE_SUFFIX;
use super::resolve::{Entity, Resolver, Want};
use super::syntax::{Call, CallKind};
use super::tree::{FunctionId, syntax_of};
use super::{Place, SeenCall};

/// Functions looked into from one remote function.
const MAX_FUNCTIONS: usize = 10_000;

/// Where a call leads.
#[derive(Debug)]
enum Step {
    /// To a remote function.
    Remote { to: String, resolved: bool, file: usize, line: u32 },
    /// Into a plain function, or a method of an instance at hand, which runs here.
    Into(FunctionId),
}

pub(super) fn calls(
    resolver: &mut Resolver<'_>,
    annotated: &Annotated,
    place: impl Fn(&super::files::Files, usize, u32) -> Place,
) -> Vec<SeenCall> {
    let idents: HashSet<String> = annotated
        .functions
        .iter()
        .filter(|(_, remote)| remote.class.is_none())
        .filter_map(|(id, _)| Some(resolver.tree.functions[*id].syntax()?.name.clone()))
        .collect();
    let mut roots: Vec<FunctionId> = annotated
        .functions
        .iter()
        .filter(|(_, remote)| remote.blocked.is_none())
        .map(|(id, _)| *id)
        .collect();
    roots.sort_unstable();
    let mut known: HashMap<FunctionId, Rc<[Step]>> = HashMap::new();
    let mut found = BTreeSet::new();
    for root in roots {
        let mut seen = HashSet::from([root]);
        let mut next = vec![root];
        while let Some(function) = next.pop() {
            let steps = match known.get(&function) {
                Some(steps) => Rc::clone(steps),
                None => {
                    let steps: Rc<[Step]> = steps(resolver, annotated, &idents, function).into();
                    known.insert(function, Rc::clone(&steps));
                    steps
                }
            };
            for step in steps.iter() {
                match step {
                    Step::Remote { to, resolved, file, line } => {
                        let from = annotated.functions[&root].name.clone();
                        let edge = CallEdge { from, to: to.clone(), resolved: *resolved };
                        found.insert(SeenCall { edge, place: place(&resolver.tree.files, *file, *line) });
                    }
                    Step::Into(callee) if seen.len() < MAX_FUNCTIONS => {
                        if seen.insert(*callee) {
                            next.push(*callee);
                        }
                    }
                    Step::Into(_) => {}
                }
            }
        }
    }
    found.into_iter().collect()
}

fn steps(
    resolver: &mut Resolver<'_>,
    annotated: &Annotated,
    idents: &HashSet<String>,
    function: FunctionId,
) -> Vec<Step> {
    let found = &resolver.tree.functions[function];
    let (item, method) = (found.item.clone(), found.method);
    let Some(syntax) = syntax_of(&item, method) else {
        return Vec::new();
    };
    syntax.calls.iter().filter_map(|call| step(resolver, annotated, idents, function, call)).collect()
}

fn step(
    resolver: &mut Resolver<'_>,
    annotated: &Annotated,
    idents: &HashSet<String>,
    within: FunctionId,
    call: &Call,
) -> Option<Step> {
    let file = resolver.tree.functions[within].file;
    let remote = |to: String, resolved: bool| Some(Step::Remote { to, resolved, file, line: call.line });
    match &call.kind {
        CallKind::Path => match resolve_in(resolver, within, call, Want::Value) {
            Some(Entity::Function(id)) => match annotated.functions.get(&id) {
                Some(found) if found.class.is_none() => remote(found.name.clone(), true),
                _ => Some(Step::Into(id)),
            },
            Some(_) => None,
            None => idents.contains(call.path.last()).then(|| remote(call.path.to_string(), false))?,
        },
        CallKind::Remote(method) => {
            let class = match resolve_in(resolver, within, call, Want::Place) {
                Some(Entity::Type(module, name)) => Some((module, name)),
                Some(_) => return None,
                None => None,
            };
            let known = class.and_then(|(module, name)| {
                let mut of = |name: &str| {
                    let method = resolver.method(module, name, method)?;
                    annotated.functions.get(&method)
                };
                of(&name).or_else(|| of(name.strip_suffix(REMOTE_SUFFIX)?))
            });
            match known {
                Some(found) => remote(found.name.clone(), true),
                None => {
                    let looks_so = annotated.classes.values().any(|class| class == call.path.last());
                    looks_so.then(|| remote(format!("{}.{method}", call.path), false))?
                }
            }
        }
        CallKind::OnSelf(method) => {
            let block = resolver.tree.functions[within].implementation?;
            let (module, name) = resolver.type_of(block)?;
            resolver.method(module, &name, method).map(Step::Into)
        }
    }
}

/// `Self` is the type of the `impl` block that a function is in.
fn resolve_in(resolver: &mut Resolver<'_>, within: FunctionId, call: &Call, want: Want) -> Option<Entity> {
    let scope = resolver.tree.functions[within].scope;
    if call.path.absolute || call.path.segments.first().is_none_or(|first| first != "Self") {
        return resolver.resolve(scope, &call.path, want);
    }
    let block = resolver.tree.functions[within].implementation?;
    let (module, name) = resolver.type_of(block)?;
    match &call.path.segments[1..] {
        [] => Some(Entity::Type(module, name)),
        [method] => resolver.method(module, &name, method).map(Entity::Function),
        _ => None,
    }
}
