//! Calls as anybody makes them.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);

/// `GET` with a key: status, and the body as JSON or else as text.
pub(crate) async fn get(url: &str, path: &str, key: &str) -> (u16, Value) {
    send(Method::GET, url, path, key, None).await
}

/// `POST` of JSON with a key.
pub(crate) async fn post(url: &str, path: &str, key: &str, body: &Value) -> (u16, Value) {
    send(Method::POST, url, path, key, Some(body)).await
}

async fn send(method: Method, url: &str, path: &str, key: &str, body: Option<&Value>) -> (u16, Value) {
    let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let mut request =
        client.request(method, format!("{url}{path}")).header("authorization", format!("Bearer {key}"));
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let response = request.send().await.unwrap_or_else(|error| panic!("{url}{path}: {error:?}"));
    let status = response.status().as_u16();
    let text = response.text().await.unwrap_or_else(|error| panic!("{url}{path}: {error:?}"));
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
