//! What `cargo flash platform` asks its platform.

use http::StatusCode;
use serde::Deserialize;

use super::Ask;
use crate::platform::answer::{Answer, json, refusal};
use crate::platform::behind::Services;

pub(super) async fn status(services: &Services, ask: &Ask<'_>) -> Answer {
    match services.office.status(ask.caller).await {
        Ok(status) => json(StatusCode::OK, &status),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

pub(super) async fn logs(services: &Services, ask: &Ask<'_>) -> Answer {
    let value = |name: &str| {
        ask.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)
    };
    let endpoint = value("endpoint").map(|(_, endpoint)| endpoint.to_owned());
    let from = value("from").map(|(_, from)| from.to_owned());
    match services.office.logs(ask.caller, endpoint, from).await {
        Ok(logs) => json(StatusCode::OK, &logs),
        Err(error) => refusal(StatusCode::NOT_FOUND, &error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    approve: bool,
}

pub(super) async fn login(services: &Services, ask: &Ask<'_>, request: &str) -> Answer {
    let Ok(Decision { approve }) = serde_json::from_slice(ask.body) else {
        return refusal(StatusCode::BAD_REQUEST, "send {\"approve\": true} or {\"approve\": false}");
    };
    match services.office.decide(ask.caller, request.to_owned(), approve).await {
        Ok(()) => json(StatusCode::OK, &serde_json::json!({ "id": request, "approved": approve })),
        Err(error) => refusal(StatusCode::NOT_FOUND, &error.to_string()),
    }
}
