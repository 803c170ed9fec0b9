//! More workers at least than at most.

#[flash::resource]
const GPU: flash::ServerlessResource = flash::ServerlessResource::new("gpu").workers(3, 1);

fn main() {}
