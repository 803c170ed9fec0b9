//! Calls that come back to where they began by way of another endpoint.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use flash::manifest::Manifest;

use super::Problem;
use crate::assemble::Inventory;

/// More are no news.
const MAX_CYCLES: usize = 20;

pub(super) fn check(inventory: &Inventory, manifest: &Manifest) -> Vec<Problem> {
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for edge in manifest.calls.iter().filter(|edge| edge.resolved) {
        calls.entry(&edge.from).or_default().insert(&edge.to);
    }
    let mut cycles: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (from, targets) in &calls {
        for to in targets {
            if cycles.len() >= MAX_CYCLES {
                break;
            }
            if manifest.resource_of(from) != manifest.resource_of(to)
                && let Some(way) = way(&calls, to, from)
            {
                cycles.insert(from_the_least(way));
            }
        }
    }
    cycles.into_iter().map(|cycle| problem(&cycle, inventory, manifest)).collect()
}

/// The shortest way along the calls, both ends included.
fn way<'a>(calls: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut before: HashMap<&str, Option<&'a str>> = HashMap::from([(from, None)]);
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == to {
            let mut way = vec![at];
            while let Some(Some(previous)) = way.last().and_then(|last| before.get(last)) {
                way.push(previous);
            }
            way.reverse();
            return Some(way);
        }
        for next in calls.get(at).into_iter().flatten() {
            if !before.contains_key(next) {
                before.insert(next, Some(at));
                queue.push_back(next);
            }
        }
    }
    None
}

/// The same cycle is found from each of its calls; it is told from its first name in the alphabet.
fn from_the_least(mut cycle: Vec<&str>) -> Vec<&str> {
    if let Some((least, _)) = cycle.iter().enumerate().min_by_key(|(_, name)| **name) {
        cycle.rotate_left(least);
    }
    cycle
}

fn problem(cycle: &[&str], inventory: &Inventory, manifest: &Manifest) -> Problem {
    let stations: Vec<String> = cycle
        .iter()
        .chain(cycle.first())
        .map(|name| format!("{name} ({})", manifest.resource_of(name).unwrap_or("?")))
        .collect();
    let mut problem = Problem::warning(
        "call-cycle",
        format!("calls go round between endpoints: {}", stations.join(" -> ")),
    )
    .help("make sure that the recursion ends, or put these functions on one resource");
    for name in cycle {
        if let Some(function) = inventory.functions.iter().find(|function| function.item.name == *name) {
            problem = problem.at(&function.located.place);
        }
    }
    problem
}
