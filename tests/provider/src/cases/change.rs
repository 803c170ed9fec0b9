//! An endpoint becomes another one behind the same URL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use flash::provider::{Change, EndpointId, Generation, ProviderError, quiet};

use crate::case::cases;
use crate::fixture::{LOAD_BALANCED, refused};
use crate::http;

cases! {
    /// A new generation replaces the workers; endpoint and URL stay.
    async fn generation_change_rolls(provider, fixture) {
        let first = fixture.deployed(provider, 1).await;
        let process = fixture.process(&first).await;
        let second = fixture.deployed(provider, 2).await;
        assert_eq!((second.change, &second.endpoint, &second.url), (Change::Updated, &first.endpoint, &first.url));
        assert_ne!(fixture.process(&second).await, process, "the workers are the old ones");
    }

    /// A new build replaces the workers; endpoint and URL stay.
    async fn build_change_rolls(provider, fixture) {
        let first = fixture.deployed(provider, 1).await;
        let process = fixture.process(&first).await;
        let archive = fixture.ground.publish(&fixture.environment, &fixture.builds.second).await;
        assert_ne!(archive.sha256, fixture.archive.sha256);
        let deployment = fixture.of(&fixture.builds.second, &archive, LOAD_BALANCED, 2);
        let second = provider.deploy(&deployment, &quiet).await.unwrap();
        assert_eq!((second.change, &second.endpoint, &second.url), (Change::Updated, &first.endpoint, &first.url));
        assert_ne!(fixture.process(&second).await, process, "the workers are the old ones");
    }

    /// A changed variable reaches the workers, one that is gone leaves them.
    async fn changed_variables_reach_workers(provider, fixture) {
        let mut deployment = fixture.deployment(LOAD_BALANCED, 1);
        deployment.config.variables.insert("MODE".into(), "slow".into());
        deployment.config.variables.insert("GONE".into(), "soon".into());
        provider.deploy(&deployment, &quiet).await.unwrap();
        let mut deployment = fixture.deployment(LOAD_BALANCED, 2);
        deployment.config.variables.insert("MODE".into(), "fast".into());
        let deployed = provider.deploy(&deployment, &quiet).await.unwrap();
        let Some(environment) = fixture.ground.environment_of(fixture.process(&deployed).await) else { return };
        assert!(environment.iter().any(|entry| entry == "MODE=fast"), "the old variables are there");
        assert!(!environment.iter().any(|entry| entry.starts_with("GONE=")), "a variable stayed");
    }

    /// `update` changes the endpoint that it is given.
    async fn update_changes_what_is_there(provider, fixture) {
        let first = fixture.deployed(provider, 1).await;
        let deployment = fixture.deployment(LOAD_BALANCED, 2);
        let second = provider.update(&first.endpoint, &deployment, &quiet).await.unwrap();
        assert_eq!((second.change, &second.endpoint), (Change::Updated, &first.endpoint));
        assert_eq!(fixture.deployed(provider, 2).await.change, Change::Unchanged);
    }

    /// `update` of an endpoint that isn't there makes none.
    async fn update_makes_nothing(provider, fixture) {
        let gone = EndpointId::new("nosuchendpoint");
        let updated = provider.update(&gone, &fixture.deployment(LOAD_BALANCED, 1), &quiet).await;
        refused(updated, |error| matches!(error, ProviderError::NotFound { .. }));
        assert_eq!(provider.endpoints(&fixture.environment).await, Ok(Vec::new()));
    }

    /// A later generation isn't undone by an earlier one that comes late.
    async fn earlier_generation_is_refused(provider, fixture) {
        let deployed = fixture.deployed(provider, 5).await;
        let late = provider.deploy(&fixture.deployment(LOAD_BALANCED, 4), &quiet).await;
        refused(late, |error| matches!(error, ProviderError::Invalid { field, .. } if field == "generation"));
        let name = fixture.load_balanced();
        let seen = provider.observe(&fixture.environment, &name).await.unwrap().unwrap();
        assert_eq!((seen.generation, seen.endpoint), (Some(Generation(5)), deployed.endpoint));
    }

    /// Where generations run side by side, no request is lost while one replaces the other.
    async fn no_request_is_lost_while_rolling(provider, fixture) {
        if !provider.capabilities().await.unwrap().generations {
            return;
        }
        let deployed = fixture.deployed(provider, 1).await;
        let (done, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let (done, answered) = (Arc::clone(&done), Arc::clone(&answered));
                let (url, key) = (deployed.url.clone(), fixture.ground.caller_key());
                tokio::spawn(async move {
                    while !done.load(Ordering::Relaxed) {
                        let (status, answer) = http::get(&url, "/api/status", &key).await;
                        assert_eq!(status, 200, "{answer}");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for generation in 2..5 {
            fixture.deployed(provider, generation).await;
        }
        done.store(true, Ordering::Relaxed);
        for caller in callers {
            caller.await.unwrap();
        }
        assert!(answered.load(Ordering::Relaxed) > 0);
    }
}
