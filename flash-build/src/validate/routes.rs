//! Routes: legal, not reserved, and each leading to one function.

use std::collections::{BTreeMap, HashMap, HashSet};

use matchit::{InsertError, Router};

use super::{Problem, resource_of};
use crate::assemble::{Inventory, Sited};
use crate::record::Function;

/// Methods that a route may have; HEAD and OPTIONS are the server's own.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];
/// First segments that belong to every endpoint or to the queue API.
pub(super) const RESERVED: [&str; 12] = [
    "ping",
    "manifest",
    "execute",
    "run",
    "runsync",
    "status",
    "stream",
    "cancel",
    "retry",
    "health",
    "requests",
    "purge-queue",
];

pub(super) fn check(inventory: &Inventory) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut sound = Vec::new();
    for function in &inventory.functions {
        match (&function.item.method, &function.item.path) {
            (None, None) => {}
            (Some(method), Some(path)) => match fault(function, method, path) {
                Some(problem) => problems.push(problem),
                None => {
                    sound.push((resource_of(inventory, function), function, method.as_str(), path.as_str()));
                }
            },
            (method, _) => {
                let (has, lacks) = if method.is_some() { ("method", "path") } else { ("path", "method") };
                problems.push(
                    Problem::error(
                        "half-route",
                        format!("`{}` has a `{has}` and no `{lacks}`", function.item.name),
                    )
                    .at(&function.located.place)
                    .help(format!("add `{lacks} = \"..\"`, or remove `{has}`")),
                );
            }
        }
    }
    problems.extend(conflicts(&sound));
    problems.extend(bare_collisions(&sound));
    problems
}

type Route<'a> = (&'a str, &'a Sited<Function>, &'a str, &'a str);

/// The first thing that is wrong with a route by itself.
fn fault(function: &Sited<Function>, method: &str, path: &str) -> Option<Problem> {
    let name = &function.item.name;
    let error = |code, message: String, help: String| {
        Some(Problem::error(code, message).at(&function.located.place).help(help))
    };
    if !METHODS.contains(&method) {
        let upper = method.to_ascii_uppercase();
        let help = if METHODS.contains(&upper.as_str()) {
            format!("write `method = \"{upper}\"`")
        } else {
            format!("known are {}", METHODS.join(", "))
        };
        return error("route-method", format!("`{name}` has the unknown method `{method}`"), help);
    }
    let parameters = match parameters(path) {
        Ok(parameters) => parameters,
        Err(reason) => {
            let example = "a path looks like `/users/{id}`".to_owned();
            return error("route-path", format!("`{name}` has the path `{path}`, which {reason}"), example);
        }
    };
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if RESERVED.contains(&first) {
        return error(
            "reserved-path",
            format!("`{name}` has the path `{path}`, and `/{first}` is the endpoint's own"),
            format!("choose another first segment, for example `/api{path}`"),
        );
    }
    let known: Vec<&str> = function.item.args.iter().map(|argument| argument.name.as_str()).collect();
    let unknown = parameters.into_iter().find(|parameter| !known.contains(parameter))?;
    let known = if known.is_empty() {
        "it has none".to_owned()
    } else {
        format!("its arguments are {}", known.join(", "))
    };
    error(
        "route-parameter",
        format!("`{{{unknown}}}` in the path of `{name}` is none of its arguments"),
        format!("{known}; name one of them in the braces"),
    )
}

/// The parameters of a path, or why it is none.
pub(super) fn parameters(path: &str) -> Result<Vec<&str>, &'static str> {
    let Some(inner) = path.strip_prefix('/') else { return Err("doesn't begin with `/`") };
    let mut found = Vec::new();
    if inner.is_empty() {
        return Ok(found);
    }
    if path.len() > 1024 {
        return Err("is longer than 1024 bytes");
    }
    let segments: Vec<&str> = inner.split('/').collect();
    for (index, segment) in segments.iter().enumerate() {
        let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let name = match parameter {
            Some(name) => match name.strip_prefix('*') {
                Some(_) if index + 1 < segments.len() => {
                    return Err("has something behind `{*..}`, which takes all that follows");
                }
                Some(name) => name,
                None => name,
            },
            None => {
                literal(segment)?;
                continue;
            }
        };
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err("has a parameter that is not the name of an argument");
        }
        if found.contains(&name) {
            return Err("has a parameter twice");
        }
        found.push(name);
    }
    Ok(found)
}

fn literal(segment: &str) -> Result<(), &'static str> {
    match segment {
        "" => return Err("has an empty segment (`//` or a `/` at the end)"),
        "." | ".." => return Err("has a `.` or `..` segment, which clients resolve before they send it"),
        _ => {}
    }
    if segment.contains(['{', '}']) {
        return Err("has a brace inside of a segment; a parameter is a whole segment");
    }
    // What RFC 3986 allows in a segment, without percent-encoding: that has several spellings for one path.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c);
    if segment.chars().all(plain) { Ok(()) } else { Err("has characters that a path can't hold as they are") }
}

/// The routes of one resource and method so far.
type Taken<'a> = (Router<()>, Vec<Route<'a>>);

/// Two functions of one resource for the same request.
fn conflicts(routes: &[Route<'_>]) -> Vec<Problem> {
    let mut routers: BTreeMap<(&str, &str), Taken<'_>> = BTreeMap::new();
    let mut problems = Vec::new();
    for route in routes {
        let (resource, function, method, path) = *route;
        let (router, taken) = routers.entry((resource, method)).or_default();
        let Err(error) = router.insert(path, ()) else {
            taken.push(*route);
            continue;
        };
        let other = taken.iter().find(|(.., known)| conflict_with(&error) == Some(*known) || *known == path);
        let Some((_, first, _, other)) = other else { continue };
        let (a, b) = (&first.item.name, &function.item.name);
        let message = if *other == path {
            format!("`{method} {path}` of resource `{resource}` leads to `{a}` and to `{b}`")
        } else {
            format!(
                "`{method} {other}` and `{method} {path}` of resource `{resource}` match the same requests, for `{a}` and for `{b}`"
            )
        };
        problems.push(
            Problem::error("duplicate-route", message)
                .at(&first.located.place)
                .at(&function.located.place)
                .help("change the path or the method of one of them"),
        );
    }
    problems
}

fn conflict_with(error: &InsertError) -> Option<&str> {
    match error {
        InsertError::Conflict { with } => Some(with),
        _ => None,
    }
}

/// Routes that have to be called by `/{resource}/..` behind one port, as another resource has the same.
fn bare_collisions(routes: &[Route<'_>]) -> Vec<Problem> {
    // Parameters match by their position, so their names don't count.
    let shape = |path: &str| -> String {
        let segment = |segment: &str| match segment {
            catch_all if catch_all.starts_with("{*") => "{*}".to_owned(),
            parameter if parameter.starts_with('{') => "{}".to_owned(),
            literal => literal.to_owned(),
        };
        path.split('/').map(segment).collect::<Vec<_>>().join("/")
    };
    let mut by_shape: HashMap<(String, &str), Vec<&Route<'_>>> = HashMap::new();
    for route in routes {
        by_shape.entry((shape(route.3), route.2)).or_default().push(route);
    }
    let collision = |((_, method), routes): ((String, &str), Vec<&Route<'_>>)| {
        let mut seen = HashSet::new();
        let several: Vec<&&Route<'_>> = routes.iter().filter(|route| seen.insert(route.0)).collect();
        let [(_, first, _, path), _, ..] = several.as_slice() else { return None };
        let names: Vec<String> =
            several.iter().map(|(resource, ..)| format!("`/{resource}{path}`")).collect();
        let mut problem = Problem::note(
            "bare-route",
            format!(
                "`{method} {path}` is a route of {} resources; behind one port it is reached as {}",
                several.len(),
                names.join(" and ")
            ),
        )
        .at(&first.located.place);
        for (_, function, ..) in &several[1..] {
            problem = problem.at(&function.located.place);
        }
        Some(problem)
    };
    by_shape.into_iter().filter_map(collision).collect()
}
