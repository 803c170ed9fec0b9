//! What is there is told, and nothing else.

use std::time::Duration;

use flash::provider::{EndpointId, EnvironmentId, Generation, Health, Name, ProviderError};

use crate::case::cases;
use crate::fixture::{LOAD_BALANCED, refused};

cases! {
    /// An endpoint tells which deployment it is at.
    async fn observing_tells_the_deployment(provider, fixture) {
        let deployed = fixture.deployed(provider, 3).await;
        let seen = provider.observe(&fixture.environment, &fixture.load_balanced()).await.unwrap().unwrap();
        assert_eq!((&seen.endpoint, &seen.url), (&deployed.endpoint, &deployed.url));
        assert_eq!(seen.generation, Some(Generation(3)));
        assert_eq!(seen.digest, Some(fixture.deployment(LOAD_BALANCED, 3).digest()));
        assert!(matches!(seen.health, Health::Ready | Health::Unknown), "{:?}", seen.health);
    }

    /// A resource that isn't deployed is observed as absent, which is no error.
    async fn observing_what_is_not_there(provider, fixture) {
        assert_eq!(provider.observe(&fixture.environment, &Name::parse("nothing").unwrap()).await, Ok(None));
        assert_eq!(provider.endpoints(&fixture.environment).await, Ok(Vec::new()));
        let gone = provider.logs(&EndpointId::new("nosuchendpoint")).await;
        refused(gone, |error| matches!(error, ProviderError::NotFound { .. }));
    }

    /// An environment that isn't there is an error: nothing can be said about it.
    async fn observing_nowhere(provider, fixture) {
        let nowhere = EnvironmentId::new("nosuchenvironment");
        let seen = provider.observe(&nowhere, &fixture.load_balanced()).await;
        refused(seen, |error| matches!(error, ProviderError::NotFound { .. }));
        refused(provider.endpoints(&nowhere).await, |error| matches!(error, ProviderError::NotFound { .. }));
        let mut deployment = fixture.deployment(LOAD_BALANCED, 1);
        deployment.environment = nowhere;
        let deployed = provider.deploy(&deployment, &flash::provider::quiet).await;
        refused(deployed, |error| matches!(error, ProviderError::NotFound { .. }));
    }

    /// A resource of the same name in another environment is another endpoint.
    async fn environments_do_not_mix(provider, fixture) {
        let here = fixture.deployed(provider, 1).await;
        let there = fixture.ground.environment("the-other-one").await;
        let archive = fixture.ground.publish(&there, &fixture.builds.first).await;
        assert_eq!(provider.observe(&there, &fixture.load_balanced()).await, Ok(None));
        let mut deployment = fixture.deployment(LOAD_BALANCED, 1);
        (deployment.environment, deployment.archive) = (there.clone(), archive);
        let deployed = provider.deploy(&deployment, &flash::provider::quiet).await.unwrap();
        assert_ne!(deployed.endpoint, here.endpoint);
        provider.undeploy(&deployed.endpoint).await.unwrap();
        assert!(fixture.process(&here).await > 0, "the first one is still there");
    }

    /// The workers' own lines can be read.
    async fn logs_show_what_workers_wrote(provider, fixture) {
        let deployed = fixture.deployed(provider, 1).await;
        let end = tokio::time::Instant::now() + Duration::from_secs(10);
        loop {
            let logs = provider.logs(&deployed.endpoint).await.unwrap();
            let lines: Vec<&String> = logs.iter().flat_map(|log| &log.lines).collect();
            if lines.iter().any(|line| line.contains("flash: endpoint_2 listening on")) {
                break;
            }
            assert!(tokio::time::Instant::now() < end, "{lines:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
