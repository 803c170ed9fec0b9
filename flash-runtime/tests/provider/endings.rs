//! What is told of failures, and what isn't.

use flash::provider::{Provider, ProviderError, SecretText, quiet};
use serde_json::json;

use super::stub::Reply;
use super::world::{KEY, World, deployment, provider, start, with_key};

/// Everything that a failure says, in every way to say it.
fn told(error: &ProviderError) -> String {
    format!("{error} {error:?} {error:#?}")
}

#[tokio::test]
async fn failures_say_neither_keys_nor_secrets() {
    let replies = [
        (|| Reply::json(401, &json!({"errors": [{"message": "no such key"}]}))) as fn() -> Reply,
        || Reply::json(500, &json!({})),
        || Reply::Status(200, "garbage".into()),
        || Reply::error("refused"),
        || Reply::Hangup,
    ];
    for reply in replies {
        let fault = move |request: &super::stub::Recorded, _: &super::world::Shared| {
            (request.operation() == "saveEndpoint").then(reply)
        };
        let (stub, _) = start(World { local: true, ..World::default() }, fault).await;
        let mut deployment = deployment("endpoint_2", 1);
        deployment.secrets = deployment.secrets.with("TOKEN", SecretText::new("t0psecret"));
        let provider = provider(&stub);
        let error = provider.deploy(&deployment, &quiet).await.unwrap_err();
        let told = told(&error) + &format!("{provider:?} {deployment:?}");
        for secret in ["t0psecret", "hunter2", KEY] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_key_away() {
    let elsewhere = super::stub::Stub::start(|_| Reply::data(json!({}))).await;
    let url = elsewhere.url();
    let proxy = super::stub::Stub::start(move |_| Reply::Redirect(url.clone())).await;
    let error = with_key(&proxy, KEY).capabilities().await.unwrap_err();
    assert!(matches!(error, ProviderError::Protocol { .. }), "{error}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn an_endless_answer_has_an_end() {
    let (stub, _) = start(World { local: true, ..World::default() }, |request, _| {
        let endless = || Reply::Status(200, vec![b' '; 66 << 20].into());
        (request.operation() == "flashEnvironment").then(endless)
    })
    .await;
    let patience = flash::provider::runpod::Patience {
        request: std::time::Duration::from_secs(20),
        tries: 1,
        ..super::world::impatient()
    };
    let error =
        provider(&stub).patient(patience).deploy(&deployment("endpoint_2", 1), &quiet).await.unwrap_err();
    assert!(error.to_string().contains("more than"), "{error}");
}
