//! Longer than the platform waits.

use std::time::Duration;

#[flash::resource]
const GPU: flash::ServerlessResource =
    flash::ServerlessResource::new("gpu").idle_timeout(Duration::from_secs(7200));

fn main() {}
