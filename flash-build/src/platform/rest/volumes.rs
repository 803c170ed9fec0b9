//! Network volumes: the one thing that Runpod's clients ask over REST.

use http::StatusCode;
use serde::Deserialize;

use super::Ask;
use crate::platform::answer::{Answer, json, refusal};
use crate::platform::behind::{NewVolume, Services};

/// Sizes that Runpod's own interface takes, in GB.
const SIZES: std::ops::RangeInclusive<u32> = 1..=4096;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    name: String,
    #[serde(default = "usual_size")]
    size: u32,
    #[serde(default = "usual_place")]
    data_center_id: String,
}

const fn usual_size() -> u32 {
    100
}

fn usual_place() -> String {
    "EU-RO-1".to_owned()
}

pub(super) async fn list(services: &Services, ask: &Ask<'_>) -> Answer {
    match services.volumes.list(ask.caller).await {
        Ok(volumes) => json(StatusCode::OK, &volumes),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

pub(super) async fn create(services: &Services, ask: &Ask<'_>) -> Answer {
    let wanted: Wanted = match serde_json::from_slice(ask.body) {
        Ok(wanted) => wanted,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &format!("the volume can't be read: {error}")),
    };
    let short = |text: &str| (1..=200).contains(&text.len()) && !text.contains(char::is_control);
    if !short(&wanted.name) || !short(&wanted.data_center_id) {
        return refusal(StatusCode::BAD_REQUEST, "name and dataCenterId must have 1 to 200 characters");
    }
    if !SIZES.contains(&wanted.size) {
        return refusal(StatusCode::BAD_REQUEST, "size must be 1 to 4096 GB");
    }
    let volume = NewVolume { name: wanted.name, size: wanted.size, data_center_id: wanted.data_center_id };
    match services.volumes.create(ask.caller, volume).await {
        Ok(volume) => json(StatusCode::CREATED, &volume),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
