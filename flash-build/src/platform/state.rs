//! Deployment state inside manifests.
//!
//! The wire keeps the state of an environment in the manifest of its active build. A new build's manifest knows
//! nothing of what is deployed, so the state moves over when the new build becomes the active one: what belongs to a
//! resource that is still there goes to that resource, what belongs to a dropped one stays as a tombstone under
//! `removed_resources`, so that whoever reconciles still knows what to take down.

use serde_json::{Map, Value};

/// What a deployment adds to a resource.
const OF_A_RESOURCE: [&str; 6] = ["config_hash", "endpoint_url", "status", "error", "endpoint_id", "aiKey"];
/// Resource -> URL, at the top of the document.
const URLS: &str = "resources_endpoints";
/// Resource -> the state of a resource that the build no longer has.
const REMOVED: &str = "removed_resources";

/// Moves the deployment state of the active build's manifest to the one that takes over. What is deployed is what the
/// active one says, so it wins over state that a rolled-back build still carries.
pub fn carry_forward(active: &Value, next: &mut Value) {
    let Some(next) = next.as_object_mut() else { return };
    let kept = |next: &Map<String, Value>, name: &str| {
        next.get("resources").and_then(|resources| resources.get(name)).is_some_and(Value::is_object)
    };
    let mut removed = Map::new();
    for (name, mut state) in deployed(active) {
        if kept(next, &name) {
            if let Some(resource) =
                next.get_mut("resources").and_then(|all| all.get_mut(&name)?.as_object_mut())
            {
                OF_A_RESOURCE.iter().for_each(|field| drop(resource.remove(*field)));
                resource.extend(state);
            }
        } else {
            // The table of URLs is of what is there, so the tombstone has to say where the endpoint is.
            if let Some(url) = active.get(URLS).and_then(|urls| urls.get(&name)) {
                state.entry("endpoint_url").or_insert_with(|| url.clone());
            }
            removed.insert(name, Value::Object(state));
        }
    }
    let urls: Map<String, Value> = object(active, URLS)
        .filter(|(name, _)| kept(next, name))
        .map(|(name, url)| (name.clone(), url.clone()))
        .collect();
    set(next, URLS, urls);
    set(next, REMOVED, removed);
}

/// The state of every resource that is or was deployed. A resource that is there has its own, not its tombstone's.
fn deployed(active: &Value) -> Vec<(String, Map<String, Value>)> {
    let mut all: Vec<(String, Map<String, Value>)> = object(active, REMOVED)
        .filter(|(name, _)| active.get("resources").and_then(|resources| resources.get(*name)).is_none())
        .filter_map(|(name, state)| Some((name.clone(), state.as_object()?.clone())))
        .collect();
    for (name, resource) in object(active, "resources") {
        let state: Map<String, Value> = OF_A_RESOURCE
            .iter()
            .filter_map(|field| Some(((*field).to_owned(), resource.get(*field)?.clone())))
            .collect();
        if !state.is_empty() {
            all.push((name.clone(), state));
        }
    }
    all
}

fn object<'a>(document: &'a Value, field: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    document.get(field).and_then(Value::as_object).into_iter().flatten()
}

fn set(document: &mut Map<String, Value>, field: &str, value: Map<String, Value>) {
    if value.is_empty() {
        document.remove(field);
    } else {
        document.insert(field.to_owned(), Value::Object(value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn carried(active: &Value, mut next: Value) -> Value {
        carry_forward(active, &mut next);
        next
    }

    #[test]
    fn state_moves_and_dropped_resources_leave_a_tombstone() {
        let active = json!({
            "resources": {
                "a": {"resource_type": "X", "config_hash": "1", "endpoint_url": "u", "status": "deployed", "functions": []},
                "b": {"endpoint_id": "e", "unrelated": 1},
                "never": {"resource_type": "X"},
            },
            "resources_endpoints": {"b": "v", "a": "u"},
            "removed_resources": {"old": {"endpoint_id": "o"}},
        });
        let next = json!({"resources": {"a": {"resource_type": "Y"}}, "mine": [1]});
        let expected = json!({
            "resources": {"a": {"resource_type": "Y", "config_hash": "1", "endpoint_url": "u", "status": "deployed"}},
            "resources_endpoints": {"a": "u"},
            "removed_resources": {"b": {"endpoint_id": "e", "endpoint_url": "v"}, "old": {"endpoint_id": "o"}},
            "mine": [1],
        });
        assert_eq!(carried(&active, next.clone()), expected);
        assert_eq!(carried(&active, expected.clone()), expected, "twice is once");
    }

    #[test]
    fn a_rollback_takes_the_present_state_and_a_tombstone_comes_to_life() {
        let active = json!({"resources": {"a": {"config_hash": "2"}}, "removed_resources": {"b": {"endpoint_id": "e"}}});
        let next = json!({"resources": {"a": {"config_hash": "1", "error": "x"}, "b": {}}});
        assert_eq!(
            carried(&active, next),
            json!({"resources": {"a": {"config_hash": "2"}, "b": {"endpoint_id": "e"}}})
        );
    }

    #[test]
    fn documents_of_any_shape_pass() {
        let odd = [
            json!(null),
            json!([]),
            json!({"resources": 1}),
            json!({"resources": {"a": 1}, "removed_resources": [1]}),
        ];
        for active in &odd {
            for next in &odd {
                carried(active, next.clone());
            }
        }
    }
}
