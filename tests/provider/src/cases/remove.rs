//! An endpoint goes, with all that belongs to it.

use std::time::Duration;

use flash::provider::{Change, EndpointId, Removal};

use crate::case::cases;
use crate::http;

cases! {
    /// Removing an endpoint twice is removing it once.
    async fn undeploying_twice(provider, fixture) {
        let deployed = fixture.deployed(provider, 1).await;
        assert_eq!(provider.undeploy(&deployed.endpoint).await, Ok(Removal::Removed));
        assert_eq!(provider.undeploy(&deployed.endpoint).await, Ok(Removal::WasAbsent));
        assert_eq!(provider.endpoints(&fixture.environment).await, Ok(Vec::new()));
        assert_eq!(provider.observe(&fixture.environment, &fixture.load_balanced()).await, Ok(None));
    }

    /// An endpoint that never was is removed already.
    async fn undeploying_what_never_was(provider, _fixture) {
        assert_eq!(provider.undeploy(&EndpointId::new("nosuchendpoint")).await, Ok(Removal::WasAbsent));
    }

    /// What is removed answers no more, and its workers end.
    async fn removed_endpoint_is_silent(provider, fixture) {
        let deployed = fixture.deployed(provider, 1).await;
        let process = fixture.process(&deployed).await;
        provider.undeploy(&deployed.endpoint).await.unwrap();
        let (status, _) = http::get(&deployed.url, "/api/status", &fixture.ground.caller_key()).await;
        assert_eq!(status, 404);
        let end = tokio::time::Instant::now() + Duration::from_secs(40);
        while fixture.ground.is_gone(process) == Some(false) {
            assert!(tokio::time::Instant::now() < end, "process {process} runs on");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What was removed can be deployed again, and doesn't touch what stands beside it.
    async fn removed_endpoint_comes_back(provider, fixture) {
        let beside = provider.deploy(&fixture.deployment(crate::fixture::QUEUE_BASED, 1), &flash::provider::quiet).await.unwrap();
        let first = fixture.deployed(provider, 1).await;
        provider.undeploy(&first.endpoint).await.unwrap();
        let again = fixture.deployed(provider, 1).await;
        assert_eq!(again.change, Change::Created);
        assert!(fixture.process(&again).await > 0);
        let listed = provider.endpoints(&fixture.environment).await.unwrap();
        assert!(listed.iter().any(|entry| entry.endpoint == beside.endpoint), "{listed:?}");
    }
}
