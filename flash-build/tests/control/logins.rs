use flash_build::platform::caller::KeyDigest;
use serde_json::{Value, json};

use crate::fixture::Fixture;

const CREATE: &str = "mutation createFlashAuthRequest { createFlashAuthRequest { id status expiresAt } }";
const STATUS: &str = "query flashAuthRequestStatus($flashAuthRequestId: String!) {
    flashAuthRequestStatus(flashAuthRequestId: $flashAuthRequestId) { id status expiresAt apiKey } }";

async fn anonymous(it: &Fixture, query: &str, variables: Value) -> (u16, Value) {
    it.raw(None, json!({"query": query, "variables": variables}).to_string().as_bytes()).await
}

pub(crate) async fn a_login_hands_out_its_key_once(it: Fixture) {
    let (_, created) = anonymous(&it, CREATE, json!({})).await;
    let request = &created["data"]["createFlashAuthRequest"];
    assert_eq!(request["status"], "PENDING");
    let id = request["id"].as_str().unwrap();
    let poll = async || {
        anonymous(&it, STATUS, json!({"flashAuthRequestId": id})).await.1["data"]["flashAuthRequestStatus"]
            .take()
    };
    assert_eq!(
        (poll().await["status"].take(), poll().await["apiKey"].take()),
        (json!("PENDING"), Value::Null)
    );

    it.store.approve_auth_request(id, it.user()).await.unwrap();
    assert!(it.store.deny_auth_request(id).await.unwrap_err().to_string().contains("approved already"));
    let approved = poll().await;
    let key = approved["apiKey"].as_str().unwrap();
    assert_eq!(approved["status"], "APPROVED");
    assert_eq!(it.store.caller_of(KeyDigest::of(key)).await.unwrap(), Some(it.me.clone()));
    let after = poll().await;
    assert_eq!((&after["status"], &after["apiKey"]), (&json!("CONSUMED"), &Value::Null));
    assert_eq!(it.store.caller_of(KeyDigest::of("other")).await.unwrap(), None);

    let (_, created) = anonymous(&it, CREATE, json!({})).await;
    let denied = created["data"]["createFlashAuthRequest"]["id"].as_str().unwrap().to_owned();
    it.store.deny_auth_request(&denied).await.unwrap();
    let (_, answer) = anonymous(&it, STATUS, json!({"flashAuthRequestId": denied})).await;
    assert_eq!(answer["data"]["flashAuthRequestStatus"]["status"], "DENIED");

    let (status, refused) = anonymous(&it, "{ myself { id } }", json!({})).await;
    assert_eq!((status, &refused["data"]), (401, &Value::Null));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for _ in 0..100 {
        anonymous(&it, CREATE, json!({})).await;
    }
    let (_, full) = anonymous(&it, CREATE, json!({})).await;
    assert!(full["errors"][0]["message"].as_str().unwrap().contains("100 logins wait"), "{full}");
}
