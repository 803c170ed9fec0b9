//! Doing it twice is doing it once.

use flash::provider::{Change, quiet};

use crate::case::cases;
use crate::fixture::LOAD_BALANCED;

cases! {
    /// A deployment that is there already changes nothing, however often it is repeated.
    async fn deploying_again_changes_nothing(provider, fixture) {
        let first = fixture.deployed(provider, 1).await;
        let process = fixture.process(&first).await;
        let before = fixture.ground.told_about(&first.endpoint).await;
        for _ in 0..3 {
            let again = fixture.deployed(provider, 1).await;
            assert_eq!((again.change, &again.endpoint, &again.url), (Change::Unchanged, &first.endpoint, &first.url));
        }
        assert_eq!(fixture.ground.told_about(&first.endpoint).await, before, "nothing was written");
        let now = fixture.process(&first).await;
        assert_eq!(now, process, "a worker was started anew: {:?}", provider.logs(&first.endpoint).await);
    }

    /// Another deployer, who shares no memory with the first, finds what is there and changes nothing.
    async fn another_deployer_finds_it(provider, fixture) {
        let first = fixture.deployed(provider, 1).await;
        let other = fixture.ground.provider();
        let again = other.deploy(&fixture.deployment(LOAD_BALANCED, 1), &quiet).await.unwrap();
        assert_eq!((again.change, again.endpoint), (Change::Unchanged, first.endpoint));
    }

    /// The same archive uploaded as another build is no change.
    async fn uploading_again_is_no_change(provider, fixture) {
        let first = fixture.deployed(provider, 1).await;
        let again = fixture.ground.publish(&fixture.environment, &fixture.builds.first).await;
        assert_eq!(again.sha256, fixture.archive.sha256);
        let deployment = fixture.of(&fixture.builds.first, &again, LOAD_BALANCED, 1);
        let deployed = provider.deploy(&deployment, &quiet).await.unwrap();
        assert_eq!((deployed.change, deployed.endpoint), (Change::Unchanged, first.endpoint));
    }

    /// Twenty deployments at once, by two deployers, make one endpoint.
    async fn concurrent_deployments_make_one_endpoint(_provider, fixture) {
        let deployers = [fixture.ground.provider(), fixture.ground.provider()];
        let all: Vec<_> = (0..20)
            .map(|number| {
                let (provider, deployment) = (deployers[number % 2].clone(), fixture.deployment(LOAD_BALANCED, 1));
                tokio::spawn(async move { provider.deploy(&deployment, &quiet).await })
            })
            .collect();
        let mut ids = Vec::new();
        for one in all {
            ids.push(one.await.unwrap().unwrap().endpoint);
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(deployers[0].endpoints(&fixture.environment).await.unwrap().len(), 1);
    }
}
