//! Resources: legal names, declared once, of one kind, and with something to run.

use flash::manifest::ResourceType;

use super::routes::RESERVED;
use super::{Problem, Subject, resource_of};
use crate::assemble::{Inventory, MOTHERSHIP, Sited, Source, VARIABLE};
use crate::record::Function;
use crate::settings::{self, Settings};
use crate::source::Place;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Problem> {
    let Subject { inventory, settings, assembled, overrides, .. } = *subject;
    let mut problems = declared_twice(inventory);
    for (origin, set) in [("--set", &overrides.flags), (VARIABLE, &overrides.variable)] {
        let unknown = set.resource_names().into_iter().filter(|name| !assembled.resolved.contains_key(*name));
        problems.extend(unknown.map(|name| set_for_nothing(inventory, name, origin)));
    }
    for (name, resolved) in &assembled.resolved {
        let functions: Vec<&Sited<Function>> =
            inventory.functions.iter().filter(|function| resource_of(inventory, function) == name).collect();
        let places = mentions(inventory, settings, name);
        if !is_legal(name) {
            let problem =
                Problem::error("resource-name", format!("`{name}` can't be the name of a resource"));
            problems.push(with(problem, &places).help(
                "it becomes part of host and file names: use at most 63 of a-z, 0-9, `_` and `-`, beginning with a letter or digit",
            ));
        }
        if RESERVED.contains(&name.as_str()) {
            let problem =
                Problem::error("reserved-resource", format!("`{name}` can't be the name of a resource"));
            problems.push(with(problem, &places).help(format!(
                "behind one port its routes are under `/{name}/..`, and `/{name}` is the endpoint's own; choose another name"
            )));
        }
        if functions.is_empty() && name != MOTHERSHIP {
            problems.push(with(without_functions(inventory, name), &places));
        }
        let Some(kind) = &resolved.resource_type else { continue };
        match (&kind.value, &kind.source) {
            (ResourceType::Other(other), _) => problems.push(with(
                Problem::error("resource-type", format!("resource `{name}` has the unknown type `{other}`"))
                    .help("known are ServerlessResource and LoadBalancerSlsResource"),
                &places,
            )),
            _ if name == MOTHERSHIP => {}
            (ResourceType::LoadBalancer, source) => problems.extend(without_route(name, &functions, source)),
            (ResourceType::Serverless, source) => problems.extend(with_route(name, &functions, source)),
        }
    }
    problems.extend(unknown_near(subject));
    problems
}

fn is_legal(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.chars().all(letters)
}

fn with(mut problem: Problem, places: &[Place]) -> Problem {
    problem.places.extend(places.iter().cloned());
    problem
}

/// Where a resource is declared, or else where it is used first.
fn mentions(inventory: &Inventory, settings: &Settings, name: &str) -> Vec<Place> {
    let declared = inventory.resources.iter().find(|declared| declared.item.declared.name == name);
    let mut places: Vec<Place> =
        declared.map(|declared| declared.located.place.clone()).into_iter().collect();
    if let Some(line) = line_in_file(settings, name) {
        places.push(Place { file: settings::FILE_NAME.into(), line });
    }
    if places.is_empty() {
        let function = inventory.functions.iter().find(|function| resource_of(inventory, function) == name);
        let class = inventory.classes.iter().find(|class| class.item.resource == name);
        let place =
            class.map(|class| &class.located.place).or(function.map(|function| &function.located.place));
        places.extend(place.cloned());
    }
    places
}

fn line_in_file(settings: &Settings, name: &str) -> Option<u32> {
    let everywhere = settings.resources.get(name);
    let somewhere = settings.environments.values().filter_map(|environment| environment.resources.get(name));
    let lines = everywhere.into_iter().chain(somewhere).flat_map(|resource| resource.lines.values());
    u32::try_from(*lines.min()?).ok()
}

fn declared_twice(inventory: &Inventory) -> Vec<Problem> {
    let same = |pair: &[Sited<crate::record::ResourceDeclaration>]| match pair {
        [a, b] if a.item.declared.name == b.item.declared.name => Some(
            Problem::error(
                "duplicate-resource",
                format!("resource `{}` is declared twice", a.item.declared.name),
            )
            .at(&a.located.place)
            .at(&b.located.place)
            .help("remove one of the declarations"),
        ),
        _ => None,
    };
    inventory.resources.windows(2).filter_map(same).collect()
}

fn without_functions(inventory: &Inventory, name: &str) -> Problem {
    let problem =
        Problem::warning("unused-resource", format!("resource `{name}` is declared and has no function"));
    let add =
        format!("add `#[flash::remote(resource = \"{name}\")]` to a function, or remove the declaration");
    match meant(inventory, name) {
        Some(other) => problem.help(format!("did you mean `{other}`, which functions name? if not, {add}")),
        None => problem.help(add),
    }
}

fn set_for_nothing(inventory: &Inventory, name: &str, origin: &str) -> Problem {
    let problem = Problem::warning(
        "unused-resource",
        format!("resource `{name}` is set by {origin} and has no function"),
    );
    match meant(inventory, name) {
        Some(other) => problem.help(format!("did you mean `{other}`, which functions name?")),
        None => problem.help(format!("the resources with functions are {}", used(inventory).join(", "))),
    }
}

/// The resource that a setting without functions may have been meant for. A wrong number is a slip here:
/// nothing is there that differs from it on purpose.
fn meant<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a str> {
    let scored = used(inventory).into_iter().filter(|used| *used != name);
    let (distance, other) = scored.map(|used| (strsim::damerau_levenshtein(name, used), used)).min()?;
    (distance <= (name.len() / 4).clamp(1, 2)).then_some(other)
}

fn used(inventory: &Inventory) -> Vec<&str> {
    let functions = inventory.functions.iter().map(|function| resource_of(inventory, function));
    let mut names: Vec<&str> =
        functions.chain(inventory.classes.iter().map(|class| class.item.resource.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Functions whose resource nobody declared although one of nearly the same name is.
fn unknown_near(subject: &Subject<'_>) -> Vec<Problem> {
    let Subject { inventory, settings, .. } = *subject;
    let mut declared: Vec<&str> =
        inventory.resources.iter().map(|declared| declared.item.declared.name.as_str()).collect();
    declared.extend(settings.resource_names());
    let suspicious = |name: &&str| *name != MOTHERSHIP && !declared.contains(name);
    used(inventory)
        .into_iter()
        .filter(suspicious)
        .filter_map(|name| {
            let other = near(name, declared.iter().copied())?;
            let function =
                inventory.functions.iter().find(|function| resource_of(inventory, function) == name);
            let problem = Problem::warning(
                "unknown-resource",
                format!("resource `{name}` is declared nowhere, and `{other}` is"),
            );
            let problem =
                problem.help(format!("did you mean `resource = \"{other}\"`? if not, declare `{name}`"));
            Some(function.map_or(problem.clone(), |function| problem.at(&function.located.place)))
        })
        .collect()
}

/// The nearest name when it looks like a slip; `endpoint_1` and `endpoint_2` differ on purpose.
fn near<'a>(name: &str, others: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let scored = others.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let (distance, other) = scored.min()?;
    (distance <= (name.len() / 4).clamp(1, 2) && letters(name) != letters(other)).then_some(other)
}

fn without_route(name: &str, functions: &[&Sited<Function>], source: &Source) -> Vec<Problem> {
    let (with, without): (Vec<&Sited<Function>>, Vec<&Sited<Function>>) =
        functions.iter().partition(|function| function.item.method.is_some() || function.item.path.is_some());
    if let (Source::Functions, Some(first)) = (source, with.first()) {
        return without.first().map(|bare| {
            Problem::error(
                "mixed-resource",
                format!(
                    "resource `{name}` has `{}` with a route and `{}` without; it would be load-balanced and queue-based at once",
                    first.item.name, bare.item.name
                ),
            )
            .at(&bare.located.place)
            .at(&first.located.place)
            .help("give both a `method` and a `path`, or put one of them on another resource")
        }).into_iter().collect();
    }
    let missing = |function: &&Sited<Function>| {
        Problem::error(
            "no-route",
            format!(
                "`{}` has no route, and resource `{name}` is load-balanced ({source})",
                function.item.name
            ),
        )
        .at(&function.located.place)
        .help("add `method = \"POST\", path = \"/..\"` to its attribute, or put it on a queue-based resource")
    };
    without.iter().map(missing).collect()
}

fn with_route(name: &str, functions: &[&Sited<Function>], source: &Source) -> Vec<Problem> {
    let routed = functions.iter().filter(|function| function.item.path.is_some());
    routed
        .map(|function| {
            Problem::error(
                "route-on-queue",
                format!(
                    "`{}` has a route, and resource `{name}` is queue-based ({source})",
                    function.item.name
                ),
            )
            .at(&function.located.place)
            .help("remove `method` and `path`, or declare the resource as LoadBalancerSlsResource")
        })
        .collect()
}
