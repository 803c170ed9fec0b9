//! A name that can't be part of a host name.

#[flash::resource]
const GPU: flash::ServerlessResource = flash::ServerlessResource::new("GPU 1");

fn main() {}
