//! A path of the crate that isn't there.

#[flash::resource(crate = flesh)]
const GPU: flash::ServerlessResource = flash::ServerlessResource::new("gpu");

fn main() {}
