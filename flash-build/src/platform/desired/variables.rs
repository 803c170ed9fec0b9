//! A worker's environment.

use super::Specs;
use super::environment::Surroundings;
use super::program::Role;
use crate::platform::hosting::{Program, Variable};
use crate::platform::store::{Endpoint, StoreError, Template};

/// Hosting alone knows these.
const OF_HOSTING: [&str; 3] = ["PORT", "PORT_HEALTH", "RUNPOD_POD_ID"];
/// How a value names a secret, as on Runpod.
const REFERENCE: (&str, &str) = ("RUNPOD_SECRET_", "}}");

/// The template's variables, the secrets that the resource asks for, and the platform's own, which win.
/// The inner error is a reason not to start the worker.
pub(super) async fn all(
    specs: &Specs,
    endpoint: &Endpoint,
    template: &Template,
    surroundings: Option<&Surroundings>,
    role: &Role,
) -> Result<Result<Vec<Variable>, String>, StoreError> {
    let Some(surroundings) = surroundings else { return Ok(Ok(Vec::new())) };
    let mut variables: Vec<Variable> = Vec::new();
    for variable in &template.variables {
        let value = match reference(&variable.value) {
            Some(name) => match specs.store.secret(&surroundings.id, name).await? {
                Some(secret) => secret.reveal().to_owned(),
                None => return Ok(Err(unset(name, surroundings))),
            },
            None => variable.value.clone(),
        };
        variables.push(Variable { name: variable.key.clone(), value });
    }
    for name in &role.secrets {
        if variables.iter().any(|variable| variable.name == *name) {
            continue;
        }
        match specs.store.secret(&surroundings.id, name).await? {
            Some(secret) => {
                variables.push(Variable { name: name.clone(), value: secret.reveal().to_owned() });
            }
            None => return Ok(Err(unset(name, surroundings))),
        }
    }
    let own = own(specs, endpoint, surroundings, role);
    variables.retain(|variable| {
        !OF_HOSTING.contains(&variable.name.as_str()) && own.iter().all(|own| own.name != variable.name)
    });
    variables.extend(own);
    Ok(Ok(variables))
}

fn own(specs: &Specs, endpoint: &Endpoint, surroundings: &Surroundings, role: &Role) -> Vec<Variable> {
    let address = &specs.address;
    let key = surroundings.worker_key.reveal();
    let mut own = vec![
        ("FLASH_RESOURCE_NAME", role.resource.clone()),
        ("FLASH_ENVIRONMENT_ID", surroundings.id.to_string()),
        ("FLASH_APP", surroundings.app.clone()),
        ("FLASH_ENV", surroundings.environment.clone()),
        ("RUNPOD_ENDPOINT_ID", endpoint.id.to_string()),
        ("RUNPOD_API_KEY", key.to_owned()),
        ("FLASH_API_KEY", key.to_owned()),
        ("RUNPOD_API_BASE_URL", address.clone()),
        ("RUNPOD_ENDPOINT_BASE_URL", format!("{address}/v2")),
        ("RUNPOD_REST_API_URL", format!("{address}/rest")),
    ];
    if let Program::Handler { directory, .. } = &role.program {
        let manifest = directory.join("flash_manifest.json");
        own.push(("FLASH_MANIFEST_PATH", manifest.to_string_lossy().into_owned()));
    }
    if role.is_mothership {
        own.push(("FLASH_IS_MOTHERSHIP", "true".to_owned()));
    } else {
        // A child that could call itself the mothership would serve as one.
        own.push(("FLASH_IS_MOTHERSHIP", "false".to_owned()));
        if let Some(mothership) = &surroundings.mothership {
            own.push(("FLASH_MOTHERSHIP_ID", mothership.to_string()));
            own.push(("FLASH_MOTHERSHIP_URL", format!("{address}/endpoints/{mothership}")));
        }
    }
    own.into_iter().map(|(name, value)| Variable { name: name.to_owned(), value }).collect()
}

/// `HF` of `{{ RUNPOD_SECRET_HF }}`.
fn reference(value: &str) -> Option<&str> {
    let inner = value.trim().strip_prefix("{{")?.strip_suffix(REFERENCE.1)?.trim();
    inner.strip_prefix(REFERENCE.0).filter(|name| !name.is_empty())
}

fn unset(name: &str, surroundings: &Surroundings) -> String {
    format!(
        "the secret {name} is not set in environment `{}` of `{}`; set it and the endpoint starts",
        surroundings.environment, surroundings.app
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(reference("{{ RUNPOD_SECRET_HF }}"), Some("HF"));
        assert_eq!(reference("{{RUNPOD_SECRET_HF}}"), Some("HF"));
        assert_eq!(
            (reference("{{ HF }}"), reference("x"), reference("{{ RUNPOD_SECRET_ }}")),
            (None, None, None)
        );
    }
}
