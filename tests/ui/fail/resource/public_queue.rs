//! Only a load-balanced resource has routes to open.

#[flash::resource]
const JOBS: flash::ServerlessResource = flash::ServerlessResource::new("jobs").public();

fn main() {}
