//! What a provider is asked to bring about.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;
use sha2::{Digest as _, Sha256 as Hasher};

use super::{BuildId, EnvironmentId, Name, ProviderError, ResourceConfig, SecretText};
use crate::manifest::{Build, Manifest, ResourceType, canonical};

/// How work arrives at an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// As jobs, and where there is HTTP ingress by `/execute`.
    QueueBased,
    /// As HTTP requests on declared routes.
    LoadBalanced,
}

/// Which deployment of a resource this is. It rises with every change; a platform that already has a later one
/// refuses an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A SHA-256 as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sha256(String);

impl Sha256 {
    /// Checks the digits.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] when it is something else.
    pub fn parse(text: &str) -> Result<Self, ProviderError> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.len() == 64 && text.bytes().all(digit) {
            true => Ok(Self(text.to_owned())),
            false => Err(ProviderError::invalid("archive.sha256", "is not 64 lower-case hexadecimal digits")),
        }
    }

    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::finish(Hasher::new_with_prefix(bytes))
    }

    pub(crate) fn finish(hasher: Hasher) -> Self {
        Self(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An archive that the platform has, and the program inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Archive {
    /// The build that it belongs to.
    pub build: BuildId,
    /// The archive's digest; a worker checks it before it starts anything.
    pub sha256: Sha256,
    /// What was built, for which machine.
    pub program: Build,
}

/// An endpoint as it shall be.
///
/// ```
/// # use std::collections::BTreeMap;
/// use flash::manifest::Manifest;
/// use flash::provider::{Archive, BuildId, Deployment, EnvironmentId, Generation, Name, Sha256};
///
/// # let manifest = Manifest::parse(br#"{"version":"1.0","generated_at":"","project_name":"shop","function_registry":{},
/// #   "resources":{"pricing":{"resource_type":"ServerlessResource","handler_file":"handler_pricing","functions":[]}},
/// #   "build":{"flash_version":"0.1.0","binary":"shop","code_digest":"","profile":"release","os":"linux","arch":"x86_64"}}"#)?;
/// let archive = Archive {
///     build: BuildId::new("build-7"),
///     sha256: Sha256::of(b"the archive"),
///     program: manifest.build.clone().unwrap(),
/// };
/// let environment = EnvironmentId::new("env-1");
/// let deployment = Deployment::of(&manifest, &Name::parse("pricing")?, environment, archive, Generation(7))?;
/// assert_eq!(deployment.key().to_string(), "env-1/pricing/7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    /// Where it belongs.
    pub environment: EnvironmentId,
    /// The resource.
    pub name: Name,
    /// How work arrives.
    pub kind: Kind,
    /// What is declared of it.
    pub config: ResourceConfig,
    /// Variables that the deployment adds to the declared ones, and which win over them.
    pub injected: BTreeMap<String, String>,
    /// Values of the declared secrets and of those that the deployment adds. A declared one without a value keeps
    /// the one that the platform has for this endpoint, or is the platform's own secret of that name.
    pub secrets: Secrets,
    /// What its workers run.
    pub archive: Archive,
    /// Which deployment of this resource it is.
    pub generation: Generation,
}

/// Values of secrets by name; only names show.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, SecretText>);

/// What makes a deployment this one: doing it twice is doing it once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// Where it belongs.
    pub environment: EnvironmentId,
    /// The resource.
    pub name: Name,
    /// Which deployment of the resource.
    pub generation: Generation,
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.environment, self.name, self.generation)
    }
}

impl Secrets {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this value under this name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: SecretText) -> Self {
        self.0.insert(name.into(), value);
        self
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretText> {
        self.0.get(name)
    }
}

impl PartialEq for Secrets {
    fn eq(&self, other: &Self) -> bool {
        let exposed = |secrets: &Self| -> Vec<(String, String)> {
            secrets.0.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect()
        };
        exposed(self) == exposed(other)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Deployment {
    /// The deployment of a manifest's resource.
    ///
    /// # Errors
    /// [`ProviderError::NotFound`] when the manifest has no such resource, [`ProviderError::Invalid`] when it can't be
    /// deployed as it is declared.
    pub fn of(
        manifest: &Manifest,
        name: &Name,
        environment: EnvironmentId,
        archive: Archive,
        generation: Generation,
    ) -> Result<Self, ProviderError> {
        let Some(resource) = manifest.resources.get(name.as_str()) else {
            return Err(ProviderError::NotFound { what: format!("resource `{name}` of the manifest") });
        };
        let kind = match &resource.resource_type {
            ResourceType::Serverless => Kind::QueueBased,
            ResourceType::LoadBalancer => Kind::LoadBalanced,
            ResourceType::Other(other) => {
                let reason = format!("is `{other}`, which this version can't deploy");
                return Err(ProviderError::invalid("resource_type", reason));
            }
        };
        if resource.handler_file != name.handler() {
            let reason =
                format!("is `{}`, expected `{}`", resource.handler_file.escape_debug(), name.handler());
            return Err(ProviderError::invalid("handler_file", reason));
        }
        let config = ResourceConfig::parse(&resource.config, kind)?;
        Ok(Self {
            environment,
            name: name.clone(),
            kind,
            config,
            injected: BTreeMap::new(),
            secrets: Secrets::default(),
            archive,
            generation,
        })
    }

    /// What makes it this deployment.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        let Self { environment, name, generation, .. } = self;
        IdempotencyKey { environment: environment.clone(), name: name.clone(), generation: *generation }
    }

    /// A digest of everything that was asked for, but the values of secrets: a platform shows it to whoever may see
    /// the endpoint. It is taken over what was declared, never over what a platform made of it.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        let mut secrets: Vec<&str> =
            self.config.secrets.iter().map(String::as_str).chain(self.secrets.names()).collect();
        secrets.sort_unstable();
        secrets.dedup();
        let asked = json!({
            "environment": self.environment,
            "name": self.name.as_str(),
            "kind": match self.kind { Kind::QueueBased => "QB", Kind::LoadBalanced => "LB" },
            "config": self.config.canonical_json(),
            "injected": self.injected,
            "secrets": secrets,
            "archive": self.archive.sha256.as_str(),
            "generation": self.generation.0,
        });
        Sha256::of(canonical(&asked).as_bytes())
    }

    /// Checks everything that can be checked before anything is sent.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] with the field.
    pub fn check(&self) -> Result<(), ProviderError> {
        self.config.check(self.kind)?;
        for name in self.injected.keys().map(String::as_str).chain(self.secrets.names()) {
            if !super::config::is_variable(name) {
                let reason = format!("`{}` can't be the name of a variable", name.escape_debug());
                return Err(ProviderError::invalid("variables", reason));
            }
        }
        let clash =
            |name: &&str| self.injected.contains_key(*name) || self.config.variables.contains_key(*name);
        match self.secrets.names().find(clash) {
            Some(name) => {
                Err(ProviderError::invalid("secrets", format!("`{name}` is also a plain variable")))
            }
            None => Ok(()),
        }
    }
}
