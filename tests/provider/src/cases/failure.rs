//! A deployment that doesn't get well says why.

use flash::provider::{Change, Health, ProviderError, quiet};

use crate::case::cases;
use crate::fixture::refused;
use crate::http;

cases! {
    /// Workers that end at once make the deployment fail, with what they said.
    async fn failed_start_is_told_with_its_reason(provider, fixture) {
        let failed = provider.deploy(&fixture.broken(1), &quiet).await;
        let error = refused(failed, |error| matches!(error, ProviderError::Unhealthy { .. })).to_string();
        assert!(error.contains("FLASH_MAX_BODY_BYTES"), "the reason is not told: {error}");
        let seen = provider.observe(&fixture.environment, &fixture.load_balanced()).await.unwrap().unwrap();
        assert!(matches!(seen.health, Health::Failing(_) | Health::Unknown), "{:?}", seen.health);
    }

    /// The next deployment mends it.
    async fn failed_start_is_mended(provider, fixture) {
        let failed = provider.deploy(&fixture.broken(1), &quiet).await;
        let error = refused(failed, |error| matches!(error, ProviderError::Unhealthy { .. }));
        let ProviderError::Unhealthy { endpoint, .. } = error else { unreachable!() };
        let deployed = fixture.deployed(provider, 2).await;
        assert_eq!((deployed.change, &deployed.endpoint), (Change::Updated, &endpoint));
        assert!(fixture.process(&deployed).await > 0);
    }

    /// Where generations run side by side, the one before a failed one answers on.
    async fn failed_change_leaves_the_old_one_serving(provider, fixture) {
        if !provider.capabilities().await.unwrap().generations {
            return;
        }
        let deployed = fixture.deployed(provider, 1).await;
        let process = fixture.process(&deployed).await;
        let failed = provider.deploy(&fixture.broken(2), &quiet).await;
        refused(failed, |error| matches!(error, ProviderError::Unhealthy { .. }));
        let (status, answer) = http::get(&deployed.url, "/api/status", &fixture.ground.caller_key()).await;
        assert_eq!((status, answer["process"].as_u64()), (200, Some(process)), "{answer}");
    }
}
