//! The State Manager that belongs to a platform, where there is one.

use std::sync::Arc;

use flash::manifest::Manifest;
use flash::provider::EnvironmentId;
use flash::state::{ResourceState, StateError, StateManager};
use serde_json::json;

use crate::case::cases;
use crate::fixture::{LOAD_BALANCED, QUEUE_BASED};

cases! {
    /// The state of an environment is its active build's manifest, and says whether writes are guarded.
    async fn state_is_the_active_builds(_provider, fixture) {
        let Some(state) = fixture.ground.state() else { return };
        let loaded = state.load(&fixture.environment).await.unwrap();
        assert_eq!(loaded.active_build.as_ref(), Some(&fixture.archive.build));
        let manifest = loaded.manifest.unwrap();
        assert!(manifest.resources.contains_key(QUEUE_BASED) && manifest.resources.contains_key(LOAD_BALANCED));
        assert!(loaded.revision.is_guarded());
        let nowhere = state.load(&EnvironmentId::new("nosuchenvironment")).await;
        assert!(matches!(nowhere, Err(StateError::NotFound { .. })), "{nowhere:?}");
    }

    /// Writing or removing one resource's state leaves the others' alone.
    async fn state_of_one_resource_is_written(_provider, fixture) {
        let Some(state) = fixture.ground.state() else { return };
        let deployed = ResourceState::deployed("http://one", "3fe4").of("ep1");
        state.set_resource(&fixture.environment, QUEUE_BASED, &deployed).await.unwrap();
        let other = ResourceState::failed("no quota");
        state.set_resource(&fixture.environment, LOAD_BALANCED, &other).await.unwrap();
        let manifest = state.load(&fixture.environment).await.unwrap().manifest.unwrap();
        let one = &manifest.resources[QUEUE_BASED];
        assert_eq!((one.status.as_deref(), one.endpoint_url.as_deref()), (Some("deployed"), Some("http://one")));
        assert_eq!(one.extra["endpoint_id"], "ep1");
        assert_eq!(manifest.resources[LOAD_BALANCED].extra["error"], "no quota");
        state.remove_resource(&fixture.environment, LOAD_BALANCED).await.unwrap();
        let manifest = state.load(&fixture.environment).await.unwrap().manifest.unwrap();
        assert_eq!(manifest.resources.keys().collect::<Vec<_>>(), [QUEUE_BASED]);
    }

    /// A write that is based on an earlier state is refused.
    async fn state_written_meanwhile_is_a_conflict(_provider, fixture) {
        let Some(state) = fixture.ground.state() else { return };
        let based_on = state.load(&fixture.environment).await.unwrap();
        let deployed = ResourceState::deployed("http://one", "3fe4");
        state.set_resource(&fixture.environment, QUEUE_BASED, &deployed).await.unwrap();
        let late = state.replace(&fixture.environment, &based_on, based_on.manifest.as_ref().unwrap()).await;
        assert!(matches!(late, Err(StateError::Conflict { .. })), "{late:?}");
    }

    /// Of a hundred writers at once, in four processes' worth of clients, none is lost.
    async fn state_of_many_writers_is_whole(_provider, fixture) {
        let clients: Vec<Arc<dyn StateManager>> = (0..4).filter_map(|_| fixture.ground.state()).collect();
        if clients.is_empty() {
            return;
        }
        let writers: Vec<_> = (0..100)
            .map(|number| {
                let (state, environment) = (clients[number % 4].clone(), fixture.environment.clone());
                tokio::spawn(async move {
                    let mark = move |manifest: &mut Manifest| {
                        manifest.extra.insert(format!("writer{number}"), json!(number));
                        Ok(())
                    };
                    state.edit(&environment, &mark).await.unwrap()
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let manifest = clients[0].load(&fixture.environment).await.unwrap().manifest.unwrap();
        assert_eq!(manifest.extra.keys().filter(|key| key.starts_with("writer")).count(), 100);
    }
}
