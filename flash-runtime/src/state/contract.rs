//! What every State Manager can do for us.

use std::future::Future;
use std::pin::Pin;

use super::{ResourceState, StateError};
use crate::manifest::Manifest;
use crate::provider::{BuildId, EnvironmentId};

/// What a State Manager answers in time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StateError>> + Send + 'a>>;

/// A change of a manifest. It may be made several times, on ever newer manifests, until it could be written.
pub type Edit<'e> = dyn Fn(&mut Manifest) -> Result<(), StateError> + Send + Sync + 'e;

/// Which state it is.
///
/// ```
/// use flash::state::Revision;
///
/// assert!(Revision::At(3).is_guarded());
/// assert!(!Revision::Unguarded.is_guarded());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Revision {
    /// The service counts: a write names the revision that it is based on and fails when there is a later one.
    At(u64),
    /// The service replaces whatever is there. Writers of this process take turns; another process's write in between
    /// is lost without a trace.
    Unguarded,
}

impl Revision {
    /// Whether a write based on this can't undo another writer's.
    #[must_use]
    pub fn is_guarded(self) -> bool {
        matches!(self, Self::At(_))
    }
}

/// The state of an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The build that the environment runs; none before the first activation.
    pub active_build: Option<BuildId>,
    /// That build's manifest with the state of its deployment.
    pub manifest: Option<Manifest>,
    /// Which state this is.
    pub revision: Revision,
}

/// Keeps, for every environment, its active build's manifest with the state of the deployment.
///
/// ```
/// use flash::state::StateManager;
///
/// fn is_object_safe(_: &dyn StateManager) {}
/// ```
pub trait StateManager: Send + Sync {
    /// The state of an environment.
    ///
    /// # Errors
    /// [`StateError::NotFound`] when there is no such environment.
    fn load<'a>(&'a self, environment: &'a EnvironmentId) -> Answer<'a, Loaded>;

    /// Writes the whole manifest of an environment's active build, based on what was loaded.
    ///
    /// # Errors
    /// [`StateError::Conflict`] when there is a later state, or another active build.
    fn replace<'a>(
        &'a self,
        environment: &'a EnvironmentId,
        based_on: &'a Loaded,
        manifest: &'a Manifest,
    ) -> Answer<'a, Revision>;

    /// Loads, changes and writes, again and again until nobody wrote in between.
    ///
    /// # Errors
    /// [`StateError::NotFound`] when no build is active; [`StateError::Conflict`] when others always were first.
    fn edit<'a>(&'a self, environment: &'a EnvironmentId, edit: &'a Edit<'a>) -> Answer<'a, Revision>;

    /// Writes the state of one resource and leaves all others alone.
    ///
    /// # Errors
    /// [`StateError::NotFound`] when the manifest has no such resource; else as [`edit`](Self::edit).
    fn set_resource<'a>(
        &'a self,
        environment: &'a EnvironmentId,
        name: &'a str,
        state: &'a ResourceState,
    ) -> Answer<'a, Revision> {
        Box::pin(async move {
            let set = |manifest: &mut Manifest| {
                let entry = manifest.resources.get_mut(name);
                let absent = || StateError::NotFound {
                    what: format!("resource `{name}` of environment {environment}"),
                };
                state.write(entry.ok_or_else(absent)?);
                Ok(())
            };
            self.edit(environment, &set).await
        })
    }

    /// Removes one resource's entry, and what names it, and leaves all others alone. An entry that isn't there is no
    /// error.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    fn remove_resource<'a>(&'a self, environment: &'a EnvironmentId, name: &'a str) -> Answer<'a, Revision> {
        Box::pin(async move {
            let remove = |manifest: &mut Manifest| {
                manifest.resources.remove(name);
                manifest.routes.remove(name);
                manifest.function_registry.retain(|_, resource| resource != name);
                Ok(())
            };
            self.edit(environment, &remove).await
        })
    }
}
