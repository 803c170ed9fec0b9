//! What is sent again, and what never is.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use flash::provider::runpod::Patience;
use flash::provider::{Change, EnvironmentId, Provider, ProviderError, quiet};
use serde_json::json;

use super::stub::{Recorded, Reply, Stub};
use super::world::{World, answer, deployment, impatient, provider, start};

/// A platform that fails this operation so many times in this way, after having carried it out or not.
async fn failing(
    operation: &'static str,
    times: u32,
    carried_out: bool,
    reply: impl Fn() -> Reply + Send + Sync + 'static,
) -> Stub {
    let failed = AtomicU32::new(0);
    let (stub, _) = start(World { local: true, ..World::default() }, move |request: &Recorded, world| {
        if request.operation() != operation || failed.fetch_add(1, Ordering::SeqCst) >= times {
            return None;
        }
        if carried_out {
            answer(request, world, "");
        }
        Some(reply())
    })
    .await;
    stub
}

fn count(stub: &Stub, operation: &str) -> usize {
    stub.operations().iter().filter(|known| *known == operation).count()
}

#[tokio::test]
async fn queries_are_sent_up_to_four_times() {
    let passing = [
        || Reply::Hangup,
        || Reply::json(502, &json!({})),
        || Reply::json(429, &json!({})),
        || Reply::error("Please TRY AGAIN LATER"),
        || Reply::error("service unavailable"),
        || Reply::error("temporarily unavailable"),
        || Reply::error("Internal Server Error"),
        || Reply::error("too many requests"),
    ];
    for reply in passing {
        let stub = failing("flashEnvironment", 3, false, reply).await;
        let listed = provider(&stub).endpoints(&EnvironmentId::new("env-1")).await;
        assert_eq!(listed, Ok(Vec::new()), "{:?}", reply());
        assert_eq!(count(&stub, "flashEnvironment"), 4, "{:?}", reply());
        let stub = failing("flashEnvironment", 4, false, reply).await;
        let error = provider(&stub).endpoints(&EnvironmentId::new("env-1")).await.unwrap_err();
        assert!(matches!(error, ProviderError::Unavailable { .. }) && error.is_retryable(), "{error}");
        assert_eq!(count(&stub, "flashEnvironment"), 4, "{:?}", reply());
    }
}

#[tokio::test]
async fn what_will_not_get_well_is_asked_once() {
    let finals = [
        (|| Reply::error("environment not found")) as fn() -> Reply,
        || Reply::error("the field is out of range"),
        || Reply::json(401, &json!({})),
        || Reply::json(403, &json!({"errors": [{"message": "no"}]})),
        || Reply::Status(200, "<html>a proxy's page</html>".into()),
        || Reply::Status(302, "".into()),
        || Reply::json(200, &json!({"data": null})),
    ];
    for reply in finals {
        let stub = failing("flashEnvironment", 9, false, reply).await;
        let error = provider(&stub).endpoints(&EnvironmentId::new("env-1")).await.unwrap_err();
        assert!(!error.is_retryable(), "{error}");
        assert_eq!(count(&stub, "flashEnvironment"), 1, "{error}");
    }
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_looked_up() {
    for reply in [(|| Reply::Hangup) as fn() -> Reply, || Reply::json(500, &json!({})), || Reply::Silence] {
        let stub = failing("saveEndpoint", 1, true, reply).await;
        let deployed = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
        assert_eq!((deployed.endpoint.as_str(), deployed.change), ("ep1", Change::Created));
        assert_eq!(count(&stub, "saveEndpoint"), 1, "it was there, so nothing was sent again");
    }
}

#[tokio::test]
async fn a_creation_that_did_not_happen_is_asked_for_once_more() {
    let stub = failing("saveEndpoint", 1, false, || Reply::Hangup).await;
    let deployed = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    assert_eq!((deployed.endpoint.as_str(), count(&stub, "saveEndpoint")), ("ep1", 2));
    let stub = failing("saveEndpoint", 9, false, || Reply::Hangup).await;
    let error = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
    assert!(matches!(error, ProviderError::UnknownOutcome { .. }), "{error}");
    assert_eq!(count(&stub, "saveEndpoint"), 2);
}

#[tokio::test]
async fn a_refused_creation_is_sent_once() {
    for (message, expected) in [
        ("workers quota exceeded", "the account's limit is reached: workers quota exceeded"),
        ("try again later", "the platform is not available: try again later"),
        ("gpuIds are unknown", "refused: gpuIds are unknown"),
    ] {
        let stub = failing("saveEndpoint", 9, false, move || Reply::error(message)).await;
        let error = provider(&stub).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), count(&stub, "saveEndpoint")), (expected, 1));
    }
}

#[tokio::test]
async fn a_lost_change_is_not_sent_again() {
    let stub = failing("saveTemplate", 1, false, || Reply::Hangup).await;
    let provider = provider(&stub);
    provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap();
    let error = provider.deploy(&deployment("endpoint_2", 2), &quiet).await.unwrap_err();
    assert!(matches!(error, ProviderError::UnknownOutcome { .. }), "{error}");
    assert_eq!(count(&stub, "saveTemplate"), 1);
    // Deploying again settles it.
    assert_eq!(provider.deploy(&deployment("endpoint_2", 2), &quiet).await.unwrap().change, Change::Updated);
    assert_eq!(
        provider.deploy(&deployment("endpoint_2", 2), &quiet).await.unwrap().change,
        Change::Unchanged
    );
}

#[tokio::test]
async fn nobody_listening_is_unavailable_and_told_with_the_host() {
    let stub = failing("none", 0, false, || Reply::Hangup).await;
    let provider = provider(&stub);
    let address = stub.address;
    drop(stub);
    // The task that listened ends when it is next polled; a connection that it still took fails all the same.
    let error = provider.deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let stub = failing("flashEnvironment", 9, false, || Reply::Silence).await;
    let patience = Patience {
        request: Duration::from_millis(100),
        deadline: Duration::from_millis(250),
        first_pause: Duration::from_millis(10),
        ..impatient()
    };
    let provider = provider(&stub).patient(patience);
    let begun = Instant::now();
    let error = provider.endpoints(&EnvironmentId::new("env-1")).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unavailable { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(count(&stub, "flashEnvironment") < 4, "the deadline is for all tries together");
}
