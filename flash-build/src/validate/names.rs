//! Wire names: legal, and each given once.

use std::collections::BTreeMap;

use super::Problem;
use crate::assemble::{Inventory, Sited};
use crate::source::Place;

pub(super) fn check(inventory: &Inventory) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut owners: BTreeMap<&str, Vec<(String, &Place)>> = BTreeMap::new();
    for class in &inventory.classes {
        owners.entry(&class.item.name).or_default().push(owner(class, "class"));
    }
    for function in &inventory.functions {
        let name = function.item.name.as_str();
        if function.item.class.is_none() && !is_legal(name) {
            problems.push(
                Problem::error("name", format!("`{name}` can't be a wire name"))
                    .at(&function.located.place)
                    .help("use letters, digits, `_` and `-` in `name = \"..\"`, at most 128"),
            );
        }
        owners.entry(name).or_default().push(owner(function, "function"));
        if let Some(class) = function.item.class.as_deref()
            && inventory.classes.iter().all(|known| known.item.name != class)
        {
            problems.push(
                Problem::error(
                    "class",
                    format!("method `{name}` belongs to class `{class}`, which is not in the program"),
                )
                .at(&function.located.place)
                .help("rebuild; if it stays, the versions of flash-runtime and cargo-flash differ"),
            );
        }
    }
    for (name, owners) in owners {
        if let [(what, first), rest @ ..] = owners.as_slice()
            && let Some((other, _)) = rest.first()
        {
            let mut problem = Problem::error(
                "duplicate-name",
                format!("`{name}` is given twice, to {what} and to {other}"),
            )
            .at(first)
            .help("rename one of them, or give it `name = \"..\"` in its attribute");
            for (_, place) in rest {
                problem = problem.at(place);
            }
            problems.push(problem);
        }
    }
    problems
}

/// Two versions of one package have the same module paths, so the version is part of the description.
fn owner<'a, T>(sited: &'a Sited<T>, what: &str) -> (String, &'a Place) {
    let Sited { module, package, version, located, .. } = sited;
    (format!("a {what} in `{module}` ({package} {version})"), &located.place)
}

fn is_legal(name: &str) -> bool {
    let letters = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty() && name.len() <= 128 && name.chars().all(letters)
}
