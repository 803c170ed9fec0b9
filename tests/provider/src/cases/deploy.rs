//! A deployment answers.

use std::sync::Mutex;

use flash::provider::{Change, Health, Progress, quiet};
use serde_json::json;

use crate::case::cases;
use crate::fixture::QUEUE_BASED;
use crate::http;

cases! {
    /// A load-balanced endpoint answers on its declared routes as soon as its deployment is done.
    async fn load_balanced_endpoint_answers(provider, fixture) {
        let deployed = fixture.deployed(provider, 1).await;
        assert_eq!((deployed.change, &deployed.health), (Change::Created, &Health::Ready));
        let key = fixture.ground.caller_key();
        let words = json!({"words": ["to", "be", "or", "not", "to", "be"]});
        let (status, report) = http::post(&deployed.url, "/api/process", &key, &words).await;
        assert_eq!(status, 200, "{report}");
        assert_eq!(report["counts"][0], json!({"word": "be", "times": 2}), "{report}");
        assert!(fixture.process(&deployed).await > 0);
    }

    /// A queue-based endpoint runs functions by `/execute`, where the platform has HTTP ingress for it.
    async fn queue_based_endpoint_executes(provider, fixture) {
        let deployed = provider.deploy(&fixture.deployment(QUEUE_BASED, 1), &quiet).await.unwrap();
        assert!(matches!(deployed.health, Health::Ready | Health::Resting), "{:?}", deployed.health);
        if !provider.capabilities().await.unwrap().http_ingress_for_queue_based {
            return;
        }
        let arguments = json!({"text": "One, two"});
        let key = fixture.ground.caller_key();
        let (status, words) = http::post(&deployed.url, "/execute/funcB", &key, &arguments).await;
        assert_eq!((status, &words), (200, &json!(["one", "two"])));
    }

    /// Two resources of one build are two endpoints, each with its own URL.
    async fn resources_are_endpoints_of_their_own(provider, fixture) {
        let one = fixture.deployed(provider, 1).await;
        let other = provider.deploy(&fixture.deployment(QUEUE_BASED, 1), &quiet).await.unwrap();
        assert_ne!((&one.endpoint, &one.url), (&other.endpoint, &other.url));
        let mut names: Vec<String> =
            provider.endpoints(&fixture.environment).await.unwrap().into_iter().map(|listed| listed.name).collect();
        names.sort();
        assert_eq!(names, ["endpoint_1", "endpoint_2"]);
    }

    /// An endpoint without a worker of its own gets one with the first request, and none is lost meanwhile.
    async fn rests_at_zero_and_wakes(provider, fixture) {
        let mut deployment = fixture.deployment(crate::fixture::LOAD_BALANCED, 1);
        (deployment.config.scaling.min, deployment.config.scaling.idle_timeout_s) = (Some(0), Some(1));
        let deployed = provider.deploy(&deployment, &quiet).await.unwrap();
        let first = fixture.process(&deployed).await;
        if fixture.ground.is_gone(first).is_some() {
            let end = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
            while fixture.ground.is_gone(first) == Some(false) {
                assert!(tokio::time::Instant::now() < end, "process {first} runs on without work");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            assert_ne!(fixture.process(&deployed).await, first);
        }
    }

    /// The steps of a deployment are told while it happens, what was done before what is waited for.
    async fn progress_is_told(provider, fixture) {
        let told = Mutex::new(Vec::new());
        let watch = |progress: Progress| told.lock().unwrap().push(progress);
        let deployed = provider.deploy(&fixture.deployment(crate::fixture::LOAD_BALANCED, 1), &watch).await.unwrap();
        let told = told.into_inner().unwrap();
        assert_eq!(told[0], Progress::Settled { endpoint: deployed.endpoint, change: Change::Created });
    }

    /// Declared and added variables reach the workers' environment.
    async fn variables_reach_workers(provider, fixture) {
        let mut deployment = fixture.deployment(crate::fixture::LOAD_BALANCED, 1);
        deployment.config.variables.insert("DECLARED".into(), "one two=three'\"$x".into());
        deployment.injected.insert("ADDED".into(), "by the deployment".into());
        let deployed = provider.deploy(&deployment, &quiet).await.unwrap();
        let Some(environment) = fixture.ground.environment_of(fixture.process(&deployed).await) else { return };
        let has = |entry: &str| environment.iter().any(|known| known == entry);
        assert!(has("DECLARED=one two=three'\"$x") && has("ADDED=by the deployment"), "variables are missing");
        assert!(has("FLASH_RESOURCE_NAME=endpoint_2"));
    }
}
