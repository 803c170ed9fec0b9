//! Values of secrets go one way.

use flash::provider::{Change, SecretText, Secrets, quiet};

use crate::case::cases;
use crate::fixture::LOAD_BALANCED;

/// Nothing else contains it.
const VALUE: &str = "hunter2-a3f09c";

cases! {
    /// A secret reaches the workers and is told to nobody else.
    async fn secrets_are_never_told(provider, fixture) {
        let mut deployment = fixture.deployment(LOAD_BALANCED, 1);
        deployment.secrets = Secrets::new().with("TOKEN", SecretText::new(VALUE));
        let deployed = provider.deploy(&deployment, &quiet).await.unwrap();
        if let Some(environment) = fixture.ground.environment_of(fixture.process(&deployed).await) {
            assert!(environment.contains(&format!("TOKEN={VALUE}")), "the worker hasn't got it");
        }
        let seen = provider.observe(&fixture.environment, &fixture.load_balanced()).await.unwrap();
        let logs = provider.logs(&deployed.endpoint).await.unwrap();
        let mut broken = fixture.broken(2);
        broken.secrets = deployment.secrets.clone();
        let failed = provider.deploy(&broken, &quiet).await;
        let told = fixture.ground.told_about(&deployed.endpoint).await;
        let all = format!("{deployment:?} {deployed:?} {seen:?} {logs:?} {failed:?} {told}");
        assert!(all.contains("TOKEN") && !all.contains(VALUE), "{}", all.replace(VALUE, "<<< HERE >>>"));
    }

    /// A deployer that doesn't know a secret's value leaves the one that is there.
    async fn secrets_are_kept(provider, fixture) {
        let mut first = fixture.deployment(LOAD_BALANCED, 1);
        first.config.secrets = vec!["TOKEN".into()];
        first.secrets = Secrets::new().with("TOKEN", SecretText::new(VALUE));
        provider.deploy(&first, &quiet).await.unwrap();
        let mut second = fixture.deployment(LOAD_BALANCED, 2);
        second.config.secrets = vec!["TOKEN".into()];
        let deployed = provider.deploy(&second, &quiet).await.unwrap();
        assert_eq!(deployed.change, Change::Updated);
        if let Some(environment) = fixture.ground.environment_of(fixture.process(&deployed).await) {
            assert!(environment.contains(&format!("TOKEN={VALUE}")), "the worker has lost it");
        }
    }
}
