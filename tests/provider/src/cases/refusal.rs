//! What can't be done is refused, by what is wrong with it.

use flash::provider::{Hardware, ProviderError, quiet};

use crate::case::cases;
use crate::fixture::{LOAD_BALANCED, refused};
use crate::http;

cases! {
    /// A key that the platform doesn't know is refused as such, whatever is asked.
    async fn unknown_key_is_refused(provider, fixture) {
        let deployed = fixture.deployed(provider, 1).await;
        let stranger = fixture.ground.stranger();
        let unauthorized = |error: &ProviderError| matches!(error, ProviderError::Unauthorized { .. });
        refused(stranger.deploy(&fixture.deployment(LOAD_BALANCED, 2), &quiet).await, unauthorized);
        refused(stranger.undeploy(&deployed.endpoint).await, unauthorized);
        refused(stranger.observe(&fixture.environment, &fixture.load_balanced()).await, unauthorized);
        refused(stranger.endpoints(&fixture.environment).await, unauthorized);
        refused(stranger.logs(&deployed.endpoint).await, unauthorized);
        assert!(fixture.process(&deployed).await > 0);
    }

    /// An endpoint answers nobody without a key of its own.
    async fn callers_need_a_key(provider, fixture) {
        let deployed = fixture.deployed(provider, 1).await;
        for key in ["", "wrong"] {
            let (status, _) = http::get(&deployed.url, "/api/status", key).await;
            assert_eq!(status, 401, "with the key `{key}`");
        }
    }

    /// A configuration that can't be is refused by its field, and nothing is made.
    async fn impossible_configuration_is_refused(provider, fixture) {
        let mut impossible = fixture.deployment(LOAD_BALANCED, 1);
        (impossible.config.scaling.min, impossible.config.scaling.max) = (Some(3), Some(2));
        let error = refused(provider.deploy(&impossible, &quiet).await, |error| matches!(error, ProviderError::Invalid { .. }));
        assert!(matches!(&error, ProviderError::Invalid { field, .. } if field == "workersMax"), "{error}");
        let mut impossible = fixture.deployment(LOAD_BALANCED, 1);
        impossible.config.hardware = Hardware::Cpu(vec!["a,b".into()]);
        refused(provider.deploy(&impossible, &quiet).await, |error| matches!(error, ProviderError::Invalid { .. }));
        assert_eq!(provider.endpoints(&fixture.environment).await, Ok(Vec::new()));
    }

    /// A build that the environment doesn't run is refused before anything is made.
    async fn inactive_build_is_refused(provider, fixture) {
        fixture.ground.publish(&fixture.environment, &fixture.builds.second).await;
        let late = provider.deploy(&fixture.deployment(LOAD_BALANCED, 1), &quiet).await;
        refused(late, |error| matches!(error, ProviderError::Invalid { .. }));
        assert_eq!(provider.endpoints(&fixture.environment).await, Ok(Vec::new()));
    }

    /// A program for another machine is refused before anything is made.
    async fn foreign_program_is_refused(provider, fixture) {
        let mut foreign = fixture.deployment(LOAD_BALANCED, 1);
        foreign.archive.program.arch = "m68k".into();
        let error = refused(provider.deploy(&foreign, &quiet).await, |error| matches!(error, ProviderError::Invalid { .. }));
        assert!(error.to_string().contains("m68k"), "{error}");
        assert_eq!(provider.endpoints(&fixture.environment).await, Ok(Vec::new()));
    }
}
